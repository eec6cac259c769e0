"""How certain and how common a repeat is, in the words that all pages and messages share."""

from __future__ import annotations

from typing import Any

import pytest

from reports.model import Framework
from reports.repeats.base_rates import rate_words
from reports.repeats.certainty import Strength
from reports.repeats.words import certainty_words, framework_changed, raised_words

ISSUE: dict[str, Any] = {
    "theme": "workforce_practice",
    "facet": None,
    "council": True,
}


@pytest.mark.parametrize(
    ("strength", "certainty", "confirmed", "said"),
    [
        ("likely", 0.999, False, "In more than 9 in 10 cases like this, "),
        ("likely", 0.91, False, "In about 9 in 10 cases like this, "),
        ("possible", 0.62, False, "In about 6 in 10 cases like this, "),
        ("likely", None, False, ""),
        ("likely", 0.91, True, ""),
        ("stated", 0.91, False, ""),
    ],
)
def test_a_certainty_is_said_as_cases_of_ten(
    strength: Any, certainty: float | None, confirmed: bool, said: str
) -> None:
    words = certainty_words(strength, certainty, confirmed=confirmed, rate=None, **ISSUE)
    assert words == (f"{said}both statements are about the same issue." if said else "")


def test_how_common_an_issue_is_comes_after_it() -> None:
    words = certainty_words("likely", 0.91, confirmed=False, rate=0.14, **ISSUE)
    assert words.endswith(
        "about the same issue. This issue is raised in 14% of all full inspections since 2018."
    )


def test_a_theme_that_the_taxonomy_no_longer_has_may_be_spoken_of() -> None:
    said = rate_words("gone", "gone_too", 0.14, council=True)
    assert said == (
        "An issue of the same theme is raised in 14% of all full inspections since 2018."
    )


@pytest.mark.parametrize(
    ("later", "strength", "similar", "said"),
    [
        ("The quality of supervision.", "likely", True, ", in the same words"),
        ("the quality  of supervision;", "likely", True, ", in the same words"),
        ("The regularity of supervision.", "likely", True, ", in similar words"),
        ("The regularity of supervision.", "stated", True, ", in similar words"),
        ("The regularity of supervision.", "possible", True, ""),
        ("Oversight by managers.", "likely", False, ""),
    ],
)
def test_it_says_whether_the_words_are_the_same_or_similar_unless_the_issue_is_only_possibly_so(
    later: str, strength: Strength, similar: bool, said: str
) -> None:
    earlier = "The quality of supervision."
    words = raised_words(
        "May 2019",
        later=later,
        earlier=earlier,
        strength=strength,
        similar=similar,
        framework_changed=False,
    )
    assert words == f"Raised in May 2019{said}."


@pytest.mark.parametrize(
    ("earlier", "later", "changed"),
    [
        (Framework.SIF, Framework.ILACS_2018, True),
        (Framework.SIF, Framework.FOCUSED_VISIT, True),
        (Framework.PROTECTION_OF_CHILDREN, Framework.SIF, True),
        (Framework.SIF, Framework.SIF, False),
        (Framework.ILACS_2018, Framework.ILACS_2026, False),
        # Monitoring visits were made under the Single Inspection Framework too.
        (Framework.SIF, Framework.MONITORING_VISIT, False),
        (Framework.SIF, Framework.UNKNOWN, False),
        (Framework.SIF, None, False),
        (None, Framework.ILACS_2018, False),
    ],
)
def test_only_what_certainly_has_another_framework_has_one(
    earlier: str | None, later: str | None, changed: bool
) -> None:
    assert framework_changed(earlier, later) is changed
