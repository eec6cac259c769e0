"""Notifications of events that a subscription wants only because a person confirmed a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from alerts.events.detected import Detected
from alerts.events.report_events import ReportEvents
from alerts.outbox.enqueue import AlertRun, Queued, keep_for
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.recipients import subscribers, wants
from alerts.subscriptions.replay import unstored
from storage import facts
from storage.models import (
    WAITING,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    Notification,
    Report,
)


def queue_confirmed(
    session: Session,
    report: Report,
    detected: Sequence[Detected],
    run: AlertRun,
    *,
    held: bool,
    kind_before: str | None,
) -> Queued:
    """Keep a report's stored events for subscriptions that want them now that a value is confirmed.

    Also deletes waiting notifications that only a confirmed value had caused, if it has been taken
    back. If the report is urgent only now, notifications and waiting messages become urgent.
    `detected` are the events detected with the confirmed value. `kind_before` is the kind that the
    report had before. The stored events stay as they are: the message says what has been corrected
    since. Subscriptions that wanted them before, or have a notification or message about one of
    them, get nothing. Never commits.
    """
    stored = session.scalars(
        select(Event)
        .where(Event.key.in_([found.key for found in detected]), Event.report_id == report.id)
        .order_by(Event.key)
    ).all()
    if not stored:
        return Queued()
    keys = {event.key for event in stored}
    as_now = unstored(report, [found for found in detected if found.key in keys], at=run.now)
    match = ReportMatch.of(as_now)
    events = ReportEvents.of(stored)
    before = replace(ReportMatch.of(events), kind=kind_before)
    as_read = replace(before, kind=facts.as_read(report).kind)
    _take_back(session, stored, run, match, as_read)
    if match.urgent and not before.urgent:
        _make_urgent(session, stored, run)
    known = _notified(session, stored)
    wanted = [
        subscription
        for subscription in subscribers(run.config, match)
        if subscription.name not in known and not wants(subscription, before)
    ]
    return keep_for(session, wanted, events, match, run, at=run.now, held=held)


def _take_back(
    session: Session,
    events: Sequence[Event],
    run: AlertRun,
    match: ReportMatch,
    as_read: ReportMatch,
) -> None:
    """Delete waiting notifications of subscriptions that wanted these events only because of a
    confirmed value that a person has since taken back.
    """
    unwanted = [
        subscription.name
        for subscription in run.config.subscriptions
        if not (wants(subscription, match) or wants(subscription, as_read))
    ]
    session.execute(
        delete(Notification).where(
            Notification.subscription.in_(unwanted),
            Notification.event_id.in_([event.id for event in events]),
            Notification.state.in_(WAITING),
            exists().where(
                Event.id == Notification.event_id, Event.detected_at < Notification.collected_at
            ),
        )
    )


def _make_urgent(session: Session, events: Sequence[Event], run: AlertRun) -> None:
    """Make all notifications of these events, and the messages that wait about them, urgent.

    No digest or quiet hours delay them then. Notifications already in a message are marked too.
    """
    ids = [event.id for event in events]
    session.execute(update(Notification).where(Notification.event_id.in_(ids)).values(urgent=True))
    about = select(DeliveryEvent.delivery_id).where(DeliveryEvent.event_id.in_(ids))
    waiting = select(Delivery).where(Delivery.state == DeliveryState.DUE, Delivery.id.in_(about))
    quiet_hours = {entry.name: entry.quiet_hours for entry in run.config.subscriptions}
    now = run.real_now
    for row in session.scalars(waiting):
        row.urgent = True
        quiet = quiet_hours.get(row.subscription)
        # After a try, it may also wait because the channel is busy, or for a reply.
        if row.tries == 0 or quiet and row.next_attempt_at == now + quiet.wait(now):
            row.next_attempt_at = now


def _notified(session: Session, events: Sequence[Event]) -> frozenset[str]:
    """Return the subscriptions (names) that have a notification or message about these events."""
    ids = [event.id for event in events]
    notifications = select(Notification.subscription).where(Notification.event_id.in_(ids))
    messages = (
        select(Delivery.subscription)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(DeliveryEvent.event_id.in_(ids))
    )
    return frozenset(session.scalars(notifications.union(messages)))
