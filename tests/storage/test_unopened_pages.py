"""Pages that no look could open yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage import unopened_pages
from storage.database import Database
from storage.models import Authority

FIRST_POLL = datetime(2026, 6, 1, 5, tzinfo=UTC)
SECOND_POLL = FIRST_POLL + timedelta(days=1)


def council(key: str) -> Authority:
    return Authority(key=key, name=key, short=key, region="", la_type="")


def note(session: Session, authority: Authority, now: datetime, error: str = "404") -> bool:
    key = authority.key
    return unopened_pages.note_failure(
        session,
        authority,
        urn=key,
        name=key,
        href=f"/{key}",
        latest_report=None,
        error=error,
        now=now,
    )


def test_the_longest_without_a_try_comes_first(database: Database) -> None:
    with database.write() as session:
        first, second = council("first"), council("second")
        session.add_all([first, second])
        session.flush()
        assert note(session, first, FIRST_POLL)
        assert note(session, second, FIRST_POLL)
        assert note(session, first, SECOND_POLL, "500")
    with database.read() as session:
        rows = unopened_pages.waiting_pages(session, now=SECOND_POLL)
        assert [row.name for row in rows] == ["second", "first"]
        assert (rows[1].since, rows[1].tried_at) == (FIRST_POLL, SECOND_POLL)
        assert rows[1].error == "500"


def test_an_opened_page_does_not_wait(database: Database) -> None:
    with database.write() as session:
        one = council("one")
        session.add(one)
        session.flush()
        assert note(session, one, FIRST_POLL)
        unopened_pages.forget_opened(session, ["another", "one"])
        assert unopened_pages.waiting_pages(session, now=SECOND_POLL) == []


def test_a_page_that_was_opened_before_waits_after_a_day(database: Database) -> None:
    first, later = SECOND_POLL + timedelta(hours=2), SECOND_POLL + timedelta(hours=26)
    with database.write() as session:
        one = council("one")
        one.first_opened_at = one.last_opened_at = SECOND_POLL
        session.add(one)
        session.flush()
        assert not note(session, one, first)
        assert unopened_pages.waiting_pages(session, now=first) == []
        assert note(session, one, later)
        assert [row.name for row in unopened_pages.waiting_pages(session, now=later)] == ["one"]


def test_what_a_full_poll_did_not_meet_waits_no_longer(database: Database) -> None:
    with database.write() as session:
        for key, poll in (("gone", FIRST_POLL), ("listed", SECOND_POLL)):
            one = council(key)
            session.add(one)
            session.flush()
            note(session, one, poll)
        unopened_pages.forget_unlisted(session, full_poll=SECOND_POLL)
        rows = unopened_pages.waiting_pages(session, now=SECOND_POLL)
        assert [row.name for row in rows] == ["listed"]
