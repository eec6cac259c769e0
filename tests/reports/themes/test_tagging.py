"""Themes: the taxonomy, its phrases, and what they make of statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.errors import ConfigurationError
from reports.model import Framework, ImprovementArea
from reports.themes.clauses import Clause, clauses_of
from reports.themes.phrases import PhraseBook, parse_phrase
from reports.themes.tagging import tag, tag_areas
from reports.themes.taxonomy import load_taxonomy
from reports.themes.weights import load_weights
from reports.themes.words import words_of


def themes(text: str) -> list[str]:
    """The themes of a statement, the main one first."""
    return list(dict.fromkeys(found.theme for found in tag(text)))


def facets(text: str) -> set[str | None]:
    """The facets of a statement."""
    return {found.facet for found in tag(text)}


def found(text: str, *phrases: str) -> list[str]:
    """The phrases that a text has, of those given."""
    book = PhraseBook.of(
        one
        for phrase in phrases
        for one in parse_phrase(
            phrase, theme="any", facet=None, passing=False, groups={"who": ["children in care"]}
        )
    )
    return [match.phrase.text for match in book.find(words_of(text))]


def test_the_taxonomy_has_28_themes_that_explain_themselves() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.themes) == 28
    for theme in taxonomy.themes.values():
        assert theme.name
        assert theme.definition.endswith(".")
        assert theme.includes.endswith(".")
        assert theme.excludes.endswith(".")
        assert themes(theme.example)[0] == theme.id
        assert theme.axis in ("subject", "aspect", "cross")
        assert theme.repeat_level in ("theme", "facet")
        assert all(facet.phrases for facet in theme.facets)


def test_the_weights_are_those_of_the_taxonomy_that_ships() -> None:
    assert load_weights().version == load_taxonomy().version


def test_a_file_that_is_not_a_taxonomy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text("themes: [{id: one}]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"themes\.yaml"):
        load_taxonomy(path)


def test_of_two_phrases_the_longer_has_the_words() -> None:
    text = "The quality of pathway plans and plans for children."
    assert found(text, "plan*", "pathway plan*") == ["pathway plan*", "plan*"]


def test_two_phrases_with_the_very_same_words_both_stand() -> None:
    assert len(found("Learning from complaints.", "learning from complaints", "learning ~1 compl*"))
    assert found("professional curiosity", "professional curiosity", "professional curios*") == [
        "professional curiosity",
        "professional curios*",
    ]


@pytest.mark.parametrize(
    ("phrase", "text", "fits"),
    [
        ("plan*", "Planning for children", True),
        ("strategy meeting*/discussion*", "a strategy discussion", True),
        ("strategy meeting*/discussion*", "strategic discussions", False),
        ("suitab* ~2 homes", "suitable and local homes", True),
        ("suitab* ~2 homes", "suitable places in other homes", False),
        ("suitab* ~3 homes", "suitable. Places in homes", False),
        ("plans for <who>", "The plans for children in care", True),
    ],
)
def test_phrases_fit_as_their_signs_say(phrase: str, text: str, fits: bool) -> None:
    assert bool(found(text, phrase)) is fits


@pytest.mark.parametrize("phrase", ["~2 plans", "plans ~2", "<nobody>", "in*"])
def test_a_phrase_that_cannot_be_found_is_refused(phrase: str) -> None:
    with pytest.raises(ConfigurationError):
        found("text", phrase)


def test_what_the_publisher_added_is_not_part_of_a_statement() -> None:
    text = (
        "The quality of children’s plans (outcome 3, national framework). "
        "Ofsted Piccadilly Gate Store Street Manchester M1 2WD"
    )
    assert words_of(text) == ("the", "quality", "of", "children", "plans", ".")
    assert words_of("Decision\ufffemaking (paragraphs 3, 9)") == ("decision", "making")


def test_what_is_asked_for_is_distinguished_from_its_purpose() -> None:
    words = words_of("Supervision, so that plans progress. Visits matter.")
    clauses = dict(zip(words, clauses_of(("the", "quality", "of", *words))[3:], strict=True))
    assert clauses["supervision"] is Clause.MAIN
    assert clauses["plans"] is Clause.PURPOSE
    assert clauses["visits"] is Clause.LATER


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("The completion of return home interviews.", "exploitation_missing"),
        ("Support for children returning home from care.", "permanence"),
        ("The quality of safety planning.", "plans_safety_planning"),
        ("The timeliness of planning for permanence.", "permanence"),
        ("The timeliness of strategy discussions.", "strategy_meetings"),
        ("Strategic leadership and governance.", "leadership_governance"),
        ("The oversight of children subject to supervision orders.", "pre_proceedings"),
        ("The quality and frequency of supervision.", "supervision_oversight"),
        ("Supervision of foster carers.", "carers_kinship"),
        ("The response to contacts and referrals.", "front_door"),
        ("Annual reviews of education, health and care plans.", "send_system"),
        ("The assessment of children in private fostering arrangements.", "specific_groups"),
        ("Pathway plans for care leavers.", "pathway_planning"),
        ("Health histories for care leavers.", "care_leaver_support"),
        ("The timeliness of initial health assessments.", "health_wellbeing"),
        ("Social workers’ caseloads.", "workforce_practice"),
        ("The quality of case recording.", "recording_data"),
        ("The impact of audits on practice.", "quality_assurance"),
    ],
)
def test_words_that_differ_by_one_letter_are_distinguished(text: str, main: str) -> None:
    assert themes(text)[0] == main


def test_a_list_has_the_themes_of_its_members() -> None:
    text = "The quality of assessments, plans and supervision."
    assert set(themes(text)) == {
        "assessment_risk",
        "plans_safety_planning",
        "supervision_oversight",
    }


def test_the_purpose_of_something_is_not_its_theme() -> None:
    assert themes(
        "The frequency of supervision, so that visits make a difference to children."
    ) == ["supervision_oversight"]


def test_every_tag_shows_the_words_that_it_was_found_by() -> None:
    for found_tag in tag("The completion of return home interviews and of chronologies."):
        assert found_tag.matched in "the completion of return home interviews and of chronologies"


def test_the_main_theme_stands_first_and_alone_is_primary() -> None:
    tags = tag("The recording of supervision and the oversight of pre-proceedings work.")
    assert tags[0].role == "primary"
    assert len({t.theme for t in tags if t.role == "primary"}) == 1
    roles = [t.role for t in tags]
    assert roles == sorted(roles)


def test_a_statement_without_any_phrase_has_no_theme() -> None:
    assert tag("The manual.") == ()


def test_areas_of_send_inspections_are_about_that_system() -> None:
    area = ImprovementArea(text="A clear direction.", heading="Areas for improvement")
    (tagged,) = tag_areas([area], Framework.AREA_SEND)
    assert [(t.theme, t.matched) for t in tagged.themes] == [("send_system", "(area_send)")]
    (untagged,) = tag_areas([area], Framework.ILACS_2018)
    assert not untagged.themes


def test_the_name_of_an_issue_is_understood_without_its_theme() -> None:
    """Boxes, tables and messages show it alone."""
    themes = load_taxonomy().themes
    names = [facet.name for theme in themes.values() for facet in theme.facets]
    assert len(set(names)) == len(names)
    assert [name for name in names if " " not in name] == []
    for theme, whom in (("care_leaver_support", "care leavers"), ("workforce_practice", "staff")):
        assert [one.name for one in themes[theme].facets if whom not in one.name.lower()] == []
