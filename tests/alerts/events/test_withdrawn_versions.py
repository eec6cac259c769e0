"""Versions of a report that the site withdraws and lists again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.events import detection, withdrawals
from alerts.events.detected import Detected
from alerts.events.reinstated_versions import COUNTS_AGAIN
from alerts.events.report_events import ReportEvents
from alerts.messages.lengths import LONGEST_NOTE
from reports.model import Grade, Judgement, Reading
from storage import facts
from storage.database import Database
from storage.models import Event, Report
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    FALLEN,
    FIRST,
    OTHER,
    SAME,
    SUMMER,
    WINTER,
    detected_events,
    ingested,
    replaced_in_place,
)
from tests.storage.readings import GRADES, NOW, UNSURE, a_reading, a_report

BELOW = {**GRADES, Judgement.IN_CARE: Grade.INADEQUATE}
BEFORE = ("40000001", date(2021, 7, 20), a_reading(sha256="4" * 64, start=date(2021, 6, 7)))


def test_a_withdrawn_report_is_an_event_once(database: Database) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0], silent=["50000001"])
        report = session.query(Report).one()
        for _ in range(2):
            found = withdrawals.withdrawn_events(session, report)
            detection.store(session, report, found, now=NOW)
        event = session.query(Event).one()
        assert (event.type, event.key) == ("withdrawn", "withdrawn:50000001")
        assert event.detail["note"] == "Ofsted last listed this report on 30 June 2026."


def test_the_days_of_a_withdrawal_and_a_return_are_days_in_london(database: Database) -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # in London, it is 1 July already
    with database.write() as session:
        ingested(session, [FIRST], [0])
        report = session.query(Report).one()
        report.last_seen_at = late
        report.withdrawn_at = late + timedelta(days=3)
        report.times_withdrawn = 1
        gone = withdrawals.withdrawn_events(session, report)
        assert gone[0].detail["last_seen"] == "2026-07-01"
        assert "listed this report on 1 July 2026" in gone[0].detail["note"]
        detection.store(session, report, gone, now=NOW)
        back = withdrawals.returned_events(session, report)
        assert back[0].detail["withdrawn"] == "2026-07-04"
        assert back[0].detail["note"] == "Ofsted did not list this report on 4 July 2026."


def test_a_file_that_was_replaced_is_not_an_event_of_a_withdrawal(database: Database) -> None:
    with database.write() as session:
        ingested(session, [FIRST, SAME], [0, 1])
        first = session.query(Report).filter_by(file_id="50000001").one()
        first.withdrawn_at = NOW
        assert withdrawals.withdrawn_events(session, first) == []
        second = session.query(Report).filter_by(file_id="50000002").one()
        second.withdrawn_at = NOW
        assert len(withdrawals.withdrawn_events(session, second)) == 1


def withdrawn(session: Session, file_id: str) -> list[Detected]:
    """The events of a report that the site no longer lists."""
    report = session.query(Report).filter_by(file_id=file_id).one()
    report.withdrawn_at = NOW
    return withdrawals.withdrawn_events(session, report)


def test_a_correction_that_is_withdrawn_is_an_event_with_what_counts_again(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, SAME, OTHER], [0, 1, 2])
        [event] = withdrawn(session, OTHER[0])
        assert "children in care good (not requires improvement)" in event.detail["note"]
        assert "The version published on 2 September 2024 counts again" in event.detail["note"]
        assert withdrawn(session, SAME[0]) == [], "the first version says the same"
        assert len(withdrawn(session, FIRST[0])) == 1


def test_a_withdrawn_correction_of_areas_is_an_event_and_one_in_doubt_is_not(
    database: Database,
) -> None:
    areas = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The quality of homes."]))
    unsure = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=FALLEN, problems=[UNSURE]))
    with database.write() as session:
        ingested(session, [FIRST, areas, unsure], [0, 1, 2])
        assert withdrawn(session, unsure[0]) == [], "nobody was told what it said"
        [event] = withdrawn(session, areas[0])
        assert event.detail["note"].endswith("counts again, with other areas for improvement.")


def withdrawn_and_stored(session: Session, file_id: str) -> list[str]:
    """The types of the events of a report that the site no longer lists, after they are stored."""
    found = withdrawn(session, file_id)
    report = session.query(Report).filter_by(file_id=file_id).one()
    return [event.type for event in detection.store(session, report, found, now=NOW)]


@pytest.mark.parametrize("is_listed_first", [True, False])
def test_a_withdrawn_correction_does_not_silence_the_report_that_can_be_read_after_it(
    database: Database, is_listed_first: bool
) -> None:
    """The fall is urgent. Readers know only what the correction said."""
    with database.write() as session:
        damaged = a_reading(sha256="5" * 64, start=None, grades={}, areas=[], problems=[UNSURE])
        fallen = ("50000001", SUMMER, a_reading(sha256="1" * 64, grades=BELOW))
        before = (*fallen[:2], damaged)
        documents = [BEFORE, before, OTHER] if is_listed_first else [BEFORE, OTHER]
        ingested(session, documents, range(len(documents)))
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        rows = session.query(Report).filter_by(file_id=fallen[0])
        report = rows.one_or_none() or a_report(session, fallen[0], published=SUMMER)
        facts.store_reading(session, report, fallen[2], now=NOW)
        found = detected_events(session, report)
        assert ReportEvents.of(found).urgent
        types = {"grade_change"} if is_listed_first else {"grade_change", "new_report"}
        assert {event.type for event in found} == types
        assert detected_events(session, report) == []


@pytest.mark.parametrize("grades", [GRADES, FALLEN])
def test_a_report_that_counts_again_has_no_event_beyond_the_one_that_says_so(
    database: Database, grades: dict[Judgement, Grade | None]
) -> None:
    first = ("50000001", SUMMER, a_reading(sha256="1" * 64, grades=grades))
    with database.write() as session:
        ingested(session, [BEFORE, first, OTHER], [0, 2, 1])
        is_other = grades is GRADES
        assert withdrawn_and_stored(session, OTHER[0]) == (["withdrawn"] if is_other else [])
        assert (
            detected_events(session, session.query(Report).filter_by(file_id=first[0]).one()) == []
        )


@pytest.mark.parametrize("later", [SAME, OTHER])
def test_a_version_that_returns_after_all_were_withdrawn_is_an_event_with_what_counts_again(
    database: Database, later: tuple[str, date, Reading]
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, later], [0, 1])
        assert withdrawn_and_stored(session, FIRST[0]) == [], "the newer version is listed"
        assert withdrawn_and_stored(session, later[0]) == ["withdrawn"]
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        [event] = detection.store(
            session, first, withdrawals.returned_events(session, first), now=NOW
        )
        counts = "children in care good (not requires improvement)"
        assert (event.type, counts in event.detail["note"]) == ("returned", later is OTHER)
        first.withdrawn_at = None
        assert detected_events(session, first) == [], "that it is there again says all"
        second = session.query(Report).filter_by(file_id=later[0]).one()
        assert [event.type for event in withdrawals.returned_events(session, second)] == [
            "returned"
        ]


def test_a_version_that_returns_while_a_newer_one_is_listed_is_not_an_event(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        assert withdrawn_and_stored(session, FIRST[0]) == []
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        assert withdrawals.returned_events(session, first) == []


def test_a_version_that_was_withdrawn_and_replaced_makes_no_event_as_it_returns(
    database: Database,
) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0])
        assert withdrawn_and_stored(session, FIRST[0]) == ["withdrawn"]
        ingested(session, [OTHER], [0])
        first = session.query(Report).filter_by(file_id=FIRST[0]).one()
        assert withdrawals.returned_events(session, first) == [], "the newer version counts"


def test_a_report_that_was_never_read_can_return(database: Database) -> None:
    with database.write() as session:
        report = a_report(session, "50000001")
        report.last_seen_at = NOW
        [event] = detection.store(session, report, withdrawn(session, report.file_id), now=NOW)
        [event] = detection.store(
            session, report, withdrawals.returned_events(session, report), now=NOW
        )
        assert (event.type, event.detail[COUNTS_AGAIN]) == ("returned", {})


def test_what_counts_again_begins_with_the_overall_grade(database: Database) -> None:
    everything = dict.fromkeys(GRADES, Grade.OUTSTANDING)
    every = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=everything))
    with database.write() as session:
        ingested(session, [FIRST, every], [0, 1])
        [event] = withdrawn(session, every[0])
        note = event.detail["note"]
        assert "counts again: overall effectiveness good (not outstanding), impact of" in note
        assert len(note) < LONGEST_NOTE


def test_of_versions_that_return_together_only_the_newest_is_an_event(database: Database) -> None:
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        withdrawn_and_stored(session, FIRST[0])
        withdrawn_and_stored(session, OTHER[0])
        both = session.query(Report).order_by(Report.file_id).all()
        found = [withdrawals.returned_events(session, report, returned=both) for report in both]
        assert [len(events) for events in found] == [0, 1]


def test_a_grade_confirmed_after_a_newer_version_has_gone_is_an_event(database: Database) -> None:
    unsure = a_reading(sha256="1" * 64, grades=BELOW, problems=[UNSURE])
    with database.write() as session:
        ingested(session, [BEFORE, ("50000001", SUMMER, unsure), OTHER], [0, 1, 2])
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        report = session.query(Report).filter_by(file_id="50000001").one()
        assert detected_events(session, report) == []
        certain = a_reading(sha256="1" * 64, grades=BELOW)
        facts.store_reading(session, report, certain, now=NOW)
        assert "grade_change" in [event.type for event in detected_events(session, report)]


def test_a_withdrawn_version_is_not_a_correction_of_a_file_replaced_before_it(
    database: Database,
) -> None:
    twin = ("50000002", AUTUMN, FIRST[2])
    with database.write() as session:
        ingested(session, [FIRST, twin], [0, 1])
        assert withdrawn(session, "50000002") == []
        first = session.query(Report).filter_by(file_id="50000001").one()
        assert len(replaced_in_place(session, first, OTHER[2])) == 1
        assert detected_events(session, first) == []


@pytest.mark.parametrize("is_reported", [True, False])
def test_a_report_that_comes_again_under_another_number_after_its_withdrawal_is_new(
    database: Database, is_reported: bool
) -> None:
    with database.write() as session:
        ingested(session, [FIRST], [0])
        gone = withdrawn(session, FIRST[0])
        if is_reported:
            detection.store(session, session.query(Report).one(), gone, now=NOW)
        second = a_report(session, SAME[0], published=SAME[1])
        facts.store_reading(session, second, SAME[2], now=NOW)
        found = ["new_report"] if is_reported else []
        assert [event.type for event in detected_events(session, second)] == found
        assert detected_events(session, second) == []
        detection.store(session, second, replaced_in_place(session, second, OTHER[2]), now=NOW)
        assert detected_events(session, second) == [], "the correction says all"


def test_a_correction_that_is_withdrawn_and_comes_again_under_another_number_is_one_again(
    database: Database,
) -> None:
    """Readers know that the first version counts again."""
    with database.write() as session:
        ingested(session, [FIRST, OTHER], [0, 1])
        assert withdrawn_and_stored(session, OTHER[0]) == ["withdrawn"]
        again = a_report(session, "50000004", published=WINTER)
        facts.store_reading(session, again, OTHER[2], now=NOW)
        assert [event.type for event in detected_events(session, again)] == ["correction"]
