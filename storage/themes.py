"""The repeats that people have rejected: pairs of statements that are not the same issue.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Event, RejectedRepeat

# The type of the events that name repeats (`alerts.events.types`).
_REPEAT_EVENT = "theme_repeat"


def fingerprint(statement: str) -> str:
    """What identifies a statement of a report, whatever its spacing."""
    return hashlib.sha256(" ".join(statement.split()).encode()).hexdigest()


def reject_repeat(
    session: Session, *, later: str, earlier: str, who: str, why: str, now: datetime
) -> RejectedRepeat:
    """Keep that a person says these two statements are not the same issue.

    Events that said so are marked (`rejected` in the repeat), for messages that are still to be
    made of them.
    """
    key = pair(later=later, earlier=earlier)
    known = session.get(RejectedRepeat, key)
    if known is not None:
        return known
    rejected = RejectedRepeat(
        later_fingerprint=key[0],
        earlier_fingerprint=key[1],
        later=later,
        earlier=earlier,
        who=who,
        why=why,
        at=now,
    )
    session.add(rejected)
    for event in session.scalars(select(Event).where(Event.type == _REPEAT_EVENT)):
        event.detail = _marked(event.detail, key)
    session.flush()
    return rejected


def _marked(detail: dict[str, Any], rejected: tuple[str, str]) -> dict[str, Any]:
    """The same detail where it does not say what was rejected."""
    repeats = detail.get("repeats", [])
    same = [pair(later=one["later"], earlier=one["earlier"]) == rejected for one in repeats]
    if not any(same):
        return detail
    marked = [
        {**one, "rejected": True} if hit else one for one, hit in zip(repeats, same, strict=True)
    ]
    return {**detail, "repeats": marked}


def pair(*, later: str, earlier: str) -> tuple[str, str]:
    """What identifies two statements that are compared."""
    return fingerprint(later), fingerprint(earlier)


def rejected_pairs(session: Session) -> frozenset[tuple[str, str]]:
    """The pairs (see `pair`) of which people have said that they are not the same issue."""
    rows = session.execute(
        select(RejectedRepeat.later_fingerprint, RejectedRepeat.earlier_fingerprint)
    )
    return frozenset((later, earlier) for later, earlier in rows)
