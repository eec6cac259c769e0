"""What happens next to a delivery whose try did not succeed. Pure.

| failure                       | a repeat on this channel       | next                            |
|-------------------------------|--------------------------------|---------------------------------|
| Refused                       | any                            | failed                          |
| Unavailable                   | any                            | tried again after 5 s, doubling |
|                               |                                | up to an hour, or after the     |
|                               |                                | time that the service asks for  |
| NoReply, ServiceFault         | is looked up first             | looked up after 5 s             |
| NoReply, ServiceFault         | is recognised by the receiver  | as Unavailable                  |
| NoReply, ServiceFault         | may be a duplicate             | tried again after 30 minutes, 2 |
|                               |                                | hours, 8 hours, then once a day |
| Interrupted                   | any                            | as Unavailable; looked up first |
|                               |                                | where that is possible          |
| any, three days after the     | any                            | failed                          |
| first try or later            |                                |                                 |

The last try comes three days after the first, even where the wait would be longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.channels.base import Repeat
from alerts.channels.errors import DeliveryError, Interrupted, MayHaveArrived, Refused
from alerts.outbox.clock import Timing, after


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What is known of a delivery after a try.

    tries: all of them; no_replies: those after which the message may have arrived. Both count the
    try that has just ended. `give_up_at`: when the last try is due.
    """

    tries: int
    no_replies: int
    give_up_at: datetime


@dataclass(frozen=True)
class Next:
    """The next try, or none: the delivery has failed."""

    at: datetime | None


def decide(
    failure: DeliveryError,
    tried: Tried,
    *,
    repeat: Repeat,
    now: datetime,
    timing: Timing,
    chance: float,
) -> Next:
    """Return when to try a delivery again, as in the table above.

    `chance` (0 to 1, from a random source) spreads the waits, so that many messages do not come
    back at the same moment.
    """
    if isinstance(failure, Refused) or now >= tried.give_up_at:
        return Next(None)
    at = after(now, _wait(failure, tried, repeat=repeat, timing=timing, chance=chance))
    return Next(min(at, tried.give_up_at))


def _wait(
    failure: DeliveryError, tried: Tried, *, repeat: Repeat, timing: Timing, chance: float
) -> float:
    unknown = isinstance(failure, MayHaveArrived) and not isinstance(failure, Interrupted)
    if unknown and repeat == Repeat.LOOKED_UP:
        return timing.look_after
    if unknown and repeat == Repeat.MAY_DUPLICATE:
        return no_reply_wait(tried.no_replies, timing=timing, chance=chance)
    if failure.retry_after is not None:
        return min(max(failure.retry_after, 0.0), timing.longest_retry_after) + chance
    doubled = timing.first_retry * 2.0 ** min(tried.tries - 1, 30)
    return _spread(min(doubled, timing.longest_retry), chance)


def no_reply_wait(no_replies: int, *, timing: Timing, chance: float) -> float:
    """Seconds until a message is sent again that may have arrived `no_replies` times."""
    waits = timing.no_reply_waits
    return _spread(waits[min(max(no_replies, 1), len(waits)) - 1], chance)


def _spread(seconds: float, chance: float) -> float:
    """A fifth more or less."""
    return seconds * (0.8 + 0.4 * chance)
