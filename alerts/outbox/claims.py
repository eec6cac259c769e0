"""The rows of the outbox while they are sent: claimed, renewed, recorded, taken back.

A process that sends a row holds it under a lease, which it renews. Where it does not renew it any
more, the process has ended (`abandoned`), and nobody knows whether the message went out.

Every function is one short transaction. A claim names exactly the row it saw, so of several
processes only one gets it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from alerts.outbox.clock import Timing, after
from storage.database import Database
from storage.models import Delivery, DeliveryState

# No wait is longer: quiet hours end within a day, and no try is put off for more than 29 hours.
# A later date was written while the clock was wrong, and must not be waited for.
LONGEST_WAIT = timedelta(hours=30)
# The clocks of two machines, or of one before and after it was set.
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A row that is ours while its lease lasts."""

    id: int
    key: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    tries: int
    """How often it was tried, this time included."""
    first_attempt_at: datetime
    give_up_at: datetime
    no_replies: int
    no_reply_at: datetime | None
    """When the last try ended after which the message may have arrived."""
    owner: str


@dataclass(frozen=True, kw_only=True)
class DueDelivery:
    """A row that is due, as it was seen."""

    id: int
    channel: str
    recipient: str
    next_attempt_at: datetime


def due(database: Database, *, until: datetime) -> list[DueDelivery]:
    """Return all rows that are or become due by `until`, the longest due first."""
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
    return or_(at <= until, at > until + LONGEST_WAIT)


def _must_wait(row: Delivery, now: datetime) -> bool:
    return now < row.next_attempt_at <= now + LONGEST_WAIT


def claim(database: Database, delivery_id: int, *, now: datetime, timing: Timing) -> Claim | None:
    """Make a due row ours; return None where another process was faster."""
    owner = secrets.token_hex(16)
    with database.write() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.state != DeliveryState.DUE or _must_wait(row, now):
            return None
        # A date in the future was written while the clock was wrong.
        first = min(row.first_attempt_at or now, now)
        last = after(now, timing.give_up_after)
        give_up_at = min(row.give_up_at or last, last)
        taken = _updated(
            session,
            update(Delivery)
            .where(Delivery.id == row.id, *_as_seen(row))
            .values(
                state=DeliveryState.SENDING,
                lease_owner=owner,
                lease_until=after(now, timing.lease),
                first_attempt_at=first,
                give_up_at=give_up_at,
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
            give_up_at=give_up_at,
            no_replies=row.no_replies,
            no_reply_at=row.no_reply_at,
            owner=owner,
        )


def renew(database: Database, claimed: Claim, *, until: datetime) -> bool:
    """Hold a row for longer; return False where the claim was lost meanwhile."""
    with database.write() as session:
        return _updated(
            session,
            update(Delivery)
            .where(Delivery.id == claimed.id, Delivery.lease_owner == claimed.owner)
            .values(lease_until=until),
        )


def record(database: Database, claimed: Claim, **values: Any) -> bool:
    """Write how a try ended and let the row go; return False where the claim was lost meanwhile."""
    with database.write() as session:
        return _updated(
            session,
            update(Delivery)
            .where(Delivery.id == claimed.id, Delivery.lease_owner == claimed.owner)
            .values({"lease_owner": None, "lease_until": None, **values}),
        )


def record_sent(
    database: Database, claimed: Claim, *, remote_id: str | None, no_replies: int, at: datetime
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
                no_replies=no_replies,
                no_reply_at=None,
                lease_owner=None,
                lease_until=None,
                last_error=None,
            ),
        )


def count_waiting(database: Database) -> int:
    """Count the messages that are due, now or later, or being sent."""
    waiting = (DeliveryState.DUE, DeliveryState.SENDING)
    query = select(func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))
    with database.read() as session:
        return session.scalar(query) or 0


@dataclass
class Leases:
    """The leases that one process has seen, and since when each has not been renewed.

    Clocks of two machines differ, so whether a lease has run out is not asked of the clock: a
    process that renews nothing for as long as a lease lasts has ended. Only what lies hours back,
    or ahead, needs no watching.
    """

    database: Database
    timing: Timing
    seen: dict[tuple[int, str | None, datetime | None], datetime] = field(default_factory=dict)

    def abandoned(self, *, now: datetime) -> list[Delivery]:
        """Return the rows whose process has ended. Looks at all leases."""
        with self.database.read() as session:
            held = session.scalars(
                select(Delivery).where(Delivery.state == DeliveryState.SENDING)
            ).all()
        before = self.seen
        self.seen = {name: before.get(name, now) for name in map(_lease, held)}
        return [
            row
            for row in held
            if _is_old(row, now) or now >= after(self.seen[_lease(row)], self.timing.lease)
        ]

    def next_end(self) -> datetime | None:
        """Return when the first of them will be abandoned, unless it is renewed before."""
        since = min(self.seen.values(), default=None)
        return since and after(since, self.timing.lease)


def _lease(row: Delivery) -> tuple[int, str | None, datetime | None]:
    return row.id, row.lease_owner, row.lease_until


def _is_old(row: Delivery, now: datetime) -> bool:
    until = row.lease_until
    return until is None or abs(until - now) > CLOCKS_DIFFER


def reclaim_expired(
    database: Database,
    row: Delivery,
    *,
    state: DeliveryState,
    next_attempt_at: datetime,
    no_reply_at: datetime,
    last_error: str,
) -> bool:
    """Free a row whose process has ended; return False where somebody changed it meanwhile."""
    with database.write() as session:
        return _updated(
            session,
            update(Delivery)
            .where(Delivery.id == row.id, *_as_seen(row))
            .values(
                state=state,
                lease_owner=None,
                lease_until=None,
                next_attempt_at=next_attempt_at,
                no_replies=row.no_replies + 1,
                no_reply_at=no_reply_at,
                last_error=last_error,
            ),
        )


def last_remote_id(database: Database, *, channel: str, recipient: str) -> str | None:
    """Return the channel's own id of the last message that went there."""
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
