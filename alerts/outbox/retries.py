"""What happens next to a delivery. Pure: two tables.

After a try (`decide`):

| failure               | a second try on this channel  | next                                     |
|-----------------------|-------------------------------|------------------------------------------|
| Refused               | any                           | failed                                   |
| Unavailable           | any                           | tried again after 5 seconds, doubling up |
|                       |                               | to an hour; or after the time that the   |
|                       |                               | service asks for                         |
| NoReply, ServiceFault | is looked up first            | looked up after 5 seconds                |
| NoReply, ServiceFault | is recognised by the receiver | as Unavailable                           |
| NoReply, ServiceFault | may be a duplicate            | tried again after 30 minutes, 2 hours,   |
|                       |                               | 8 hours, then once a day                 |
| Interrupted           | any                           | as Unavailable; looked up first where    |
|                       |                               | that is possible                         |
| any                   | three days after the first    | failed                                   |
|                       | try, or later                 |                                          |

The last try comes three days after the first, even where the wait would be longer. Days on which
nobody could try do not count (`claims.last_try_at`).

After a look-up in the channel's history (`decide_after_look_up`):

| the history            | since the last try without a reply   | next                            |
|------------------------|--------------------------------------|---------------------------------|
| shows the message      | any time                             | sent                            |
| does not show it       | 30 seconds or more                   | sent now: it is certainly not   |
|                        |                                      | there                           |
| does not show it       | less                                 | looked up again when they have  |
|                        |                                      | passed                          |
| may not be read        | 30 minutes or more, then 2 hours, 8  | sent now: may be a duplicate    |
|                        | hours, a day (as above)              |                                 |
| may not be read        | less                                 | looked up again then            |
| could not be read now  | any time                             | looked up again, as Unavailable |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.channels.base import SecondTry
from alerts.channels.errors import (
    DeliveryError,
    HistoryUnreadable,
    Interrupted,
    MayHaveArrived,
    Refused,
)
from alerts.outbox.clock import Timing, after


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
    """Send the message. `may_duplicate`: nobody knows whether an earlier try has delivered it."""

    may_duplicate: bool


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
    """Return what follows a look-up: the second table above.

    `found` is the message's id in the channel, None where the history does not show it, or why the
    history was not read.
    """
    if isinstance(found, str):
        return Arrived(found)
    now = moment.now
    since = min(tried.no_reply_at or now, now)  # a later date: the clock has been put back
    if isinstance(found, HistoryUnreadable):
        repeat_at = after(since, _no_reply_wait(tried, moment))
        return SendNow(may_duplicate=True) if now >= repeat_at else TryAgain(repeat_at)
    if found is not None:
        return decide(found, tried, second_try=SecondTry.RECOGNISED, moment=moment)
    certain_at = after(since, moment.timing.certain_after)
    return SendNow(may_duplicate=False) if now >= certain_at else TryAgain(certain_at)


def _wait(failure: DeliveryError, tried: Tried, second_try: SecondTry, moment: Moment) -> float:
    """Return the seconds until the next try."""
    timing = moment.timing
    unknown = isinstance(failure, MayHaveArrived) and not isinstance(failure, Interrupted)
    if unknown and second_try == SecondTry.LOOKED_UP:
        return timing.look_after
    if unknown and second_try == SecondTry.MAY_DUPLICATE:
        return _no_reply_wait(tried, moment)
    if failure.retry_after is not None:
        return min(max(failure.retry_after, 0.0), timing.longest_retry_after) + moment.chance
    doubled = timing.first_retry * 2.0 ** min(tried.tries - 1, 30)
    return _spread(min(doubled, timing.longest_retry), moment.chance)


def _no_reply_wait(tried: Tried, moment: Moment) -> float:
    """Return the seconds until a message is sent again that may have arrived."""
    waits = moment.timing.no_reply_waits
    return _spread(waits[min(max(tried.no_replies, 1), len(waits)) - 1], moment.chance)


def _spread(seconds: float, chance: float) -> float:
    """Return the time, up to a fifth more or less. `chance` is from 0 to 1."""
    return seconds * (0.8 + 0.4 * chance)
