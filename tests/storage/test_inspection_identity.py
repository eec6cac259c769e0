"""A report that says again, under a new number and with other days, what a known report says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from reports.model import Kind, Problem, Reading
from storage import facts
from storage.database import Database
from storage.models import Event, Inspection, Report
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    FALLEN,
    LETTER,
    SUMMER,
    detected_events,
    ingested,
)
from tests.storage.readings import NOW, a_reading, a_report

AREAS = (
    "The quality of plans for children in care, so that they say what should change and by when.",
    "The timeliness of return home interviews for children who go missing.",
    "The oversight of practice by managers.",
)
OTHERS = (
    "How children are helped to take part in their reviews.",
    "Support for care leavers who are not in education, employment or training.",
)
MISPRINTED, RIGHT = date(2024, 5, 13), date(2024, 6, 10)
FIRST = ("50000001", SUMMER, a_reading(sha256="1" * 64, start=MISPRINTED, areas=AREAS))


def again(**differs: Any) -> tuple[str, date, Reading]:
    """A report with a new number and other days; `differs` is what else it does not repeat."""
    says = {"start": RIGHT, "areas": AREAS, **differs}
    return "50000002", AUTUMN, a_reading(sha256="2" * 64, **says)


def said_of_days(session: Session) -> dict[str, str]:
    """What is in doubt about the days of each report."""
    return {
        report.file_id: problem.message
        for report in session.query(Report)
        for problem in report.problems
        if problem.code == "dates_unclear"
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_report_issued_again_with_corrected_days_alone_is_about_the_same_inspection(
    database: Database, order: tuple[int, int]
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, again()], order)
        assert {event.type for event in session.query(Event)} == {"first_grade", "new_report"}
        assert session.query(Inspection).one().start == RIGHT
        for report in session.query(Report):  # a new version of the reader
            facts.store_reading(session, report, facts.reading_of(report), now=NOW)
        assert session.query(Inspection).one().start == RIGHT
        assert said_of_days(session) == {}


@pytest.mark.parametrize(
    "differs",
    [{"grades": FALLEN}, {"areas": [AREAS[0], AREAS[1].replace("home", ""), AREAS[2]]}],
)
def test_a_report_with_other_days_that_says_nearly_the_same_needs_review(
    database: Database, differs: dict[str, Any]
) -> None:
    with database.write() as session:
        events = ingested(session, [FIRST, again(**differs)], (0, 1))
        assert said_of_days(session) == {
            "50000002": (
                "It says nearly the same as report 50000001 on 13 to 24 May 2024; "
                "it may be about the same inspection."
            )
        }
        assert [kind for kind, file_id in events if file_id == "50000002"] == ["new_report"]


@pytest.mark.parametrize(
    ("start", "inspections", "changed"),
    [(MISPRINTED, 1, "correction"), (RIGHT, 2, "grade_change")],
)
def test_a_person_who_confirms_the_days_decides_whether_it_is_another_inspection(
    database: Database, start: date, inspections: int, changed: str
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, again(grades=FALLEN)], (0, 1))
        first, second = session.query(Report).order_by(Report.file_id)
        for field, value in (
            ("inspection_start", start),
            ("inspection_end", start.replace(day=start.day + 11)),
        ):
            facts.confirm(
                session,
                second,
                field=field,
                value=value.isoformat(),
                who="A. Clerk",
                why="asked Ofsted",
                now=NOW,
            )
        for report in (first, second):  # a new version of the reader
            facts.store_reading(session, report, facts.as_read(report), now=NOW)
        assert said_of_days(session) == {}
        assert session.query(Inspection).count() == inspections
        assert changed in {event.type for event in detected_events(session, second)}


def confirmed(session: Session, report: Report, field: str, value: str) -> None:
    facts.confirm(
        session, report, field=field, value=value, who="A. Clerk", why="asked Ofsted", now=NOW
    )


def doubt(code: str) -> tuple[Problem, ...]:
    return (Problem(code=code, message="It says something else.", page=1),)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(
    ("listed", "differs", "field", "value"),
    [
        ("newham", {"problems": doubt("authority_mismatch")}, "authority", "havering"),
        (
            "havering",
            {"problems": doubt("kind_mismatch"), "kind": Kind.FOCUSED_VISIT},
            "kind",
            "inspection",
        ),
    ],
)
def test_a_report_whose_council_or_kind_is_confirmed_needs_review_if_it_says_nearly_the_same(
    database: Database,
    order: tuple[int, int],
    listed: str,
    differs: dict[str, Any],
    field: str,
    value: str,
) -> None:
    readings = FIRST[2], again(grades=FALLEN, **differs)[2]
    with database.write() as session:
        reports = (
            a_report(session, "50000001", published=SUMMER),
            a_report(session, "50000002", published=AUTUMN, authority=listed),
        )
        for index in order:
            facts.store_reading(session, reports[index], readings[index], now=NOW)
            detected_events(session, reports[index])
        assert said_of_days(session) == {}
        second = reports[1]
        confirmed(session, second, field, value)
        assert list(said_of_days(session)) == ["50000002"]
        assert "grade_change" not in {event.type for event in detected_events(session, second)}
        confirmed(session, second, "inspection_start", MISPRINTED.isoformat())
        assert list(said_of_days(session)) == ["50000002"]  # the last day is still in doubt
        confirmed(session, second, "inspection_end", "2024-05-24")
        facts.store_reading(session, second, facts.as_read(second), now=NOW)
        assert said_of_days(session) == {}
        assert session.query(Inspection).one().start == MISPRINTED


def test_a_report_is_not_compared_with_those_of_a_council_that_it_may_not_be_about(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(
            session, [FIRST, again(grades=FALLEN, problems=doubt("authority_mismatch"))], (0, 1)
        )
        second = session.query(Report).filter_by(file_id="50000002").one()
        assert [problem.code for problem in second.problems] == ["authority_mismatch"]
        confirmed(session, second, "authority", "barnsley")
        assert list(second.problems) == []
        assert {each.authority.key for each in session.query(Inspection)} == {
            "havering",
            "barnsley",
        }


def test_the_days_are_no_longer_in_doubt_once_a_person_confirms_another_council(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, again(grades=FALLEN)], (0, 1))
        second = session.query(Report).filter_by(file_id="50000002").one()
        assert list(said_of_days(session)) == ["50000002"]
        confirmed(session, second, "authority", "barnsley")
        assert said_of_days(session) == {}


@pytest.mark.parametrize(
    "differs",
    [
        {"areas": OTHERS},
        {"areas": [AREAS[0], *OTHERS]},
        {"start": date(2026, 6, 8)},
        {"areas": AREAS, **LETTER},
    ],
)
def test_a_report_of_another_kind_or_time_or_with_other_areas_is_about_another_inspection(
    database: Database, differs: dict[str, Any]
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, again(**differs)], (0, 1))
        assert said_of_days(session) == {}
        assert session.query(Inspection).count() == 2


def test_the_single_area_of_a_visit_may_be_raised_again_word_for_word(database: Database) -> None:
    letter: dict[str, Any] = {**LETTER, "areas": AREAS[:1]}
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, start=MISPRINTED, **letter))
    with database.write() as session:
        ingested(session, [first, again(**letter)], (0, 1))
        assert said_of_days(session) == {}
        assert session.query(Inspection).count() == 2


def test_councils_that_share_a_trust_have_inspections_of_their_own(database: Database) -> None:
    with database.write() as session:
        ingested(session, [FIRST], (0,))
        elsewhere = a_report(session, "50000003", authority="newham")
        facts.store_reading(session, elsewhere, again()[2], now=NOW)
        assert said_of_days(session) == {}
        assert session.query(Inspection).count() == 2
