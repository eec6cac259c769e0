"""Notifications: events kept for a subscription until its message is made.

`alerts.outbox.enqueue` writes them, in the transaction that stores the events.

waiting_notifications   those that are in no message yet
sent_singly             those of a period that were sent without a digest
is_of_another_council   whether its report has been moved to another council
was_notified            whether its subscription has a message about its event
has_message             whether a subscription has a message about an event
has_notification        whether an event has a notification for a subscription
notified_before         which of them the subscription has a message about
notifications_of        those that one message is about
reached_before          which of them all recipients have had a message about
by_report               those of each report together
with_only_held          which subscriptions do not know yet what new events change
release_notifications   let held ones into the next message, or drop them
held_reports            the number of reports whose notifications are held
end_empty_hold          end the hold of reports about which nothing is held
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from alerts.events.types import CHANGES
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.recipients import Addressee
from storage.chunks import chunks
from storage.held_messages import has_held_message
from storage.models import (
    WAITING,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    Notification,
    Report,
    ReportState,
)

DIGEST = "digest"
"""The kind of digests, with which the keys of their deliveries begin."""

_WITH_EVENT = (selectinload(Event.authority), selectinload(Event.report))
"""What a message needs of each event, loaded for all of them at once."""


def waiting_notifications(
    session: Session,
    subscription: Subscription,
    *,
    state: DeliveryState = DeliveryState.DUE,
    now: datetime,
    before: datetime | None = None,
) -> Sequence[Notification]:
    """Return notifications that are in no message yet, oldest first.

    With `before`, only those collected before that instant. Those dated later than `now` were
    collected while the clock was wrong, and count as old. Those whose report has been moved to
    another council are left out, and go on waiting.
    """
    query = (
        select(Notification)
        .where(
            Notification.subscription == subscription.name,
            Notification.state == state,
            ~is_of_another_council(),
        )
        .order_by(Notification.id)
        .options(joinedload(Notification.event).options(*_WITH_EVENT))
    )
    if before is not None:
        query = query.where(
            or_(Notification.collected_at < before, Notification.collected_at > now)
        )
    return session.scalars(query).all()


def sent_singly(
    session: Session, subscription: Subscription, *, start: datetime, end: datetime
) -> Sequence[Notification]:
    """Return notifications that were collected in a period and sent outside any digest.

    The subscription got its reports singly until its setting `when` was changed. Notifications of a
    digest that was removed, because it was made while the clock was wrong, do not count: they have
    no digest any more, but were not sent singly. Nor do those of a document that a person added and
    has removed.
    """
    query = (
        select(Notification)
        .where(
            Notification.subscription == subscription.name,
            Notification.state == DeliveryState.SENT,
            Notification.digest_id.is_(None),
            Notification.collected_at >= start,
            Notification.collected_at < end,
            ~is_of_another_council(),
            Notification.event.has(Event.report_id.is_not(None)),
            was_notified(Delivery.state == DeliveryState.SENT),
            ~was_notified(Delivery.key.startswith(f"{DIGEST}:")),
        )
        .order_by(Notification.id)
        .options(joinedload(Notification.event).options(*_WITH_EVENT))
    )
    return session.scalars(query).all()


def is_of_another_council() -> ColumnElement[bool]:
    """Return, for a query, whether a person has said that an event's report is about another
    council than the event. They may take that back.
    """
    return exists().where(
        Event.id == Notification.event_id,
        Report.id == Event.report_id,
        Report.authority_id != Event.authority_id,
    )


def was_notified(*only: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return, for a query, whether a notification's subscription has a message about its event.

    `only` are conditions on the message's deliveries.
    """
    return _has_message(Notification.event_id, Notification.subscription, *only)


