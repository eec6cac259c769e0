"""Sending what is due: claim, send, record, each in its own short transaction.

What holds (see `Timing` for the times, and `alerts.outbox.backoff` for what follows a failure):

* Nothing is lost. A row leaves the outbox only as sent, or as failed with its reason.
* Nothing is doubled on a channel that can be asked (Slack by a bot token): after a try without a
  reply its history is read before the next one, and a history that does not show the message
  proves only after a while that it is missing.
* Elsewhere each try without a reply leads to one more, with the same Message-ID and alert id, and
  not before an ordinary outage is over. Such deliveries are counted.
* A channel, recipient or row that fails waits by itself; the others go on.
"""

from __future__ import annotations

import random
import signal
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from types import FrameType

from alerts.outbox import claims
from alerts.outbox.attempt import Sender
from alerts.outbox.claims import Claim, DueDelivery, Leases
from alerts.outbox.clock import Clock, RealClock, Timing, after
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from storage.database import Database

_SHORTEST_WAIT = 0.05


def send_due(
    database: Database,
    *,
    config: AlertConfig,
    wait_seconds: float = 20.0,
    clock: Clock | None = None,
    timing: Timing | None = None,
    stop: threading.Event | None = None,
    chance: Callable[[], float] = random.random,
) -> SendSummary:
    """Send every due message once, and those that become due within `wait_seconds`.

    Several processes may do this at the same time. On SIGTERM, or when `stop` is set, the message
    under way is finished and the rest is left for the next run.
    """
    with _finishing_on_sigterm(stop or threading.Event()) as stopping:
        sender = Sender(
            database=database,
            config=config,
            clock=clock or RealClock(),
            timing=timing or Timing(),
            chance=chance,
        )
        leases = Leases(database, sender.timing)
        return _Run(sender=sender, stop=stopping, leases=leases).send(wait_seconds)


@dataclass(kw_only=True)
class _Run:
    """One run: which channels rest until when, and what has come of it."""

    sender: Sender
    stop: threading.Event
    leases: Leases
    summary: SendSummary = field(default_factory=SendSummary)
    paused: dict[str, datetime] = field(default_factory=dict)
    next_slot: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def send(self, wait_seconds: float) -> SendSummary:
        deadline = after(self._now(), wait_seconds)
        while not self.stop.is_set():
            for row in self.leases.abandoned(now=self._now()):
                self.sender.take_back(row)
            if self._one_round():
                continue
            pause = self._seconds_to_next(deadline)
            if pause is None:
                break
            self.sender.clock.wait(max(pause, _SHORTEST_WAIT), self.stop)
        self.summary.waiting = claims.count_waiting(self.sender.database)
        return self.summary

    def _now(self) -> datetime:
        return self.sender.clock.now()

    def _one_round(self) -> bool:
        """Try what is due now, the channels taking turns; whether anything was tried."""
        worked = False
        for candidate in _taking_turns(claims.due(self.sender.database, until=self._now())):
            if self.stop.is_set():
                break
            if self._ready_at(candidate) > self._now():
                continue
            claimed = claims.claim(
                self.sender.database, candidate.id, now=self._now(), timing=self.sender.timing
            )
            if claimed is not None:
                self._attempt(claimed)
                worked = True
        return worked

    def _attempt(self, claimed: Claim) -> None:
        outcome = self.sender.attempt(claimed)
        self.summary.count(claimed.channel, outcome)
        if outcome.pause_until is not None:
            self.paused[claimed.channel] = outcome.pause_until
        channel = self.sender.config.channels.get(claimed.channel)
        if channel is not None and channel.seconds_between:
            distance = channel.seconds_between * self.sender.timing.pace
            slot = after(self._now(), distance)
            self.next_slot[claimed.channel, claimed.recipient] = slot

    def _ready_at(self, candidate: DueDelivery) -> datetime:
        free = self._free_at(candidate)
        return max(free, self.next_slot.get((candidate.channel, candidate.recipient), free))

    def _free_at(self, candidate: DueDelivery) -> datetime:
        """When it may be tried, apart from the distance between two messages."""
        due_at = candidate.next_attempt_at
        return max(due_at, self.paused.get(candidate.channel, due_at))

    def _seconds_to_next(self, deadline: datetime) -> float | None:
        """Return how long until something can be tried; None where that is after the deadline."""
        waiting = claims.due(self.sender.database, until=deadline)
        moments = [self._ready_at(c) for c in waiting if self._free_at(c) <= deadline]
        abandoned_at = self.leases.next_end()
        if abandoned_at is not None and abandoned_at <= deadline:
            moments.append(abandoned_at)
        return (min(moments) - self._now()).total_seconds() if moments else None


def _taking_turns(candidates: Iterable[DueDelivery]) -> Iterator[DueDelivery]:
    """The channels in turn, so that a slow one with many messages does not come before all."""
    queues: defaultdict[str, list[DueDelivery]] = defaultdict(list)
    for candidate in candidates:
        queues[candidate.channel].append(candidate)
    for row in zip_longest(*queues.values()):
        yield from (candidate for candidate in row if candidate is not None)


@contextmanager
def _finishing_on_sigterm(stop: threading.Event) -> Iterator[threading.Event]:
    """While inside, SIGTERM sets `stop`; afterwards it does what it would have done at once."""
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    received = False

    def note(_signal: int, _frame: FrameType | None) -> None:
        nonlocal received
        received = True
        stop.set()

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)
        if received:
            signal.raise_signal(signal.SIGTERM)
