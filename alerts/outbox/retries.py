"""What happens next to a delivery: three tables, without any input or output.

After a try (`decide`):

| failure               | a second try on this channel  | next                                     |
|-----------------------|-------------------------------|------------------------------------------|
| Refused               | any                           | failed                                   |
| Unavailable           | any                           | tried again after 5 seconds, doubling up |
|                       |                               | to an hour; or after the time that the   |
|                       |                               | service asks for, 15 minutes at most     |
| NoReply, ServiceFault | is looked up first            | looked up after 5 seconds                |
| NoReply, ServiceFault | is recognised by the receiver | as Unavailable                           |
| NoReply, ServiceFault | may be a duplicate            | tried again after 30 minutes, 2 hours,   |
|                       |                               | 8 hours, then once a day                 |
| Interrupted           | any                           | as Unavailable; looked up first where    |
|                       |                               | that is possible                         |
| any                   | three days after the first    | failed                                   |
|                       | try, or later                 |                                          |

No wait goes past the last try, except for the 30 seconds of a look-up (below). When the last try is
due (`last_try`):

| this try is                       | the last try is due                                          |
|-----------------------------------|--------------------------------------------------------------|
| the first                         | three days from now                                          |
| a later one                       | as before                                                    |
| more than 30 hours late           | three days from now, because nobody could try; as before if  |
|                                   | the message is 14 days old                                   |
| in quiet hours, and is put off    | later by the wait for their end, but if that was not the     |
|                                   | first wait, at most six days after the first try             |
| in quiet hours, a day or more     | as before; three days from now if there was no try yet. The  |
| after the last try was due        | message is sent, because a machine that is on only in quiet  |
|                                   | hours would otherwise never send anything                    |

So quiet hours put no message off for longer than a week; days on which nobody could try do not
count. If there was no try yet, the six days begin when the message was made.

After a look-up in the channel's history (`decide_after_look_up`):

| the history            | since the last try without a reply   | next                            |
|------------------------|--------------------------------------|---------------------------------|
| shows the message      | any time                             | sent                            |
| does not show it       | 30 seconds or more                   | sent now: it is certainly not   |
|                        |                                      | there                           |
| does not show it       | less                                 | looked up again once 30 seconds |
|                        |                                      | have passed                     |
| is closed to us        | 30 minutes or more, then 2 hours, 8  | sent now: may be a duplicate    |
|                        | hours, a day (as above); or the last |                                 |
|                        | try is due                           |                                 |
| is closed to us        | less                                 | looked up again after the wait  |
| is closed to us        | any time; that was the last try      | failed                          |
| could not be read now  | any time                             | looked up again, as Unavailable |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels.base import SecondTry
from alerts.channels.errors import (
    DeliveryError,
    HistoryUnreadable,
    Interrupted,
    MayHaveArrived,
    Refused,
)
from alerts.outbox.clock import Timing, after
from alerts.subscriptions.quiet_hours import NO_WAIT

LONGEST_WAIT = timedelta(hours=30)
"""The longest that a message can wait: quiet hours end within a day, and no try is put off for more
than 29 hours. A later date was written while the clock was wrong, so it is ignored."""

_OLDEST_FRESH_START = timedelta(days=14)
_SENT_ANYWAY_AFTER = timedelta(days=1)
_LONGEST_PUT_OFF = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What is known about the tries of a delivery.

    tries: their number, including the present one. no_replies: the number of tries after which the
    message may have arrived; `no_reply_at` is when the last of them ended. give_up_at: when the
    last try is due.
    """

    tries: int
    no_replies: int
    no_reply_at: datetime | None
    give_up_at: datetime


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a decision is made. `chance` (0 to 1) spreads the waits, so that many messages do not
    come back at once.
    """

    now: datetime
    chance: float
    timing: Timing


@dataclass(frozen=True)
class TryAgain:
    """Try the delivery again at this time, or look it up again."""

    at: datetime


@dataclass(frozen=True)
class GiveUp:
    """The delivery has failed."""


@dataclass(frozen=True)
class Arrived:
    """The message has arrived. `remote_id` is the channel's id of it."""

    remote_id: str


@dataclass(frozen=True)
class SendNow:
    """Send the message. `may_be_duplicate`: an earlier try may have delivered it."""

    may_be_duplicate: bool


