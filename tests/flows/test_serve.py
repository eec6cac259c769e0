"""`serve` with real processes: starts, heals, stops, and tidies up after a crash."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from demo.sample import REGISTER_FILE, sample_site
from flows.serve.children import end_all, family
from tests.command import COMMAND
from tests.flows.world import World, open_world

pytestmark = pytest.mark.prefect

# Generous: the tests may share two cores with others.
PATIENCE = 180.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site that the schedules may ask, and one data folder: Prefect's database is made once."""
    folder = tmp_path_factory.mktemp("serve")
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        yield world


class Service:
    """A running `serve`, its API and its processes."""

    def __init__(self, process: subprocess.Popen[str], *, port: int, home: Path) -> None:
        self.process = process
        self.api = f"http://127.0.0.1:{port}/api"
        self.home = home
        # 503: the server's database was locked for a moment.
        busy = Retry(total=9, backoff_factor=0.2, status_forcelist=[503], allowed_methods=None)
        self.session = requests.Session()
        self.session.mount("http://", HTTPAdapter(max_retries=busy))

    def pids(self, role: str) -> set[int]:
        return {process.pid for process in family(self.home, role=role)}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.session.post(f"{self.api}{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def workers_online(self) -> int:
        workers = self.post("/work_pools/inspection-watch/workers/filter", {})
        return sum(worker["status"] == "ONLINE" for worker in workers)

    def healthy(self) -> bool:
        try:
            return requests.get(f"{self.api}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def deployment(self, name: str) -> dict[str, Any]:
        answer = requests.get(f"{self.api}/deployments/name/{name}", timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.api}/flow_runs/{run_id}", timeout=10).json()
        return found


def others(service: Service, role: str, before: set[int]) -> set[int]:
    """The processes of a part that were not there before."""
    return service.pids(role) - before


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition of other processes, and give what it gave."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE:.0f} s: {what}")


@contextmanager
def serving(world: World, *, elsewhere: Path) -> Iterator[Service]:
    """`serve` as a user starts it, in any folder, ready to work."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        cwd=elsewhere,
        env=world.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    service = Service(process, port=port, home=world.folder / "data" / "prefect")
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ready"):
                break
        assert process.poll() is None, "".join(lines)
        yield service
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        end_all(family(service.home))


def test_it_heals_survives_a_crash_and_stops_without_a_trace(world: World, tmp_path: Path) -> None:
    # One test for one life, because every start costs as much as a hundred other tests.
    with serving(world, elsewhere=tmp_path) as service:
        deployments_are_as_promised(service)
        killed_parts_come_back(service)
        a_run_goes_all_the_way(service)
        cut_off = run_under_way(service)
        service.process.kill()
        service.process.wait()
        if sys.platform == "linux":
            until(lambda: not family(service.home), "the parts to end with their parent")

    with serving(world, elsewhere=tmp_path) as service:
        run = service.run(cut_off)
        assert run["state_type"] == "CRASHED"
        assert "the next run goes on" in run["state"]["message"]

        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(PATIENCE) == 0
        assert family(service.home) == []


def deployments_are_as_promised(service: Service) -> None:
    assert service.deployment("poll/poll")["schedules"][0]["schedule"] == {
        "cron": "0 7-20/2 * * 1-5",
        "timezone": "Europe/London",
        "day_or": True,
    }
    for name in ("full walk/full-walk", "deliver/deliver", "backfill/backfill"):
        assert service.deployment(name)["work_pool_name"] == "inspection-watch"


def killed_parts_come_back(service: Service) -> None:
    for role in ("worker", "server"):
        before = service.pids(role)
        (first,) = before
        psutil.Process(first).kill()
        until(partial(others, service, role, before), f"another {role}")
        until(service.healthy, "an answer of the server")
    until(service.workers_online, "a worker at work")


def a_run_goes_all_the_way(service: Service) -> None:
    # Of the deployments that nothing starts by itself: a second run of the others would be dropped.
    deployment = service.deployment("backfill/backfill")["id"]
    run = service.post(f"/deployments/{deployment}/create_flow_run", {})
    until(lambda: service.run(run["id"])["state_type"] == "COMPLETED", "a run to complete")


def run_under_way(service: Service) -> str:
    """A run that stands as running, as a crash would leave it."""
    deployment = service.deployment("poll/poll")["id"]
    run = service.post(f"/deployments/{deployment}/create_flow_run", {})["id"]
    state = {"state": {"type": "RUNNING"}, "force": True}
    service.post(f"/flow_runs/{run}/set_state", state)
    return str(run)
