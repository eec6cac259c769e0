"""A document that was added is removed after its messages or digests were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from alerts.outbox.combined_messages import make_messages
from alerts.outbox.deliveries import release
from alerts.outbox.enqueue import AlertRun
from alerts.outbox.waiting_messages import DOCUMENT_REMOVED, compose_waiting
from alerts.subscriptions.config import AlertConfig
from storage.database import Database
from storage.facts import remove_report
from storage.models import DeliveryState, Report
from tests.alerts.builders import SITES
from tests.alerts.outbox.making_digests import DAY, FRIDAY, REAL, Rows, digests, make, new_events

Configured = Callable[..., AlertConfig]

LATER = REAL + timedelta(hours=1)


def make_alerts(database: Database, config: AlertConfig) -> None:
    make_messages(database, AlertRun(config=config, now=FRIDAY, real_now=REAL, sites=SITES))


def remove(database: Database, number: int) -> None:
    with database.write() as session:
        file_id = f"5040{number:04d}"
        remove_report(
            session, session.scalars(select(Report).where(Report.file_id == file_id)).one()
        )


def compose_later(database: Database, config: AlertConfig) -> None:
    run = AlertRun(config=config, now=FRIDAY + DAY, real_now=LATER, sites=SITES)
    compose_waiting(database, run)


def test_a_message_about_a_document_that_was_removed_is_not_sent_at_its_release(
    database: Database, configured: Configured, rows: Rows
) -> None:
    config = configured("now")
    new_events(database, config, at=FRIDAY, held=True)
    make_alerts(database, config)
    remove(database, 1)
    with database.write() as session:
        release(session, drop=False, now=LATER)
    compose_later(database, config)
    assert {(row.state, row.last_error) for row in rows()} == {
        (DeliveryState.MUTED, DOCUMENT_REMOVED)
    }


def test_a_message_that_waits_is_sent_without_the_document_that_was_removed(
    database: Database, configured: Configured, rows: Rows
) -> None:
    config = configured("now")
    for number in (1, 2):
        new_events(database, config, at=FRIDAY, number=number)
    make_alerts(database, config)
    remove(database, 1)
    compose_later(database, config)
    for row in rows():
        assert row.state == DeliveryState.DUE
        assert "Marlbury 1" not in str(row.payload)
        assert "Marlbury 2" in str(row.payload)


def test_digests_that_wait_without_their_documents_keep_their_own_days(
    database: Database, configured: Configured, rows: Rows
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    for number in (1, 2):
        new_events(database, config, at=FRIDAY + number * DAY, number=number)
        make(database, config, FRIDAY + (number + 1) * DAY)
    before = [(row.key, row.payload["subject"]) for row in digests(rows()) if row.events]
    assert len(before) == 2
    for number in (1, 2):
        remove(database, number)
    compose_later(database, config)
    after = {row.key: row.payload["subject"] for row in digests(rows())}
    for key, subject in before:
        assert after[key] == subject.replace(": 1 report", ": Ofsted's site could not be checked")
