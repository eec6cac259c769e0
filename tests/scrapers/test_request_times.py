"""Several clients keep the pace, and the pauses that the site asks for, together."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.site import SiteServer
from scrapers.client import Client, Pace
from scrapers.errors import Blocked, NotAsked
from scrapers.hosts import AllowedHosts
from scrapers.request_times import LONGEST_PAUSE, RequestTimes


class Clock:
    """A clock that only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_two_processes_ask_no_faster_than_one(tmp_path: Path, clock: Clock) -> None:
    poll, backfill = (RequestTimes(tmp_path / "times.json", clock=clock) for _ in range(2))
    waits = [poll.take(1.0), backfill.take(1.0), poll.take(1.0), backfill.take(1.0)]
    assert waits == [0.0, 1.0, 2.0, 3.0]


def test_a_pause_that_the_site_asks_for_holds_for_the_next_run_until_it_is_over(
    server: SiteServer, tmp_path: Path, clock: Clock
) -> None:
    def run() -> Client:
        return Client(
            AllowedHosts.from_settings(server.url),
            pace=Pace(requests_per_second=0),
            times=RequestTimes(tmp_path / "times.json", clock=clock),
            sleep=clock.sleep,
        )

    server.faults.add("busy=600@/search*1")
    with run() as client, pytest.raises(Blocked):
        client.get_page(f"{server.url}/search")
    clock.sleep(590)
    with run() as client, pytest.raises(NotAsked, match="ends in 1 minute"):
        client.get_page(f"{server.url}/search")
    assert len(server.paths) == 1
    clock.sleep(10)
    with run() as client:
        client.get_page(f"{server.url}/search")
    assert len(server.paths) == 2


def test_a_clock_that_was_wrong_does_not_stop_the_requests(tmp_path: Path, clock: Clock) -> None:
    times = RequestTimes(tmp_path / "times.json", clock=clock)
    clock.now += 30 * 86_400
    times.take(1.0)
    times.pause(600)
    clock.now -= 30 * 86_400
    assert times.take(1.0) == 0.0
    assert times.pause_left() == 0.0


def test_a_pause_has_a_limit(tmp_path: Path, clock: Clock) -> None:
    times = RequestTimes(tmp_path / "times.json", clock=clock)
    times.pause(1e9)
    assert times.pause_left() == LONGEST_PAUSE


@pytest.mark.parametrize("text", ["", "{", "[]", '{"turn": null}'])
def test_a_damaged_file_says_nothing(tmp_path: Path, clock: Clock, text: str) -> None:
    (tmp_path / "times.json").write_text(text)
    times = RequestTimes(tmp_path / "times.json", clock=clock)
    assert (times.take(1.0), times.pause_left()) == (0.0, 0.0)
    assert times.take(1.0) == 1.0
