"""The rows of the outbox while they are sent: claimed, renewed, recorded, taken back.

A process that sends a row holds it under a lease (`alerts.outbox.leases`).

Every function is one short transaction. A claim changes a row only if it is still as it was read,
so of several processes only one gets it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, func, or_, select, update
from sqlalchemy.orm import Session

from alerts.channels.base import Earlier
from alerts.outbox.clock import Timing, after
from alerts.outbox.retries import LONGEST_WAIT, KnownTimes, Tried, last_try
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.mutes import Mutes
from alerts.subscriptions.quiet_hours import NO_WAIT, QuietHours
from storage.database import Database
from storage.deleted_addresses import ADDRESS_DELETED, DELETED_ADDRESS
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event
from storage.subscribers import UNSUBSCRIBED, is_unsubscribed

_NOT_HELD: dict[str, Any] = {"lease_owner": None, "lease_until": None}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A row that belongs to this process while its lease lasts."""

    id: int
    key: str
    subscription: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    created_at: datetime
    first_attempt_at: datetime
    tried: Tried
    """What is known about its tries, this one included."""
    reply_to_id: int | None
    failed_before: bool
    """Whether the service took an earlier try, and said later that it did not deliver it."""
    owner: str
    began: float
    """When the claim began, by `time.monotonic`. Other processes time the lease from when they see
    it, which is later."""

    def without_reply(self, at: datetime) -> Claim:
        """Return the claim after a try whose message may have arrived."""
        tried = replace(self.tried, no_replies=self.tried.no_replies + 1, no_reply_at=at)
        return replace(self, tried=tried)

    def not_arrived(self) -> Claim:
        """Return the claim when it is certain that no try so far has delivered the message."""
        return replace(self, tried=replace(self.tried, no_replies=0, no_reply_at=None))

    def not_counted(self) -> Claim:
        """Return the claim where nothing was sent: looking a message up does not count as a try."""
        return replace(self, tried=replace(self.tried, tries=self.tried.tries - 1))


def is_about_reports(database: Database, claimed: Claim) -> bool:
    """Return whether a message has reports, unlike a welcome message or a digest with none."""
    query = (
        select(Event.id)
        .join(DeliveryEvent, DeliveryEvent.event_id == Event.id)
        .where(DeliveryEvent.delivery_id == claimed.id, Event.report_id.is_not(None))
        .limit(1)
    )
    with database.read() as session:
        return session.scalar(query) is not None


@dataclass(frozen=True, kw_only=True)
class DueDelivery:
    """A row that was due when it was read."""

    id: int
    subscription: str
    channel: str
    recipient: str
    next_attempt_at: datetime


def due(database: Database, *, until: datetime) -> list[DueDelivery]:
    """Return all rows that are or become due by `until`, the longest due first."""
    query = (
        select(
            Delivery.id,
            Delivery.subscription,
            Delivery.channel,
            Delivery.recipient,
            Delivery.next_attempt_at,
        )
        .where(Delivery.state == DeliveryState.DUE, _is_due(until))
        .order_by(Delivery.next_attempt_at, Delivery.id)
    )
    with database.read() as session:
        return [
            DueDelivery(
                id=row.id,
                subscription=row.subscription,
                channel=row.channel,
                recipient=row.recipient,
                next_attempt_at=min(row.next_attempt_at, until),
            )
            for row in session.execute(query)
        ]


def _is_due(until: datetime) -> ColumnElement[bool]:
    at = Delivery.next_attempt_at
    # A date further away was written while the clock was wrong.
    return or_(at <= until, at > until + LONGEST_WAIT)


def _must_wait(row: Delivery, now: datetime) -> bool:
    return now < row.next_attempt_at <= now + LONGEST_WAIT


def known_times(row: Delivery) -> KnownTimes:
    """Return what is known about the times of a row."""
    return KnownTimes(
        created_at=row.created_at,
        first_attempt_at=row.first_attempt_at,
        due_at=row.next_attempt_at,
        give_up_at=row.give_up_at,
    )


