"""Several documents for one inspection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from sqlalchemy.orm import Session

from alerts.events.replaced_files import can_correct
from alerts.events.report_events import ReportEvents
from reports.model import Grade, Judgement, Problem
from storage import facts
from storage.database import Database
from storage.models import Event, Inspection, Report
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    FALLEN,
    FIRST,
    LETTER,
    OTHER,
    SAME,
    SUMMER,
    WINTER,
    detected_events,
    ingested,
)
from tests.storage.readings import GRADES, NOW, RI, UNSURE, a_reading, a_report

AREAS_UNCLEAR = Problem(code="areas_unclear", message="Some lines are not read.", page=2)


def test_a_new_file_that_says_the_same_is_silent(database: Database) -> None:
    with database.write() as session:
        assert ingested(session, [FIRST, SAME], [0, 1]) == [
            ("first_grade", "50000001"),
            ("new_report", "50000001"),
        ]


def test_the_same_areas_in_another_order_or_twice_correct_nothing(database: Database) -> None:
    first = a_reading(sha256="1" * 64, areas=["The quality of plans", "Supervision"])
    again = ["Supervision", "The quality of plans", "Supervision."]
    documents = (("50000001", SUMMER, first), ("50000002", AUTUMN, a_reading(areas=again)))
    with database.write() as session:
        events = ingested(session, documents, (0, 1))
    assert {file_id for _, file_id in events} == {"50000001"}


@pytest.mark.parametrize(
    ("before", "after", "corrected"),
    [
        ("Supervision 1.5 times a month", "Supervision 15 times a month", True),
        ("Help for those aged 18–25", "Help for those aged 18-25.", False),
    ],
)
def test_another_number_corrects_an_area_and_another_dash_does_not(
    database: Database, before: str, after: str, corrected: bool
) -> None:
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, areas=[before]))
    second = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=[after]))
    with database.write() as session:
        events = ingested(session, [first, second], (0, 1))
    assert (("correction", "50000002") in events) is corrected


def test_a_new_file_with_the_same_bytes_is_silent(database: Database) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        assert len(ingested(session, [FIRST, twin], [0, 1])) == 2


def test_a_new_file_with_another_grade_is_one_correction_and_no_change(database: Database) -> None:
    with database.write() as session:
        types = ingested(session, [FIRST, OTHER], [0, 1])
        assert types[0] == ("correction", "50000003")
        assert [kind for kind, _ in types] == ["correction", "first_grade", "new_report"]
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert [(c["judgement"], c["from"], c["to"]) for c in detail["changes"]] == [
            ("in_care", "good", "requires_improvement")
        ]
        assert detail["earlier"]["url"].endswith("50000001")


@pytest.mark.parametrize(
    ("before", "after", "urgent"),
    [
        (Grade.GOOD, Grade.INADEQUATE, True),
        (Grade.INADEQUATE, Grade.GOOD, False),
        (Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, False),
    ],
)
def test_a_correction_to_inadequate_is_as_urgent_as_a_fall(
    database: Database, before: Grade, after: Grade, urgent: bool
) -> None:
    first, corrected = (
        (file_id, published, a_reading(sha256=file_id, grades={**GRADES, Judgement.IN_CARE: grade}))
        for file_id, published, grade in (
            ("50000001", SUMMER, before),
            ("50000002", AUTUMN, after),
        )
    )
    with database.write() as session:
        ingested(session, [first, corrected], [0, 1])
        events = session.query(Event).filter_by(type="correction")
        assert ReportEvents.of(events).urgent is urgent


def test_a_new_file_with_another_area_is_a_correction_that_names_it(database: Database) -> None:
    other = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The quality of homes."]))
    with database.write() as session:
        assert ("correction", "50000002") in ingested(session, [FIRST, other], [0, 1])
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert detail["areas_added"] == ["The quality of homes."]
        assert detail["areas_removed"] == ["The quality of plans."]
        assert detail["changes"] == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_reading_does_not_matter_for_what_is_a_correction(
    database: Database, order: tuple[int, ...]
) -> None:
    with database.write() as session:
        types = ingested(session, [FIRST, SAME, OTHER], order)
    corrections = [file_id for kind, file_id in types if kind == "correction"]
    assert corrections == ["50000003"]
    assert [kind for kind, _ in types].count("first_grade") == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_new_file_for_an_old_inspection_makes_no_event_whatever_is_read_first(
    database: Database, order: tuple[int, ...]
) -> None:
    with database.write() as session:
        types = ingested(session, [FIRST, OTHER], order, silent=["50000001"])
    assert "first_grade" not in [kind for kind, _ in types]
    assert ("correction", "50000003") in types


def test_a_version_that_is_not_certain_corrects_nothing(database: Database) -> None:
    unsure = a_reading(sha256="3" * 64, grades={**GRADES, Judgement.IN_CARE: None})
    unsure = unsure.with_problem(UNSURE)
    with database.write() as session:
        types = ingested(session, [FIRST, ("50000003", WINTER, unsure)], [0, 1])
    assert "correction" not in [kind for kind, _ in types]


def test_a_new_file_that_can_be_read_brings_the_grades_of_one_that_could_not(
    database: Database,
) -> None:
    unsure = a_reading(grades={**GRADES, Judgement.IN_CARE: None}, problems=[UNSURE])
    with database.write() as session:
        types = ingested(session, [("50000001", SUMMER, unsure), OTHER], [0, 1])
    assert types == [("first_grade", "50000003"), ("new_report", "50000001")]


def test_what_a_person_added_hides_no_event(database: Database) -> None:
    with database.write() as session:
        added = a_report(session, "added-1", published=None, silent=True, on_site=False)
        facts.store_reading(session, added, FIRST[2], now=NOW)
        types = ingested(session, [OTHER], [0])
    assert [kind for kind, _ in types] == ["first_grade", "new_report"]


def test_a_late_report_lets_the_next_inspection_be_compared(database: Database) -> None:
    """The later inspection had no comparison in its message; now there is one."""
    later = a_reading(sha256="5" * 64, start=date(2026, 5, 11), grades=FALLEN)
    documents = [FIRST, ("50000005", date(2026, 6, 20), later)]
    with database.write() as session:
        types = ingested(session, documents, [1, 0], silent=["50000001"])
    assert types == [
        ("grade_change", "50000005"),
        ("new_report", "50000005"),
        ("theme_repeat", "50000005"),
    ]


def test_grades_with_an_event_of_their_own_do_not_correct_an_older_version_that_is_settled_later(
    database: Database,
) -> None:
    before = ("40000001", date(2021, 7, 20), a_reading(sha256="4" * 64, start=date(2021, 6, 7)))
    unsure = ("50000001", SUMMER, a_reading(sha256="1" * 64, problems=[UNSURE]))
    with database.write() as session:
        types = ingested(session, [before, unsure, OTHER], [0, 1, 2], silent=[before[0]])
        assert ("grade_change", OTHER[0]) in types
        first = session.query(Report).filter_by(file_id=unsure[0]).one()
        facts.store_reading(session, first, FIRST[2], now=NOW)
        assert [event.type for event in detected_events(session, first)] == []


def test_what_was_in_doubt_or_another_reports_file_is_not_corrected(database: Database) -> None:
    before = ("50000004", SUMMER, a_reading(sha256="4" * 64, start=date(2021, 6, 7)))
    with database.write() as session:
        ingested(session, [before, OTHER], [0, 1])
        other = session.query(Report).filter_by(file_id=OTHER[0]).one()
        assert not can_correct(session, other, before[2])
        unsure = FIRST[2].model_copy(update={"sha256": "9" * 64}).with_problem(UNSURE)
        assert not can_correct(session, other, unsure)


def test_other_grades_than_the_four_are_not_lost_in_a_correction(database: Database) -> None:
    gone = a_reading(sha256="4" * 64, grades={**GRADES, Judgement.IN_CARE: Grade.NOT_JUDGED})
    with database.write() as session:
        ingested(session, [FIRST, ("50000004", WINTER, gone)], [0, 1])
        detail = session.query(Event).filter_by(type="correction").one().detail
        assert detail["changes"][0]["to"] == "not_judged"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_corrected_first_day_does_not_make_a_second_inspection(
    database: Database, order: Sequence[int]
) -> None:
    """Whatever the order of reading: two versions of one inspection, after another one."""
    before = a_reading(sha256="4" * 64, start=date(2021, 6, 7), grades=FALLEN)
    moved = a_reading(sha256="5" * 64, start=date(2024, 5, 14))
    documents = [("40000001", date(2021, 7, 20), before), FIRST, ("50000004", AUTUMN, moved)]
    with database.write() as session:
        types = ingested(session, documents, order)
        assert [type_ for type_, _ in types].count("grade_change") == 1
        inspections = session.query(Inspection).order_by(Inspection.start).all()
        assert [one.start for one in inspections] == [date(2021, 6, 7), date(2024, 5, 14)]
        again = [
            event for report in session.query(Report) for event in detected_events(session, report)
        ]
        assert again == []


def test_inspections_whose_days_do_not_overlap_are_two(database: Database) -> None:
    later = a_reading(sha256="6" * 64, start=date(2024, 5, 25), grades=FALLEN)
    with database.write() as session:
        types = ingested(session, [FIRST, ("50000005", AUTUMN, later)], [0, 1])
        assert ("grade_change", "50000005") in types
        assert session.query(Inspection).count() == 2


def test_visits_of_another_kind_or_council_on_the_same_days_are_others(database: Database) -> None:
    visit = a_reading(sha256="7" * 64, **LETTER)
    with database.write() as session:
        ingested(session, [FIRST, ("50000006", SUMMER, visit)], [0, 1])
        elsewhere = a_report(session, "50000007", authority="newham")
        facts.store_reading(session, elsewhere, a_reading(sha256="8" * 64), now=NOW)
        assert session.query(Inspection).count() == 3


def confirmed(session: Session, report: Report, grade: str) -> None:
    """A person says which grade the report gives for children in care."""
    facts.confirm(
        session,
        report,
        field=Judgement.IN_CARE,
        value=grade,
        who="A. Clerk",
        why="page 1",
        now=NOW,
    )


def test_a_new_version_with_another_grade_than_readers_know_is_a_correction(
    database: Database,
) -> None:
    """A person corrected the grade before Ofsted did, without a message to readers."""
    with database.write() as session:
        ingested(session, [FIRST], [0])
        first = session.query(Report).one()
        confirmed(session, first, RI)
        assert detected_events(session, first) == []
        second = a_report(session, OTHER[0], published=OTHER[1])
        facts.store_reading(session, second, OTHER[2], now=NOW)
        [event] = detected_events(session, second)
        changes = [(c["judgement"], c["from"], c["to"]) for c in event.detail["changes"]]
        assert (event.type, changes) == ("correction", [("in_care", "good", RI)])
        assert detected_events(session, second) == []


def test_what_was_said_of_another_council_does_not_count_as_known(database: Database) -> None:
    """The report had events about it, until a person corrected its council."""
    with database.write() as session:
        ingested(session, [FIRST], [0])
        elsewhere = a_report(session, "50000009", authority="newham")
        [first] = session.query(Report).filter_by(file_id=FIRST[0])
        wrong = Event(
            key="wrong",
            type="grade_change",
            authority_id=elsewhere.authority_id,
            report_id=first.id,
            detected_at=NOW,
            summary="",
            detail={"changes": [{"judgement": "in_care", "to": RI}]},
        )
        session.add(wrong)
        second = a_report(session, OTHER[0], published=OTHER[1])
        facts.store_reading(session, second, OTHER[2], now=NOW)
        assert [event.type for event in detected_events(session, second)] == ["correction"]


def test_a_mistake_that_a_person_corrects_in_both_versions_does_not_count_as_corrected_by_ofsted(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, SAME], [0, 1])
        for report in session.query(Report).order_by(Report.file_id):
            confirmed(session, report, RI)
            assert detected_events(session, report) == []


def test_a_person_who_corrects_the_first_day_makes_no_second_inspection(database: Database) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        facts.confirm(
            session,
            report,
            field="inspection_start",
            value="2024-05-15",
            who="A. Clerk",
            why="page 1",
            now=NOW,
        )
        assert report.inspection is not None
        assert report.inspection.start == date(2024, 5, 15)
        assert detected_events(session, report) == []


@pytest.mark.parametrize("in_doubt", [0, 1])
def test_areas_that_one_version_does_not_certainly_have_are_not_called_corrected(
    database: Database, in_doubt: int
) -> None:
    documents = [
        (
            file_id,
            published,
            a_reading(
                sha256=file_id,
                areas=["The quality of plans", "Supervision"][: 1 if doubt else 2],
                problems=[AREAS_UNCLEAR] if doubt else [],
            ),
        )
        for file_id, published, doubt in (
            ("50000001", SUMMER, in_doubt == 0),
            ("50000002", AUTUMN, in_doubt == 1),
        )
    ]
    with database.write() as session:
        types = ingested(session, documents, [0, 1])
    assert types == [("first_grade", "50000001"), ("new_report", "50000001")]


@pytest.mark.parametrize("problem", [UNSURE, AREAS_UNCLEAR])
@pytest.mark.parametrize("is_history", [True, False])
def test_a_new_file_that_can_be_read_brings_the_repeats_of_one_that_could_not(
    database: Database, problem: Problem, is_history: bool
) -> None:
    areas = ["The frequency of supervision of social workers by managers."]
    first = a_reading(sha256="1" * 64, areas=areas, problems=[problem])
    again = a_reading(sha256="2" * 64, areas=areas)
    documents = [
        ("40000001", date(2022, 3, 1), a_reading(start=date(2022, 1, 10), areas=areas)),
        ("50000001", SUMMER, first),
        ("50000002", AUTUMN, again),
    ]
    silent = ["40000001", *(["50000001"] if is_history else [])]
    with database.write() as session:
        types = ingested(session, documents, [0, 1, 2], silent=silent)
    assert (("theme_repeat", "50000002") in types) is not is_history
    assert ("theme_repeat", "50000001") not in types
