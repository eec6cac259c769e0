"""Leases: a process that sends a row holds a lease on it and renews it; other processes watch.

A lease that is no longer renewed was left by a process that has ended. Nobody knows whether its
message went out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from alerts.channels.time_limit import in_time
from alerts.outbox import claims
from alerts.outbox.claims import Claim
from alerts.outbox.clock import Clock, Timing, after
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)


@dataclass
class HeldLease:
    """The lease of the message that this process sends, renewed until it is sent."""

    database: Database
    claimed: Claim
    clock: Clock
    timing: Timing
    renewed: float = field(init=False)

    def __post_init__(self) -> None:
        self.renewed = self.claimed.began

    def may_begin(self) -> bool:
        """Return whether sending may begin: the lease holds, and time is left for a reply."""
        now, timing = time.monotonic(), self.timing
        last_moment = self.claimed.began + timing.longest_try - timing.longest_reply
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
        began = time.monotonic()
        until = after(self.clock.now(), self.timing.lease)
        try:
            if claims.renew(self.database, self.claimed, until=until):
                self.renewed = began
        except DatabaseTrouble as error:
            logger.warning("delivery %s: the lease was not renewed: %s", self.claimed.id, error)


@dataclass
class Leases:
    """The leases of other processes, and since when each has not been renewed.

    A process that renews nothing for as long as a lease lasts has ended. The time is counted here
    and not read from the lease: the clocks of two machines differ, and a clock can be set.
    """

    database: Database
    clock: Clock
    timing: Timing
    seen: dict[tuple[int, str | None, datetime | None], float] = field(default_factory=dict)

    def abandoned(self) -> list[Delivery]:
        """Return the rows whose process has ended."""
        with self.database.read() as session:
            held = session.scalars(
                select(Delivery).where(Delivery.state == DeliveryState.SENDING)
            ).all()
        before, now = self.seen, self.clock.elapsed()
        self.seen = {lease: before.get(lease, now) for lease in map(_lease, held)}
        return [row for row in held if now >= self.seen[_lease(row)] + self.timing.lease]

    def seconds_left(self) -> float | None:
        """Return the seconds until the first lease is abandoned, unless it is renewed before.

        None where no lease is held.
        """
        since = min(self.seen.values(), default=None)
        return None if since is None else since + self.timing.lease - self.clock.elapsed()


def _lease(row: Delivery) -> tuple[int, str | None, datetime | None]:
    return row.id, row.lease_owner, row.lease_until
