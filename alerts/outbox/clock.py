"""Real time, and the times that sending keeps. Tests pass their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    def wait(self, seconds: float, stop: Event) -> None:
        """Come back after `seconds`, or as soon as `stop` is set."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def wait(self, seconds: float, stop: Event) -> None:
        """Come back after `seconds`, or as soon as `stop` is set."""
        stop.wait(seconds)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long sending waits, in seconds.

    lease: a claimed message is this process's own for so long; much more than a send can take.
    longest_try: a try that has not ended after so long counts as one without an answer.
    margin: a send does not begin when less than this is left of its lease.
    look_after: a channel's history is asked for an unanswered message not before this.
    certain_after: a history that does not show the message before this proves nothing.
    first_retry, longest_retry: backoff grows from one to the other.
    longest_retry_after: however long a server asks us to wait, never longer than this.
    give_up_after: after the first try.
    pace: what the distance between two messages, which some services want, is multiplied by.
    """

    lease: float = 150.0
    longest_try: float = 90.0
    margin: float = 40.0
    look_after: float = 5.0
    certain_after: float = 60.0
    first_retry: float = 5.0
    longest_retry: float = 3_600.0
    longest_retry_after: float = 900.0
    give_up_after: float = 72 * 3_600.0
    pace: float = 1.0


def after(moment: datetime, seconds: float) -> datetime:
    """The instant `seconds` later."""
    return moment + timedelta(seconds=seconds)