@dataclass(frozen=True, kw_only=True)
class KnownTimes:
    """What is known about the times of a delivery before a try.

    due_at: when this try was due. give_up_at: when the last try is due, as far as is known.
    """

    created_at: datetime
    first_attempt_at: datetime | None
    due_at: datetime
    give_up_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LastTry:
    """When the last try is due. `is_put_off`: the present one must wait until quiet hours end."""

    at: datetime
    is_put_off: bool


def last_try(
    known: KnownTimes, *, now: datetime, timing: Timing, quiet: timedelta = NO_WAIT
) -> LastTry:
    """Return when the last try is due: the second table above.

    `quiet` is the wait from `now` until quiet hours end.
    """
    three_days = after(now, timing.give_up_after)
    is_late = now > known.due_at + LONGEST_WAIT and now < known.created_at + _OLDEST_FRESH_START
    known_at = None if is_late else known.give_up_at
    # A date further away was written while the clock was wrong.
    at = three_days if known_at is None else min(known_at, three_days)
    if not quiet:
        return LastTry(at=at, is_put_off=False)
    if now >= at + _SENT_ANYWAY_AFTER:
        # A first try that fails would otherwise be the last one.
        is_first = known.first_attempt_at is None
        return LastTry(at=three_days if is_first else at, is_put_off=False)
    if known_at is None:
        return LastTry(at=at + quiet, is_put_off=True)
    since = min(known.first_attempt_at or known.created_at, now)
    latest = since + _LONGEST_PUT_OFF - _SENT_ANYWAY_AFTER
    return LastTry(at=max(at, min(at + quiet, latest)), is_put_off=True)


def decide(
    failure: DeliveryError, tried: Tried, *, second_try: SecondTry, moment: Moment
) -> TryAgain | GiveUp:
    """Return what follows a try that did not succeed: the first table above."""
    if isinstance(failure, Refused) or moment.now >= tried.give_up_at:
        return GiveUp()
    at = after(moment.now, _wait(failure, tried, second_try, moment))
    return TryAgain(min(at, tried.give_up_at))


def decide_after_look_up(
    found: str | DeliveryError | None, tried: Tried, *, moment: Moment
) -> Arrived | SendNow | TryAgain | GiveUp:
    """Return what follows a look-up: the third table above.

    `found` is the message's id in the channel, None where the history does not show it, or why the
    history was not read.
    """
    if isinstance(found, str):
        return Arrived(found)
    now = moment.now
    since = min(tried.no_reply_at or now, now)  # a later date: the clock has been put back
    if isinstance(found, HistoryUnreadable):
        if since >= tried.give_up_at:
            return GiveUp()
        repeat_at = min(after(since, _no_reply_wait(tried, moment)), tried.give_up_at)
        return SendNow(may_be_duplicate=True) if now >= repeat_at else TryAgain(repeat_at)
    if found is not None:
        return decide(found, tried, second_try=SecondTry.RECOGNISED, moment=moment)
    certain_at = after(since, moment.timing.certain_after)
    return SendNow(may_be_duplicate=False) if now >= certain_at else TryAgain(certain_at)


def _wait(failure: DeliveryError, tried: Tried, second_try: SecondTry, moment: Moment) -> float:
    """Return the seconds until the next try."""
    timing = moment.timing
    unknown = isinstance(failure, MayHaveArrived) and not isinstance(failure, Interrupted)
    if unknown and second_try == SecondTry.LOOKED_UP:
        return timing.look_up_after
    if unknown and second_try == SecondTry.MAY_BE_DUPLICATE:
        return _no_reply_wait(tried, moment)
    if failure.retry_after is not None:
        return min(max(failure.retry_after, 0.0), timing.longest_retry_after) + moment.chance
    doubled = timing.first_retry * 2.0 ** min(tried.tries - 1, 30)
    return _spread(min(doubled, timing.longest_retry), moment.chance)


def _no_reply_wait(tried: Tried, moment: Moment) -> float:
    """Return the seconds until a message that may have arrived is sent again."""
    waits = moment.timing.no_reply_waits
    return _spread(waits[min(max(tried.no_replies, 1), len(waits)) - 1], moment.chance)


def _spread(seconds: float, chance: float) -> float:
    """Return the time, up to a fifth more or less. `chance` is from 0 to 1."""
    return seconds * (0.8 + 0.4 * chance)
