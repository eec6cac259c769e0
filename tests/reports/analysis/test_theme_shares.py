"""How often themes are named, and what rose: counts with their denominators."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.analysis.theme_shares import (
    Share,
    ThemeShare,
    ThemesRaised,
    areas_by_year,
    judgement_of_theme,
    share_of,
    theme_shares,
)
from reports.analysis.trends import FEWEST_INSPECTIONS, trend, wilson
from reports.model import Grade, Judgement
from reports.repeats.base_rates import ReportFamily
from reports.themes.taxonomy import load_taxonomy

TODAY = date(2026, 6, 30)
COUNCIL, SEND = ReportFamily.COUNCIL, ReportFamily.SEND
GOOD, INADEQUATE = Grade.GOOD, Grade.INADEQUATE
OVERALL = Judgement.OVERALL_EFFECTIVENESS


def one(
    *themes: str,
    start: date = date(2024, 5, 13),
    region: str = "London",
    family: ReportFamily = COUNCIL,
    grades: dict[Judgement, Grade] | None = None,
) -> ThemesRaised:
    return ThemesRaised(
        family=family,
        region=region,
        start=start,
        themes=frozenset(themes),
        areas=len(themes),
        grades=grades or {},
    )


def rows(inspections: list[ThemesRaised], theme: str, dimension: str) -> dict[str, ThemeShare]:
    return {
        row.group: row
        for row in theme_shares(inspections, [theme])
        if row.dimension == dimension and row.family is inspections[0].family
    }


def test_a_theme_counts_once_for_an_inspection_by_region_and_year() -> None:
    known = [
        one("front_door"),
        one("front_door", "lado", region="South West", start=date(2025, 1, 6)),
        one("lado", region="South West", start=date(2025, 2, 3)),
    ]
    assert rows(known, "front_door", "all")["England"].share == Share(2, 3)
    by_region = rows(known, "front_door", "region")
    assert {name: row.share for name, row in by_region.items()} == {
        "London": Share(1, 1),
        "South West": Share(1, 2),
    }
    assert rows(known, "front_door", "year")["2025"].share == Share(1, 2)
    assert rows(known, "education", "year")["2024"].share == Share(0, 1)
    assert areas_by_year(known) == {"2024": 1.0, "2025": 1.5}


def test_families_are_never_added_up() -> None:
    known = [one("education"), one("education", family=SEND)]
    shares = {
        row.family: row.share
        for row in theme_shares(known, ["education"])
        if row.dimension == "all"
    }
    assert shares == {COUNCIL: Share(1, 1), SEND: Share(1, 1)}


def test_without_an_overall_grade_the_judgement_that_fits_the_theme_counts_and_is_named() -> None:
    known = [
        one("pathway_planning", grades={OVERALL: GOOD, Judgement.CARE_LEAVERS: INADEQUATE}),
        one("pathway_planning", grades={Judgement.CARE_LEAVERS: INADEQUATE}),
        one(grades={Judgement.CARE_LEAVERS: GOOD, Judgement.IMPACT_OF_LEADERS: INADEQUATE}),
        one(grades={Judgement.IN_CARE: GOOD}),
    ]
    found = rows(known, "pathway_planning", "grade")
    assert found[GOOD].share == Share(1, 2)
    assert (found[GOOD].judgement, found[GOOD].by_other_judgement) == (Judgement.CARE_LEAVERS, 1)
    assert found[INADEQUATE].share == Share(1, 1)
    leaders = rows(known, "supervision_oversight", "grade")
    assert leaders[INADEQUATE].judgement is Judgement.IMPACT_OF_LEADERS


def test_every_theme_has_the_judgement_that_speaks_for_it() -> None:
    assert set(judgement_of_theme()) == set(load_taxonomy().themes)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example (1998, table II): 56 of 70 and 48 of 80, method 10: 0.0524 to 0.3339."""
    now = [one("lado", start=TODAY)] * 56 + [one(start=TODAY)] * 14
    day = TODAY - timedelta(days=400)
    before = [one("lado", start=day)] * 48 + [one(start=day)] * 32
    (change,) = trend([*now, *before], ["lado"], today=TODAY).changes
    assert (round(change.low, 4), round(change.high, 4)) == (0.0524, 0.3339)
    assert change.difference == pytest.approx(0.2)
    assert (change.rose, change.fell) == (True, False)


def test_wilsons_interval_of_nothing_is_not_empty() -> None:
    low, high = wilson(Share(0, 20))
    assert low == pytest.approx(0, abs=1e-9)
    assert high == pytest.approx(0.1611, abs=1e-4)


def test_the_years_begin_on_the_same_day_and_no_inspection_is_in_both() -> None:
    edge = date(2025, 6, 30)
    found = trend(
        [one(start=TODAY), one(start=edge), one(start=date(2024, 6, 30))], [], today=TODAY
    )
    assert (found.inspections_now, found.inspections_before) == (1, 1)
    assert trend([], [], today=date(2024, 2, 29)).now_begins_after == date(2023, 2, 28)


def test_with_too_few_inspections_nothing_is_said() -> None:
    day = TODAY - timedelta(days=400)
    before = [one(start=day)] * FEWEST_INSPECTIONS
    few = [one("lado", start=TODAY)] * (FEWEST_INSPECTIONS - 1)
    found = trend([*few, *before], ["lado"], today=TODAY)
    assert (found.enough, found.risen, found.changes) == (False, (), ())
    more = trend([*few, one("lado", start=TODAY), *before], ["lado"], today=TODAY)
    assert [change.theme for change in more.risen] == ["lado"]


def test_a_difference_that_chance_explains_is_not_a_rise_and_rises_come_largest_first() -> None:
    day = TODAY - timedelta(days=400)
    now = [one("lado", "education", "front_door", start=TODAY)] * 12 + [
        one("education", start=TODAY)
    ] * 8
    before = [one("front_door", start=day)] * 9 + [one(start=day)] * 11
    found = trend([*now, *before], ["lado", "education", "front_door"], today=TODAY)
    assert [change.theme for change in found.risen] == ["education", "lado"]
    assert found.changes[2].difference == pytest.approx(0.15)


def test_a_share_of_nothing_is_none() -> None:
    assert share_of([], "lado").share is None