def claim(
    database: Database,
    delivery_id: int,
    *,
    now: datetime,
    timing: Timing,
    quiet_hours: QuietHours | None,
) -> Claim | None:
    """Claim a due row; return None where it is not due any more, or another process was faster.

    Also None where the recipient has unsubscribed, their address was deleted or a mute applies, and
    where the `quiet_hours` of the subscription put the message off (`alerts.outbox.retries`). They
    never put off an urgent one.
    """
    began = time.monotonic()
    with database.write() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.state != DeliveryState.DUE or _must_wait(row, now):
            return None
        if why := _unwanted_since(session, row, now):
            _changed_one(
                session, _if_unchanged(row).values(state=DeliveryState.MUTED, last_error=why)
            )
            return None
        quiet = NO_WAIT if quiet_hours is None or row.urgent else quiet_hours.wait(now)
        last = last_try(known_times(row), now=now, timing=timing, quiet=quiet)
        if last.is_put_off:
            _put_off(session, row, until=now + quiet, give_up_at=last.at)
            return None
        return _take(
            session,
            row,
            now=now,
            lease_until=after(now, timing.lease),
            give_up_at=last.at,
            began=began,
        )


def _unwanted_since(session: Session, row: Delivery, now: datetime) -> str | None:
    """Return why a message must not be sent any more; None where it may be sent.

    Since it was made, the recipient may have unsubscribed, their address may have been deleted, or
    a mute may have begun, perhaps while it was being sent or had failed. Operator alerts end with
    the entry in watch.yaml, never by unsubscribing.
    """
    if row.recipient == DELETED_ADDRESS:
        return ADDRESS_DELETED
    if row.subscription != OPERATORS and is_unsubscribed(
        session,
        subscription=row.subscription,
        channel=row.channel,
        recipient=row.recipient,
    ):
        return UNSUBSCRIBED
    return Mutes.at(session, now).of_delivery(row)


