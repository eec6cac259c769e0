"""Several clients keep the pace together."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf"])
def test_a_damaged_file_says_nothing(tmp_path: Path, clock: Clock, text: str) -> None:
    (tmp_path / "times").write_text(text)
    times = RequestTimes(tmp_path / "times", clock=clock)
    assert times.take(1.0) == 0.0
    assert times.take(1.0) == 1.0
