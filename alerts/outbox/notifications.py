"""Notifications: events kept for a subscription until its message is made.

keep_notifications      written in the transaction that stores the events
waiting_notifications   those that are in no message yet
notified_before         which of them the subscription has had a message about
rows_of                 one row for each report, the most important first
release_notifications   let held ones into the next message, or drop them
without_subscription    those of subscriptions that no longer exist
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.messages.context import Lines
from alerts.messages.digest import DigestRow
from alerts.outbox.run import AlertRun
from alerts.subscriptions.config import Subscription
from reports.wording import counted
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification

_WAITING = (DeliveryState.DUE, DeliveryState.HELD)
# The number of ids in one query.
_CHUNK = 500
# What a message asks of each event, read for all of them at once.
_WITH_EVENT = (selectinload(Event.authority), selectinload(Event.report))


def keep_notifications(
    session: Session,
    events: Sequence[Event],
    wanted: Mapping[str, DeliveryState],
    *,
    urgent: bool = False,
) -> None:
    """Keep a report's events for the next message of each subscription. Never commits.

    `wanted` has the state in which each subscription, by its name, begins to wait for them.
    """
    known = {
        (row.subscription, row.event_id)
        for row in session.execute(
            select(Notification.subscription, Notification.event_id).where(
                Notification.subscription.in_(list(wanted)),
                Notification.event_id.in_([event.id for event in events]),
            )
        )
    }
    new = [
        {
            "subscription": subscription,
            "event_id": event.id,
            "collected_at": event.detected_at,
            "urgent": urgent,
            "state": state,
        }
        for subscription, state in wanted.items()
        for event in events
        if (subscription, event.id) not in known
    ]
    if new:
        session.execute(insert(Notification), new)


def waiting_notifications(
    session: Session,
    subscription: Subscription,
    *,
    state: DeliveryState = DeliveryState.DUE,
    now: datetime,
    before: datetime | None = None,
) -> Sequence[Notification]:
    """Return notifications that are in no message yet, oldest first. `before`: kept before that.

    What is dated later than `now` was collected while the clock was wrong, and counts as old.
    """
    query = (
        select(Notification)
        .where(Notification.subscription == subscription.name, Notification.state == state)
        .order_by(Notification.id)
        .options(joinedload(Notification.event).options(*_WITH_EVENT))
    )
    if before is not None:
        query = query.where(
            or_(Notification.collected_at < before, Notification.collected_at > now)
        )
    return session.scalars(query).all()


def was_notified() -> ColumnElement[bool]:
    """Whether a notification's subscription has a message about its event, as a part of a query."""
    return exists().where(
        Delivery.subscription == Notification.subscription,
        DeliveryEvent.delivery_id == Delivery.id,
        DeliveryEvent.event_id == Notification.event_id,
    )


def notified_before(
    session: Session, subscription: Subscription, notifications: Sequence[Notification]
) -> frozenset[int]:
    """Return the events, by id, that the subscription has had a message about."""
    found: set[int] = set()
    ids = [notification.id for notification in notifications]
    for start in range(0, len(ids), _CHUNK):
        chunk = Notification.id.in_(ids[start : start + _CHUNK])
        found |= set(session.scalars(select(Notification.event_id).where(chunk, was_notified())))
    return frozenset(found)


def release_notifications(session: Session, *, drop: bool) -> None:
    """Let held notifications into the next message, or drop them. Never commits."""
    session.execute(
        update(Notification)
        .where(Notification.state == DeliveryState.HELD)
        .values(state=DeliveryState.MUTED if drop else DeliveryState.DUE)
    )


def held_reports(session: Session) -> int:
    """How many reports wait for a person without being in a message yet."""
    query = select(func.count(Event.report_id.distinct())).join(
        Notification, Notification.event_id == Event.id
    )
    return (
        session.scalar(query.where(Notification.state == DeliveryState.HELD, ~was_notified())) or 0
    )


def without_subscription(session: Session, subscriptions: Collection[str]) -> dict[str, int]:
    """Return how many reports wait for each subscription that is not among these, by its name.

    It was renamed or removed. Under its old name it would still get them.
    """
    query = (
        select(Notification.subscription, func.count(Event.report_id.distinct()))
        .join(Event, Event.id == Notification.event_id)
        .where(Notification.state.in_(_WAITING), Notification.subscription.not_in(subscriptions))
        .group_by(Notification.subscription)
        .order_by(Notification.subscription)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def without_subscription_words(subscription: str, reports: int) -> str:
    """Return a sentence about them for operators."""
    waiting = counted(reports, "report waits", "reports wait")
    return (
        f"{waiting} for the subscription {subscription}, which is not in watch.yaml any more: "
        "restore its name, or run inspection-watch release --drop to drop them"
    )


def drop_without_subscription(session: Session, subscriptions: Collection[str]) -> int:
    """Drop what waits for subscriptions that no longer exist; return the number of reports. Never
    commits.
    """
    dropped = sum(without_subscription(session, subscriptions).values())
    session.execute(
        update(Notification)
        .where(Notification.state.in_(_WAITING), Notification.subscription.not_in(subscriptions))
        .values(state=DeliveryState.MUTED)
    )
    return dropped


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


def by_report(notifications: Iterable[Notification]) -> list[list[Notification]]:
    """Group the notifications by report."""

    def report_of(notification: Notification) -> int:
        return notification.event.report_id or 0

    return [
        list(group) for _, group in groupby(sorted(notifications, key=report_of), key=report_of)
    ]


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
