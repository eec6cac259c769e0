"""Write into the outbox: events that a subscription wants, and messages for recipients.

    keep_notifications
                    keep the events of a report as notifications for the subscriptions that want
                    them, in the transaction that stores the events; muted messages are written at
                    once
    AlertRun        the configuration, the time and the messages of one run
    enqueue         write a message: one delivery for each recipient, each under its natural key

The messages of notifications are made at the end of a poll (`alerts.outbox.combined_messages`) or
of a digest's period (`alerts.outbox.digests`), and sent by `alerts.outbox.send`. Deliveries carry
real time, because leases and waits are about real processes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.content import Content
from alerts.messages.context import GradedReports, report_context
from alerts.messages.detail import in_detail
from alerts.messages.digest_schedule import When
from alerts.messages.message import Envelope, Message
from alerts.messages.sites import NO_SITES, Sites
from alerts.outbox.notifications import with_only_held
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.matching import RepeatStrength, ReportMatch
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.reason import reason
from alerts.subscriptions.recipients import Addressee, addressees, asked_for, subscribers
from reports.safe_text import plain_line
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification

REPORT, COMBINED = "report", "combined"
"""The kinds of messages about one report and about several."""


@dataclass(frozen=True)
class MessageKey:
    """The subject of a message, as part of its deliveries' keys. `about` is short and readable."""

    kind: str
    about: str
    events: tuple[str, ...] = ()
    """The keys of the events, or whatever else tells two messages on one subject apart."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> MessageKey:
        """Return the key of a message about these events, of one report or several."""
        keys = tuple(sorted(event.key for event in events))
        reports = {event.report.file_id for event in events if event.report is not None}
        if len(reports) == 1:
            return cls(REPORT, reports.pop(), keys)
        return cls(COMBINED, f"{len(reports)}-reports", keys)


@dataclass(frozen=True, kw_only=True)
class AlertRun:
    """The configuration, the time, and the sites that links lead to, for one run.

    now: the present moment, which WATCH_NOW may replay. It decides which digests are due and what
        is muted.
    real_now: the real time. Deliveries carry it, because leases and waits are about real processes.
    """

    config: AlertConfig
    now: datetime
    real_now: datetime
    sites: Sites = NO_SITES
    _composed: dict[tuple[frozenset[int], bool, frozenset[int]], Message] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The messages of this run, by the ids of their events, with and without possible repeats, and
    by the held reports that count in them."""

    def message(
        self,
        session: Session,
        found: ReportEvents,
        subscription: Subscription,
        *,
        graded: GradedReports | None = None,
    ) -> Message:
        """Return the message about a report's events, which must be stored.

        It is composed once in a run for all subscriptions that get these events, and once more for
        those that ask for possible repeats or get it together with other held reports. `graded`
        saves reading the grades of the same councils again for many reports.
        """
        possible = subscription.possible_repeats and _has_possible(found)
        graded = graded or GradedReports(session, about=[found.report])
        key = frozenset(event.id for event in found.events), possible, graded.counted_held
        if key not in self._composed:
            context = report_context(session, found.report, graded=graded)
            self._composed[key] = compose(
                found.report,
                found.events,
                sites=self.sites,
                context=context,
                possible=possible,
            )
        return self._composed[key]


def _has_possible(found: ReportEvents) -> bool:
    """Return whether a report has a possible repeat, which only some recipients want quoted."""
    return any(
        repeat["strength"] == RepeatStrength.POSSIBLE
        for event in found.events
        for repeat in event.detail.get("repeats", ())
    )


@dataclass(frozen=True)
class Queued:
    """Events that are new, muted deliveries about them, and the number of messages to come.

    `waiting` counts a message for each report and recipient, although a recipient gets several
    reports of one poll in one message. `held` is how many of them are held.
    """

    events: tuple[Event, ...] = ()
    muted: tuple[Delivery, ...] = ()
    waiting: int = 0
    held: int = 0

    def __add__(self, other: Queued) -> Queued:
        return Queued(
            events=self.events + other.events,
            muted=self.muted + other.muted,
            waiting=self.waiting + other.waiting,
            held=self.held + other.held,
        )


def keep_notifications(
    session: Session, events: Sequence[Event], run: AlertRun, *, held: bool
) -> Queued:
    """Keep a report's events as notifications for the subscriptions that want any of them.

    They wait for the end of the poll (`alerts.outbox.combined_messages`) or of the digest's period.
    Urgent events never wait for a digest. Events that change a report are held for subscriptions
    for which all about that report is held. Never commits.
    """
    queued = Queued(events=tuple(events))
    if not events or not run.config.subscriptions:
        return queued
    found = ReportEvents.of(events)
    match = ReportMatch.of(found)
    wanted = subscribers(run.config, match)
    at = found.events[0].detected_at
    unknown = frozenset() if held else with_only_held(session, events)
    return queued + keep_for(session, wanted, found, match, run, at=at, held=held, held_for=unknown)


