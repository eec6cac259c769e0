"""One feed for each subscription: the past year's events that it was, or would have been, sent.

The first poll of the history sends nothing. Its reports appear here as polls would have reported
them (`alerts.subscriptions.replay`). Messages that are held, dropped or muted are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.feeds.authorities import last_changed
from alerts.feeds.content import entry_html
from alerts.feeds.model import ENTRIES_AT_MOST, Feed, FeedEntry, FeedKind, noon, slugs, tag_uri
from alerts.messages.sites import Sites
from alerts.outbox.combined_messages import as_of_now
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.recipients import wants
from alerts.subscriptions.replay import DatedEvents, past_events
from reports.london import london_date, midnight
from reports.safe_text import plain_line
from storage.chunks import chunks
from storage.held_messages import has_held_message, hidden_reports
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification, Report

_STAGES = (
    EventType.CORRECTION,
    EventType.WITHDRAWN,
    EventType.RETURNED,
    EventType.DUE_SOON,
)
"""Types with an entry of their own: each happens by itself, often years after the report."""


@dataclass(frozen=True)
class _FeedEvents:
    """Events with their moment, and the subscriptions that must not see them."""

    dated: DatedEvents
    at: datetime
    hidden_from: frozenset[str] = frozenset()


def subscription_feeds(
    session: Session,
    subscriptions: Iterable[Subscription],
    *,
    first: date,
    last: date,
    sites: Sites,
) -> list[Feed]:
    """Return the feeds of all subscriptions, with the events of these days."""
    subscriptions = list(subscriptions)
    if not subscriptions:
        return []
    due = any(EventType.DUE_SOON in subscription.events for subscription in subscriptions)
    past = past_events(session, first=first, last=last, due=due, detected=False)
    known = _known_keys(session, [key for dated in past for key in dated.keys.values()])
    found = [
        _FeedEvents(dated, noon(dated.day))
        for dated in past
        if known.isdisjoint(dated.keys.values())
    ]
    found += _stored(session, first=first)
    named = slugs([subscription.name for subscription in subscriptions])
    return [
        _feed(session, subscription, found, slug=named[subscription.name], sites=sites)
        for subscription in subscriptions
    ]


def _known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Return which of these natural keys belong to a stored event."""
    known: set[str] = set()
    for chunk in chunks(keys):
        known |= set(session.scalars(select(Event.key).where(Event.key.in_(chunk))))
    return known


def _feed(
    session: Session,
    subscription: Subscription,
    found: Iterable[_FeedEvents],
    *,
    slug: str,
    sites: Sites,
) -> Feed:
    name = plain_line(subscription.name)
    wanted = [
        (entry.at, _id(entry, slug=slug), entry)
        for entry in found
        if subscription.name not in entry.hidden_from and wants(subscription, entry.dated.match)
    ]
    newest = sorted(wanted, key=lambda one: one[:2], reverse=True)[:ENTRIES_AT_MOST]
    entries = [
        _entry(session, subscription, entry, entry_id=entry_id, sites=sites)
        for _, entry_id, entry in newest
    ]
    return Feed(
        kind=FeedKind.SUBSCRIPTION,
        slug=slug,
        label=name,
        title=f"Inspection Watch: {name}",
        subtitle="Ofsted's reports on children's services that match this subscription.",
        group="Subscriptions",
        entries=tuple(entries),
    )


def _id(entry: _FeedEvents, *, slug: str) -> str:
    found = entry.dated.found
    return tag_uri(FeedKind.SUBSCRIPTION, slug, _stage(found.types), found.report.file_id)


def _entry(
    session: Session,
    subscription: Subscription,
    entry: _FeedEvents,
    *,
    entry_id: str,
    sites: Sites,
) -> FeedEntry:
    """Return an entry that says so where what it says no longer holds."""
    found = entry.dated.found
    message = as_of_now(session, found, entry.dated.message(subscription, sites=sites))
    return FeedEntry(
        id=entry_id,
        title=f"Urgent: {message.headline}" if message.urgent else message.headline,
        published=entry.at,
        updated=_updated(session, found.report, entry.at) if message.since else entry.at,
        html=entry_html(message),
        link=message.report,
        categories=tuple(message.events),
    )


def _updated(session: Session, report: Report, at: datetime) -> datetime:
    """Return when a report was last corrected, withdrawn or listed again, as far as is known."""
    changed = session.scalar(
        select(func.max(Event.detected_at)).where(
            Event.type.in_((EventType.CORRECTION, EventType.RETURNED)),
            or_(Event.report_id == report.id, Event.earlier_report_id == report.id),
        )
    )
    return last_changed(report, max(at, changed or at))


def _stage(events: Iterable[EventType]) -> str:
    types = frozenset(events)
    return next((stage for stage in _STAGES if stage in types), "report")


def _stored(session: Session, *, first: date) -> Iterator[_FeedEvents]:
    """Yield the stored events, grouped by report and stage, at the moment of the last of them.

    Events with a held message are left out, and so are all events of a report that pages leave out.
    """
    events = session.scalars(
        select(Event)
        .join(Event.report)
        # A person may have said since that the report is about another council.
        .where(
            Event.detected_at >= midnight(first),
            Event.authority_id == Report.authority_id,
            Report.id.not_in(hidden_reports(session)),
            ~has_held_message(),
        )
        .order_by(Event.id)
        .options(contains_eager(Event.report))
    ).all()
    traces = _traces(session, first=first)
    groups: defaultdict[tuple[int, str], list[Event]] = defaultdict(list)
    for event in events:
        groups[event.report_id or 0, _stage([EventType(event.type)])].append(event)
    for group in groups.values():
        at = max(event.detected_at for event in group)
        dated = DatedEvents(london_date(at), ReportEvents.of(group))
        yield _FeedEvents(dated, at, _hidden(group, traces))


_Traces = dict[int, dict[str, set[DeliveryState]]]


def _traces(session: Session, *, first: date) -> _Traces:
    """Return the states of the messages, or else of the notification, of each event (by its id)
    and subscription.
    """
    found: _Traces = defaultdict(dict)
    recent = Event.detected_at >= midnight(first)
    notifications = session.execute(
        select(Notification.event_id, Notification.subscription, Notification.state)
        .join(Notification.event)
        .where(recent)
    )
    for event_id, subscription, state in notifications:
        found[event_id][subscription] = {state}
    sent: set[tuple[int, str]] = set()
    messages = session.execute(
        select(DeliveryEvent.event_id, Delivery.subscription, Delivery.state)
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .join(Event, Event.id == DeliveryEvent.event_id)
        .where(recent)
    )
    for event_id, subscription, state in messages:
        if (event_id, subscription) not in sent:
            found[event_id][subscription] = set()
            sent.add((event_id, subscription))
        found[event_id][subscription].add(state)
    return found


def _hidden(events: Iterable[Event], traces: _Traces) -> frozenset[str]:
    """Return the subscriptions that must not see these events, because they are muted for them."""
    return frozenset(
        subscription
        for event in events
        for subscription, states in traces.get(event.id, {}).items()
        if states == {DeliveryState.MUTED}
    )
