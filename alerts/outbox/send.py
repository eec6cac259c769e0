"""Send what is due, in these steps:

1. Take back the messages of processes that ended while they sent. Compose again what has waited.
2. Go through what is due, the channels taking turns.
3. Claim a message, so that no other process sends it. In quiet hours, put it off instead unless it
   is urgent.
4. Where an earlier try may have delivered it and the channel has a history, look it up.
5. Send it, and renew the lease meanwhile.
6. Record it as sent; or decide what follows, and record that.
7. Wait for what becomes due within the time given, and begin again.

This guarantees:

* Nothing is lost. A message leaves the outbox as sent, as failed with its reason, or as muted.
* Nothing is sent twice where the channel can be asked (Slack with a bot token that may read its
  history, GOV.UK Notify). A webhook receiver recognises a copy by its id.
* On other channels a message that got no reply is sent again after about half an hour at the
  earliest. A message whose sender was killed is sent again once its lease has ended. Each copy has
  the same Message-ID and alert number. Such deliveries are counted.
* A channel, recipient or message that fails waits by itself; the others go on.

Each step that writes is one short transaction, so a process may be killed at any point.
"""

from __future__ import annotations

import logging
import random
import re
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from alerts.channels.base import ChannelBase, Outgoing, SecondTry
from alerts.channels.errors import (
    DeliveryError,
    Interrupted,
    MayHaveArrived,
    NoReply,
    NotTried,
    Refused,
    Unavailable,
)
from alerts.channels.secrets import scrubbed
from alerts.outbox import claims
from alerts.outbox.claims import Claim, DueDelivery
from alerts.outbox.clock import Clock, Timing, after
from alerts.outbox.leases import HeldLease, Leases
from alerts.outbox.retries import (
    Arrived,
    GiveUp,
    Moment,
    SendNow,
    Tried,
    TryAgain,
    decide,
    decide_after_look_up,
    last_try,
)
from alerts.outbox.stopping import finishing_on_sigterm
from alerts.outbox.summary import Outcome, Result, SendSummary
from alerts.outbox.turns import Turns
from alerts.subscriptions.config import AlertConfig, Subscription
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.quiet_hours import QuietHours
from alerts.subscriptions.recipients import recipients_of
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Delivery

logger = logging.getLogger(__name__)

