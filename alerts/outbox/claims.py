"""The rows of the outbox while they are being sent: claimed, recorded, taken back.

`state` and `lease_until` together say what is known of a row:

    due,     lease_until empty    the next try may send it
    due,     lease_until set      a try ended without an answer; the message may still come to
                                  light in the channel's history until then
    sending, lease_until set      a process holds it; after that instant, or once that process is
                                  gone, it counts as a try without an answer

Every function is one short transaction. A claim names exactly the row it saw, so of several
processes only one gets it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from alerts.outbox.clock import Timing, after
from alerts.outbox.owner import is_gone, new_owner
from storage.database import Database
from storage.models import Delivery, DeliveryState

# No wait is longer: quiet hours end within a day, and backoff is shorter. What is due later was
# written by a clock that has been put back since; it must not wait until that day comes again.
_LONGEST_WAIT = timedelta(hours=25)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A row that is ours until `lease_until`."""

    id: int
    key: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    tries: int
    """How often it was tried, this time included."""
    first_attempt_at: datetime
    unanswered_until: datetime | None
    """Set where the try before this one ended without an answer."""
    ambiguous: bool
    owner: str
    lease_until: datetime


@dataclass(frozen=True, kw_only=True)
class DueDelivery:
    """A row that is due, as it was seen."""

    id: int
    channel: str
    recipient: str
    next_attempt_at: datetime


def due(database: Database, *, until: datetime) -> list[DueDelivery]:
    """All rows that are or become due by `until`, the longest due first."""
    query = (
        select(Delivery.id, Delivery.channel, Delivery.recipient, Delivery.next_attempt_at)
        .where(Delivery.state == DeliveryState.DUE, _is_due(until))
        .order_by(Delivery.next_attempt_at, Delivery.id)
    )
    with database.read() as session:
        return [
            DueDelivery(
                id=row.id,
                channel=row.channel,
                recipient=row.recipient,
                next_attempt_at=min(row.next_attempt_at, until),
            )
            for row in session.execute(query)
        ]


def _is_due(until: datetime) -> ColumnElement[bool]:
    at = Delivery.next_attempt_at
    return or_(at <= until, at > until + _LONGEST_WAIT)


def _must_wait(row: Delivery, now: datetime) -> bool:
    return now < row.next_attempt_at <= now + _LONGEST_WAIT


def claim(database: Database, delivery_id: int, *, now: datetime, timing: Timing) -> Claim | None:
    """Make a due row ours; None where another process was faster."""
    owner = new_owner()
    lease_until = after(now, timing.lease)
    with database.write() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.state != DeliveryState.DUE or _must_wait(row, now):
            return None
        unanswered_until, first = row.lease_until, row.first_attempt_at or now
        taken = _updated(
            session,
            update(Delivery)
            .where(Delivery.id == row.id, *_as_seen(row))
            .values(
                state=DeliveryState.SENDING,
                lease_owner=owner,
                lease_until=lease_until,
                first_attempt_at=first,
                tries=row.tries + 1,
            ),
        )
        if not taken:
            return None
        return Claim(
            id=row.id,
            key=row.key,
            channel=row.channel,
            recipient=row.recipient,
            payload=row.payload,
            tries=row.tries + 1,
            first_attempt_at=first,
            unanswered_until=unanswered_until,
            ambiguous=row.ambiguous,
            owner=owner,
            lease_until=lease_until,
        )


def record(database: Database, claimed: Claim, **values: Any) -> bool:
    """Write how a try ended and give the row up; False where the claim was lost meanwhile."""
    with database.write() as session:
        return _updated(
            session,
            update(Delivery)
            .where(Delivery.id == claimed.id, Delivery.lease_owner == claimed.owner)
            .values({"lease_owner": None, "lease_until": None, **values}),
        )


def record_sent(
    database: Database, claimed: Claim, *, remote_id: str | None, ambiguous: bool, at: datetime
) -> None:
    """Write that a message is out, even where the claim was lost meanwhile.

    Whoever holds it then has not sent it yet, or will find its own record refused.
    """
    open_states = (DeliveryState.DUE, DeliveryState.SENDING, DeliveryState.GIVEN_UP)
    with database.write() as session:
        _updated(
            session,
            update(Delivery)
            .where(Delivery.id == claimed.id, Delivery.state.in_(open_states))
            .values(
                state=DeliveryState.SENT,
                sent_at=at,
                remote_id=remote_id,
                ambiguous=ambiguous,
                lease_owner=None,
                lease_until=None,
                last_error=None,
            ),
        )


def count_waiting(database: Database) -> int:
    """How many messages are due, now or later, or under way."""
    waiting = (DeliveryState.DUE, DeliveryState.SENDING)
    query = select(func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))
    with database.read() as session:
        return session.scalar(query) or 0


def reclaim_expired(
    database: Database, *, now: datetime, timing: Timing, askable: Collection[str]
) -> int:
    """Make rows due again whose process has ended or whose lease has run out; how many.

    Nobody knows whether those messages went out. On the `askable` channels the history will be
    asked first.
    """
    with database.read() as session:
        held = session.scalars(
            select(Delivery).where(Delivery.state == DeliveryState.SENDING)
        ).all()
    lost = [row for row in held if _lease_is_over(row, now)]
    return sum(_take_back(database, row, now, timing, row.channel in askable) for row in lost)


def last_remote_id(database: Database, *, channel: str, recipient: str) -> str | None:
    """The channel's own id of the last message that went there."""
    with database.read() as session:
        return session.scalar(
            select(Delivery.remote_id)
            .where(
                Delivery.channel == channel,
                Delivery.recipient == recipient,
                Delivery.state == DeliveryState.SENT,
                Delivery.remote_id.is_not(None),
            )
            .order_by(Delivery.id.desc())
            .limit(1)
        )


def _lease_is_over(row: Delivery, now: datetime) -> bool:
    return row.lease_until is None or row.lease_until < now or is_gone(row.lease_owner)


def _take_back(
    database: Database, row: Delivery, now: datetime, timing: Timing, askable: bool
) -> bool:
    with database.write() as session:
        return _updated(
            session,
            update(Delivery)
            .where(Delivery.id == row.id, *_as_seen(row))
            .values(
                state=DeliveryState.DUE,
                lease_owner=None,
                lease_until=after(now, timing.certain_after) if askable else None,
                next_attempt_at=after(now, timing.look_after),
                ambiguous=True,
                last_error="the process that sent it ended before it could say how that went",
            ),
        )


def _as_seen(row: Delivery) -> tuple[ColumnElement[bool], ...]:
    """The row, only as long as nobody has changed it since."""
    return (
        and_(Delivery.state == row.state, Delivery.next_attempt_at == row.next_attempt_at),
        _equals(Delivery.lease_owner, row.lease_owner),
        _equals(Delivery.lease_until, row.lease_until),
    )


def _equals(column: Any, value: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_(None) if value is None else column == value
    return found


def _updated(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
