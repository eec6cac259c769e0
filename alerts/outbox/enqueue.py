"""Writing a message into the outbox: one row for each recipient, each under its natural name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.content import Content
from alerts.messages.message import Envelope
from alerts.outbox.identity import alert_id
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.quiet_hours import NO_WAIT
from alerts.subscriptions.recipients import Addressee, addressees
from reports.safe_text import plain_line
from storage.models import Delivery, DeliveryState, Event


@dataclass(frozen=True)
class MessageKey:
    """What a message tells, as part of its natural name: `about` is short and readable."""

    kind: str
    about: str
    events: tuple[str, ...] = ()
    """The keys of the events, where `about` does not say everything."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> MessageKey:
        """The events of one report, or of several in one message."""
        keys = tuple(sorted(event.key for event in events))
        reports = {event.report.file_id for event in events if event.report is not None}
        if len(reports) == 1:
            return cls("report", reports.pop(), keys)
        return cls("burst", f"{len(reports)}-reports", keys)


@dataclass(frozen=True)
class FirstState:
    """What becomes of a message when it is written, why, and how long it waits."""

    state: DeliveryState
    reason: str | None = None
    wait: timedelta = NO_WAIT

    @classmethod
    def of(cls, muted: str | None, *, held: bool = False, wait: timedelta = NO_WAIT) -> FirstState:
        """A mute goes before a hold: what a person wants silenced needs no release."""
        if muted:
            return cls(DeliveryState.MUTED, muted)
        return cls(DeliveryState.HELD if held else DeliveryState.DUE, wait=wait)


def enqueue(
    session: Session,
    content: Content,
    *,
    subscription: Subscription,
    config: AlertConfig,
    told: MessageKey,
    events: Sequence[Event],
    fate: FirstState,
    now: datetime,
) -> list[Delivery]:
    """Write `content` for everybody whom a subscription tells; what is new. Never commits.

    A delivery that exists already is not written again. `now` is real time.
    """
    wanted = {_key(told, one): one for one in addressees(config, subscription)}
    known = set(session.scalars(select(Delivery.key).where(Delivery.key.in_(list(wanted)))))
    new = [
        _delivery(key, addressee, content, fate, now)
        for key, addressee in wanted.items()
        if key not in known
    ]
    for delivery in new:
        delivery.events = list(events)
    session.add_all(new)
    session.flush()
    return new


def _delivery(
    key: str, addressee: Addressee, content: Content, fate: FirstState, now: datetime
) -> Delivery:
    name = addressee.subscription.name
    envelope = Envelope(key=key, alert_id=alert_id(key), subscription=plain_line(name), at=now)
    return Delivery(
        key=key,
        subscription=name,
        channel=addressee.channel.name,
        recipient=addressee.recipient,
        payload=addressee.channel.render(content, envelope),
        state=fate.state,
        last_error=fate.reason,
        next_attempt_at=now + fate.wait,
        created_at=now,
    )


def _key(told: MessageKey, addressee: Addressee) -> str:
    """The delivery's natural name: what is told, by which subscription, where and to whom."""
    parts = [
        addressee.subscription.name,
        told.about,
        told.events,
        addressee.channel.name,
        addressee.recipient,
    ]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return f"{told.kind}:{told.about}:{digest[:40]}"
