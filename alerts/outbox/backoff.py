"""How long to wait before the next try. Pure."""

from __future__ import annotations

from alerts.outbox.clock import Timing


def retry_delay(
    tries: int, *, timing: Timing, chance: float, retry_after: float | None = None
) -> float:
    """Seconds until the next try after `tries` failed ones.

    Doubles each time, and `chance` (0 to 1, from a random source) spreads it by a fifth either
    way, so that many messages do not come back at the same moment. Where the other side named a
    time, that is used instead, within bounds.
    """
    if retry_after is not None:
        return min(max(retry_after, 0.0), timing.longest_retry_after) + chance
    doubled = timing.first_retry * 2.0 ** min(tries - 1, 30)
    return min(doubled, timing.longest_retry) * (0.8 + 0.4 * chance)
