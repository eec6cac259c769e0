"""The outbox: messages are written together with their events, and sent in a separate step.

    queue_messages   keep notifications for the subscriptions that want an event, in the caller's
                     transaction; muted messages are written at once
    make_messages    (alerts.outbox.combined_messages) make the messages of a poll
    release          send or drop held messages
    requeue_failed   send failed messages again, once the cause has been fixed
    send_due         (alerts.outbox.send) claim, send, record

Times here are real time, because leases and waits are about real processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.messages.digest_periods import When
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.outbox.notifications import keep_notifications, release_notifications
from alerts.outbox.run import AlertRun
from alerts.outbox.send import send_due
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import addressees, subscribers
from storage.models import Delivery, DeliveryState, Event

__all__ = ["Queued", "SendSummary", "queue_messages", "release", "send_due", "requeue_failed"]

NOT_TOO_OLD = timedelta(days=14)


@dataclass(frozen=True)
class Queued:
    """The muted deliveries, and how many more follow at the end of the poll."""

    muted: tuple[Delivery, ...] = ()
    waiting: int = 0

    def __add__(self, other: Queued) -> Queued:
        return Queued(self.muted + other.muted, self.waiting + other.waiting)


def queue_messages(
    session: Session, events: Sequence[Event], run: AlertRun, *, held: bool
) -> Queued:
    """Keep a report's events as notifications for the subscriptions that want any of them.

    They wait for the end of the poll (`alerts.outbox.combined_messages`) or of the digest's period.
    Urgent events never wait for a digest. Never commits.
    """
    if not events or not run.config.subscriptions:
        return Queued()
    found = ReportEvents.of(events)
    match = ReportMatch.of(found)
    mutes = Mutes.at(session, found.events[0].detected_at)
    queued = Queued()
    waiting: dict[str, DeliveryState] = {}
    for subscription in subscribers(run.config, match):
        state = FirstState.of(mutes.of_match(subscription, match), held=held)
        if state.state == DeliveryState.MUTED:
            queued += Queued(_write_muted(session, found, subscription, state, run))
            continue
        waiting[subscription.name] = state.state
        if found.urgent or subscription.when == When.NOW:
            queued += Queued(waiting=len(addressees(run.config, subscription)))
    keep_notifications(session, found.events, waiting, urgent=found.urgent)
    return queued


def _write_muted(
    session: Session,
    found: ReportEvents,
    subscription: Subscription,
    state: FirstState,
    run: AlertRun,
) -> tuple[Delivery, ...]:
    """Write a muted message, so that it is on record. It is not combined with any other."""
    deliveries = enqueue(
        session,
        run.message(session, found),
        addressees(run.config, subscription),
        key=MessageKey.of(found.events),
        events=found.events,
        first=state,
        now=run.real_now,
    )
    return tuple(deliveries)


def release(session: Session, *, drop: bool, now: datetime) -> int:
    """Make held messages due, or drop them, and return their number. Never commits.

    Held notifications are released too. They are not counted: they are in no message yet.
    """
    release_notifications(session, drop=drop)
    state = DeliveryState.MUTED if drop else DeliveryState.DUE
    changed = session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.HELD)
        .values(state=state, next_attempt_at=now)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def requeue_failed(session: Session, *, now: datetime, may_have_arrived: bool = False) -> int:
    """Make failed deliveries due, once the cause has been fixed. Never commits.

    Returns the number requeued. With `may_have_arrived` instead those that may have arrived,
    whether they have failed or wait for their repeat: their recipients may get them twice. Older
    messages stay.
    """
    wanted = [Delivery.state == DeliveryState.FAILED, Delivery.no_replies == 0]
    if may_have_arrived:
        states = (DeliveryState.FAILED, DeliveryState.DUE)
        wanted = [Delivery.state.in_(states), Delivery.no_replies > 0]
    changed = session.execute(
        update(Delivery)
        .where(*wanted, Delivery.created_at > now - NOT_TOO_OLD)
        .values(state=DeliveryState.DUE, next_attempt_at=now, give_up_at=None)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
