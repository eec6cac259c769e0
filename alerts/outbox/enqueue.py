"""Write a message into the outbox: one row for each recipient, each under its natural key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from alerts.channels.identity import alert_id
from alerts.events.types import EventType
from alerts.messages.content import Content
from alerts.messages.detail import in_detail
from alerts.messages.message import Envelope
from alerts.subscriptions.quiet_hours import NO_WAIT
from alerts.subscriptions.reason import reason
from alerts.subscriptions.recipients import Addressee
from reports.safe_text import plain_line
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event


@dataclass(frozen=True)
class MessageKey:
    """What a message is about, as part of its deliveries' keys. `about` is short and readable."""

    kind: str
    about: str
    events: tuple[str, ...] = ()
    """The keys of the events, or whatever else tells two messages about the same apart."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> MessageKey:
        """The events of one report, or of several in one message."""
        keys = tuple(sorted(event.key for event in events))
        reports = {event.report.file_id for event in events if event.report is not None}
        if len(reports) == 1:
            return cls("report", reports.pop(), keys)
        return cls("combined", f"{len(reports)}-reports", keys)


@dataclass(frozen=True)
class FirstState:
    """The state in which a delivery begins, the reason for it, and how long it waits."""

    state: DeliveryState
    reason: str | None = None
    wait: timedelta = NO_WAIT

    @classmethod
    def of(cls, muted: str | None, *, held: bool = False, wait: timedelta = NO_WAIT) -> FirstState:
        """A mute comes before a hold: what a person has silenced needs no release."""
        if muted:
            return cls(DeliveryState.MUTED, muted)
        return cls(DeliveryState.HELD if held else DeliveryState.DUE, wait=wait)


DUE = FirstState(DeliveryState.DUE)


def enqueue(
    session: Session,
    content: Content,
    to: Iterable[Addressee],
    *,
    key: MessageKey,
    now: datetime,
    events: Sequence[Event] = (),
    first: FirstState = DUE,
    reply_to: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> list[Delivery]:
    """Write a delivery of `content` to each addressee, and return those that are new.

    A delivery that exists already is not written again. `now` is real time. `reply_to` are the
    deliveries that it follows up, by channel and recipient. Never commits.
    """
    wanted = {_key(key, one): one for one in to}
    known = set(session.scalars(select(Delivery.key).where(Delivery.key.in_(list(wanted)))))
    new = [
        _delivery(name, addressee, content, events, first, now)
        for name, addressee in wanted.items()
        if name not in known
    ]
    for delivery in new:
        delivery.reply_to_id = reply_to.get((delivery.channel, delivery.recipient))
    session.add_all(new)
    session.flush()
    pairs = [{"delivery_id": one.id, "event_id": event.id} for one in new for event in events]
    if pairs:
        session.execute(insert(DeliveryEvent), pairs)
    return new


def _delivery(
    key: str,
    addressee: Addressee,
    content: Content,
    events: Sequence[Event],
    first: FirstState,
    now: datetime,
) -> Delivery:
    name = addressee.subscription
    envelope = Envelope(
        key=key,
        alert_id=alert_id(key),
        subscription=plain_line(name),
        at=now,
        reason=reason(
            name,
            addressee.rules,
            authorities={event.authority.key for event in events},
            events={EventType(event.type) for event in events},
        ),
        note=addressee.note,
        keywords=addressee.keywords,
        unsubscribe_url=addressee.unsubscribe_url,
    )
    return Delivery(
        key=key,
        subscription=name,
        channel=addressee.channel.name,
        recipient=addressee.recipient,
        payload=addressee.channel.render(in_detail(content, addressee.detail), envelope),
        state=first.state,
        last_error=first.reason,
        next_attempt_at=now + first.wait,
        created_at=now,
    )


def _key(message: MessageKey, addressee: Addressee) -> str:
    """Return the delivery's key: what it is about, for which subscription, where and to whom."""
    parts = [
        addressee.subscription,
        message.about,
        message.events,
        addressee.channel.name,
        addressee.recipient,
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{message.kind}:{message.about}:{digest[:40]}"
