"""One try to deliver one claimed message, and what is recorded of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from alerts.channels.base import ChannelBase, Outgoing
from alerts.channels.errors import DeliveryError, LookupUnavailable
from alerts.channels.time_limit import in_time
from alerts.outbox import claims
from alerts.outbox.backoff import retry_delay
from alerts.outbox.claims import Claim
from alerts.outbox.clock import Clock, Timing, after
from alerts.outbox.identity import alert_id
from alerts.subscriptions.config import AlertConfig
from storage.database import Database
from storage.models import DeliveryState

logger = logging.getLogger(__name__)

_ERROR_LIMIT = 500


class Result(StrEnum):
    """How a try ended."""

    SENT = "sent"
    FOUND = "found"  # an earlier try without an answer had delivered it
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
        """Send the message, unless its channel's history shows that it has arrived.

        `doubt` says throughout that an earlier try may have delivered it.
        """
        doubt = claimed.ambiguous
        try:
            channel = self._channel_of(claimed)
            parcel = self._parcel(claimed)
            if claimed.unanswered_until is not None and channel.can_look_up:
                settled = self._ask_history(claimed, channel, parcel, claimed.unanswered_until)
                if isinstance(settled, Outcome):
                    return settled
                doubt = settled
            remote_id = self._in_time(lambda: channel.send(parcel))
        except DeliveryError as error:
            return self._failed(claimed, error, doubt=doubt)
        except Exception as error:
            # Nobody knows what happened, so it counts as unanswered; the other rows go on.
            logger.warning("delivery %s: unexpected %s", claimed.id, type(error).__name__)
            reason = f"unexpected {type(error).__name__}: {error}"
            return self._failed(claimed, DeliveryError(reason, ambiguous=True), doubt=doubt)
        self._record_sent(claimed, remote_id, doubt=doubt)
        return Outcome(result=Result.SENT, maybe_doubled=doubt)

    def _channel_of(self, claimed: Claim) -> ChannelBase:
        channel = self.config.channels.get(claimed.channel)
        if channel is None:
            # Perhaps a slip in watch.yaml: the message waits until it is given up.
            raise DeliveryError(f"watch.yaml has no channel {claimed.channel} any more")
        if claimed.recipient not in channel.recipients():
            reason = f"{claimed.recipient} is no longer a recipient of {claimed.channel}"
            raise DeliveryError(reason, permanent=True)
        return channel

    def _parcel(self, claimed: Claim) -> Outgoing:
        return Outgoing(
            key=claimed.key,
            alert_id=alert_id(claimed.key),
            recipient=claimed.recipient,
            payload=claimed.payload,
            first_attempt_at=claimed.first_attempt_at,
            remote_hint=claims.last_remote_id(
                self.database, channel=claimed.channel, recipient=claimed.recipient
            ),
            begin_before=time.monotonic() + self._time_to_begin(),
        )

    def _time_to_begin(self) -> float:
        """Seconds; after them nobody waits for it any more, or the claim could be lost."""
        return min(self.timing.lease - self.timing.margin, self.timing.longest_try)

    def _in_time(self, work: Callable[[], str | None]) -> str | None:
        return in_time(work, seconds=self.timing.longest_try)

    def _ask_history(
        self, claimed: Claim, channel: ChannelBase, parcel: Outgoing, certain_at: datetime
    ) -> Outcome | bool:
        """The outcome where asking settles it for now, else the doubt that remains."""
        try:
            remote_id = self._in_time(lambda: channel.find(parcel))
        except LookupUnavailable as error:
            logger.warning("delivery %s: %s", claimed.id, self._scrubbed(str(error)))
            return True
        except DeliveryError as error:
            return self._ask_again(claimed, self._delay(claimed, error), certain_at, str(error))
        if remote_id is not None:
            self._record_sent(claimed, remote_id, doubt=False)
            return Outcome(result=Result.FOUND)
        now = self.clock.now()
        if now < certain_at:
            wait = (certain_at - now).total_seconds()
            return self._ask_again(claimed, wait, certain_at, "no answer, and not seen yet")
        return False

    def _ask_again(
        self, claimed: Claim, delay: float, certain_at: datetime, reason: str
    ) -> Outcome:
        now = self.clock.now()
        said = self._scrubbed(reason)
        if self._too_old(claimed, now):
            return self._give_up(claimed, said, doubt=True)
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.DUE,
            next_attempt_at=after(now, delay),
            lease_until=certain_at,
            ambiguous=True,
            tries=claimed.tries - 1,
            last_error=said,
        )
        return Outcome(result=Result.POSTPONED, error=said)

    def _failed(self, claimed: Claim, error: DeliveryError, *, doubt: bool) -> Outcome:
        now = self.clock.now()
        said = self._scrubbed(str(error))
        channel = self.config.channels.get(claimed.channel)
        askable = channel is not None and channel.can_look_up
        may_repeat = error.answered or (channel is not None and channel.knows_copies)
        if error.ambiguous and doubt and claimed.unanswered_until is not None and not may_repeat:
            said = f"twice without an answer, so it may have arrived: {said}"
            return self._give_up(claimed, said, doubt=True)
        if error.permanent or self._too_old(claimed, now):
            return self._give_up(claimed, said, doubt=doubt)
        delay = self._delay(claimed, error)
        if error.ambiguous and askable:
            delay = self.timing.look_after
        unanswered = error.ambiguous and (askable or not error.answered)
        next_attempt_at = after(now, delay)
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.DUE,
            next_attempt_at=next_attempt_at,
            lease_until=after(now, self.timing.certain_after) if unanswered else None,
            ambiguous=doubt or error.ambiguous,
            last_error=said,
        )
        logger.info("delivery %s by %s: %s", claimed.id, claimed.channel, said)
        return Outcome(
            result=Result.POSTPONED,
            error=said,
            pause_until=next_attempt_at if error.channel_wide else None,
        )

    def _give_up(self, claimed: Claim, said: str, *, doubt: bool) -> Outcome:
        claims.record(
            self.database,
            claimed,
            state=DeliveryState.GIVEN_UP,
            ambiguous=doubt,
            last_error=said,
        )
        logger.error("delivery %s by %s given up: %s", claimed.id, claimed.channel, said)
        return Outcome(result=Result.GIVEN_UP, error=said)

    def _record_sent(self, claimed: Claim, remote_id: str | None, *, doubt: bool) -> None:
        claims.record_sent(
            self.database,
            claimed,
            remote_id=remote_id,
            ambiguous=doubt,
            at=self.clock.now(),
        )
        logger.info("delivery %s by %s sent", claimed.id, claimed.channel)

    def _delay(self, claimed: Claim, error: DeliveryError) -> float:
        return retry_delay(
            claimed.tries,
            timing=self.timing,
            chance=self.chance(),
            retry_after=error.retry_after,
        )

    def _too_old(self, claimed: Claim, now: datetime) -> bool:
        return now >= after(claimed.first_attempt_at, self.timing.give_up_after)

    def _scrubbed(self, text: str) -> str:
        return scrubbed(text, self.config.secrets())[:_ERROR_LIMIT]


def scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    """Text without any of the secrets, also where they stand percent-encoded."""
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote(secret)):
            text = text.replace(form, "***")
    return text