def _take(
    session: Session,
    row: Delivery,
    *,
    now: datetime,
    lease_until: datetime,
    give_up_at: datetime,
    began: float,
) -> Claim | None:
    """Begin a try of a due row; return None where another process has changed the row."""
    owner = secrets.token_hex(16)
    # A date in the future was written while the clock was wrong.
    first = min(row.first_attempt_at or now, now)
    taken = _changed_one(
        session,
        _if_unchanged(row).values(
            state=DeliveryState.SENDING,
            lease_owner=owner,
            lease_until=lease_until,
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
        subscription=row.subscription,
        channel=row.channel,
        recipient=row.recipient,
        payload=row.payload,
        created_at=row.created_at,
        first_attempt_at=first,
        tried=Tried(
            tries=row.tries + 1,
            no_replies=row.no_replies,
            no_reply_at=row.no_reply_at,
            give_up_at=give_up_at,
        ),
        reply_to_id=row.reply_to_id,
        # Only a sent message has an id. It is due again only if the service did not deliver it.
        failed_before=row.remote_id is not None,
        owner=owner,
        began=began,
    )


def _put_off(session: Session, row: Delivery, *, until: datetime, give_up_at: datetime) -> None:
    """Let a row wait without a try, unless another process has changed it."""
    _changed_one(session, _if_unchanged(row).values(next_attempt_at=until, give_up_at=give_up_at))


def renew(database: Database, claimed: Claim, *, until: datetime) -> bool:
    """Extend the lease of a row; return False where the claim was lost meanwhile."""
    with database.write() as session:
        return _changed_one(session, _ours(claimed).values(lease_until=until))


def reschedule(
    database: Database,
    claimed: Claim,
    *,
    at: datetime,
    error_text: str,
    was_contacted: bool = True,
) -> None:
    """Write when a row is due again, and why, unless the claim was lost meanwhile.

    Where the channel was not contacted, and no earlier try can have delivered the message, its
    first try is still to come.
    """
    is_begun = was_contacted or claimed.tried.no_replies
    with database.write() as session:
        _changed_one(
            session,
            _ours(claimed).values(
                state=DeliveryState.DUE,
                next_attempt_at=at,
                first_attempt_at=claimed.first_attempt_at if is_begun else None,
                tries=claimed.tried.tries,
                no_replies=claimed.tried.no_replies,
                no_reply_at=claimed.tried.no_reply_at,
                last_error=error_text,
                **_NOT_HELD,
            ),
        )


def record_failed(database: Database, claimed: Claim, *, at: datetime, error_text: str) -> None:
    """Write that a delivery has failed, and why, unless the claim was lost meanwhile."""
    with database.write() as session:
        _changed_one(
            session,
            _ours(claimed).values(
                state=DeliveryState.FAILED,
                next_attempt_at=at,
                no_replies=claimed.tried.no_replies,
                no_reply_at=claimed.tried.no_reply_at,
                last_error=error_text,
                **_NOT_HELD,
            ),
        )


def record_sent(database: Database, claimed: Claim, *, remote_id: str | None, at: datetime) -> None:
    """Write that a message was sent, even where the claim was lost meanwhile.

    Another process that has claimed the message since has not sent it yet, or cannot write its own
    result any more. A message that has been muted since was sent before that.
    """
    open_states = (
        DeliveryState.DUE,
        DeliveryState.SENDING,
        DeliveryState.FAILED,
        DeliveryState.MUTED,
    )
    with database.write() as session:
        _changed_one(
            session,
            update(Delivery)
            .where(Delivery.id == claimed.id, Delivery.state.in_(open_states))
            .values(
                state=DeliveryState.SENT,
                sent_at=at,
                remote_id=remote_id,
                no_replies=claimed.tried.no_replies,
                no_reply_at=None,
                last_error=None,
                **_NOT_HELD,
            ),
        )


def count_waiting(database: Database) -> int:
    """Count the messages that are due, now or later, or being sent."""
    waiting = (DeliveryState.DUE, DeliveryState.SENDING)
    query = select(func.count()).select_from(Delivery).where(Delivery.state.in_(waiting))
    with database.read() as session:
        return session.scalar(query) or 0


def take_back(
    database: Database,
    row: Delivery,
    *,
    again_at: datetime | None,
    give_up_at: datetime,
    no_reply_at: datetime,
    error_text: str,
) -> bool:
    """Free a row whose process has ended. Returns False where another process has changed it.

    `again_at` is when it is due again; without it the delivery has failed. `give_up_at` is when
    its last try is due.
    """
    with database.write() as session:
        return _changed_one(
            session,
            _if_unchanged(row).values(
                state=DeliveryState.DUE if again_at else DeliveryState.FAILED,
                next_attempt_at=again_at or no_reply_at,
                give_up_at=give_up_at,
                no_replies=row.no_replies + 1,
                no_reply_at=no_reply_at,
                last_error=error_text,
                **_NOT_HELD,
            ),
        )


def earlier(database: Database, claimed: Claim) -> Earlier | None:
    """Return the message to which this one replies; None without one, or if it was not sent."""
    with database.read() as session:
        row = session.get(Delivery, claimed.reply_to_id) if claimed.reply_to_id else None
        if row is None or row.state != DeliveryState.SENT or row.remote_id is None:
            return None
        follow_ups = _follow_ups(session, row, claimed)
        return Earlier(remote_id=row.remote_id, payload=row.payload, follow_ups=follow_ups)


def _follow_ups(session: Session, first: Delivery, claimed: Claim) -> tuple[dict[str, Any], ...]:
    """Return the payloads of earlier replies to `first`, oldest first: those that say the last
    about some other inspection.

    The first message may be about several reports, each of which may turn out wrong.
    """
    own = session.get_one(Delivery, claimed.id)
    sent = session.scalars(
        select(Delivery)
        .where(
            Delivery.reply_to_id == first.id,
            Delivery.state == DeliveryState.SENT,
            Delivery.id != own.id,
        )
        .order_by(Delivery.id.desc())
    )
    covered = _inspections(own)
    last: list[dict[str, Any]] = []
    for row in sent:
        about = _inspections(row)
        if not about <= covered:
            covered |= about
            last.append(row.payload)
    return tuple(reversed(last))


def _inspections(row: Delivery) -> frozenset[int | None]:
    """Return the ids of the inspections that a message is about."""
    return frozenset(event.report.inspection_id for event in row.events if event.report)


def last_remote_id(database: Database, *, channel: str, recipient: str) -> str | None:
    """Return the channel's own id of the last message sent to a recipient; None without any."""
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


def _ours(claimed: Claim) -> Update:
    """Return an update of a row that applies only as long as this process holds it."""
    return update(Delivery).where(Delivery.id == claimed.id, Delivery.lease_owner == claimed.owner)


def _if_unchanged(row: Delivery) -> Update:
    """Return an update of a row that applies only if it is still as it was read."""
    return update(Delivery).where(
        Delivery.id == row.id,
        Delivery.state == row.state,
        Delivery.next_attempt_at == row.next_attempt_at,
        Delivery.lease_owner == row.lease_owner,
        Delivery.lease_until == row.lease_until,
    )


def _changed_one(session: Session, statement: Update) -> bool:
    """Execute an update, and return whether it changed one row."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
