"""Workers of one Prefect server on two hosts, of which one loses power in the middle of a poll.

It takes minutes, because a lost host is noticed only by its silence: `make test-faults` runs it and
prints how long each step took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.alerts.killing import KILLS
from tests.flows.outcome import content, messages
from tests.flows.pair import NEXT_POLL, Pair, pair_of_hosts, undisturbed_outcome
from tests.flows.prefect_server import PrefectServer, prefect_server
from tests.flows.waiting import until
from tests.hosts import Host, why_not

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.prefect,
    pytest.mark.skipif(KILLS <= 3, reason="make test-faults runs it: it takes minutes"),
]


class Watch:
    """A clock whose readings are printed."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def reset(self) -> None:
        self._since = time.monotonic()

    def say(self, what: str) -> None:
        sys.stdout.write(f"  {time.monotonic() - self._since:6.1f} s  {what}\n")


def start_worker(pair: Pair, host: Host, server: PrefectServer) -> None:
    home = {"PREFECT_HOME": str(pair.world.folder / f"prefect-of-{host.name}")}
    with _log_of(host, pair).open("w") as log:
        pair.start("worker", on=host, output=log, **server.variables, **home)


def host_of(run: str, pair: Pair) -> str:
    """The name of the host on which a run says where it can be seen."""
    page = f"/runs/flow-run/{run}"
    [name] = [one.name for one in (pair.alpha, pair.beta) if page in _log_of(one, pair).read_text()]
    return name


def _log_of(host: Host, pair: Pair) -> Path:
    return pair.world.folder / f"worker-{host.name}.log"


def test_a_host_that_loses_power_is_noticed_and_the_other_goes_on(
    tmp_path: Path, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if reason := why_not():
        pytest.skip(reason)
    expected = undisturbed_outcome(tmp_path_factory.mktemp("undisturbed"))
    watch = Watch()
    with (
        prefect_server(tmp_path, postgres_url) as server,
        pair_of_hosts(tmp_path, postgres_url, server.port) as pair,
    ):
        watch.say("the Prefect server answers")
        deploy = {**server.variables, "PREFECT_HOME": str(tmp_path / "prefect-of-deploy")}
        for _ in range(2):
            assert pair.run("deploy", "--automations", on=[pair.alpha], **deploy) == [0]
        server.pause_schedules()
        assert len(server.post("/automations/filter")) == 1
        for host in (pair.alpha, pair.beta):
            start_worker(pair, host, server)
        until(lambda: len(server.workers_online()) == 2, "both workers")
        assert server.workers_online() == ["alpha", "beta"]
        watch.say("both workers are online")

        quiet = [server.run(flow) for flow in ("publish", "backfill", "deliver")]
        until(lambda: {server.state(run) for run in quiet} == {"COMPLETED"}, "three runs")
        took = sorted(host_of(run, pair) for run in quiet)
        watch.say(f"three runs are completed, by {', '.join(took)}")

        watch.reset()
        dies_after = pair.steps() + expected.steps // 2
        poll = server.run("poll")
        until(lambda: pair.steps() >= dies_after, "half of a poll")
        hosts = {host.name: host for host in (pair.alpha, pair.beta)}
        lost = hosts.pop(host_of(poll, pair))
        [left] = hosts.values()
        assert server.state(poll) == "RUNNING"
        lost.lose_power()
        watch.say(f"{lost.name} loses power in the middle of a poll")
        watch.reset()
        until(lambda: server.state(poll) == "CRASHED", "the automation")
        watch.say("its run is marked as crashed")
        again = server.run("poll")
        until(lambda: server.state(again) == "COMPLETED", "the next poll")
        assert host_of(again, pair) == left.name
        watch.say(f"{left.name} has completed the next poll")
        # Messages of a poll that another host may still run wait for an hour.
        assert pair.run("deliver", on=[left], WATCH_NOW=NEXT_POLL) == [0]
        assert content(pair.database_url) == expected.content
        assert messages(pair.world) == expected.messages
