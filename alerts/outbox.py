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
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.config import AlertConfig
from alerts.digests import collect, release_entries
from alerts.identity import alert_id
from alerts.messages.compose import compose
from alerts.messages.message import Envelope, Message
from alerts.messages.safe import plain_line
from alerts.mutes import Mutes
from alerts.news import News, themes_of
from alerts.periods import When
from alerts.quiet_hours import quiet_wait
from alerts.sending import send_due
from alerts.subscriptions import Addressee, addressees, subscribers
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
    if not events or not config.subscriptions:
        return []
    told = sorted(events, key=lambda event: event.key)
    message = compose(report, told, site_url=site_url)
    news = News(
        authority=report.authority.key,
        events=frozenset(message.events),
        urgent=message.urgent,
        themes=themes_of(told),
    )
    mutes = Mutes.at(session, told[0].detected_at)
    deliveries: list[Delivery] = []
    for subscription in subscribers(config, news):
        fate = _fate(mutes.of_news(subscription, news), held=held)
        if subscription.when != When.NOW:
            collect(session, subscription, told, state=fate.state, told_at_once=news.urgent)
        if subscription.when == When.NOW or news.urgent:
            wait = quiet_wait(subscription.quiet_hours, told[0].detected_at, urgent=news.urgent)
            for addressee in addressees(config, subscription):
                key = _key(report, told, addressee)
                payload = _payload(message, key, addressee, now)
                deliveries.append(_delivery(key, addressee, payload, fate, now, wait))
    known = set(
        session.scalars(select(Delivery.key).where(Delivery.key.in_([d.key for d in deliveries])))
    )
    new = [delivery for delivery in deliveries if delivery.key not in known]
    for delivery in new:
        delivery.events = list(told)
    session.add_all(new)
    session.flush()
    return new


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


@dataclass(frozen=True)
class _Fate:
    """What becomes of a message when it is written, and why."""

    state: DeliveryState
    reason: str | None = None


def _fate(muted: str | None, *, held: bool) -> _Fate:
    if muted:
        return _Fate(DeliveryState.MUTED, muted)
    return _Fate(DeliveryState.HELD if held else DeliveryState.DUE)


def _delivery(
    key: str,
    addressee: Addressee,
    payload: dict[str, Any],
    fate: _Fate,
    now: datetime,
    wait: timedelta,
) -> Delivery:
    return Delivery(
        key=key,
        subscription=addressee.subscription.name,
        channel=addressee.channel.name,
        recipient=addressee.recipient,
        payload=payload,
        state=fate.state,
        last_error=fate.reason,
        next_attempt_at=now + wait,
        created_at=now,
    )


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
