"""A council's grades through its inspections, and how others are on the same judgement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.analysis.peers import comparable_grade, count_grades
from reports.analysis.timeline import (
    MOST_STOPS,
    GradeLink,
    Inspected,
    Timeline,
    TimelineRow,
    timeline,
)
from reports.model import Framework, Grade, Judgement
from tests.alerts.surroundings import FALL, PAST, SINCE_2026, G, I, O, R, inspected

J = Judgement
SIF, FIRST, SECOND, THIRD = (
    Framework.SIF,
    Framework.ILACS_2018,
    Framework.ILACS_2023,
    Framework.ILACS_2026,
)


def line(*inspections: Inspected) -> Timeline:
    """The timeline, which there is."""
    found = timeline(inspections)
    assert found is not None
    return found


def row(found: Timeline, judgement: Judgement) -> TimelineRow:
    return next(one for one in found.rows if one.judgement == judgement)


def grades(found: Timeline, judgement: Judgement) -> list[Grade | None]:
    return [cell.grade if cell else None for cell in row(found, judgement).cells]


def links(found: Timeline, judgement: Judgement) -> list[GradeLink | None]:
    return [cell.link if cell else None for cell in row(found, judgement).cells]


def test_the_order_is_that_of_the_inspections() -> None:
    found = line(FALL, *PAST)
    assert [stop.start.year for stop in found.stops] == [2014, 2021, 2024]
    assert grades(found, J.OVERALL_EFFECTIVENESS) == [R, G, I]
    assert found.rows[0].judgement == J.OVERALL_EFFECTIVENESS


def test_one_inspection_makes_no_line() -> None:
    assert timeline([FALL]) is None
    assert timeline([]) is None


def test_a_judgement_is_followed_through_its_older_names() -> None:
    found = line(*PAST, FALL)
    cells = row(found, J.IN_CARE).cells
    assert [cell.judgement for cell in cells if cell] == [
        J.LOOKED_AFTER_AND_PERMANENCE,
        J.CARE_AND_CARE_LEAVERS,
        J.IN_CARE,
    ]
    assert links(found, J.IN_CARE) == [GradeLink.NONE, GradeLink.SIMILAR, GradeLink.SIMILAR]
    assert grades(found, J.IMPACT_OF_LEADERS) == [R, G, I]
    assert links(found, J.IMPACT_OF_LEADERS) == [GradeLink.NONE, GradeLink.SIMILAR, GradeLink.SAME]


def test_a_separate_grade_of_care_leavers_is_tied_to_none_before_the_joint_one() -> None:
    found = line(*PAST, FALL)
    assert grades(found, J.CARE_LEAVERS) == [G, None, G]
    assert links(found, J.CARE_LEAVERS) == [GradeLink.NONE, None, GradeLink.NONE]


def test_an_overall_grade_that_is_no_longer_given_ends_and_none_is_made_up() -> None:
    found = line(PAST[1], FALL, SINCE_2026)
    assert grades(found, J.OVERALL_EFFECTIVENESS) == [G, I, None]
    assert row(found, J.OVERALL_EFFECTIVENESS).cells[-1] is None
    assert links(found, J.IMPACT_OF_LEADERS)[-1] == GradeLink.SIMILAR  # judged by new criteria


def test_what_was_graded_before_2013_is_another_subject_and_counted_alone() -> None:
    old = Inspected(
        start=date(2012, 5, 1),
        framework=Framework.PRE_2013,
        grades={J.OVERALL_EFFECTIVENESS: Grade.ADEQUATE, J.CAPACITY_TO_IMPROVE: G},
    )
    found = line(old, *PAST)
    assert grades(found, J.OVERALL_EFFECTIVENESS) == [R, G]
    assert [stop.framework for stop in found.stops] == [SIF, FIRST]
    assert found.left_out == 1
    assert timeline([old, PAST[0]]) is None


def test_a_judgement_that_was_not_made_is_on_no_scale() -> None:
    none = Grade.NOT_JUDGED
    tiny = inspected(SIF, date(2014, 6, 3), G, G, none, none, none, G, G)
    found = line(tiny, PAST[1])
    assert grades(found, J.CARE_AND_CARE_LEAVERS) == [none, R]
    assert links(found, J.CARE_AND_CARE_LEAVERS) == [GradeLink.NONE, GradeLink.NONE]
    assert links(found, J.OVERALL_EFFECTIVENESS) == [GradeLink.NONE, GradeLink.SIMILAR]


def test_the_safeguarding_board_is_another_body() -> None:
    found = line(inspected(SIF, date(2013, 12, 2), I, I, I, I, I, I, I), PAST[0])
    assert {one.judgement for one in found.rows}.isdisjoint({J.LSCB, J.ADOPTION})


def test_a_grade_that_was_not_read_with_certainty_is_tied_to_nothing() -> None:
    doubtful = inspected(SECOND, date(2023, 3, 6), G, None, G, G, G)
    found = line(PAST[1], doubtful, FALL)
    assert grades(found, J.HELP_AND_PROTECTION) == [R, None, I]
    cells = row(found, J.HELP_AND_PROTECTION).cells
    assert cells[1] is not None
    assert links(found, J.HELP_AND_PROTECTION) == [GradeLink.NONE, GradeLink.NONE, GradeLink.NONE]


UNREAD = Inspected(start=date(2022, 5, 9), framework=Framework.UNKNOWN, grades={})


@pytest.mark.parametrize(
    "unread", [UNREAD, Inspected(start=UNREAD.start, framework=SECOND, grades={})]
)
def test_an_inspection_whose_grades_nobody_could_read_is_not_passed_over(unread: Inspected) -> None:
    found = line(*PAST, unread, FALL)
    assert grades(found, J.OVERALL_EFFECTIVENESS) == [R, G, None, I]
    assert links(found, J.OVERALL_EFFECTIVENESS)[-1] == GradeLink.NONE
    assert grades(line(*PAST, unread), J.OVERALL_EFFECTIVENESS) == [R, G, None]
    assert row(line(*PAST, unread), J.OVERALL_EFFECTIVENESS).cells[-1] is not None
    assert timeline([unread, unread]) is None


@pytest.mark.parametrize(
    "last",
    [
        inspected(THIRD, date(2026, 4, 27), None, None, None, None),
        Inspected(start=date(2026, 2, 2), framework=SECOND, grades={J.IMPACT_OF_LEADERS: G}),
    ],
    ids=["nothing is certain", "the framework has an overall grade"],
)
def test_an_overall_grade_has_ended_only_where_that_is_certain(last: Inspected) -> None:
    cell = row(line(FALL, last), J.OVERALL_EFFECTIVENESS).cells[-1]
    assert cell is not None
    assert cell.grade is None


def test_only_the_last_inspections_are_shown_and_the_others_counted() -> None:
    first = date(2018, 1, 29)
    many = [inspected(FIRST, first + timedelta(days=n), G, G, G, O) for n in range(MOST_STOPS + 3)]
    found = line(*many)
    assert len(found.stops) == MOST_STOPS
    assert found.left_out == 3
    assert found.stops[-1] == many[-1]


@pytest.mark.parametrize(
    ("judgement", "framework", "other", "grade"),
    [
        (J.OVERALL_EFFECTIVENESS, SECOND, PAST[1], G),
        (J.OVERALL_EFFECTIVENESS, SECOND, PAST[0], None),  # the framework has changed since
        (J.OVERALL_EFFECTIVENESS, SECOND, SINCE_2026, None),  # there is none, and none is made up
        (J.IN_CARE, SECOND, PAST[1], None),  # covered care leavers too
        (J.IN_CARE, THIRD, FALL, R),
        (J.IMPACT_OF_LEADERS, THIRD, PAST[1], G),
        (J.IMPACT_OF_LEADERS, SECOND, SINCE_2026, G),
        (J.CARE_LEAVERS, SECOND, PAST[0], None),  # a part of another judgement then
        (J.LSCB, SIF, PAST[0], R),
    ],
)
def test_only_the_same_judgement_is_compared(
    judgement: Judgement, framework: Framework, other: Inspected, grade: Grade | None
) -> None:
    assert comparable_grade(judgement, framework, other) == grade


def test_a_group_is_counted_best_first_and_says_how_many_are_known() -> None:
    latest = [FALL, PAST[1], PAST[1], PAST[0], SINCE_2026, None]
    counted = count_grades(J.OVERALL_EFFECTIVENESS, SECOND, latest)
    assert counted.grades == ((G, 2), (I, 1))
    assert (counted.known, counted.members) == (3, 6)
