"""Messages that are held until an operator releases them, and what waits with them. Only reads.

`storage.held_reports` decides when a poll holds messages.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification, Report


def has_held_message() -> ColumnElement[bool]:
    """Return, for a query of events, whether a message or notification about an event is held."""
    collected = select(Notification.event_id).where(Notification.state == DeliveryState.HELD)
    made = (
        select(DeliveryEvent.event_id)
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(Delivery.state == DeliveryState.HELD)
    )
    return or_(Event.id.in_(collected), Event.id.in_(made))


def is_any_held(session: Session, events: Iterable[Event]) -> bool:
    """Return whether a message or notification about one of these events is held."""
    ids = [event.id for event in events]
    return bool(
        ids and session.scalar(select(exists().where(Event.id.in_(ids), has_held_message())))
    )


def hidden_reports(session: Session) -> frozenset[int]:
    """Return the ids of the reports that are on no page and in no table until they are released.

    These are new reports about which a message is held. A report that was known before stays, even
    if a later message about it is held.
    """
    with_held = select(Event.report_id).where(has_held_message())
    return frozenset(
        session.scalars(select(Report.id).where(Report.held, Report.id.in_(with_held)))
    )
