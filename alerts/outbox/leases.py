"""Leases: while a process sends a row it holds it, and renews its lease; others watch.

A lease that is not renewed any more was left by a process that ended. Nobody knows whether its
message went out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from alerts.channels.time_limit import in_time
from alerts.outbox import claims
from alerts.outbox.claims import Claim
from alerts.outbox.clock import Clock, Timing, after
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

# The clocks of two machines, or of one before and after it was set.
CLOCKS_DIFFER = timedelta(hours=1)


@dataclass
class HeldLease:
    """The lease of the message that we send, renewed as long as that takes."""

    database: Database
    claimed: Claim
    clock: Clock
    timing: Timing
    renewed: float = field(default_factory=time.monotonic)
    begun: float = field(default_factory=time.monotonic)

    def may_begin(self) -> bool:
        """Whether sending may begin: the lease is ours, and time is left to wait for a reply."""
        now, timing = time.monotonic(), self.timing
        last_moment = self.begun + timing.longest_try - timing.longest_reply
        return now < min(self.renewed + timing.lease / 2, last_moment)

    def keep(self, work: Callable[[], str | None]) -> str | None:
        """Return what `work` returns, or raise what it raises; renew the lease meanwhile."""
        return in_time(
            work,
            seconds=self.timing.longest_try,
            meanwhile=self._renew,
            every=self.timing.lease / 4,
        )

    def _renew(self) -> None:
        until = after(self.clock.now(), self.timing.lease)
        try:
            if claims.renew(self.database, self.claimed, until=until):
                self.renewed = time.monotonic()
        except DatabaseTrouble as error:
            logger.warning("delivery %s: the lease was not renewed: %s", self.claimed.id, error)


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
