"""People's decisions about pairs of statements: the same issue (confirmed), or not (rejected).

A decision is about the words alone: it counts for every council whose reports have both statements.
The last decision counts: to confirm a rejected pair takes the rejection back, and the other way
round. Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import ConfirmedRepeat, Event, RejectedRepeat

_KEY_LENGTH = 5
"""Letters and digits: enough for all repeats of all reports, and short enough to type."""

_REPEAT_EVENT = "theme_repeat"
"""The type of the events that name repeats. It is repeated here from `alerts.events.types`, because
`storage` may not import `alerts`."""


_TABLES: tuple[type[ConfirmedRepeat] | type[RejectedRepeat], ...] = (
    ConfirmedRepeat,
    RejectedRepeat,
)


@dataclass(frozen=True, slots=True)
class RepeatDecisions:
    """The pairs (see `pair`) that people have rejected, and those that they have confirmed."""

    rejected: frozenset[tuple[str, str]] = frozenset()
    confirmed: frozenset[tuple[str, str]] = frozenset()

    def rejects(self, later: str, earlier: str) -> bool:
        """Return whether a person has decided that two statements are not the same issue."""
        return bool(self.rejected) and pair(later=later, earlier=earlier) in self.rejected

    def confirms(self, later: str, earlier: str) -> bool:
        """Return whether a person has decided that two statements are the same issue."""
        return bool(self.confirmed) and pair(later=later, earlier=earlier) in self.confirmed


def fingerprint(statement: str) -> str:
    """Return a hash that identifies a statement of a report, whatever its spacing."""
    return hashlib.sha256(" ".join(statement.split()).encode(errors="surrogatepass")).hexdigest()


def reject_repeat(
    session: Session, *, later: str, earlier: str, who: str, why: str, now: datetime
) -> None:
    """Store a person's decision that these two statements are not the same issue.

    Events with the pair are marked (`rejected` in the repeat), for messages that are still to be
    composed from them.
    """
    row = RejectedRepeat(**_row(later, earlier), who=who, why=why, at=now)
    _decide(session, row, instead_of=ConfirmedRepeat, mark={"rejected": True, "confirmed": False})


def confirm_repeat(
    session: Session, *, later: str, earlier: str, who: str, why: str, now: datetime
) -> None:
    """Store a person's decision that these two statements are the same issue.

    In events, a possible repeat of the pair becomes a likely one, for messages that are still to be
    composed from them.
    """
    row = ConfirmedRepeat(**_row(later, earlier), who=who, why=why, at=now)
    mark = {"rejected": False, "confirmed": True, "certainty": 1.0}
    _decide(session, row, instead_of=RejectedRepeat, mark=mark)


def _row(later: str, earlier: str) -> dict[str, str]:
    key = pair(later=later, earlier=earlier)
    return {
        "later_fingerprint": key[0],
        "earlier_fingerprint": key[1],
        "later": later,
        "earlier": earlier,
    }


def _decide(
    session: Session,
    row: ConfirmedRepeat | RejectedRepeat,
    *,
    instead_of: type[ConfirmedRepeat] | type[RejectedRepeat],
    mark: dict[str, Any],
) -> None:
    key = row.later_fingerprint, row.earlier_fingerprint
    if (other := session.get(instead_of, key)) is not None:
        session.delete(other)
    session.merge(row)  # in place of an earlier decision that said the same
    for event in session.scalars(select(Event).where(Event.type == _REPEAT_EVENT)):
        event.detail = _marked(event.detail, key, mark)
    session.flush()


def _marked(detail: dict[str, Any], key: tuple[str, str], mark: dict[str, Any]) -> dict[str, Any]:
    """Return an event's detail with the pair marked; the same object if it lacks the pair."""
    repeats = detail.get("repeats", [])
    same = [pair(later=each["later"], earlier=each["earlier"]) == key for each in repeats]
    if not any(same):
        return detail
    marked = [
        _with(repeat, mark) if hit else repeat for repeat, hit in zip(repeats, same, strict=True)
    ]
    return {**detail, "repeats": marked}


def _with(repeat: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    """Return a repeat with a mark. A possible repeat that is confirmed becomes a likely one."""
    likelier = mark["confirmed"] and repeat["strength"] == "possible"
    return {**repeat, **mark, **({"strength": "likely"} if likelier else {})}


def pair(*, later: str, earlier: str) -> tuple[str, str]:
    """Return what identifies two statements that are compared: the fingerprint of each."""
    return fingerprint(later), fingerprint(earlier)


def repeat_key(later: str, earlier: str) -> str:
    """Return the short key by which people name a repeat, such as "k7f2m".

    It depends on the two statements alone, so a decision about one repeat does not change the keys
    of the others. It has neither 0 nor 1, which look like letters.
    """
    digest = hashlib.sha256("".join(pair(later=later, earlier=earlier)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_KEY_LENGTH]


def decided_pairs(session: Session, later: Collection[str]) -> list[tuple[str, str]]:
    """Return the pairs that people have decided about whose later statement is one of these."""
    prints = [fingerprint(statement) for statement in later]
    found: list[tuple[str, str]] = []
    for table in _TABLES:
        rows = select(table.later, table.earlier).where(table.later_fingerprint.in_(prints))
        found += [(said, before) for said, before in session.execute(rows)]
    return found


def repeat_decisions(session: Session) -> RepeatDecisions:
    """Return all decisions of people about pairs of statements."""
    return RepeatDecisions(
        rejected=_pairs(session, RejectedRepeat), confirmed=_pairs(session, ConfirmedRepeat)
    )


def _pairs(
    session: Session, table: type[ConfirmedRepeat] | type[RejectedRepeat]
) -> frozenset[tuple[str, str]]:
    rows = session.execute(select(table.later_fingerprint, table.earlier_fingerprint))
    return frozenset((later, earlier) for later, earlier in rows)
