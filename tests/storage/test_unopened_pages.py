"""Pages that no look could open yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import unopened_pages
from storage.database import Database
from storage.models import Authority

FIRST_POLL = datetime(2026, 6, 1, 5, tzinfo=UTC)
SECOND_POLL = FIRST_POLL + timedelta(days=1)


def council(key: str) -> Authority:
    return Authority(key=key, name=key, short=key, region="", la_type="")


def failure(key: str, error: str = "404") -> unopened_pages.Failure:
    return unopened_pages.Failure(
        urn=key, name=key, href=f"/{key}", latest_report=None, error=error
    )


def test_the_longest_without_a_try_comes_first(database: Database) -> None:
    with database.write() as session:
        first, second = council("first"), council("second")
        session.add_all([first, second])
        session.flush()
        assert unopened_pages.note_failure(session, first, failure("first"), now=FIRST_POLL)
        assert unopened_pages.note_failure(session, second, failure("second"), now=FIRST_POLL)
        assert unopened_pages.note_failure(session, first, failure("first", "500"), now=SECOND_POLL)
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
        assert unopened_pages.note_failure(session, one, failure("one"), now=FIRST_POLL)
        one.first_opened_at = one.last_opened_at = SECOND_POLL
        unopened_pages.forget_opened(session)
        assert unopened_pages.waiting_pages(session, now=SECOND_POLL) == []


def test_a_page_that_was_opened_before_waits_after_a_day(database: Database) -> None:
    first, later = SECOND_POLL + timedelta(hours=2), SECOND_POLL + timedelta(hours=26)
    with database.write() as session:
        one = council("one")
        one.first_opened_at = one.last_opened_at = SECOND_POLL
        session.add(one)
        session.flush()
        assert not unopened_pages.note_failure(session, one, failure("one"), now=first)
        unopened_pages.forget_opened(session)
        assert unopened_pages.waiting_pages(session, now=first) == []
        assert unopened_pages.note_failure(session, one, failure("one"), now=later)
        unopened_pages.forget_opened(session)
        assert [row.name for row in unopened_pages.waiting_pages(session, now=later)] == ["one"]


def test_what_a_full_poll_did_not_meet_waits_no_longer(database: Database) -> None:
    with database.write() as session:
        for key, poll in (("gone", FIRST_POLL), ("listed", SECOND_POLL)):
            one = council(key)
            session.add(one)
            session.flush()
            unopened_pages.note_failure(session, one, failure(key), now=poll)
        unopened_pages.forget_unlisted(session, full_poll=SECOND_POLL)
        rows = unopened_pages.waiting_pages(session, now=SECOND_POLL)
        assert [row.name for row in rows] == ["listed"]
