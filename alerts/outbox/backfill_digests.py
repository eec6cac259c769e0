"""The digests of `backfill --notify`: one for each subscription.

They report what polls would have reported (`alerts.subscriptions.replay`). They leave out events
that the subscription has had a message about, events that wait for one of its digests, and muted
events. A second backfill of the same reports therefore sends nothing. A message that failed for all
its recipients does not count: the addresses may have been corrected since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.messages.compose import compose
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.messages.sites import Sites
from alerts.outbox.combined_messages import as_of_now
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue
from alerts.outbox.notifications import was_notified
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.recipients import Addressee, addressees, wants
from reports.wording import counted, uk_date, uk_period
from storage.chunks import chunks
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification

BACKFILL = "backfill"
"""The kind of these messages, with which the keys of their deliveries begin."""

_RANK = {event: rank for rank, event in enumerate(most_important_first(EventType))}


@dataclass(frozen=True, kw_only=True)
class BackfillDigest:
    """The reports that one subscription gets, most important first, each with its events."""

    subscription: Subscription
    reports: tuple[ReportEvents, ...]

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of all reports."""
        return tuple(event for found in self.reports for event in found.events)

    def about(self, stored: Mapping[str, Event]) -> BackfillDigest:
        """Return the digest about the same events as they are stored, by their keys."""
        return replace(
            self,
            reports=tuple(
                ReportEvents(found.report, tuple(stored[event.key] for event in found.events))
                for found in self.reports
            ),
        )

    def message(self, session: Session, *, sites: Sites) -> DigestMessage:
        """Compose the digest, which says what has changed since the events were stored.

        No report is marked as urgent: most were published long ago.
        """
        headline = counted(len(self.reports), "earlier report")
        published = [found.report.published for found in self.reports if found.report.published]
        if published:
            headline += f", published {_between(min(published), max(published))}"
        these = "this earlier report" if len(self.reports) == 1 else "these earlier reports"
        return DigestMessage(
            headline=headline,
            summary=(
                f"The person who runs Inspection Watch asked for {these} to be sent. "
                "What this subscription has sent before is left out."
            ),
            rows=tuple(
                DigestRow(
                    message=replace(
                        as_of_now(
                            session,
                            found,
                            compose(
                                found.report,
                                found.events,
                                sites=sites,
                                possible=self.subscription.possible_repeats,
                            ),
                        ),
                        urgent=False,
                    )
                )
                for found in self.reports
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How much would be sent: one digest to each subscription, in one message to each recipient."""

    messages: int = 0
    reports: int = 0
    subscriptions: int = 0
    channels: int = 0

    def sentence(self, *, confirmed: bool = False) -> str:
        """Return a sentence without its full stop. `confirmed`: the messages will be sent."""
        if not self.messages:
            return "Nothing to send: already sent, or no subscription asks for it"
        return (
            f"{'Will' if confirmed else 'This would'} send {counted(self.subscriptions, 'digest')} "
            f"about {counted(self.reports, 'report')} "
            f"({counted(self.messages, 'delivery', 'deliveries')} "
            f"through {counted(self.channels, 'channel')})"
        )


def digests(
    session: Session,
    found: Sequence[ReportEvents],
    run: AlertRun,
) -> list[BackfillDigest]:
    """Work out which digest each subscription gets of these reports. Nothing is written.

    The events are those that are detected in the reports now. They need not be stored.
    """
    known = _known(session, [event.key for report in found for event in report.events])
    mutes = Mutes.at(session, run.now)
    return [
        digest
        for subscription in run.config.subscriptions
        if mutes.of_subscription(subscription.name) is None
        and (digest := _digest(subscription, found, known, mutes)) is not None
    ]


def tally(digests: Iterable[BackfillDigest], run: AlertRun) -> Tally:
    """Count the messages, reports, subscriptions and channels of these digests."""
    to: list[Addressee] = []
    reports: set[int | None] = set()
    for digest in digests:
        # Perhaps there are none: all may have unsubscribed.
        if found := addressees(run.config, digest.subscription):
            to += found
            reports |= {event.report_id for event in digest.events}
    return Tally(
        messages=len(to),
        reports=len(reports),
        subscriptions=len({addressee.subscription for addressee in to}),
        channels=len({addressee.channel.name for addressee in to}),
    )


def queue_digests(
    session: Session,
    digests: Iterable[BackfillDigest],
    run: AlertRun,
    *,
    held: bool = False,
) -> list[Delivery]:
    """Compose the digests, whose events are stored, and write them for sending. Never commits."""
    return [
        delivery
        for digest in digests
        for delivery in enqueue(
            session,
            digest.message(session, sites=run.sites),
            addressees(run.config, digest.subscription),
            key=_message_key(session, digest),
            events=digest.events,
            subscription=digest.subscription,
            held=held,
            now=run.real_now,
        )
    ]


def _message_key(session: Session, digest: BackfillDigest) -> MessageKey:
    """Return the key of a digest. It counts the earlier deliveries of these events that failed, so
    that the digest is a new message and not the one that failed.
    """
    failed = (
        select(func.count(Delivery.id.distinct()))
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .where(
            Delivery.subscription == digest.subscription.name,
            Delivery.state == DeliveryState.FAILED,
            Delivery.key.startswith(f"{BACKFILL}:"),
            DeliveryEvent.event_id.in_([event.id for event in digest.events]),
        )
    )
    number = session.scalar(failed) or 0
    return MessageKey(
        BACKFILL,
        f"{len(digest.reports)}-reports",
        (*sorted(event.key for event in digest.events), *([f"failed {number}"] if number else [])),
    )


def digest_of(subscription: Subscription, events: Iterable[Event]) -> BackfillDigest:
    """Return the digest about these stored events, all of them about reports."""
    reports = sorted(ReportEvents.by_report(events), key=_weight)
    return BackfillDigest(subscription=subscription, reports=tuple(reports))


def _digest(
    subscription: Subscription,
    found: Sequence[ReportEvents],
    known: frozenset[tuple[str, str]],
    mutes: Mutes,
) -> BackfillDigest | None:
    chosen: list[ReportEvents] = []
    for each in found:
        events = [event for event in each.events if (subscription.name, event.key) not in known]
        if not events:
            continue
        new = ReportEvents(each.report, tuple(events))
        match = ReportMatch.of(new)
        if wants(subscription, match) and mutes.of_match(subscription, match) is None:
            chosen.append(new)
    if not chosen:
        return None
    return BackfillDigest(subscription=subscription, reports=tuple(sorted(chosen, key=_weight)))


def _weight(found: ReportEvents) -> tuple[bool, int, int]:
    """Return a sort key: urgent first, then by the type of event, then the newest.

    The end of a long digest may be cut off.
    """
    published = found.report.published or date.min
    return (not found.urgent, _RANK[found.types[0]], -published.toordinal())


def _known(session: Session, keys: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return which subscriptions (names) have or will have a message about which events (keys)."""
    return frozenset(
        (subscription, key)
        for some in chunks(keys)
        for subscription, key in _known_of(session, some)
    )


def _known_of(session: Session, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    failed = Delivery.state == DeliveryState.FAILED
    messages = (
        select(Delivery.subscription, Event.key)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .join(Event, Event.id == DeliveryEvent.event_id)
        .where(Event.key.in_(keys), ~failed)
    )
    only_failed = was_notified(failed) & ~was_notified(~failed)
    notifications = (
        select(Notification.subscription, Event.key)
        .join(Event, Event.id == Notification.event_id)
        .where(Event.key.in_(keys), ~and_(Notification.state == DeliveryState.SENT, only_failed))
    )
    for rows in (session.execute(messages), session.execute(notifications)):
        yield from ((row[0], row[1]) for row in rows)


def _between(first: date, last: date) -> str:
    return f"on {uk_date(first)}" if first == last else f"from {uk_period(first, last)}"
