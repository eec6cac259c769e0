"""Lists and counts of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from reports.safe_text import plain_line
from storage.models import Delivery, DeliveryState


def list_deliveries(
    session: Session, *, state: DeliveryState | None = None
) -> list[dict[str, Any]]:
    """Return every delivery as published JSON, oldest first, without its payload."""
    query = select(Delivery).options(selectinload(Delivery.events)).order_by(Delivery.id)
    if state is not None:
        query = query.where(Delivery.state == state)
    return [_as_json(delivery) for delivery in session.scalars(query)]


def count_states(session: Session) -> list[tuple[str, str, DeliveryState, int]]:
    """Count deliveries by subscription, channel and state; without addresses."""
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
        "ambiguous": delivery.no_replies > 0,
        "last_error": delivery.last_error,
        "created_at": delivery.created_at.isoformat(),
        "next_attempt_at": (
            delivery.next_attempt_at.isoformat() if delivery.state == DeliveryState.DUE else None
        ),
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
    }


def _headline(payload: Mapping[str, Any]) -> str:
    """Return the first line that a reader sees, from whatever the channel has stored."""
    headline = payload.get("subject") or payload.get("title")
    if not headline and isinstance(data := payload.get("data"), dict):
        headline = data.get("headline")
    # Slack's text is escaped.
    text = headline or unescape(str(payload.get("text") or ""))
    return plain_line(str(text).partition("\n")[0])
