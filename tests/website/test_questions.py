"""The questions that a member may ask: each is about its area, and supposes no answer."""

from __future__ import annotations

import pytest
import yaml

from reports.themes.tagging import tag as tag_text
from reports.themes.taxonomy import load_taxonomy
from storage.models import Area
from website.pages.questions import QUESTIONS, general_question, question, questions


def test_every_theme_has_its_question_and_every_question_its_issue() -> None:
    raw = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    themes = load_taxonomy().themes
    assert set(raw["themes"]) == set(themes)
    issues = {f"{theme.id}/{facet.id}" for theme in themes.values() for facet in theme.facets}
    assert set(raw["issues"]) <= issues
    assert set(raw["words"]) <= questions().keys()
    for asked in questions().values():
        assert asked.asks.endswith("?")


@pytest.mark.parametrize(
    ("text", "about", "not_about"),
    [
        ("The response to children who experience exploitation.", "exploitation", "missing"),
        ("The completion of life-story work for children in care.", "life-story work", "seen"),
        ("The support for young carers.", "young carers", "homeless"),
        ("The quality of management oversight.", "management oversight", "How often"),
        ("The identification of privately fostered children.", "privately fostered", "homeless"),
    ],
)
def test_a_question_is_about_the_issue_and_not_about_its_theme(
    text: str, about: str, not_about: str
) -> None:
    themes = [tag.model_dump() for tag in tag_text(text)]
    asked = question(Area(text=text, themes=themes)).partition("”: ")[2]
    assert about in asked
    assert not_about not in asked


@pytest.mark.parametrize(
    "text",
    [
        "The quality of child in need, child protection, personal education and pathway plans.",
        "Support for children in care, so that they can have family time.",
    ],
)
def test_a_question_asks_for_nothing_that_the_area_does_not_name(text: str) -> None:
    themes = [tag.model_dump() for tag in tag_text(text)]
    asked = question(Area(text=text, themes=themes))
    assert asked.endswith(f"”: {general_question()}")


@pytest.mark.parametrize(
    ("text", "not_supposed"),
    [
        ("The range and supply of homes for children in care.", "unsuitable"),
        ("The quality and choice of accommodation for care leavers.", "unsuitable"),
        ("The clarity of pre-proceedings letters to parents.", "delay"),
        ("The analysis of risk by the local authority designated officer.", "quickly"),
        ("The frequency of supervision for personal advisers.", "social workers"),
        ("Advocacy for children aged 16 and 17 at risk of homelessness.", "homeless"),
        ("The quality of direct work, including life-story work.", "seen as planned"),
    ],
)
def test_a_question_does_not_suppose_what_the_area_does_not_say(
    text: str, not_supposed: str
) -> None:
    themes = [tag.model_dump() for tag in tag_text(text)]
    asked = question(Area(text=text, themes=themes)).partition("”: ")[2]
    assert not_supposed not in asked
