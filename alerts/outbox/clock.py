"""Real time, and the waiting times of sending. Tests pass their own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

MINUTE, HOUR = 60.0, 3_600.0


class Clock:
    """Tells the machine's time, and waits."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Return the seconds since an arbitrary moment. Setting the clock does not change them."""
        return time.monotonic()

    def wait(self, seconds: float, stop: Event) -> None:
        """Return after `seconds`, or as soon as `stop` is set."""
        stop.wait(seconds)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long sending waits, in seconds.

    lease: how long a claimed message stays with a process that stops renewing it. While it
        sends, the process renews the lease four times in that time.
    longest_try: a try that has not ended by then counts as one without a reply.
    longest_reply: a send does not begin when less than this is left of `longest_try`. No channel
        waits longer for its service's reply.
    look_up_after: how long after a try without a reply a channel's history is first read.
    certain_after: until this long after a try, a history that does not show the message proves
        nothing.
    first_retry, longest_retry: the wait after a certain failure doubles from one to the other.
    longest_retry_after: a longer `Retry-After` of a service is cut to this.
    no_reply_waits: the waits after tries without a reply, where another try may be a duplicate. The
        first outlasts an ordinary outage; the last is used from then on.
    give_up_after: the time from the first try to the last.
    pace: a factor for the pause that some services ask for between two messages.
    """

    lease: float = 15.0
    longest_try: float = 240.0
    longest_reply: float = 150.0
    look_up_after: float = 5.0
    certain_after: float = 30.0
    first_retry: float = 5.0
    longest_retry: float = HOUR
    longest_retry_after: float = 15 * MINUTE
    no_reply_waits: tuple[float, ...] = (30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR)
    give_up_after: float = 72 * HOUR
    pace: float = 1.0


def after(moment: datetime, seconds: float) -> datetime:
    """Return the instant `seconds` after another."""
    return moment + timedelta(seconds=seconds)
