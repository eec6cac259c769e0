"""The outbox: messages to recipients, and what waits for a digest."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, words
from storage.models.events import Event


class DeliveryState(StrEnum):
    """The state of one message to one recipient."""

    DUE = "due"
    SENDING = "sending"  # a process holds it under a lease
    SENT = "sent"
    HELD = "held"  # waits for the command `release`
    FAILED = "given_up"  # this value is in JSON, and other programs rely on it
    MUTED = "muted"  # never sent: a person muted or dropped it, or the recipient unsubscribed


WAITING = (DeliveryState.DUE, DeliveryState.HELD)
"""The states of what waits to be sent."""


class Delivery(Base):
    """One message to one recipient on one channel: a row of the outbox.

    Sending does not change `payload`, but a message that has waited is composed again before it is
    sent, because its reports may have changed since. Times here are real time, not that of
    WATCH_NOW, because leases and waits are about real processes.

    next_attempt_at: when the next try is due; for a message that failed, when it failed.
    lease_until, lease_owner: set while the state is `sending`, by the process that sends. Once the
        lease has run out, that process is taken to have ended.
    no_replies: the number of tries that may have delivered the message without a reply; 0 once it
        is certain that none has. `no_reply_at` is when the last of them ended.
    urgent: whether it is sent in quiet hours too.
    give_up_at: when the last try is due. Set by the first try, or when quiet hours put it off.
    reply_to_id: the delivery that this one follows up, to the same recipient.
    outcome_at: when the service said what became of the message, or that it does not know it. Only
        some services say that after sending.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    subscription: Mapped[str] = mapped_column(String(200), index=True)
    channel: Mapped[str] = mapped_column(String(100), index=True)
    recipient: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), default=DeliveryState.DUE)
    tries: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    first_attempt_at: Mapped[datetime | None]
    give_up_at: Mapped[datetime | None]
    no_replies: Mapped[int] = mapped_column(default=0)
    no_reply_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    remote_id: Mapped[str | None] = mapped_column(Text)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]

    events: Mapped[list[Event]] = relationship(secondary="delivery_event", order_by="Event.id")


class DeliveryEvent(Base):
    """An event that a delivery is about."""

    __tablename__ = "delivery_event"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class Digest(Base):
    """One digest of a subscription: the London days it covers. Each day is in one digest only.

    A new subscription gets a row without deliveries for the days before its first digest.
    """

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("subscription", "last_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[str] = mapped_column(String(200))
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_at: Mapped[datetime]


class Notification(Base):
    """An event that is kept for a subscription until its message is made.

    Written with the event. `state` is due until a digest or the message of the poll contains it
    (sent), held until an operator decides, or muted. Only a notification in a digest has a
    `digest_id`. An `urgent` notification is sent when the poll is over; a later digest repeats it.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("subscription", "event_id"),
        Index("ix_notification_waiting", "state", "subscription"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    collected_at: Mapped[datetime]
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), default=DeliveryState.DUE)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"), index=True)

    event: Mapped[Event] = relationship()