def has_message(subscription: Subscription, *only: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return, for a query of events, whether a subscription has a message about an event.

    `only` are conditions on the message's deliveries.
    """
    return _has_message(Event.id, subscription.name, *only)


def has_notification(subscription: Subscription, *only: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return, for a query of events, whether an event has a notification for a subscription.

    `only` are conditions on the notification.
    """
    return exists().where(
        Notification.event_id == Event.id, Notification.subscription == subscription.name, *only
    )


def _has_message(
    event_id: InstrumentedAttribute[int],
    subscription: InstrumentedAttribute[str] | str,
    *only: ColumnElement[bool],
) -> ColumnElement[bool]:
    return exists().where(
        Delivery.subscription == subscription,
        DeliveryEvent.delivery_id == Delivery.id,
        DeliveryEvent.event_id == event_id,
        *only,
    )


def notified_before(session: Session, notifications: Sequence[Notification]) -> frozenset[int]:
    """Return the ids of the events about which the subscription has a message, whatever became of
    it: `deliver --again` sends a failed one.
    """
    return _events_where(session, notifications, was_notified())


def notifications_of(session: Session, delivery: Delivery) -> Sequence[Notification]:
    """Return the notifications of a message's events, oldest first."""
    return session.scalars(
        select(Notification)
        .where(
            Notification.subscription == delivery.subscription,
            Notification.event_id.in_([event.id for event in delivery.events]),
        )
        .order_by(Notification.id)
        .options(joinedload(Notification.event).options(*_WITH_EVENT))
    ).all()


def reached_before(
    session: Session,
    notifications: Sequence[Notification],
    to: Iterable[Addressee],
    *,
    digest: str,
) -> frozenset[int]:
    """Return the ids of the events about which every recipient in `to` has had a message.

    All get the same digest, so it can leave out only what has reached each of them. A message that
    was just made counts, because it is sent before the digest. One that is being tried again, or
    that another process is sending, may fail and does not count. Nor does the digest itself, whose
    keys begin with `digest`.
    """
    has_arrived = or_(
        Delivery.state == DeliveryState.SENT,
        and_(Delivery.state == DeliveryState.DUE, Delivery.tries == 0),
    )
    reached = None
    for addressee in to:
        found = _events_where(
            session,
            notifications,
            was_notified(
                ~Delivery.key.startswith(digest),
                Delivery.channel == addressee.channel.name,
                Delivery.recipient == addressee.recipient,
                has_arrived,
            ),
        )
        reached = found if reached is None else reached & found
        if not reached:
            break
    return reached or frozenset()


def _events_where(
    session: Session, notifications: Sequence[Notification], condition: ColumnElement[bool]
) -> frozenset[int]:
    found: set[int] = set()
    ids = [notification.id for notification in notifications]
    for some in chunks(ids):
        chunk = Notification.id.in_(some)
        found |= set(session.scalars(select(Notification.event_id).where(chunk, condition)))
    return frozenset(found)


def release_notifications(session: Session, *, drop: bool) -> None:
    """Let held notifications into the next message, or drop them. Never commits."""
    session.execute(
        update(Notification)
        .where(Notification.state == DeliveryState.HELD)
        .values(state=DeliveryState.MUTED if drop else DeliveryState.DUE)
    )


def with_only_held(session: Session, events: Sequence[Event]) -> frozenset[str]:
    """Return the subscriptions (names) that do not know yet the reports that new events change: all
    that they have about these reports is held.

    Such events say that a report was corrected or withdrawn, or has returned.
    """
    new = [event.id for event in events]
    changed = [
        event.earlier_report_id or event.report_id for event in events if event.type in CHANGES
    ]
    if not changed:
        return frozenset()
    earlier = and_(Event.report_id.in_(changed), Event.id.not_in(new))
    waiting = (
        select(Notification.subscription, Notification.state)
        .join(Notification.event)
        .where(earlier, Notification.state.in_(WAITING))
    )
    made = (
        select(Delivery.subscription, Delivery.state)
        .join(Delivery.events)
        .where(earlier, Delivery.state != DeliveryState.MUTED)
    )
    states: defaultdict[str, set[DeliveryState]] = defaultdict(set)
    for query in (waiting, made):
        for name, state in session.execute(query):
            states[name].add(state)
    return frozenset(name for name, found in states.items() if found == {DeliveryState.HELD})


def held_reports(session: Session) -> int:
    """Return the number of reports that wait for an operator and are in no message yet."""
    query = select(func.count(Event.report_id.distinct())).join(
        Notification, Notification.event_id == Event.id
    )
    return (
        session.scalar(query.where(Notification.state == DeliveryState.HELD, ~was_notified())) or 0
    )


def end_empty_hold(session: Session) -> bool:
    """End the hold of all reports if nothing is held and no more events can be found in them.

    Returns whether the hold ended. A report that is not read yet, or has a problem, may still have
    events. Never commits.
    """
    if session.scalar(select(Report.id).where(Report.held).limit(1)) is None:
        return False
    may_have_events = or_(Report.state != ReportState.READ, Report.problems.any())
    waits = select(Report.id).where(Report.held, may_have_events).limit(1)
    is_held = select(Event.id).where(has_held_message()).limit(1)
    if any(session.scalar(query) is not None for query in (is_held, waits)):
        return False
    session.execute(update(Report).where(Report.held).values(held=False))
    return True


def by_report(notifications: Iterable[Notification]) -> list[list[Notification]]:
    """Group the notifications by report."""

    def report_of(notification: Notification) -> int:
        return notification.event.report_id or 0

    return [
        list(group) for _, group in groupby(sorted(notifications, key=report_of), key=report_of)
    ]
