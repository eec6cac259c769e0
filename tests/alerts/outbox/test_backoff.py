"""How long to wait before the next try."""

from __future__ import annotations

import pytest

from alerts.outbox.backoff import retry_delay
from alerts.outbox.clock import Timing

TIMING = Timing()


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2_560), (11, 3_600), (10_000, 3_600)]
)
def test_the_wait_doubles_up_to_an_hour(tries: int, seconds: float) -> None:
    assert retry_delay(tries, timing=TIMING, chance=0.5) == seconds


def test_chance_spreads_it_by_a_fifth_either_way() -> None:
    assert retry_delay(1, timing=TIMING, chance=0.0) == pytest.approx(4)
    assert retry_delay(1, timing=TIMING, chance=1.0) == pytest.approx(6)


@pytest.mark.parametrize(("asked", "seconds"), [(0, 0), (7, 7), (-3, 0), (86_400, 900)])
def test_a_time_that_was_asked_for_is_kept_within_bounds(asked: float, seconds: float) -> None:
    assert retry_delay(9, timing=TIMING, chance=0.0, retry_after=asked) == seconds


def test_the_lease_outlasts_everything_a_send_may_take() -> None:
    assert TIMING.lease - TIMING.margin > 2 * 15
    assert TIMING.margin > 2 * 15
