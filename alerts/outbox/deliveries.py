"""Deliveries as operators see them: listed and counted, released, and requeued.

Times here are real time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from alerts.outbox.later_digests import is_covered_by_later_digest
from alerts.outbox.notifications import release_notifications
from alerts.subscriptions.mutes import Mutes
from reports.safe_text import plain_line
from storage.models import WAITING, Delivery, DeliveryState, Event, Mute, MuteKind, Report

OLDEST_REQUEUED = timedelta(days=14)
"""Messages made longer ago are not requeued: they are out of date."""


def list_deliveries(
    session: Session, *, state: DeliveryState | None = None
) -> list[dict[str, Any]]:
    """Return every delivery as published JSON, oldest first, without its payload."""
    query = select(Delivery).options(selectinload(Delivery.events)).order_by(Delivery.id)
    if state is not None:
        query = query.where(Delivery.state == state)
    return [_as_json(delivery) for delivery in session.scalars(query)]


def count_states(session: Session) -> list[tuple[str, str, DeliveryState, int]]:
    """Return the number of deliveries by subscription, channel and state, without addresses."""
    query = (
        select(Delivery.subscription, Delivery.channel, Delivery.state, func.count())
        .group_by(Delivery.subscription, Delivery.channel, Delivery.state)
        .order_by(Delivery.subscription, Delivery.channel, Delivery.state)
    )
    return [
        (name, channel, state, number) for name, channel, state, number in session.execute(query)
    ]


def _as_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_ids": [event.id for event in delivery.events],
        "subscription": delivery.subscription,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "headline": _headline(delivery.payload),
        "state": delivery.state.value,
        "tries": delivery.tries,
        "may_have_arrived": delivery.no_replies > 0,
        "last_error": delivery.last_error,
        "created_at": delivery.created_at.isoformat(),
        "next_attempt_at": (
            delivery.next_attempt_at.isoformat() if delivery.state == DeliveryState.DUE else None
        ),
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
    }


def _headline(payload: Mapping[str, Any]) -> str:
    """Return the first line that a recipient sees, from whatever the channel has stored."""
    headline = payload.get("subject") or payload.get("title")
    if not headline and isinstance(data := payload.get("data"), dict):
        headline = data.get("headline")
    # Slack's text is escaped.
    text = headline or unescape(str(payload.get("text") or ""))
    return plain_line(str(text).partition("\n")[0])


def release(session: Session, *, drop: bool, now: datetime) -> int:
    """Make held messages due, or drop them, and return their number. Never commits.

    Held notifications are released too. They are not counted: they are in no message yet. The hold
    of the reports ends, so that what is found about them later is not held again. But with `drop`,
    a report that has not been read yet stays held: it has no events that could be dropped.
    """
    ended = [Report.held, Report.read_at.is_not(None)] if drop else [Report.held]
    session.execute(update(Report).where(*ended).values(held=False))
    release_notifications(session, drop=drop)
    state = DeliveryState.MUTED if drop else DeliveryState.DUE
    changed = session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.HELD)
        .values(state=state, next_attempt_at=now)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def mute_waiting(session: Session, mute: Mute) -> int:
    """Mute the messages that are made and wait, and return their number. Never commits.

    One that is being sent, or has failed, is muted only if it would be sent during the mute
    (`alerts.outbox.claims.claim`).
    """
    about = selectinload(Delivery.events).options(joinedload(Event.authority))
    waiting = select(Delivery).where(Delivery.state.in_(WAITING))
    if mute.kind == MuteKind.SUBSCRIPTION:
        waiting = waiting.where(Delivery.subscription == mute.target)
    mutes = Mutes((mute,))
    number = 0
    for row in session.scalars(waiting.options(about)):
        if why := mutes.of_delivery(row):
            row.state, row.last_error = DeliveryState.MUTED, why
            number += 1
    return number


def requeue_failed(session: Session, *, now: datetime, may_have_arrived: bool = False) -> int:
    """Make failed deliveries due, once the cause has been fixed, and return their number.

    With `may_have_arrived`, requeue instead those that may have arrived, whether they have failed
    or wait for another try: their recipients may get them twice. Messages older than
    OLDEST_REQUEUED are not requeued, nor are those whose events are all in a later digest. Never
    commits.
    """
    wanted = [Delivery.state == DeliveryState.FAILED, Delivery.no_replies == 0]
    # A message that has certainly not arrived begins anew. Others are looked up from their first
    # try on.
    values: dict[str, Any] = {"first_attempt_at": None}
    if may_have_arrived:
        states = (DeliveryState.FAILED, DeliveryState.DUE)
        wanted = [Delivery.state.in_(states), Delivery.no_replies > 0]
        values = {}
    changed = session.execute(
        update(Delivery)
        .where(
            *wanted,
            Delivery.created_at > now - OLDEST_REQUEUED,
            ~is_covered_by_later_digest(may_have_arrived=may_have_arrived),
        )
        .values(
            state=DeliveryState.DUE,
            next_attempt_at=now,
            give_up_at=None,
            # The service is asked again what became of it.
            outcome_at=None,
            **values,
        ),
        execution_options={"synchronize_session": False},
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
