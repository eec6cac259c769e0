"""What a backfill tells, where somebody asks for it: one digest for each subscription.

It reports what polls would have reported (`alerts.events.replay`). It leaves out events that the
subscription has had a message about, events that wait for one of its digests, and muted events. A
second backfill of the same reports therefore sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.types import EventType, most_important_first
from alerts.messages.compose import compose
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.outbox.enqueue import FirstState, MessageKey, enqueue
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import ReportMatch, themes_of
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.quiet_hours import quiet_wait
from alerts.subscriptions.recipients import addressees, wants
from reports.wording import uk_date, uk_period
from storage.models import Delivery, DeliveryEvent, Event, Notification, Report

# So many keys in one question to the database.
_CHUNK = 500
_RANK = {event: rank for rank, event in enumerate(most_important_first(EventType))}


@dataclass(frozen=True, kw_only=True)
class BackfillDigest:
    """What one subscription is to be told: a row for each report, and the events in them."""

    subscription: Subscription
    rows: tuple[DigestRow, ...]
    events: tuple[Event, ...]
    published: tuple[date, ...]

    @property
    def message(self) -> DigestMessage:
        """The digest itself."""
        count = len(self.rows)
        headline = f"From a backfill: {count} report{'' if count == 1 else 's'}"
        if self.published:
            first, last = min(self.published), max(self.published)
            headline += f", published {_between(first, last)}"
        sight = "Somebody asked for these: they are history, and you were not told of them before."
        return DigestMessage(headline=headline, sight=sight, rows=self.rows)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How much would be sent. A message is one digest to one recipient."""

    messages: int = 0
    reports: int = 0
    subscriptions: int = 0
    channels: int = 0

    @property
    def sentence(self) -> str:
        """In words, as an answer to what would be sent."""
        if not self.messages:
            return "This would send nothing: all of it has been told, or nobody asks for it"
        return (
            f"This would send {_count(self.messages, 'message')} to "
            f"{_count(self.channels, 'channel')} of {_count(self.subscriptions, 'subscription')}, "
            f"with {_count(self.reports, 'report')}"
        )


def digests(
    session: Session,
    found: Sequence[tuple[Report, Sequence[Event]]],
    *,
    config: AlertConfig,
    now: datetime,
    site_url: str | None = None,
) -> list[BackfillDigest]:
    """What each subscription is to be told of these reports and their events; only reads.

    The events may be ones that are not stored yet. `now` may be replayed: mutes hold then.
    """
    traced = _traced(session, [event.key for _, events in found for event in events])
    mutes = Mutes.at(session, now)
    return [
        digest
        for subscription in config.subscriptions
        if mutes.of_subscription(subscription.name) is None
        and (digest := _digest(subscription, found, traced, mutes, site_url)) is not None
    ]


def tally(digests: Iterable[BackfillDigest], *, config: AlertConfig) -> Tally:
    """How much these digests come to."""
    digests = list(digests)
    ways = [way for one in digests for way in addressees(config, one.subscription)]
    reports = {event.report_id for one in digests for event in one.events}
    return Tally(
        messages=len(ways),
        reports=len(reports),
        subscriptions=len({way.subscription for way in ways}),
        channels=len({way.channel.name for way in ways}),
    )


def queue_digests(
    session: Session,
    digests: Iterable[BackfillDigest],
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    held: bool = False,
) -> list[Delivery]:
    """Write the digests, whose events are stored, into the outbox. Never commits."""
    return [
        delivery
        for one in digests
        for delivery in enqueue(
            session,
            one.message,
            addressees(config, one.subscription),
            key=MessageKey(
                "backfill",
                f"{len(one.rows)}-reports",
                tuple(sorted(event.key for event in one.events)),
            ),
            events=one.events,
            first=FirstState.of(
                None,
                held=held,
                wait=quiet_wait(one.subscription.quiet_hours, now, urgent=False),
            ),
            now=real_now,
        )
    ]


def _digest(
    subscription: Subscription,
    found: Sequence[tuple[Report, Sequence[Event]]],
    traced: frozenset[tuple[str, str]],
    mutes: Mutes,
    site_url: str | None,
) -> BackfillDigest | None:
    told: list[tuple[Report, DigestRow, list[Event]]] = []
    for report, events in found:
        new = sorted(
            (event for event in events if (subscription.name, event.key) not in traced),
            key=lambda event: event.key,
        )
        if not new:
            continue
        message = compose(report, new, site_url=site_url)
        news = ReportMatch(
            authority=report.authority.key,
            events=frozenset(message.events),
            urgent=message.urgent,
            themes=themes_of(new),
        )
        if wants(subscription, news) and mutes.of_news(subscription, news) is None:
            told.append((report, DigestRow(message=message), new))
    if not told:
        return None
    told.sort(key=lambda one: _weight(one[1], one[0].published))
    return BackfillDigest(
        subscription=subscription,
        rows=tuple(row for _, row, _ in told),
        events=tuple(event for _, _, events in told for event in events),
        published=tuple(report.published for report, _, _ in told if report.published),
    )


def _weight(row: DigestRow, published: date | None) -> tuple[bool, int, int]:
    """What is urgent first, then by the kind of event, then the newest: the end may be cut."""
    return (
        not row.message.urgent,
        _RANK[row.message.events[0]],
        -(published or date.min).toordinal(),
    )


def _traced(session: Session, keys: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Which subscriptions have a message of which events, or will have: names and keys."""
    return frozenset(
        (subscription, key)
        for start in range(0, len(keys), _CHUNK)
        for subscription, key in _traced_of(session, keys[start : start + _CHUNK])
    )


def _traced_of(session: Session, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    messages = (
        select(Delivery.subscription, Event.key)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .join(Event, Event.id == DeliveryEvent.event_id)
        .where(Event.key.in_(keys))
    )
    entries = (
        select(Notification.subscription, Event.key)
        .join(Event, Event.id == Notification.event_id)
        .where(Event.key.in_(keys))
    )
    for rows in (session.execute(messages), session.execute(entries)):
        yield from (row._tuple() for row in rows)


def _between(first: date, last: date) -> str:
    return f"on {uk_date(first)}" if first == last else f"from {uk_period(first, last)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
