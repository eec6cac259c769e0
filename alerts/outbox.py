"""The outbox: messages are written with the facts they tell, and sent in a step of their own.

    queue_messages   one row for each recipient, or entries of digests, in the caller's transaction
    release          what was held for a person: to be sent, or dropped
    send_due         (alerts.sending) claim, send, record

Times here are real time, because leases and waits are about real processes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.config import AlertConfig
from alerts.digests import collect, release_entries
from alerts.event_types import EventType
from alerts.identity import alert_id
from alerts.messages.compose import compose
from alerts.messages.message import Envelope, Message
from alerts.messages.safe import plain_line
from alerts.periods import When
from alerts.sending import send_due
from alerts.subscriptions import Addressee, addressees
from alerts.summary import SendSummary
from storage.models import Delivery, DeliveryState, Event, Report

__all__ = ["SendSummary", "queue_messages", "release", "send_due"]


def queue_messages(
    session: Session,
    *,
    report: Report,
    events: Sequence[Event],
    config: AlertConfig,
    now: datetime,
    held: bool,
    site_url: str | None = None,
) -> list[Delivery]:
    """Write one delivery for each recipient who wants any of a report's events.

    Subscriptions to a digest get their message with the others of the period, unless it is urgent.
    A delivery that exists already is not written again; the new ones are returned. `now` is real
    time. Never commits.
    """
    told = sorted(events, key=lambda event: event.key)
    types = [EventType(event.type) for event in told]
    found = addressees(config, authority=report.authority.key, events=types)
    if not found:
        return []
    message = compose(report, told, site_url=site_url)
    state = DeliveryState.HELD if held else DeliveryState.DUE
    for subscription in dict.fromkeys(addressee.subscription for addressee in found):
        if subscription.when != When.NOW:
            collect(session, subscription, told, state=state, told_at_once=message.urgent)
    at_once = [a for a in found if message.urgent or a.subscription.when == When.NOW]
    keys = {_key(report, told, addressee): addressee for addressee in at_once}
    known = set(session.scalars(select(Delivery.key).where(Delivery.key.in_(keys))))
    deliveries = [
        Delivery(
            key=key,
            subscription=addressee.subscription.name,
            channel=addressee.channel.name,
            recipient=addressee.recipient,
            payload=_payload(message, key, addressee, now),
            state=state,
            next_attempt_at=now,
            created_at=now,
            events=list(told),
        )
        for key, addressee in keys.items()
        if key not in known
    ]
    session.add_all(deliveries)
    session.flush()
    return deliveries


def release(session: Session, *, drop: bool, now: datetime) -> int:
    """Make held messages due, or drop them for good; how many there were. Never commits.

    What is held for digests goes the same way, and is not counted: it is not a message yet.
    """
    release_entries(session, drop=drop)
    state = DeliveryState.MUTED if drop else DeliveryState.DUE
    changed = session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.HELD)
        .values(state=state, next_attempt_at=now)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _payload(message: Message, key: str, addressee: Addressee, now: datetime) -> dict[str, Any]:
    envelope = Envelope(
        key=key,
        alert_id=alert_id(key),
        subscription=plain_line(addressee.subscription.name),
        at=now,
    )
    return addressee.channel.render(message, envelope)


def _key(report: Report, events: Sequence[Event], addressee: Addressee) -> str:
    """The delivery's natural name: what is told, by which subscription, where and to whom."""
    told = [
        addressee.subscription.name,
        report.file_id,
        [event.key for event in events],
        addressee.channel.name,
        addressee.recipient,
    ]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return f"report:{report.file_id}:{digest[:40]}"
