"""Reports that wait for a digest, and the digests that are made at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from alerts.events.types import EventType
from alerts.outbox.digests import make_due_digests
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.subscriptions.config import AlertConfig
from reports.london import LONDON
from storage.database import Database
from storage.models import (
    Delivery,
    Event,
    Poll,
    PollKind,
    PollOutcome,
    Report,
)
from tests.alerts.builders import SITES, make_event, make_report, stored

Rows = Callable[[], list[Delivery]]

FRIDAY = datetime(2026, 6, 19, 13, 2, tzinfo=LONDON)
"""A Friday, in the year's second half; real time is of no matter here."""

REAL = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MAIL = {"type": "email", "from": "w@example.org", "host": "localhost"}


def new_events(
    database: Database,
    config: AlertConfig,
    *,
    at: datetime,
    number: int = 1,
    held: bool = False,
    events: Callable[[Report], list[Event]] | None = None,
) -> None:
    """A report comes out and is stored with its messages."""
    report = make_report(
        file_id=f"5040{number:04d}",
        authority=f"Marlbury {number}",
        urn=f"9{number:04d}",
        grades=(("overall_effectiveness", "good"),),
    )
    found = events(report) if events else [make_event(report, EventType.NEW_REPORT)]
    for event in found:
        event.detected_at = at
    with database.write() as session:
        stored(session, report, found)
        keep_notifications(
            session,
            found,
            AlertRun(config=config, now=REAL, real_now=REAL, sites=SITES),
            held=held,
        )


def make(database: Database, config: AlertConfig, at: datetime) -> int:
    """What `deliver` does at a time."""
    return make_due_digests(database, AlertRun(config=config, now=at, real_now=REAL, sites=SITES))


def look(database: Database, *moments: datetime) -> None:
    """Complete polls of the site."""
    with database.write() as session:
        session.add_all(
            Poll(
                kind=PollKind.QUICK,
                started_at=moment,
                listed_at=moment,
                outcome=PollOutcome.GOOD,
                notes=[],
            )
            for moment in moments
        )


def digests(rows: list[Delivery], recipient: str = "a@example.org") -> list[Delivery]:
    """The digests that one recipient gets."""
    return [row for row in rows if row.recipient == recipient and row.key.startswith("digest:")]
