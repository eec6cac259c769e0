"""What a subscription is told together with others: entries, one for each event.

collect          in the transaction that stores the events
waiting          those that no message has taken in yet
told_before      which of them the subscription has been told by another message
rows_of          as one row for each report, what matters most first
release_entries  what was held for a person: let in, or dropped
left_behind      what waits for subscriptions that are gone
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.messages.compose import compose
from alerts.messages.context import Lines, report_context
from alerts.messages.digest import DigestRow
from alerts.messages.sites import Sites
from alerts.subscriptions.config import Subscription
from reports.wording import counted
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification

_WAITING = (DeliveryState.DUE, DeliveryState.HELD)
# So many ids in one question to the database.
_CHUNK = 500


def keep_notifications(
    session: Session,
    subscription: Subscription,
    events: Iterable[Event],
    *,
    state: DeliveryState,
    urgent: bool = False,
) -> None:
    """Keep events for the next message that tells several together. Never commits."""
    events = list(events)
    known = set(
        session.scalars(
            select(Notification.event_id).where(
                Notification.subscription == subscription.name,
                Notification.event_id.in_([event.id for event in events]),
            )
        )
    )
    session.add_all(
        Notification(
            subscription=subscription.name,
            event_id=event.id,
            collected_at=event.detected_at,
            urgent=urgent,
            state=state,
        )
        for event in events
        if event.id not in known
    )


def waiting_notifications(
    session: Session,
    subscription: Subscription,
    *,
    state: DeliveryState = DeliveryState.DUE,
    now: datetime,
    before: datetime | None = None,
) -> Sequence[Notification]:
    """Return what no message has taken in yet, oldest first; with `before`, collected before that.

    What is dated later than `now` was collected while the clock was wrong, and counts as old.
    """
    query = (
        select(Notification)
        .where(Notification.subscription == subscription.name, Notification.state == state)
        .order_by(Notification.id)
        .options(joinedload(Notification.event))
    )
    if before is not None:
        query = query.where(
            or_(Notification.collected_at < before, Notification.collected_at > now)
        )
    return session.scalars(query).all()


def was_notified() -> ColumnElement[bool]:
    """Whether the subscription of an entry has a message of its event, as a part of a query."""
    return exists().where(
        Delivery.subscription == Notification.subscription,
        DeliveryEvent.delivery_id == Delivery.id,
        DeliveryEvent.event_id == Notification.event_id,
    )


def notified_before(
    session: Session, subscription: Subscription, entries: Sequence[Notification]
) -> frozenset[int]:
    """The events of these entries that the subscription has a message of already, by id."""
    found: set[int] = set()
    ids = [entry.id for entry in entries]
    for start in range(0, len(ids), _CHUNK):
        chunk = Notification.id.in_(ids[start : start + _CHUNK])
        found |= set(session.scalars(select(Notification.event_id).where(chunk, was_notified())))
    return frozenset(found)


def release_notifications(session: Session, *, drop: bool) -> None:
    """Let held events into the next message, or drop them for good. Never commits."""
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
    """How many reports wait for each subscription that is none of these, by its name.

    Somebody renamed or removed it in the meantime; under its old name it gets them still.
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
    """A sentence about them, for people who can do something."""
    waiting = counted(reports, "report waits", "reports wait")
    return (
        f"{waiting} for the subscription {subscription}, which is not in watch.yaml any more: "
        "give it its name back, or drop them by inspection-watch release --drop"
    )


def drop_without_subscription(session: Session, subscriptions: Collection[str]) -> int:
    """Never tell what waits for subscriptions that are gone; how many reports. Never commits."""
    dropped = sum(without_subscription(session, subscriptions).values())
    session.execute(
        update(Notification)
        .where(Notification.state.in_(_WAITING), Notification.subscription.not_in(subscriptions))
        .values(state=DeliveryState.MUTED)
    )
    return dropped


def rows_of(
    session: Session,
    entries: Iterable[Notification],
    sites: Sites,
    *,
    told: Collection[int] = (),
) -> list[DigestRow]:
    """One row for each report: what is urgent first, then by the kind of event and the name.

    `told` are the events, by id, that another message has told already.
    """
    lines = Lines(session)
    rows = [_row(session, group, sites, told, lines) for group in by_report(entries)]
    order = {event_type: n for n, event_type in enumerate(most_important_first(EventType))}
    return sorted(
        rows,
        key=lambda row: (
            not row.message.urgent,
            order[row.message.events[0]],
            row.message.authority,
        ),
    )


def by_report(entries: Iterable[Notification]) -> list[list[Notification]]:
    """The entries of each report together."""

    def report_of(entry: Notification) -> int:
        return entry.event.report_id or 0

    return [list(group) for _, group in groupby(sorted(entries, key=report_of), key=report_of)]


def _row(
    session: Session,
    entries: Sequence[Notification],
    sites: Sites,
    told: Collection[int],
    lines: Lines,
) -> DigestRow:
    found = ReportEvents.of(entry.event for entry in entries)
    context = report_context(session, found.report, lines=lines)
    message = compose(found.report, found.events, sites=sites, context=context)
    return DigestRow(message=message, sent_before=all(entry.event_id in told for entry in entries))
