"""Digests: events are collected with the facts they tell, and told together when it is time.

    collect           one row for each event and subscription, in the caller's transaction
    make_due_digests  one digest for each subscription and period, queued like any message

A digest's row, its deliveries and the entries it tells are written in one transaction, and a
subscription has one digest for a day at most: a crash, or several processes at once, can neither
lose an event nor tell it twice. After a pause one digest covers all the days since the last.

Which days are over is asked of the replayed time (`now`); the outbox keeps real time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from alerts.config import AlertConfig, Subscription
from alerts.event_types import EventType, most_important_first
from alerts.identity import alert_id
from alerts.messages.compose import compose
from alerts.messages.digest import (
    DigestMessage,
    DigestRow,
    Sight,
    councils_words,
    digest_headline,
    found_words,
    sight_words,
)
from alerts.messages.message import Envelope
from alerts.messages.safe import plain_line
from alerts.mutes import Mutes
from alerts.periods import LONDON, ONE_DAY, Period, When, last_due
from alerts.quiet_hours import quiet_wait
from storage import history
from storage.database import Database
from storage.models import Delivery, DeliveryState, Digest, DigestEntry, Event

logger = logging.getLogger(__name__)

_NAMES = {When.NOW: "Last", When.DAILY: "Daily", When.WEEKLY: "Weekly"}


def collect(
    session: Session,
    subscription: Subscription,
    events: Iterable[Event],
    *,
    state: DeliveryState,
    told_at_once: bool,
) -> None:
    """Keep events for the next digest of a subscription. Never commits."""
    events = list(events)
    known = set(
        session.scalars(
            select(DigestEntry.event_id).where(
                DigestEntry.subscription == subscription.name,
                DigestEntry.event_id.in_([event.id for event in events]),
            )
        )
    )
    session.add_all(
        DigestEntry(
            subscription=subscription.name,
            event_id=event.id,
            collected_at=event.detected_at,
            told_at_once=told_at_once,
            state=state,
        )
        for event in events
        if event.id not in known
    )


def release_entries(session: Session, *, drop: bool) -> None:
    """Let held events into the next digest, or drop them for good. Never commits."""
    session.execute(
        update(DigestEntry)
        .where(DigestEntry.state == DeliveryState.HELD)
        .values(state=DeliveryState.MUTED if drop else DeliveryState.DUE)
    )


def make_due_digests(
    database: Database,
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    site_url: str | None = None,
) -> int:
    """Queue every digest whose time has come; how many. Asks little where none is due."""
    with database.read() as session:
        due = [
            subscription
            for subscription in config.subscriptions
            if _due_period(session, subscription, now) is not None
        ]
    made = 0
    for subscription in due:
        try:
            with database.write() as session:
                made += _make(session, subscription, config, now, real_now, site_url)
        except IntegrityError:
            logger.info("the digest of %s is being made by another process", subscription.name)
    return made


def _due_period(session: Session, subscription: Subscription, now: datetime) -> Period | None:
    """What the next digest of a subscription covers, if it is time for it."""
    before = session.scalar(
        select(func.max(Digest.last_day)).where(Digest.subscription == subscription.name)
    )
    if subscription.when == When.NOW:
        # It had digests once: what was collected then is told now.
        waiting = session.scalar(
            select(func.min(DigestEntry.collected_at)).where(*_is_waiting(subscription))
        )
        if waiting is None:
            return None
        today = now.astimezone(LONDON).date()
        period = Period(first=min(waiting.astimezone(LONDON).date(), today), last=today)
    else:
        period = last_due(subscription.when, now)
    if before is not None:
        period = Period(first=before + ONE_DAY, last=period.last)
    return None if period.is_empty else period


def _is_waiting(subscription: Subscription) -> tuple[ColumnElement[bool], ...]:
    return (
        DigestEntry.subscription == subscription.name,
        DigestEntry.state == DeliveryState.DUE,
    )


def _make(
    session: Session,
    subscription: Subscription,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    site_url: str | None,
) -> bool:
    """Write a digest with all that belongs to it; False where there is none to send."""
    period = _due_period(session, subscription, now)
    if period is None:
        return False
    is_first = not session.scalar(
        select(func.count()).where(Digest.subscription == subscription.name)
    )
    # This row first: whoever else makes the same digest fails here, before anything is taken.
    digest = Digest(
        subscription=subscription.name,
        first_day=period.first,
        last_day=period.last,
        made_at=now,
    )
    session.add(digest)
    session.flush()
    entries = session.scalars(
        select(DigestEntry)
        .where(*_is_waiting(subscription), DigestEntry.collected_at < period.ends_at)
        .order_by(DigestEntry.id)
        .options(joinedload(DigestEntry.event))
    ).all()
    if is_first and not entries:
        return False
    content = _content(session, subscription, period, entries, site_url)
    for entry in entries:
        entry.state, entry.digest_id = DeliveryState.SENT, digest.id
    _queue(session, subscription, digest, content, config, [e.event for e in entries], real_now)
    return True


def _content(
    session: Session,
    subscription: Subscription,
    period: Period,
    entries: Sequence[DigestEntry],
    site_url: str | None,
) -> DigestMessage:
    rows = _rows(entries, site_url)
    looks, last = history.looks(session, start=period.starts_at, end=period.ends_at)
    reports = len({row.message.report or row.message.headline for row in rows})
    sentence = sight_words(
        Sight(looks=looks, last=last),
        found=found_words(reports, hears_of_all=EventType.NEW_REPORT in subscription.events),
        councils=councils_words(None if subscription.all else len(subscription.authorities)),
    )
    headline = digest_headline(_NAMES[subscription.when], period, rows)
    return DigestMessage(headline=headline, sight=sentence, rows=tuple(rows))


def _rows(entries: Sequence[DigestEntry], site_url: str | None) -> list[DigestRow]:
    """One row for each report, what matters most first."""

    def report_of(entry: DigestEntry) -> int:
        return entry.event.report_id or 0

    rows: list[DigestRow] = []
    for _, group in groupby(sorted(entries, key=report_of), key=report_of):
        members = list(group)
        report = members[0].event.report
        assert report is not None, "whatever is told is told of a report"
        events = sorted((entry.event for entry in members), key=lambda event: event.key)
        message = compose(report, events, site_url=site_url)
        rows.append(DigestRow(message=message, told=all(e.told_at_once for e in members)))
    order = {event_type: n for n, event_type in enumerate(most_important_first(EventType))}
    return sorted(
        rows,
        key=lambda row: (
            not row.message.urgent,
            order[row.message.events[0]],
            row.message.authority,
        ),
    )


def _queue(
    session: Session,
    subscription: Subscription,
    digest: Digest,
    content: DigestMessage,
    config: AlertConfig,
    events: Sequence[Event],
    now: datetime,
) -> None:
    muted = Mutes.at(session, digest.made_at).of_subscription(subscription.name)
    wait = quiet_wait(subscription.quiet_hours, digest.made_at, urgent=False)
    for name in subscription.channels:
        channel = config.channels[name]
        for recipient in channel.recipients():
            key = _key(subscription.name, digest, name, recipient)
            envelope = Envelope(
                key=key,
                alert_id=alert_id(key),
                subscription=plain_line(subscription.name),
                at=now,
            )
            session.add(
                Delivery(
                    key=key,
                    subscription=subscription.name,
                    channel=name,
                    recipient=recipient,
                    payload=channel.render(content, envelope),
                    state=DeliveryState.MUTED if muted else DeliveryState.DUE,
                    last_error=muted,
                    next_attempt_at=now + wait,
                    created_at=now,
                    events=list(events),
                )
            )
    session.flush()


def _key(subscription: str, digest: Digest, channel: str, recipient: str) -> str:
    """The delivery's natural name: which digest, where and to whom."""
    last = digest.last_day.isoformat()
    told = hashlib.sha256(json.dumps([subscription, last, channel, recipient]).encode())
    return f"digest:{last}:{told.hexdigest()[:40]}"
