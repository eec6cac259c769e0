"""The window of the next inspection, from gaps made up for the purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.analysis.next_inspection import FEWEST_GAPS, GradedInspection, due_windows
from reports.model import Framework, Grade

START = date(2019, 1, 1)
TODAY = date(2026, 6, 19)


def inspection(
    authority: str,
    days: int,
    grade: Grade | None = Grade.GOOD,
    framework: Framework = Framework.ILACS_2018,
) -> GradedInspection:
    """An inspection this number of days after the first."""
    start = START + timedelta(days=days)
    return GradedInspection(authority=authority, start=start, framework=framework, grade=grade)


def pairs(gaps: range, grade: Grade = Grade.GOOD) -> list[GradedInspection]:
    """One council for each gap, ending with an outstanding."""
    return [
        one
        for number, gap in enumerate(gaps)
        for one in (
            inspection(f"{grade}{number}", 0, grade),
            inspection(f"{grade}{number}", gap, Grade.OUTSTANDING),
        )
    ]


def test_the_window_holds_eight_of_ten_gaps() -> None:
    known = [*pairs(range(1000, 2001, 100)), inspection("mine", 2000)]
    window = due_windows(known, today=TODAY)["mine"]
    last = START + timedelta(days=2000)
    assert window.earliest == last + timedelta(days=1100)
    assert window.middle == last + timedelta(days=1500)
    assert window.latest == last + timedelta(days=1900)
    assert (window.gaps, window.grade, window.last) == (11, Grade.GOOD, last)


def test_only_gaps_after_the_same_grade_count() -> None:
    known = [
        *pairs(range(1000, 2000, 100)),
        *pairs(range(100, 200, 10), Grade.INADEQUATE),
        inspection("mine", 2000, Grade.INADEQUATE),
    ]
    window = due_windows(known, today=TODAY)["mine"]
    assert window.latest < START + timedelta(days=2200)


def test_without_an_overall_grade_an_inadequate_one_may_bring_the_inspection_sooner() -> None:
    known = pairs(range(1000, 2001, 100))
    for key, inadequate in (("poor", True), ("fair", False)):
        last = inspection(key, 2000, None, Framework.ILACS_2026)
        known.append(replace(last, inadequate=inadequate))
    windows = due_windows(known, today=TODAY)
    assert windows["poor"].maybe_sooner
    assert not windows["fair"].maybe_sooner


def test_few_gaps_give_no_window() -> None:
    few = pairs(range(1000, 1000 + 100 * (FEWEST_GAPS - 1), 100))
    known = [*few, inspection("mine", 2000)]
    assert "mine" not in due_windows(known, today=TODAY)


def test_what_is_left_out_is_counted() -> None:
    old = [
        inspection("old", 0, framework=Framework.SIF),
        inspection("old", 900, Grade.OUTSTANDING),
    ]
    known = [*pairs(range(1000, 2001, 100)), *old, inspection("mine", 2000)]
    assert due_windows(known, today=TODAY)["mine"].gaps_of_earlier_frameworks == 1


def test_a_council_last_inspected_under_an_earlier_framework_has_no_window() -> None:
    known = [*pairs(range(1000, 2001, 100)), inspection("mine", 0, framework=Framework.SIF)]
    assert "mine" not in due_windows(known, today=TODAY)


def test_those_who_wait_longer_are_counted() -> None:
    known = [*pairs(range(500, 1501, 100)), inspection("mine", 2600), inspection("late", 0)]
    assert due_windows(known, today=TODAY)["mine"].waiting_longer == 1


def test_without_an_overall_grade_all_gaps_count() -> None:
    mine = inspection("mine", 2600, None, Framework.ILACS_2026)
    known = [*pairs(range(1000, 1500, 100)), *pairs(range(500, 1000, 100), Grade.INADEQUATE), mine]
    window = due_windows(known, today=TODAY)["mine"]
    assert (window.gaps, window.grade) == (10, None)


@pytest.mark.parametrize("known", [[], [inspection("mine", 0)]])
def test_nothing_known_gives_nothing(known: list[GradedInspection]) -> None:
    assert due_windows(known, today=TODAY) == {}
