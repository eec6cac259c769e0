"""One try to deliver one claimed message, and what is recorded of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from alerts.channels.base import ChannelBase, Outgoing, Repeat
from alerts.channels.errors import (
    DeliveryError,
    HistoryUnreadable,
    Interrupted,
    MayHaveArrived,
    NoReply,
    Refused,
    Unavailable,
)
from alerts.channels.time_limit import in_time
from alerts.outbox import claims
from alerts.outbox.backoff import Next, Tried, decide, no_reply_wait
from alerts.outbox.claims import Claim
from alerts.outbox.clock import Clock, Timing, after
from alerts.outbox.identity import alert_id
from alerts.subscriptions.config import AlertConfig
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Delivery, DeliveryState

logger = logging.getLogger(__name__)

_ERROR_LIMIT = 500
_INTERRUPTED = "the process that sent it ended before it recorded the result"


class Result(StrEnum):
    """How a try ended."""

    SENT = "sent"
    FOUND = "found"  # an earlier try without a reply had delivered it
    POSTPONED = "postponed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a try came to. `pause_until`: the whole channel should rest until then."""

    result: Result
    maybe_doubled: bool = False
    error: str | None = None
    pause_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Sender:
    """What a try needs besides the message."""

    database: Database
    config: AlertConfig
    clock: Clock
    timing: Timing
    chance: Callable[[], float]

    def attempt(self, claimed: Claim) -> Outcome:
        """Send the message, unless its channel's history shows that it has arrived."""
        lease = _HeldLease(self, claimed)
        try:
            channel = self._channel_of(claimed)
            parcel = self._parcel(claimed, lease)
            if claimed.no_reply_at is not None and channel.repeat == Repeat.LOOKED_UP:
                known = self._look_up(claimed, channel, parcel, lease)
                if isinstance(known, Outcome):
                    return known
                claimed = known
            remote_id = lease.keep(lambda: channel.send(parcel))
        except DeliveryError as error:
            return self._failed(claimed, error)
        except Exception as error:
            # Nobody knows what happened, so it counts as no reply; the other rows go on.
            logger.warning("delivery %s: unexpected %s", claimed.id, type(error).__name__)
            return self._failed(claimed, NoReply(f"unexpected {type(error).__name__}: {error}"))
        self._record_sent(claimed, remote_id)
        return Outcome(result=Result.SENT, maybe_doubled=claimed.no_replies > 0)

    def take_back(self, row: Delivery) -> None:
        """Free a row whose process has ended. Its message may have arrived."""
        now = self.clock.now()
        # The process has been silent for a whole lease.
        silent_since = after(now, -self.timing.lease)
        tried = Tried(
            tries=row.tries,
            no_replies=row.no_replies + 1,
            give_up_at=row.give_up_at or after(now, self.timing.give_up_after),
        )
        following = self._next(row.channel, Interrupted(_INTERRUPTED), tried)
        claims.reclaim_expired(
            self.database,
            row,
            state=DeliveryState.DUE if following.at else DeliveryState.GIVEN_UP,
            next_attempt_at=following.at or now,
            no_reply_at=silent_since,
            last_error=_INTERRUPTED,
        )

    def _channel_of(self, claimed: Claim) -> ChannelBase:
        channel = self.config.channels.get(claimed.channel)
        if channel is None:
            # Perhaps a slip in watch.yaml, so the message waits.
            raise Unavailable(f"watch.yaml has no channel {claimed.channel} any more")
        if claimed.recipient not in channel.recipients():
            raise Refused(f"{claimed.recipient} is no longer a recipient of {claimed.channel}")
        return channel

    def _parcel(self, claimed: Claim, lease: _HeldLease) -> Outgoing:
        return Outgoing(
            key=claimed.key,
            alert_id=alert_id(claimed.key),
            recipient=claimed.recipient,
            payload=claimed.payload,
            first_attempt_at=claimed.first_attempt_at,
            remote_hint=claims.last_remote_id(
                self.database, channel=claimed.channel, recipient=claimed.recipient
            ),
            may_begin=lease.may_begin,
        )

    def _look_up(
        self, claimed: Claim, channel: ChannelBase, parcel: Outgoing, lease: _HeldLease
    ) -> Outcome | Claim:
        """Read the channel's history for a message that may have arrived.

        Returns the outcome where that settles it for now, else the claim with which to send: where
        the message certainly has not arrived, earlier tries without a reply no longer count.
        """
        assert claimed.no_reply_at is not None, "else there is nothing to look up"
        now = self.clock.now()
        try:
            remote_id = lease.keep(lambda: channel.find(parcel))
        except HistoryUnreadable as error:
            wait = no_reply_wait(claimed.no_replies, timing=self.timing, chance=self.chance())
            repeat_at = after(min(claimed.no_reply_at, now), wait)
            if now >= repeat_at:
                logger.warning("delivery %s: %s", claimed.id, self._scrubbed(str(error)))
                return claimed
            return self._look_again(claimed, repeat_at, str(error))
        except DeliveryError as error:
            tried = Tried(
                tries=claimed.tries, no_replies=claimed.no_replies, give_up_at=claimed.give_up_at
            )
            following = decide(
                Unavailable(str(error), retry_after=error.retry_after),
                tried,
                repeat=Repeat.LOOKED_UP,
                now=now,
                timing=self.timing,
                chance=self.chance(),
            )
            return self._look_again(claimed, following.at, str(error))
        if remote_id is not None:
            self._record_sent(replace(claimed, no_replies=0), remote_id)
            return Outcome(result=Result.FOUND)
        certain_at = after(min(claimed.no_reply_at, now), self.timing.certain_after)
        if now < certain_at:
            return self._look_again(claimed, certain_at, "no reply, and not in the channel yet")
        return replace(claimed, no_replies=0, no_reply_at=None)

    def _look_again(self, claimed: Claim, at: datetime | None, reason: str) -> Outcome:
        """Put off a look-up, which does not count as a try."""
        said = self._scrubbed(reason)
        if at is None:
            return self._give_up(claimed, said)
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.DUE,
            next_attempt_at=at,
            tries=claimed.tries - 1,
            last_error=said,
        )
        return Outcome(result=Result.POSTPONED, error=said)

    def _failed(self, claimed: Claim, error: DeliveryError) -> Outcome:
        now = self.clock.now()
        said = self._scrubbed(str(error))
        if isinstance(error, MayHaveArrived):
            claimed = replace(claimed, no_replies=claimed.no_replies + 1, no_reply_at=now)
        tried = Tried(
            tries=claimed.tries, no_replies=claimed.no_replies, give_up_at=claimed.give_up_at
        )
        following = self._next(claimed.channel, error, tried)
        if following.at is None:
            return self._give_up(claimed, said)
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.DUE,
            next_attempt_at=following.at,
            no_replies=claimed.no_replies,
            no_reply_at=claimed.no_reply_at,
            last_error=said,
        )
        logger.info("delivery %s by %s: %s", claimed.id, claimed.channel, said)
        return Outcome(
            result=Result.POSTPONED,
            error=said,
            pause_until=following.at if error.channel_wide else None,
        )

    def _next(self, channel_name: str, error: DeliveryError, tried: Tried) -> Next:
        channel = self.config.channels.get(channel_name)
        return decide(
            error,
            tried,
            repeat=Repeat.MAY_DUPLICATE if channel is None else channel.repeat,
            now=self.clock.now(),
            timing=self.timing,
            chance=self.chance(),
        )

    def _give_up(self, claimed: Claim, said: str) -> Outcome:
        if claimed.no_replies:
            said = f"it may have arrived: {said}"
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.GIVEN_UP,
            no_replies=claimed.no_replies,
            no_reply_at=claimed.no_reply_at,
            last_error=said,
        )
        logger.error("delivery %s by %s given up: %s", claimed.id, claimed.channel, said)
        return Outcome(result=Result.GIVEN_UP, error=said)

    def _record_sent(self, claimed: Claim, remote_id: str | None) -> None:
        claims.record_sent(
            self.database,
            claimed,
            remote_id=remote_id,
            no_replies=claimed.no_replies,
            at=self.clock.now(),
        )
        logger.info("delivery %s by %s sent", claimed.id, claimed.channel)

    def _scrubbed(self, text: str) -> str:
        return scrubbed(text, self.config.secrets())[:_ERROR_LIMIT]


@dataclass
class _HeldLease:
    """The lease of the message being sent, renewed as long as that takes."""

    sender: Sender
    claimed: Claim
    renewed: float = field(default_factory=time.monotonic)
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.sender.timing.longest_try

    def may_begin(self) -> bool:
        """Whether sending may begin: the lease is ours, and time is left to wait for a reply."""
        timing, now = self.sender.timing, time.monotonic()
        return now < self.renewed + timing.lease / 2 and now < self.ends - timing.longest_reply

    def keep(self, work: Callable[[], str | None]) -> str | None:
        """Return what `work` returns, or raise what it raises; renew the lease meanwhile."""
        timing = self.sender.timing
        return in_time(
            work, seconds=timing.longest_try, meanwhile=self._renew, every=timing.lease / 4
        )

    def _renew(self) -> None:
        until = after(self.sender.clock.now(), self.sender.timing.lease)
        try:
            if claims.renew(self.sender.database, self.claimed, until=until):
                self.renewed = time.monotonic()
        except DatabaseTrouble as error:
            logger.warning("delivery %s: the lease was not renewed: %s", self.claimed.id, error)


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Return text without any of the secrets, also where they are percent-encoded."""
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return text
