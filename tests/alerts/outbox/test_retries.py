"""What happens next to a delivery, row by row of the three tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels.base import SecondTry
from alerts.channels.errors import (
    DeliveryError,
    HistoryUnreadable,
    Interrupted,
    NoReply,
    Refused,
    ServiceFault,
    Unavailable,
)
from alerts.outbox.clock import Timing
from alerts.outbox.retries import (
    LONGEST_WAIT,
    Arrived,
    GiveUp,
    KnownTimes,
    LastTry,
    Moment,
    SendNow,
    Tried,
    TryAgain,
    decide,
    decide_after_look_up,
    last_try,
)

NOW = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
THREE_DAYS = timedelta(days=3)
SECOND, MINUTE, HOUR = 1.0, 60.0, 3_600.0


def moment(chance: float = 0.5) -> Moment:
    return Moment(now=NOW, chance=chance, timing=Timing())


def wait(
    failure: DeliveryError,
    *,
    second_try: SecondTry = SecondTry.MAY_BE_DUPLICATE,
    tries: int = 1,
    no_replies: int = 1,
    left: timedelta = THREE_DAYS,
    chance: float = 0.5,
) -> float | None:
    """Seconds until the next try; None where the delivery has failed."""
    tried = Tried(tries=tries, no_replies=no_replies, no_reply_at=NOW, give_up_at=NOW + left)
    following = decide(failure, tried, second_try=second_try, moment=moment(chance))
    return (following.at - NOW).total_seconds() if isinstance(following, TryAgain) else None


@pytest.mark.parametrize("second_try", SecondTry)
def test_what_is_refused_for_good_has_failed(second_try: SecondTry) -> None:
    assert wait(Refused("550 unknown"), second_try=second_try) is None


@pytest.mark.parametrize("second_try", SecondTry)
@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2_560), (11, HOUR), (10_000, HOUR)]
)
def test_a_certain_failure_is_tried_again_soon_and_then_every_hour(
    second_try: SecondTry, tries: int, seconds: float
) -> None:
    assert wait(Unavailable("cut"), second_try=second_try, tries=tries) == seconds


@pytest.mark.parametrize(("asked", "seconds"), [(0, 0), (7, 7), (-3, 0), (86_400, 900)])
def test_a_service_is_left_alone_for_as_long_as_it_asks_within_bounds(
    asked: float, seconds: float
) -> None:
    failure = Unavailable("429", retry_after=asked)
    assert wait(failure, tries=9, chance=0.0) == seconds


@pytest.mark.parametrize("failure", [NoReply("cut"), ServiceFault("500")])
@pytest.mark.parametrize(
    ("second_try", "seconds"),
    [
        (SecondTry.LOOKED_UP, 5 * SECOND),
        (SecondTry.RECOGNISED, 20 * SECOND),
        (SecondTry.MAY_BE_DUPLICATE, 30 * MINUTE),
    ],
)
def test_a_message_that_may_have_arrived_waits_as_its_channel_allows(
    failure: DeliveryError, second_try: SecondTry, seconds: float
) -> None:
    assert wait(failure, second_try=second_try, tries=3) == seconds


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


@pytest.mark.parametrize("second_try", SecondTry)
@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 10)])
def test_what_our_own_end_interrupted_is_tried_again_soon(
    second_try: SecondTry, tries: int, seconds: float
) -> None:
    assert wait(Interrupted("killed"), second_try=second_try, tries=tries) == seconds


@pytest.mark.parametrize("failure", [Unavailable("cut"), NoReply("cut"), Interrupted("killed")])
@pytest.mark.parametrize("second_try", SecondTry)
def test_the_last_try_comes_after_three_days(failure: DeliveryError, second_try: SecondTry) -> None:
    assert wait(failure, second_try=second_try, left=timedelta(seconds=1)) == 1
    assert wait(failure, second_try=second_try, left=timedelta(0)) is None


def test_chance_spreads_the_waits_by_a_fifth_either_way() -> None:
    assert wait(Unavailable("cut"), chance=0.0) == pytest.approx(4)
    assert wait(Unavailable("cut"), chance=1.0) == pytest.approx(6)


def the_last_try(
    *,
    made: timedelta = THREE_DAYS,
    tried: timedelta | None = None,
    late: timedelta = timedelta(0),
    left: timedelta | None = None,
    quiet: timedelta = timedelta(0),
) -> LastTry:
    """When the last try is due of a message that was `made` and first `tried` that long ago."""
    known = KnownTimes(
        created_at=NOW - made,
        first_attempt_at=None if tried is None else NOW - tried,
        due_at=NOW - late,
        give_up_at=None if left is None else NOW + left,
    )
    return last_try(known, now=NOW, timing=Timing(), quiet=quiet)


def due(left: timedelta) -> LastTry:
    return LastTry(at=NOW + left, is_put_off=False)


def put_off(left: timedelta) -> LastTry:
    return LastTry(at=NOW + left, is_put_off=True)


DAY, NIGHT = timedelta(days=1), timedelta(hours=11)
A_SECOND = timedelta(seconds=1)


def test_the_first_try_gives_three_days() -> None:
    assert the_last_try() == due(THREE_DAYS)


def test_a_later_try_leaves_the_last_as_it_was_but_believes_no_date_further_away() -> None:
    assert the_last_try(tried=DAY, left=2 * DAY) == due(2 * DAY)
    assert the_last_try(tried=THREE_DAYS, left=-A_SECOND) == due(-A_SECOND)
    assert the_last_try(tried=DAY, left=30 * DAY) == due(THREE_DAYS)


def test_three_days_begin_again_where_nobody_could_try() -> None:
    late = LONGEST_WAIT + A_SECOND
    assert the_last_try(tried=2 * DAY, left=A_SECOND, late=LONGEST_WAIT) == due(A_SECOND)
    assert the_last_try(tried=2 * DAY, left=A_SECOND, late=late) == due(THREE_DAYS)
    assert the_last_try(made=14 * DAY, left=A_SECOND, late=late) == due(A_SECOND)


def test_the_wait_for_the_end_of_quiet_hours_does_not_count() -> None:
    assert the_last_try(quiet=NIGHT) == put_off(THREE_DAYS + NIGHT)
    assert the_last_try(tried=DAY, left=2 * DAY, quiet=NIGHT) == put_off(2 * DAY + NIGHT)
    late = LONGEST_WAIT + A_SECOND
    assert the_last_try(left=A_SECOND, late=late, quiet=NIGHT) == put_off(THREE_DAYS + NIGHT)


def test_quiet_hours_move_the_last_try_to_six_days_after_the_first_at_most() -> None:
    assert the_last_try(tried=5 * DAY, left=NIGHT, quiet=2 * NIGHT) == put_off(DAY)
    assert the_last_try(made=5 * DAY, left=NIGHT, quiet=2 * NIGHT) == put_off(DAY)
    assert the_last_try(tried=9 * DAY, left=NIGHT, quiet=NIGHT) == put_off(NIGHT)
    ahead = -DAY  # written while the clock was wrong
    assert the_last_try(tried=ahead, left=2 * DAY, quiet=NIGHT) == put_off(2 * DAY + NIGHT)


def test_a_day_after_the_last_try_was_due_a_message_is_sent_in_quiet_hours_too() -> None:
    nearly = A_SECOND - DAY
    assert the_last_try(tried=6 * DAY, left=nearly, quiet=NIGHT) == put_off(nearly + NIGHT)
    assert the_last_try(tried=6 * DAY, left=-DAY, quiet=NIGHT) == due(-DAY)


def test_the_first_try_in_quiet_hours_is_not_the_last_one() -> None:
    assert the_last_try(made=6 * DAY, left=-DAY, quiet=NIGHT) == due(THREE_DAYS)


def after_look_up(
    found: str | DeliveryError | None,
    *,
    ago: float,
    no_replies: int = 1,
    left: timedelta = THREE_DAYS,
) -> object:
    """What follows a look-up, `ago` seconds after the last try without a reply."""
    tried = Tried(
        tries=1,
        no_replies=no_replies,
        no_reply_at=NOW - timedelta(seconds=ago),
        give_up_at=NOW + left,
    )
    return decide_after_look_up(found, tried, moment=moment())


def in_seconds(seconds: float) -> TryAgain:
    return TryAgain(NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("ago", [0, 30, HOUR])
def test_a_message_that_the_history_shows_has_arrived(ago: float) -> None:
    assert after_look_up("C1:123.4", ago=ago) == Arrived("C1:123.4")


def test_a_history_that_does_not_show_it_proves_that_only_after_half_a_minute() -> None:
    assert after_look_up(None, ago=5) == in_seconds(25)
    assert after_look_up(None, ago=30) == SendNow(may_be_duplicate=False)


def test_a_try_dated_in_the_future_proves_it_after_half_a_minute_too() -> None:
    assert after_look_up(None, ago=-10 * HOUR) == in_seconds(30)


@pytest.mark.parametrize(("no_replies", "hours"), [(1, 0.5), (2, 2), (3, 8), (4, 24)])
def test_where_the_history_may_not_be_read_it_waits_like_a_channel_without_one(
    no_replies: int, hours: float
) -> None:
    refused = HistoryUnreadable("missing_scope")
    assert after_look_up(refused, ago=0, no_replies=no_replies) == in_seconds(hours * HOUR)
    assert after_look_up(refused, ago=hours * HOUR, no_replies=no_replies) == SendNow(
        may_be_duplicate=True
    )


def test_where_the_history_may_not_be_read_the_last_try_comes_after_three_days() -> None:
    refused = HistoryUnreadable("missing_scope")
    assert after_look_up(refused, ago=0, no_replies=4, left=A_SECOND) == in_seconds(1)
    assert after_look_up(refused, ago=1, no_replies=4, left=timedelta(0)) == SendNow(
        may_be_duplicate=True
    )


@pytest.mark.parametrize("ago", [0, 25 * HOUR])
def test_where_the_history_may_not_be_read_no_try_follows_the_last(ago: float) -> None:
    refused, made = HistoryUnreadable("missing_scope"), timedelta(seconds=-ago)
    assert after_look_up(refused, ago=ago, no_replies=4, left=made) == GiveUp()


def test_half_a_minute_after_the_last_try_too_a_history_proves_that_it_failed() -> None:
    assert after_look_up(None, ago=0, left=timedelta(0)) == in_seconds(30)
    assert after_look_up(None, ago=30, left=-30 * A_SECOND) == SendNow(may_be_duplicate=False)


@pytest.mark.parametrize("failure", [Unavailable("cut"), NoReply("cut"), ServiceFault("500")])
def test_a_history_that_could_not_be_read_now_is_read_again(failure: DeliveryError) -> None:
    assert after_look_up(failure, ago=HOUR) == in_seconds(5)
    assert after_look_up(failure, ago=HOUR, left=timedelta(0)) == GiveUp()
