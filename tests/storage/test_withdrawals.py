"""What full polls no longer meet: withdrawn after several polls, not after one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Reading
from storage import facts
from storage.confirmable_fields import Field
from storage.database import Database
from storage.listings import Listing, record_listings
from storage.models import Authority, PollKind, Report
from storage.polls import start_poll
from storage.withdrawals import note_missed
from tests.storage.readings import NOW, a_reading, a_report

DAY = date(2026, 7, 1)
LISTED = "50000002"


@pytest.fixture(autouse=True)
def _two_reports(database: Database) -> None:
    with database.write() as session:
        a_report(session, "50000001")
        a_report(session, LISTED)


def full_poll(
    session: Session,
    day: date,
    *,
    complete: bool = True,
    all_complete: bool = True,
    lists: str = LISTED,
    unread_since: dict[int, datetime] | None = None,
) -> list[str]:
    owner = session.scalars(select(Report.authority_id).order_by(Report.id).limit(1)).one()
    gone = note_missed(
        session,
        complete={owner} if complete else set(),
        unread_since=unread_since or {},
        all_complete=complete and all_complete,
        listed={lists},
        today=day,
        now=NOW,
    )
    return [report.file_id for report in gone]


def list_again(session: Session, report: Report) -> None:
    again = Listing(
        authority_id=report.authority_id,
        file_id=report.file_id,
        url=report.url or "",
        title=report.title,
        published=report.published,
        inspection_date=None,
    )
    poll = start_poll(session, kind=PollKind.FULL, now=NOW, since=None)
    owner = session.get_one(Authority, report.authority_id)
    record_listings(session, [again], poll=poll, now=NOW, opened=[owner], hold_over=25)


def test_three_full_polls_on_two_days_withdraw_a_report_once(database: Database) -> None:
    with database.write() as session:
        assert full_poll(session, DAY) == []
        assert full_poll(session, DAY) == []
        assert full_poll(session, DAY + timedelta(days=1)) == ["50000001"]
        assert full_poll(session, DAY + timedelta(days=2)) == []


def test_three_full_polls_on_one_day_prove_nothing(database: Database) -> None:
    with database.write() as session:
        assert [full_poll(session, DAY) for _ in range(5)] == [[]] * 5
        assert full_poll(session, DAY + timedelta(days=1)) == ["50000001"]


def test_a_page_that_was_not_read_wholly_ends_the_row(database: Database) -> None:
    with database.write() as session:
        full_poll(session, DAY)
        full_poll(session, DAY + timedelta(days=1))
        assert full_poll(session, DAY + timedelta(days=2), complete=False) == []
        assert full_poll(session, DAY + timedelta(days=3)) == []
        assert full_poll(session, DAY + timedelta(days=4)) == []
        assert full_poll(session, DAY + timedelta(days=5)) == ["50000001"]


def test_a_report_that_comes_back_is_counted_anew_and_no_longer_withdrawn(
    database: Database,
) -> None:
    with database.write() as session:
        for days in range(3):
            full_poll(session, DAY + timedelta(days=days))
        report = session.scalars(select(Report).where(Report.file_id == "50000001")).one()
        assert report.withdrawn_at == NOW
        list_again(session, report)
        assert report.withdrawn_at is None
        assert (report.times_missed, report.missed_since) == (0, None)
        assert full_poll(session, DAY + timedelta(days=9)) == []


def test_what_a_person_added_is_never_missed(database: Database) -> None:
    with database.write() as session:
        a_report(session, "added-0123456789abcdef", on_site=False)
        for days in range(5):
            gone = full_poll(session, DAY + timedelta(days=days))
            assert "added-0123456789abcdef" not in gone


def test_a_report_that_a_person_moved_may_be_on_a_page_that_was_not_read_wholly(
    database: Database,
) -> None:
    with database.write() as session:
        report = session.scalars(select(Report).where(Report.file_id == "50000001")).one()
        facts.store_reading(session, report, a_reading(), now=NOW)
        facts.confirm(
            session,
            report,
            field=Field.AUTHORITY,
            value=report.authority.key,
            who="Jo",
            why="page 1",
            now=NOW,
        )
        for days in range(5):
            assert full_poll(session, DAY + timedelta(days=days), all_complete=False) == []
        for days in (5, 6):
            assert full_poll(session, DAY + timedelta(days=days)) == []
        assert full_poll(session, DAY + timedelta(days=7)) == ["50000001"]


@pytest.mark.parametrize("moved", [False, True])
def test_only_reports_that_another_page_has_listed_since_one_could_not_be_opened_are_missed(
    database: Database, moved: bool
) -> None:
    """A page that cannot be opened may still list what it listed before."""
    with database.write() as session:
        report = session.scalars(select(Report).where(Report.file_id == "50000001")).one()
        council = report.authority_id
        unread = 0 if moved else council
        if moved:
            facts.store_reading(session, report, a_reading(), now=NOW)
            value = report.authority.key
            facts.confirm(
                session, report, field=Field.AUTHORITY, value=value, who="Jo", why="p1", now=NOW
            )
        since = {unread: report.last_seen_at + timedelta(seconds=1)}
        for days in range(5):
            assert full_poll(session, DAY + timedelta(days=days), unread_since=since) == []
        since = {unread: report.last_seen_at}
        for days in (5, 6):
            assert full_poll(session, DAY + timedelta(days=days), unread_since=since) == []
        gone = full_poll(session, DAY + timedelta(days=7), unread_since=since)
        assert gone == ["50000001"]


def test_an_inspection_has_the_days_and_the_inspector_of_the_version_that_counts(
    database: Database,
) -> None:
    def reading(sha256: str, start: date, lead: str) -> Reading:
        return a_reading(sha256=sha256, start=start).model_copy(update={"lead_inspector": lead})

    with database.write() as session:
        old, new = session.scalars(select(Report).order_by(Report.file_id)).all()
        facts.store_reading(session, old, reading("1" * 64, date(2024, 5, 13), "A. One"), now=NOW)
        facts.store_reading(session, new, reading("2" * 64, date(2024, 5, 14), "B. Two"), now=NOW)
        inspection = new.inspection
        assert inspection is not None
        assert (inspection.start, inspection.lead_inspector) == (date(2024, 5, 14), "B. Two")
        for days in range(3):
            full_poll(session, DAY + timedelta(days=days), lists=old.file_id)
        assert new.withdrawn_at is not None
        assert (inspection.start, inspection.lead_inspector) == (date(2024, 5, 13), "A. One")
        list_again(session, new)
        assert (inspection.start, inspection.lead_inspector) == (date(2024, 5, 14), "B. Two")
