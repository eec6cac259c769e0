"""Mutes: who asked for silence about what, until when and why. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Mute, MuteKind


def add_mute(
    session: Session,
    *,
    kind: MuteKind,
    target: str,
    until: date,
    who: str,
    why: str,
    now: datetime,
) -> Mute:
    """Mute a council, theme or subscription until a date, that day included."""
    mute = Mute(kind=kind, target=target, until=until, who=who, why=why, muted_at=now)
    session.add(mute)
    session.flush()
    return mute


def lift_mute(session: Session, mute_id: int, *, now: datetime) -> Mute | None:
    """End a mute early and return it. Return None if there is none or it was ended early before."""
    # Not by a query for the number: one that is too long is an error of the database.
    mute = next((mute for mute in all_mutes(session) if mute.id == mute_id), None)
    if mute is None or mute.lifted_at is not None:
        return None
    mute.lifted_at = now
    return mute


def is_active(mute: Mute, *, today: date) -> bool:
    """Return whether a mute is in force today."""
    return mute.lifted_at is None and mute.until >= today


def active_mutes(session: Session, *, today: date) -> Sequence[Mute]:
    """Return the mutes that are in force today, the oldest first."""
    return [mute for mute in all_mutes(session) if is_active(mute, today=today)]


def all_mutes(session: Session) -> Sequence[Mute]:
    """Return every mute, including those that have ended, the oldest first."""
    return session.scalars(select(Mute).order_by(Mute.id)).all()
