"""Several clients keep the pace together."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from reports.errors import ConfigurationError
from scrapers.request_times import RequestTimes


class Clock:
    """A clock that only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_two_processes_ask_no_faster_than_one(tmp_path: Path, clock: Clock) -> None:
    poll, backfill = (RequestTimes(tmp_path / "times", clock=clock) for _ in range(2))
    waits = [poll.take(1.0), backfill.take(1.0), poll.take(1.0), backfill.take(1.0)]
    assert waits == [0.0, 1.0, 2.0, 3.0]


def test_a_clock_that_was_wrong_does_not_stop_the_requests(tmp_path: Path, clock: Clock) -> None:
    times = RequestTimes(tmp_path / "times", clock=clock)
    clock.now += 30 * 86_400
    times.take(1.0)
    clock.now -= 30 * 86_400
    assert times.take(1.0) == 0.0


def test_a_process_that_asks_slowly_does_not_let_a_fast_one_ask_before_its_turn(
    tmp_path: Path, clock: Clock
) -> None:
    slow, fast = (RequestTimes(tmp_path / "times", clock=clock) for _ in range(2))
    for _ in range(8):
        slow.take(10.0)
    assert fast.take(1.0) == 80.0


def test_the_slowest_pace_is_kept(clock: Clock) -> None:
    times = RequestTimes(clock=clock)
    assert [times.take(3_600.0), times.take(3_600.0)] == [0.0, 3_600.0]


def test_a_pause_that_the_site_asks_for_is_one_for_all_processes(
    tmp_path: Path, clock: Clock
) -> None:
    poll, backfill = (RequestTimes(tmp_path / "times", clock=clock) for _ in range(2))
    poll.take(1.0)
    poll.put_off(30.0)
    poll.put_off(5.0)
    assert [backfill.take(1.0), poll.take(1.0)] == [30.0, 31.0]


def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    times = RequestTimes(tmp_path / "times")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(ConfigurationError, match="times cannot be opened or written: File too"):
            times.take(1.0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("data", [b"", b"soon", b"nan", b"inf", b"\xff\xfe\x00", b"\0" * 20])
def test_a_damaged_file_says_nothing(tmp_path: Path, clock: Clock, data: bytes) -> None:
    (tmp_path / "times").write_bytes(data)
    times = RequestTimes(tmp_path / "times", clock=clock)
    assert times.take(1.0) == 0.0
    assert times.take(1.0) == 1.0
