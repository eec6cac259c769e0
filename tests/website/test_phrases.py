"""The phrase of an area that its question begins with."""

from __future__ import annotations

import pytest

from website.pages.phrases import phrase_end, short_phrase


@pytest.mark.parametrize(
    ("text", "about", "phrase"),
    [
        (
            "The quality and consistency of supervision so that plans make progress.",
            "supervision",
            "supervision",
        ),
        (
            "The identification of, and response to, risk by social workers in relation to extra-"
            "familial harm and domestic abuse.",
            "risk",
            "the identification of, and response to, risk by social workers",
        ),
        (
            "The response to children who go missing from care. (outcome 4, national framework)",
            "missing",
            "the response to children who go missing from care",
        ),
        (
            "Work with partners is good. Leaders and managers should improve step-down "
            "arrangements, including for disabled children.",
            "step down",
            "leaders and managers should improve step-down arrangements",
        ),
        (
            "Ensure that: assessments are up to date.",
            "assessments",
            "ensure that: assessments are up to date",
        ),
        (
            "The focus on safety planning and contingency planning to inform timely and decisive "
            "action by all of those who work with the children.",
            "safety planning",
            "the focus on safety planning and contingency planning",
        ),
        (
            "The response to children aged 16 and 17 years who present as homeless.",
            "children aged 16",
            "the response to children aged 16 and 17 years who present as homeless",
        ),
        (
            "Ensure that timescales for actions in child in need and child protection plans are "
            "consistently set and agreed.",
            "child protection plans",
            "timescales for actions in child in need and child protection plans",
        ),
        (
            "How well all young people, especially those over 21, are supported by advisers and "
            "understand the offer to them.",
            "over 21",
            "how well all young people, especially those over 21, are supported",
        ),
        (
            "The review of help for children when parents’ progress is slow or disrupted and "
            "children are on child protection or pre-proceedings plans for a long period.",
            "pre-proceedings",
            "child protection or pre-proceedings plans for a long period",
        ),
        (
            "The support for children in care, so that they can safely have family time with those "
            "who matter to them.",
            "family time",
            "the support for children in care",
        ),
        ("The support to families [Outcome 3, framework].", "", "the support to families"),
        ("A consistent service for all children.", "", "a consistent service for all children"),
        ("LSCB oversight of neglect.", "", "LSCB oversight of neglect"),
        ("", "neglect", ""),
    ],
)
def test_a_phrase_is_whole_and_in_the_words_of_the_area(text: str, about: str, phrase: str) -> None:
    assert short_phrase(text, about=about) == phrase


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "The quality and impact of management supervision in progressing children’s "
            "assessments and plans, including decision-making for children entering care",
            "The quality and impact of management supervision in progressing children’s "
            "assessments and plans,",
        ),
        (
            "The timely access to effective early help and the consistent application of "
            "thresholds for children who need it most",
            "The timely access to effective early help",
        ),
    ],
)
def test_a_statement_is_cut_at_the_end_of_a_phrase(text: str, kept: str) -> None:
    words = text.split()
    assert " ".join(words[: phrase_end(words)]) == kept