_SHORTEST_WAIT = 0.05
_ERROR_LIMIT = 500
_RECORD_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to record a result: a database server restarts in that time."""

_MAY_HAVE_ARRIVED = "it may have arrived"
_UNKNOWN_HERE = "that this process does not know"
_RESEND = (
    "to send its reports again, run backfill --notify; it leaves out those that another recipient "
    "received"
)


def send_due(
    database: Database,
    *,
    config: AlertConfig,
    config_read_at: datetime | None = None,
    wait_seconds: float = 20.0,
    clock: Clock | None = None,
    timing: Timing | None = None,
    stop: threading.Event | None = None,
    chance: Callable[[], float] = random.random,
    compose_again: Callable[[], None] = lambda: None,
) -> SendSummary:
    """Send every due message once, and those that become due within `wait_seconds`.

    `config` was read at `config_read_at`; None: now. Other processes may know newer subscriptions,
    channels and recipients. `compose_again` composes anew the messages that have waited.

    Several processes may do this at the same time. On SIGTERM, or when `stop` is set, the message
    under way is finished and the rest is left for the next run.
    """
    with finishing_on_sigterm(stop or threading.Event()) as stopping:
        clock = clock or Clock()
        deadline = after(clock.now(), wait_seconds)
        run = _Run(
            deadline=deadline,
            database=database,
            config=config,
            config_read_at=config_read_at or clock.now(),
            clock=clock,
            timing=timing or Timing(),
            chance=chance,
            stop=stopping,
        )
        compose_again()
        while not stopping.is_set():
            if run.take_back_abandoned():  # 1
                compose_again()
            worked = False
            for delivery in run.ready():  # 2
                claimed = claims.claim(  # 3
                    database,
                    delivery.id,
                    now=run.now(),
                    timing=run.timing,
                    quiet_hours=run.quiet_hours(delivery),
                )
                if claimed is not None:
                    run.count(claimed, run.send(claimed))  # 4 to 6
                    worked = True
            if worked:
                continue
            pause = run.seconds_to_next()  # 7
            if pause is None:
                break
            run.clock.wait(max(pause, _SHORTEST_WAIT), stopping)
        run.summary.waiting = claims.count_waiting(database)
        return run.summary


@dataclass(kw_only=True)
class _Run:
    """One run, with what it knows about the channels and about other processes.

    What becomes due after `deadline` is left to the next run. Otherwise two services that do not
    reply would keep a run busy for hours: the time until one can be tried again passes while the
    other is asked.
    """

    deadline: datetime
    database: Database
    config: AlertConfig
    config_read_at: datetime
    clock: Clock
    timing: Timing
    chance: Callable[[], float]
    stop: threading.Event
    summary: SendSummary = field(default_factory=SendSummary)
    turns: Turns = field(default_factory=Turns)
    leases: Leases = field(init=False)
    subscriptions: dict[str, Subscription] = field(init=False)

    def __post_init__(self) -> None:
        self.leases = Leases(self.database, self.clock, self.timing)
        self.subscriptions = {found.name: found for found in self.config.subscriptions}

    def now(self) -> datetime:
        return self.clock.now()

    # 1. Take back what ended processes have left.

    def take_back_abandoned(self) -> bool:
        """Take back the messages of ended processes. Return whether there were any."""
        abandoned = list(self.leases.abandoned())
        for row in abandoned:
            interrupted = Interrupted(
                "the process that sent it ended before it recorded the result"
            )
            # The process has not renewed its lease, so it ended at least that long ago.
            ended_at = after(self.now(), -self.timing.lease)
            last = last_try(claims.known_times(row), now=self.now(), timing=self.timing)
            tried = Tried(
                tries=row.tries,
                no_replies=row.no_replies + 1,
                no_reply_at=ended_at,
                give_up_at=last.at,
            )
            following = self._decide(row.channel, interrupted, tried)
            again_at = following.at if isinstance(following, TryAgain) else None
            error_text = str(interrupted) if again_at else f"{_MAY_HAVE_ARRIVED}: {interrupted}"
            taken = claims.take_back(
                self.database,
                row,
                again_at=again_at,
                give_up_at=last.at,
                no_reply_at=ended_at,
                error_text=error_text,
            )
            if taken and again_at is None:
                self.summary.count(row.channel, _failed(row, error_text))
        return bool(abandoned)

    # 2. Go through what is due.

    def ready(self) -> Iterator[DueDelivery]:
        """Yield the deliveries that may be tried now, the channels taking turns."""
        until = min(self.now(), self.deadline)
        for delivery in self.turns.in_order(claims.due(self.database, until=until)):
            if self.stop.is_set():
                return
            is_in_time = self.turns.free_at(delivery) <= self.deadline
            if is_in_time and self.turns.ready_at(delivery) <= self.now():
                yield delivery

    # 3. Claim a message.

    def quiet_hours(self, delivery: DueDelivery) -> QuietHours | None:
        subscription = self.subscriptions.get(delivery.subscription)
        return None if subscription is None else subscription.quiet_hours

    # 4 to 6. Look it up, send it and record the result.

    def send(self, claimed: Claim) -> Outcome:
        """Take steps 4 to 6 with a claimed message."""
        lease = HeldLease(self.database, claimed, self.clock, self.timing)
        kind: type[DeliveryError] = Unavailable
        try:
            channel = self._checked_channel(claimed)
            outgoing = self._outgoing(claimed, lease)
            # 4. Look it up.
            if claimed.tried.no_reply_at is not None and channel.second_try == SecondTry.LOOKED_UP:
                known = self._look_up(claimed, channel, outgoing, lease)
                if isinstance(known, Outcome):
                    return known
                claimed = known
            # 5. Send it. If an error that nobody expected ends this, it counts as no reply.
            kind = NoReply
            remote_id = lease.keep(lambda: channel.send(outgoing))
        except DeliveryError as failure:
            return self._after_failure(claimed, failure)
        except Exception as error:
            # The other messages go on.
            return self._after_failure(claimed, _unexpected(claimed, error, kind))
        # 6. Record it.
        return self._record_sent(claimed, Result.SENT, remote_id)

    def _checked_channel(self, claimed: Claim) -> ChannelBase:
        """Return the channel of a message.

        Raises Unavailable, NotTried or Refused where our settings lack the channel, or do not have
        it for this recipient or subscription, and Refused where its type has changed.
        """
        channel = self.config.channels.get(claimed.channel)
        if channel is None:
            # Perhaps a mistake in watch.yaml, so the message waits. Unlike NotTried this counts as
            # a first try, so that operators get an alert about the channel.
            raise Unavailable("this channel is not in watch.yaml any more")
        # Another process made it, and may know a subscription or recipient that was added since.
        is_newer = claimed.created_at > self.config_read_at
        if claimed.recipient not in self._recipients_of(claimed.subscription, channel):
            if is_newer:
                raise NotTried(f"{claimed.recipient} is a recipient {_UNKNOWN_HERE}")
            error_text = f"{claimed.recipient} is no longer a recipient of this channel"
            raise self._removed(claimed, error_text)
        if claimed.subscription != OPERATORS and claimed.subscription not in self.subscriptions:
            if is_newer:
                raise NotTried(f"{claimed.subscription} is a subscription {_UNKNOWN_HERE}")
            # This too may be a mistake in watch.yaml, so the message waits.
            raise NotTried(f"the subscription {claimed.subscription} is not in watch.yaml any more")
        if claimed.channel not in self._channels_of(claimed.subscription):
            its_channel = f"a channel of {claimed.subscription}"
            if is_newer:
                raise NotTried(f"this is {its_channel} {_UNKNOWN_HERE}")
            raise self._removed(claimed, f"this is no longer {its_channel}")
        if not channel.payload_keys <= claimed.payload.keys():
            raise self._removed(claimed, "it was made while this channel was of another type")
        return channel

    def _removed(self, claimed: Claim, error_text: str) -> Refused:
        """Return the error, with a remedy, for a message whose recipient or channel was removed."""
        if claims.is_about_reports(self.database, claimed):
            return Refused(f"{error_text}; {_RESEND}")
        return Refused(error_text)

    def _recipients_of(self, name: str, channel: ChannelBase) -> Collection[str]:
        """Return the recipients of a subscription on a channel.

        Where we do not know the subscription, all recipients of the channel.
        """
        if name == OPERATORS:
            return channel.recipients()
        subscription = self.subscriptions.get(name)
        if subscription is None:
            return self.config.recipients(channel.name)
        return recipients_of(subscription, channel)

    def _channels_of(self, subscription: str) -> tuple[str, ...]:
        if subscription == OPERATORS:
            return self.config.operators
        return self.subscriptions[subscription].channels

    def _outgoing(self, claimed: Claim, lease: HeldLease) -> Outgoing:
        return Outgoing(
            key=claimed.key,
            recipient=claimed.recipient,
            payload=claimed.payload,
            first_attempt_at=claimed.first_attempt_at,
            remote_hint=claims.last_remote_id(
                self.database, channel=claimed.channel, recipient=claimed.recipient
            ),
            reply_to=claims.earlier(self.database, claimed),
            failed_before=claimed.failed_before,
            may_begin=lease.may_begin,
        )

    def _look_up(
        self, claimed: Claim, channel: ChannelBase, outgoing: Outgoing, lease: HeldLease
    ) -> Outcome | Claim:
        """Look a message up. Return its outcome if that is settled, else the claim to send."""
        found: str | DeliveryError | None
        try:
            found = lease.keep(lambda: channel.find(outgoing))
        except DeliveryError as error:
            found = error
        except Exception as error:
            found = _unexpected(claimed, error, Unavailable)
        match decide_after_look_up(found, claimed.tried, moment=self._moment()):
            case Arrived(remote_id):
                return self._record_sent(claimed.not_arrived(), Result.FOUND, remote_id)
            case SendNow(may_be_duplicate):
                return claimed if may_be_duplicate else claimed.not_arrived()
            case TryAgain(at):
                error_text = self._error_text(found or "no reply, and not in the channel yet")
                self._record(
                    lambda: claims.reschedule(
                        self.database, claimed.not_counted(), at=at, error_text=error_text
                    )
                )
                # A service that does not reply about this message does not reply about others.
                is_down = isinstance(found, DeliveryError) and found.channel_wide
                return Outcome(
                    result=Result.POSTPONED,
                    error=_without_address(error_text, claimed.recipient),
                    rests_until=at if is_down else None,
                )
            case GiveUp():
                return self._record_failed(claimed, self._error_text(found))

    def _record_sent(self, claimed: Claim, result: Result, remote_id: str | None) -> Outcome:
        at = self.now()
        self._record(lambda: claims.record_sent(self.database, claimed, remote_id=remote_id, at=at))
        logger.info("delivery %s by %s sent", claimed.id, claimed.channel)
        return Outcome(result=result, may_be_duplicate=claimed.tried.no_replies > 0)

    def _after_failure(self, claimed: Claim, failure: DeliveryError) -> Outcome:
        if isinstance(failure, MayHaveArrived):
            claimed = claimed.without_reply(self.now())
        error_text = self._error_text(failure)
        following = self._decide(claimed.channel, failure, claimed.tried)
        if isinstance(following, GiveUp):
            return self._record_failed(claimed, error_text)
        self._record(
            lambda: claims.reschedule(
                self.database,
                claimed,
                at=following.at,
                error_text=error_text,
                was_contacted=not isinstance(failure, NotTried),
            )
        )
        shown = _without_address(error_text, claimed.recipient)
        logger.info("delivery %s by %s: %s", claimed.id, claimed.channel, shown)
        return Outcome(
            result=Result.POSTPONED,
            error=shown,
            rests_until=following.at if failure.channel_wide else None,
        )

    def _record_failed(self, claimed: Claim, error_text: str) -> Outcome:
        if claimed.tried.no_replies:
            error_text = f"{_MAY_HAVE_ARRIVED}: {error_text}"
        at = self.now()
        self._record(
            lambda: claims.record_failed(self.database, claimed, at=at, error_text=error_text)
        )
        return _failed(claimed, error_text)

    def _record(self, write: Callable[[], None]) -> None:
        """Record a result, although the database may fail for a moment.

        Without the record, nobody would know whether the message arrived, and it might be sent
        twice.
        """
        for pause in _RECORD_PAUSES:
            try:
                return write()
            except DatabaseTrouble as error:
                logger.warning("a result is not recorded yet: %s", error)
                self.clock.wait(pause, threading.Event())
        return write()

    def _decide(self, channel_name: str, failure: DeliveryError, tried: Tried) -> TryAgain | GiveUp:
        channel = self.config.channels.get(channel_name)
        second_try = SecondTry.MAY_BE_DUPLICATE if channel is None else channel.second_try
        return decide(failure, tried, second_try=second_try, moment=self._moment())

    def _moment(self) -> Moment:
        return Moment(now=self.now(), chance=self.chance(), timing=self.timing)

    def _error_text(self, error: object) -> str:
        return scrubbed(str(error), self.config.secrets())[:_ERROR_LIMIT]

    def count(self, claimed: Claim, outcome: Outcome) -> None:
        self.summary.count(claimed.channel, outcome)
        if outcome.rests_until is not None:
            self.turns.rests_until[claimed.channel] = outcome.rests_until
        channel = self.config.channels.get(claimed.channel)
        if channel is not None:
            distance = channel.seconds_between * self.timing.pace
            self.turns.used(claimed.channel, claimed.recipient, now=self.now(), distance=distance)

    # 7. Wait for the next.

    def seconds_to_next(self) -> float | None:
        """Return the seconds until something can be tried; None if that is after the deadline."""
        deadline = self.deadline
        waiting = claims.due(self.database, until=deadline)
        moments = [
            self.turns.ready_at(delivery)
            for delivery in waiting
            if self.turns.free_at(delivery) <= deadline
        ]
        pauses = [(moment - self.now()).total_seconds() for moment in moments]
        left = self.leases.seconds_left()
        if left is not None and after(self.now(), left) <= deadline:
            pauses.append(left)
        return min(pauses, default=None)


def _unexpected(claimed: Claim, error: Exception, kind: type[DeliveryError]) -> DeliveryError:
    """Log an error that nobody expected, and return it as a DeliveryError of this kind."""
    name = type(error).__name__
    logger.warning("delivery %s: unexpected %s", claimed.id, name)
    return kind(f"unexpected {name}: {error}")


def _failed(row: Claim | Delivery, error_text: str) -> Outcome:
    """Log that a delivery has failed, and return the outcome."""
    shown = _without_address(error_text, row.recipient)
    logger.error("delivery %s by %s failed: %s", row.id, row.channel, shown)
    return Outcome(result=Result.FAILED, error=shown)


def _without_address(error_text: str, recipient: str) -> str:
    """Return an error for logs and run pages, from which `forget` cannot delete an address."""
    if "@" not in recipient:
        return error_text
    return re.sub(re.escape(recipient), "the recipient", error_text, flags=re.IGNORECASE)
