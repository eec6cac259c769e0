"""Reports from before the watch began that the first poll did not show."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.events.detection import is_history_listed_late
from reports.model import Judgement
from storage.database import Database
from storage.models import Poll, PollKind, PollOutcome
from tests.storage.readings import GRADES, NOW, RI, a_reading, stored

FALLEN = {**GRADES, Judgement.IN_CARE: RI}
LONG_AGO, LATELY = date(2024, 7, 12), date(2026, 6, 5)


def first_poll(session: Session, at: datetime) -> None:
    session.add(
        Poll(kind=PollKind.FULL, started_at=at, listed_at=at, outcome=PollOutcome.GOOD, notes=[])
    )
    session.flush()


@pytest.mark.parametrize("first", [NOW - timedelta(days=1), NOW + timedelta(days=900)])
def test_a_report_from_long_before_the_first_poll_is_history(
    database: Database, first: datetime
) -> None:
    with database.write() as session:
        first_poll(session, first)
        old = stored(session, "50000001", a_reading(), published=LONG_AGO)
        new = stored(session, "50000002", a_reading(start=date(2026, 5, 11)), published=LATELY)
        assert is_history_listed_late(session, old, now=NOW)
        assert not is_history_listed_late(session, new, now=NOW)


def test_a_date_before_the_inspection_is_mistyped_and_no_sign_of_history(
    database: Database,
) -> None:
    with database.write() as session:
        first_poll(session, NOW - timedelta(days=90))
        mistyped = stored(
            session, "50000001", a_reading(start=date(2026, 5, 11)), published=date(2025, 6, 29)
        )
        assert not is_history_listed_late(session, mistyped, now=NOW)


def test_a_corrected_file_may_keep_its_date(database: Database) -> None:
    with database.write() as session:
        first_poll(session, NOW)
        stored(session, "50000001", a_reading(), published=LONG_AGO, silent=True)
        corrected = stored(session, "50000002", a_reading(grades=FALLEN), published=LONG_AGO)
        assert not is_history_listed_late(session, corrected, now=NOW)


def test_a_report_from_long_ago_is_history_until_the_first_poll_is_complete(
    database: Database,
) -> None:
    with database.write() as session:
        old = stored(session, "50000001", a_reading(), published=LONG_AGO)
        new = stored(session, "50000002", a_reading(start=date(2026, 5, 11)), published=LATELY)
        assert is_history_listed_late(session, old, now=NOW)
        assert not is_history_listed_late(session, new, now=NOW)
