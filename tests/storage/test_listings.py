"""What the site lists, and which poll counts as the last."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.listings import (
    Listing,
    newest_published,
    newest_published_by_authority,
    record_listings,
)
from storage.models import Authority, Poll, PollKind, PollOutcome, Report
from storage.polls import CUT_OFF, last_complete_poll, start_poll
from tests.storage.readings import NOW, a_report

DAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _two_reports(database: Database) -> None:
    with database.write() as session:
        a_report(session, "50000001")
        a_report(session, "50000002")


def test_a_report_that_cannot_be_stored_takes_no_other_along(database: Database) -> None:
    with database.write() as session:
        poll = start_poll(session, kind=PollKind.FULL, now=NOW, since=None)
        owner = session.scalars(select(Authority).where(Authority.key == "havering")).one()
        listed = [
            Listing(
                authority_id=owner.id,
                file_id=file_id,
                url=f"https://files.ofsted.gov.uk/v1/file/{file_id}",
                title=title,
                published=DAY,
                inspection_date=None,
            )
            for file_id, title in (("61", "One"), ("62", "half a \ud800 sign"), ("63", "Three"))
        ]
        new = record_listings(session, listed, poll=poll, now=NOW, opened=[owner], hold_over=25)
        assert [report.file_id for report in new] == ["61", "63"]
        assert poll.notes == ["The report “62” of the site cannot be stored."]
    with database.read() as session:
        stored = set(session.scalars(select(Report.file_id)))
    assert {"61", "63"} <= stored
    assert "62" not in stored


def test_a_poll_whose_process_is_gone_is_ended_by_the_next(database: Database) -> None:
    with database.write() as session:
        killed, running = (
            start_poll(session, kind=PollKind.FULL, now=NOW, since=None) for _ in range(2)
        )
        machine, process, _, chance = str(running.owner).split(":")
        killed.owner = f"{machine}:{process}:1.0:{chance}"  # before the present process had it
        start_poll(session, kind=PollKind.QUICK, now=NOW, since=None)
        assert (killed.outcome, killed.error) == (PollOutcome.FAILED, CUT_OFF)
        assert running.outcome == PollOutcome.RUNNING


def poll_at(session: Session, moment: datetime) -> Poll:
    poll = start_poll(session, kind=PollKind.FULL, now=moment, since=None)
    poll.listed_at, poll.outcome = moment, PollOutcome.GOOD
    return poll


def test_a_poll_dated_in_the_future_is_not_the_last_one(database: Database) -> None:
    with database.write() as session:
        true = poll_at(session, NOW - timedelta(days=4))
        wrong = poll_at(session, NOW + timedelta(days=9))
        assert last_complete_poll(session, now=NOW) == true.listed_at
        assert last_complete_poll(session, now=NOW + timedelta(days=10)) == wrong.listed_at


def test_a_publication_date_in_the_future_is_not_the_newest(database: Database) -> None:
    with database.write() as session:
        first, second = session.scalars(select(Report).order_by(Report.id))
        first.url = second.url = "https://files.ofsted.gov.uk/v1/file/1"
        first.published, second.published = DAY, DAY + timedelta(days=400)
        assert newest_published(session, today=DAY) == DAY
        newest = newest_published_by_authority(session, today=DAY)
        assert newest[first.authority_id] == DAY


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (1, True), (2, False), (1_500, False)])
def test_a_publication_date_after_tomorrow_is_not_known(
    database: Database, days: int, is_known: bool
) -> None:
    """Our clock may be late by some hours. What it shows later is stored then."""
    today = NOW.date()
    shown = today + timedelta(days=days)
    with database.write() as session:
        owner = session.scalars(select(Authority).where(Authority.key == "havering")).one()

        def list_it(published: date | None) -> None:
            entry = Listing(
                authority_id=owner.id,
                file_id="50009999",
                url="https://files.ofsted.gov.uk/v1/file/50009999",
                title="Inspection",
                published=published,
                inspection_date=None,
            )
            poll = start_poll(session, kind=PollKind.FULL, now=NOW, since=None)
            record_listings(session, [entry], poll=poll, now=NOW, opened=[owner], hold_over=0)

        list_it(shown)
        report = session.scalars(select(Report).where(Report.file_id == "50009999")).one()
        assert report.published == (shown if is_known else None)
        list_it(today)
        list_it(shown)
        assert report.published == (shown if is_known else today)


def test_a_killed_poll_dated_in_the_future_is_ended_by_the_next(database: Database) -> None:
    with database.write() as session:
        wrong = start_poll(session, kind=PollKind.QUICK, now=NOW + timedelta(days=9), since=None)
        start_poll(session, kind=PollKind.QUICK, now=NOW, since=None)
        session.refresh(wrong)
        assert wrong.outcome == PollOutcome.FAILED


def test_the_first_poll_shortly_after_midnight_counts_as_that_day(database: Database) -> None:
    """In summer, London is an hour ahead of UTC."""
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    with database.write() as session:
        authority = session.scalars(select(Authority)).first()
        assert authority is not None
        entry = Listing(
            authority_id=authority.id,
            file_id="50009999",
            url="https://files.ofsted.gov.uk/v1/file/50009999",
            title="Inspection",
            published=date(2026, 7, 1),
            inspection_date=None,
        )
        poll = start_poll(session, kind=PollKind.FULL, now=night, since=None)
        [report] = record_listings(
            session, [entry], poll=poll, now=night, opened=[authority], hold_over=0
        )
        assert report.silent


def test_a_first_poll_dated_in_the_future_makes_no_later_report_history(
    database: Database,
) -> None:
    with database.write() as session:
        poll_at(session, NOW + timedelta(days=400))
        authority = session.scalars(select(Authority)).first()
        assert authority is not None
        authority.first_opened_at = None
        entry = Listing(
            authority_id=authority.id,
            file_id="50009999",
            url="https://files.ofsted.gov.uk/v1/file/50009999",
            title="Inspection",
            published=NOW.date() + timedelta(days=5),
            inspection_date=None,
        )
        [report] = record_listings(
            session, [entry], poll=poll_at(session, NOW), now=NOW, opened=[authority], hold_over=0
        )
        assert not report.silent
