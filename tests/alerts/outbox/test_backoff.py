"""What happens next to a delivery whose try did not succeed, row by row of the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels.base import Repeat
from alerts.channels.errors import (
    DeliveryError,
    Interrupted,
    NoReply,
    Refused,
    ServiceFault,
    Unavailable,
)
from alerts.outbox.backoff import Tried, decide
from alerts.outbox.clock import Timing

NOW = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
THREE_DAYS = timedelta(days=3)
SECOND, MINUTE, HOUR = 1.0, 60.0, 3_600.0


def wait(
    failure: DeliveryError,
    *,
    repeat: Repeat = Repeat.MAY_DUPLICATE,
    tries: int = 1,
    no_replies: int = 1,
    left: timedelta = THREE_DAYS,
    chance: float = 0.5,
) -> float | None:
    """Seconds until the next try; None where the delivery has failed."""
    tried = Tried(tries=tries, no_replies=no_replies, give_up_at=NOW + left)
    timing = Timing()
    following = decide(failure, tried, repeat=repeat, now=NOW, timing=timing, chance=chance)
    return None if following.at is None else (following.at - NOW).total_seconds()


@pytest.mark.parametrize("repeat", Repeat)
def test_what_is_refused_for_good_has_failed(repeat: Repeat) -> None:
    assert wait(Refused("550 unknown"), repeat=repeat) is None


@pytest.mark.parametrize("repeat", Repeat)
@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2_560), (11, HOUR), (10_000, HOUR)]
)
def test_a_certain_failure_is_tried_again_soon_and_then_every_hour(
    repeat: Repeat, tries: int, seconds: float
) -> None:
    assert wait(Unavailable("cut"), repeat=repeat, tries=tries) == seconds


@pytest.mark.parametrize(("asked", "seconds"), [(0, 0), (7, 7), (-3, 0), (86_400, 900)])
def test_a_service_is_left_alone_for_as_long_as_it_asks_within_bounds(
    asked: float, seconds: float
) -> None:
    failure = Unavailable("429", retry_after=asked)
    assert wait(failure, tries=9, chance=0.0) == seconds


@pytest.mark.parametrize("failure", [NoReply("cut"), ServiceFault("500")])
@pytest.mark.parametrize(
    ("repeat", "seconds"),
    [
        (Repeat.LOOKED_UP, 5 * SECOND),
        (Repeat.RECOGNISED, 20 * SECOND),
        (Repeat.MAY_DUPLICATE, 30 * MINUTE),
    ],
)
def test_a_message_that_may_have_arrived_waits_as_its_channel_allows(
    failure: DeliveryError, repeat: Repeat, seconds: float
) -> None:
    assert wait(failure, repeat=repeat, tries=3) == seconds


@pytest.mark.parametrize(
    ("no_replies", "hours"), [(1, 0.5), (2, 2), (3, 8), (4, 24), (5, 24), (50, 24)]
)
def test_what_may_be_a_duplicate_waits_longer_each_time(no_replies: int, hours: float) -> None:
    assert wait(NoReply("cut"), tries=30, no_replies=no_replies) == hours * HOUR


def test_the_first_repeat_without_a_reply_comes_after_15_to_60_minutes() -> None:
    for chance in (0.0, 1.0):
        assert 15 * MINUTE <= (wait(NoReply("cut"), chance=chance) or 0) <= 60 * MINUTE


def test_a_service_that_replied_with_a_fault_is_not_hurried_by_its_own_wish() -> None:
    assert wait(ServiceFault("500", retry_after=1)) == 30 * MINUTE


@pytest.mark.parametrize("repeat", Repeat)
@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10)])
def test_what_our_own_end_interrupted_is_tried_again_soon(
    repeat: Repeat, tries: int, seconds: float
) -> None:
    assert wait(Interrupted("killed"), repeat=repeat, tries=tries) == seconds


@pytest.mark.parametrize("failure", [Unavailable("cut"), NoReply("cut"), Interrupted("killed")])
@pytest.mark.parametrize("repeat", Repeat)
def test_the_last_try_comes_after_three_days(failure: DeliveryError, repeat: Repeat) -> None:
    assert wait(failure, repeat=repeat, left=timedelta(seconds=1)) == 1
    assert wait(failure, repeat=repeat, left=timedelta(0)) is None


def test_chance_spreads_the_waits_by_a_fifth_either_way() -> None:
    assert wait(Unavailable("cut"), chance=0.0) == pytest.approx(4)
    assert wait(Unavailable("cut"), chance=1.0) == pytest.approx(6)
