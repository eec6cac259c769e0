"""What is quoted of inspectors: each thing once, and only what they say was named as raised."""

from __future__ import annotations

import pytest

from reports.model import InspectorStatement
from reports.repeats.quotes import quotes
from reports.repeats.stated import says_named

SLOW = "Not all areas for improvement from the last inspection have been addressed by leaders."


@pytest.mark.parametrize(
    "text",
    [
        SLOW,
        "This was a recommendation at the last inspection.",
        "Weaknesses identified at the previous visit remain.",
    ],
)
def test_a_sentence_that_says_it_was_named_is_about_something_raised_before(text: str) -> None:
    assert says_named(InspectorStatement(text=text))


@pytest.mark.parametrize(
    "text",
    [
        "The pace of change since the last inspection has been too slow.",
        "Visits have increased since the last inspection, but there are still too few.",
        "Since the last inspection, improvements were made in some areas, but practice varies.",
    ],
)
def test_slow_progress_alone_is_not_something_that_was_named(text: str) -> None:
    assert not says_named(InspectorStatement(text=text))


def test_what_a_report_says_twice_is_quoted_once_and_in_full() -> None:
    longer = SLOW.replace("by leaders", "by leaders and their partners in health")
    other = "Drift was found at the last inspection and persists."
    said = [InspectorStatement(text=text) for text in (SLOW, other, longer)]
    assert quotes(said) == (other, longer)


def test_a_quote_has_the_neighbour_that_it_needs() -> None:
    said = InspectorStatement(
        text="This was found before.", context="Drift persists. This was found."
    )
    assert quotes([said, said]) == ("Drift persists. This was found.",)