def keep_for(
    session: Session,
    subscriptions: Iterable[Subscription],
    found: ReportEvents,
    match: ReportMatch,
    run: AlertRun,
    *,
    at: datetime,
    held: bool,
    held_for: Collection[str] = (),
) -> Queued:
    """Keep a report's events as notifications for subscriptions that want what `match` has.

    `at` is when that became known. `held_for` are the names of subscriptions for which they are
    held in any case. Never commits.
    """
    queued = Queued()
    mutes = Mutes.at(session, at)
    wanted: list[str] = []
    for subscription in subscriptions:
        if why := mutes.of_match(subscription, match):
            muted = enqueue_muted(session, found, subscription, run, why=why)
            queued += Queued(muted=tuple(muted))
            continue
        wanted.append(subscription.name)
        if match.urgent or subscription.when == When.NOW:
            number = len(addressees(run.config, subscription))
            is_held = held or subscription.name in held_for
            queued += Queued(waiting=number, held=number if is_held else 0)
    known = {
        (row.subscription, row.event_id)
        for row in session.execute(
            select(Notification.subscription, Notification.event_id).where(
                Notification.subscription.in_(wanted),
                Notification.event_id.in_([event.id for event in found.events]),
            )
        )
    }
    new = [
        {
            "subscription": name,
            "event_id": event.id,
            "collected_at": at,
            "urgent": match.urgent,
            "state": DeliveryState.HELD if held or name in held_for else DeliveryState.DUE,
        }
        for name in wanted
        for event in found.events
        if (name, event.id) not in known
    ]
    if new:
        session.execute(insert(Notification), new)
    return queued


def enqueue_muted(
    session: Session,
    found: ReportEvents,
    subscription: Subscription,
    run: AlertRun,
    *,
    why: str,
) -> list[Delivery]:
    """Write a muted message, so that it is on record. It is not combined with others."""
    return enqueue(
        session,
        run.message(session, found, subscription),
        addressees(run.config, subscription),
        key=MessageKey.of(found.events),
        events=found.events,
        subscription=subscription,
        muted=why,
        now=run.real_now,
    )


def enqueue(
    session: Session,
    content: Content,
    to: Iterable[Addressee],
    *,
    key: MessageKey,
    now: datetime,
    events: Sequence[Event] = (),
    subscription: Subscription | None = None,
    muted: str | None = None,
    held: bool = False,
    reply_to: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> list[Delivery]:
    """Write a delivery of `content` to each addressee, and return those that are new.

    A delivery that exists already is not written again. `now` is real time. The message names
    as its reason the event types that `subscription` asks for. `muted` is the reason why it is
    muted, which takes precedence over `held`: a muted message needs no release. `reply_to` has the
    ids of the deliveries that it follows up, by channel and recipient. Never commits.
    """
    state = DeliveryState.HELD if held else DeliveryState.DUE
    wanted = {_key(key, addressee): addressee for addressee in to}
    authorities = frozenset(event.authority.key for event in events)
    reasons = asked_for(subscription, events) if subscription else frozenset()
    known = set(session.scalars(select(Delivery.key).where(Delivery.key.in_(list(wanted)))))
    new = [
        Delivery(
            key=name,
            subscription=addressee.subscription,
            channel=addressee.channel.name,
            recipient=addressee.recipient,
            payload=addressee.channel.render(
                in_detail(content, addressee.detail),
                _envelope(name, addressee, authorities, reasons, now),
            ),
            urgent=content.urgent,
            state=DeliveryState.MUTED if muted else state,
            last_error=muted,
            next_attempt_at=now,
            created_at=now,
            reply_to_id=reply_to.get((addressee.channel.name, addressee.recipient)),
        )
        for name, addressee in wanted.items()
        if name not in known
    ]
    session.add_all(new)
    session.flush()
    pairs = [
        {"delivery_id": delivery.id, "event_id": event.id} for delivery in new for event in events
    ]
    if pairs:
        session.execute(insert(DeliveryEvent), pairs)
    return new


def replace_content(
    session: Session,
    row: Delivery,
    content: Content,
    to: Iterable[Addressee],
    run: AlertRun,
    *,
    subscription: Subscription | None = None,
) -> None:
    """Put `content` into a delivery that has not arrived. Where its recipient is not in `to` any
    more, it stays as it is.
    """
    authorities = frozenset(event.authority.key for event in row.events)
    reasons = asked_for(subscription, row.events) if subscription else frozenset()
    for addressee in to:
        if (addressee.channel.name, addressee.recipient) == (row.channel, row.recipient):
            envelope = _envelope(row.key, addressee, authorities, reasons, run.real_now)
            row.payload = addressee.channel.render(in_detail(content, addressee.detail), envelope)
            row.urgent = content.urgent
    session.flush()


def _envelope(
    key: str,
    to: Addressee,
    authorities: frozenset[str],
    events: frozenset[EventType],
    now: datetime,
) -> Envelope:
    return Envelope(
        key=key,
        subscription=plain_line(to.subscription),
        at=now,
        reason=reason(
            to.subscription,
            to.rules,
            authorities=authorities,
            events=events,
        ),
        note=to.note,
        keywords=to.keywords,
        unsubscribe_url=to.unsubscribe_url,
        to_operators=to.subscription == OPERATORS,
    )


def _key(message: MessageKey, addressee: Addressee) -> str:
    """Return the delivery's key, from the message, the subscription, the channel and recipient."""
    parts = [
        addressee.subscription,
        message.about,
        message.events,
        addressee.channel.name,
        addressee.recipient,
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{message.kind}:{message.about}:{digest[:40]}"
