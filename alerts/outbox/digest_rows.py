"""The rows of a digest or a combined message: one for each report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.messages.context import Lines
from alerts.messages.digest import DigestRow
from alerts.outbox.notifications import by_report
from alerts.outbox.run import AlertRun
from storage.models import Notification


def rows_of(
    session: Session,
    notifications: Iterable[Notification],
    run: AlertRun,
    *,
    sent: Collection[int] = (),
) -> list[DigestRow]:
    """Return one row for each report: urgent ones first, then by the type of event and the name.

    `sent` are the events, by id, that another message has contained.
    """
    lines = Lines(session)
    rows = [_row(session, group, run, sent, lines) for group in by_report(notifications)]
    order = {event_type: n for n, event_type in enumerate(most_important_first(EventType))}
    return sorted(
        rows,
        key=lambda row: (
            not row.message.urgent,
            order[row.message.events[0]],
            row.message.authority,
        ),
    )


def _row(
    session: Session,
    notifications: Sequence[Notification],
    run: AlertRun,
    sent: Collection[int],
    lines: Lines,
) -> DigestRow:
    found = ReportEvents.of(notification.event for notification in notifications)
    message = run.message(session, found, lines=lines)
    return DigestRow(
        message=message,
        sent_before=all(notification.event_id in sent for notification in notifications),
    )
