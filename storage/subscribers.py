"""Who subscribed without `watch.yaml`, and who has unsubscribed. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from reports.addresses import address_key
from storage.models import (
    EVERY,
    WAITING,
    Delivery,
    DeliveryState,
    Notification,
    Subscriber,
    Unsubscription,
)

UNSUBSCRIBED = "the recipient has unsubscribed"


def has_address(column: InstrumentedAttribute[str], address: str) -> ColumnElement[bool]:
    """Return the condition that a column has this address."""
    return func.lower(column) == address_key(address)


def all_subscribers(session: Session) -> Sequence[Subscriber]:
    """Return all subscribers, in the order in which they subscribed."""
    return session.scalars(select(Subscriber).order_by(Subscriber.id)).all()


def unsubscriptions(session: Session) -> Sequence[Unsubscription]:
    """Return all unsubscriptions, the oldest first."""
    return session.scalars(select(Unsubscription).order_by(Unsubscription.at)).all()


def put_subscriber(
    session: Session, *, address: str, channel: str, choice: dict[str, Any], now: datetime
) -> Subscriber:
    """Subscribe an address. Another choice of the same address and channel replaces the first."""
    found = session.scalar(
        select(Subscriber).where(
            has_address(Subscriber.address, address), Subscriber.channel == channel
        )
    )
    if found is None:
        found = Subscriber(address=address, channel=channel, choice=choice, subscribed_at=now)
        session.add(found)
    found.choice, found.subscribed_at = choice, now
    session.flush()
    return found


def subscribe_again(session: Session, address: str) -> int:
    """Forget that an address has unsubscribed. Returns the number of subscriptions concerned."""
    gone = session.execute(
        delete(Unsubscription).where(has_address(Unsubscription.recipient, address))
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def unsubscribe(
    session: Session, *, subscription: str, channel: str, recipient: str, now: datetime
) -> bool:
    """Unsubscribe a recipient from a subscription. Returns False if they already had.

    Their messages that were still to be sent are muted.
    """
    row = Unsubscription
    same = row.subscription == subscription, row.channel == channel
    known = exists().where(*same, has_address(row.recipient, recipient))
    if session.scalar(select(known)):
        return False
    session.add(
        Unsubscription(subscription=subscription, channel=channel, recipient=recipient, at=now)
    )
    session.execute(
        update(Delivery)
        .where(
            Delivery.subscription == subscription,
            Delivery.channel == channel,
            has_address(Delivery.recipient, recipient),
            Delivery.state.in_(WAITING),
        )
        .values(state=DeliveryState.MUTED, last_error=UNSUBSCRIBED)
    )
    session.flush()
    return True


def unsubscribe_from_all(session: Session, address: str, *, but: str, now: datetime) -> None:
    """Unsubscribe an address from all subscriptions, including those that are added later.

    Its messages that were still to be sent are muted, except those of the subscription `but`.
    """
    key = (EVERY, EVERY, address_key(address))
    if session.get(Unsubscription, key) is None:
        session.add(
            Unsubscription(
                subscription=EVERY, channel=EVERY, recipient=address_key(address), at=now
            )
        )
    session.execute(
        update(Delivery)
        .where(
            has_address(Delivery.recipient, address),
            Delivery.subscription != but,
            Delivery.state.in_(WAITING),
        )
        .values(state=DeliveryState.MUTED, last_error=UNSUBSCRIBED)
    )
    session.flush()


def remove_subscriber(session: Session, subscriber: Subscriber, *, name: str) -> None:
    """Delete a subscriber. Notifications that wait for their subscription, `name`, are muted."""
    session.execute(
        update(Notification)
        .where(Notification.subscription == name, Notification.state.in_(WAITING))
        .values(state=DeliveryState.MUTED)
    )
    session.delete(subscriber)
    session.flush()


def is_unsubscribed(session: Session, *, subscription: str, channel: str, recipient: str) -> bool:
    """Return whether a recipient has unsubscribed from a subscription, or from all."""
    row = Unsubscription
    named = and_(row.subscription == subscription, row.channel == channel)
    found = exists().where(
        has_address(row.recipient, recipient), or_(named, row.subscription == EVERY)
    )
    return session.scalar(select(found)) or False
