"""What people decide: confirmed values, which statements are one issue, subscriptions, mutes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, words


class ConfirmedValue(Base):
    """A value that a person confirmed or corrected. It is applied on top of every reading of the
    file that the person saw (`sha256`).

    `field` is one of `storage.confirmable_fields.FIELDS`; `value` is a word, an ISO date or an
    authority's key; None where the report gives none or the field takes none. The newest row for a
    field counts; the others stay as the record of who said what.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    read_value: Mapped[str | None] = mapped_column(Text)  # what the program read
    value: Mapped[str | None] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime]
    sha256: Mapped[str | None] = mapped_column(String(64))


class _PairDecision:
    """The columns of a person's decision about two statements."""

    later_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    earlier_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    later: Mapped[str] = mapped_column(Text)
    earlier: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class RejectedRepeat(_PairDecision, Base):
    """Two statements that a person says are not the same issue, although they look alike."""

    __tablename__ = "rejected_repeat"


class ConfirmedRepeat(_PairDecision, Base):
    """Two statements that a person says are the same issue, however unlike they look."""

    __tablename__ = "confirmed_repeat"


class Subscriber(Base):
    """A person who subscribed with the command, without `watch.yaml`.

    `choice` has what they get: `names` (keys of councils), `regions`, `all`, `events` and `when`.
    """

    __tablename__ = "subscriber"
    # An id is never used twice: the names of subscriptions are made from it.
    __table_args__ = (UniqueConstraint("address", "channel"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(100))
    choice: Mapped[dict[str, Any]]
    subscribed_at: Mapped[datetime]


EVERY = ""
"""The value of `subscription` or `channel` that means all of them. No name is empty."""


class Unsubscription(Base):
    """A recipient who no longer wants the messages of a subscription.

    With EVERY as subscription and channel, they want no messages of any subscription.
    """

    __tablename__ = "unsubscription"

    subscription: Mapped[str] = mapped_column(String(200), primary_key=True)
    channel: Mapped[str] = mapped_column(String(100), primary_key=True)
    recipient: Mapped[str] = mapped_column(String(320), primary_key=True)
    at: Mapped[datetime]


class MuteKind(StrEnum):
    """What a mute is about."""

    AUTHORITY = "authority"
    THEME = "theme"
    SUBSCRIPTION = "subscription"


class Mute(Base):
    """A request to send no messages about `target` until a day, that day included.

    `target` is an authority's key, a theme, or the name of a subscription, which gets none at all.
    """

    __tablename__ = "mute"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MuteKind] = mapped_column(words(MuteKind))
    target: Mapped[str] = mapped_column(String(200))
    until: Mapped[date]
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    muted_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
