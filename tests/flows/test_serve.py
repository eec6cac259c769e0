"""`serve` with real processes: starts, heals, stops, and tidies up after a crash."""

from __future__ import annotations

import contextlib
import html
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from demo.sample import REGISTER_FILE, sample_site
from flows.serve.children import end_all, family
from tests.alerts.chromium import browser_path, visit
from tests.command import COMMAND
from tests.flows.waiting import PATIENCE, until
from tests.flows.world import World, open_world

pytestmark = pytest.mark.prefect


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A site that the schedules may ask."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
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
        user, _, password = (home / "password").read_text().strip().partition(":")
        self.session.auth = (user, password)

    def pids(self, role: str) -> set[int]:
        return {process.pid for process in family(self.home, role=role)}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.answer(path, body)
        answer.raise_for_status()
        return answer.json()

    def answer(self, path: str, body: dict[str, Any]) -> requests.Response:
        """As a program asks that knows the password."""
        token = self.get("/csrf-token?client=test")["token"]
        headers = {"Prefect-Csrf-Client": "test", "Prefect-Csrf-Token": token}
        return self.session.post(f"{self.api}{path}", json=body, headers=headers, timeout=10)

    def get(self, path: str) -> Any:
        answer = self.session.get(f"{self.api}{path}", timeout=10)
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
        found: dict[str, Any] = self.get(f"/deployments/name/{name}")
        return found

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/flow_runs/{run_id}")
        return found

    def runs_of(self, deployment: str) -> int:
        """How many runs of a deployment there have been."""
        only = {"deployments": {"id": {"any_": [deployment]}}}
        return int(self.post("/flow_runs/count", only))


def others(service: Service, role: str, before: set[int]) -> set[int]:
    """The processes of a part that were not there before."""
    return service.pids(role) - before


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
    home = world.folder / "data" / "prefect"
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ready"):
                break
        assert process.poll() is None, "".join(lines)
        yield Service(process, port=port, home=home)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
        end_all(family(home))


def test_it_heals_survives_a_crash_and_stops_without_a_trace(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # One test for one life, because every start costs as much as a hundred other tests.
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with serving(world, elsewhere=elsewhere) as service:
        nobody_gets_in_without_the_password(service)
        a_run_can_name_no_command(service)
        its_files_are_private(service)
        deployments_are_as_promised(service)
        killed_parts_come_back(service)
        a_run_goes_all_the_way(service)
        cut_off = run_under_way(service)
        service.process.kill()
        service.process.wait()
        if sys.platform == "linux":
            until(lambda: not family(service.home), "the parts to end with their parent")

    with serving(world, elsewhere=elsewhere) as service:
        run = service.run(cut_off)
        assert run["state_type"] == "CRASHED"
        assert "the next run goes on" in run["state"]["message"]
        if browser_path():
            a_page_of_another_origin_starts_nothing_and_reads_nothing(service)

        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(PATIENCE) == 0
        assert family(service.home) == []
    if not browser_path():
        pytest.skip("no browser is installed: pages of other origins were not tried")


def nobody_gets_in_without_the_password(service: Service) -> None:
    deployment = service.deployment("backfill/backfill")["id"]
    elsewhere = {"Origin": "http://evil.example"}
    start = f"{service.api}/deployments/{deployment}/create_flow_run"
    for headers in (elsewhere, {**elsewhere, "Content-Type": "text/plain"}):
        assert requests.post(start, data=b"{}", headers=headers, timeout=10).status_code in (
            401,
            403,
        )
    listed = requests.post(f"{service.api}/deployments/filter", json={}, timeout=10)
    assert listed.status_code in (401, 403)
    answer = requests.get(f"{service.api}/deployments/name/poll/poll", headers=elsewhere, timeout=9)
    assert answer.status_code == 401
    assert "Access-Control-Allow-Origin" not in answer.headers


def its_files_are_private(service: Service) -> None:
    data = service.home.parent
    assert data.stat().st_mode & 0o777 == 0o700
    pages = data / "site"  # in a private folder, but for readers
    kept = [p for p in data.rglob("*") if p.is_file() and not p.is_relative_to(pages)]
    assert {path.name for path in kept} >= {"prefect.db", "password", "server.log"}
    for path in kept:
        with contextlib.suppress(FileNotFoundError):  # some come and go
            assert path.stat().st_mode & 0o077 == 0, path


def a_run_can_name_no_command(service: Service) -> None:
    deployment = service.deployment("backfill/backfill")["id"]
    for variables in ({"command": "true"}, {"env": {"A": "b"}}, {"working_dir": "/"}):
        answer = service.answer(
            f"/deployments/{deployment}/create_flow_run", {"job_variables": variables}
        )
        assert answer.status_code == 422, variables


def a_page_of_another_origin_starts_nothing_and_reads_nothing(service: Service) -> None:
    deployment = service.deployment("backfill/backfill")["id"]
    before = service.runs_of(deployment)
    with web_page(EVIL.format(api=json.dumps(service.api), deployment=deployment)) as address:
        document = visit(address)
    match = re.search(r'<pre id="read">(.*?)</pre>', document, re.S)
    assert match, document[:2_000]
    tried = json.loads(html.unescape(match[1]))
    assert len(tried) == 7
    assert [one for one in tried if one["read"]] == []
    assert service.runs_of(deployment) == before


EVIL = """<!doctype html><meta charset="utf-8"><iframe name="hidden"></iframe><pre id="wait"></pre>
<script>
const api = {api}, start = api + "/deployments/{deployment}/create_flow_run";
const json = "application/json", body = JSON.stringify({{job_variables: {{command: "true"}}}});
const tries = {{
  health: () => fetch(api + "/health"),
  simple: () => fetch(start, {{method: "POST", body: new Blob([body])}}),
  text: () => fetch(start, {{method: "POST", body, credentials: "include"}}),
  json: () => fetch(start, {{method: "POST", body, headers: {{"Content-Type": json}}}}),
  opaque: () => fetch(start, {{method: "POST", body: new Blob([body]), mode: "no-cors"}}),
  token: () => fetch(api + "/csrf-token?client=evil"),
  form: async () => {{
    const form = document.createElement("form");
    form.method = "POST"; form.action = start; form.target = "hidden"; form.enctype = "text/plain";
    document.body.append(form); form.submit();
    return {{text: async () => ""}};
  }},
}};
(async () => {{
  const found = [];
  for (const [name, attempt] of Object.entries(tries)) {{
    let read = "";
    try {{ read = await (await attempt()).text(); }} catch (error) {{ }}
    found.push({{name, read}});
  }}
  const shown = document.createElement("pre");
  shown.id = "read"; shown.textContent = JSON.stringify(found);
  document.body.append(shown);
}})();
</script>"""
"""What a page can do without a preflight, with one, as a form, and with whatever the browser
keeps."""


@contextmanager
def web_page(content: str) -> Iterator[str]:
    """The address of a page on a server of its own, so of another origin than the service."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = content.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Not in the output of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def deployments_are_as_promised(service: Service) -> None:
    assert service.deployment("poll/poll")["schedules"][0]["schedule"] == {
        "cron": "0 7-20/2 * * 1-5",
        "timezone": "Europe/London",
        "day_or": True,
    }
    for name in ("full poll/full-poll", "deliver/deliver", "backfill/backfill"):
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
    """A run that is as running, as a crash would leave it."""
    deployment = service.deployment("poll/poll")["id"]
    run = service.post(f"/deployments/{deployment}/create_flow_run", {})["id"]
    state = {"state": {"type": "RUNNING"}, "force": True}
    service.post(f"/flow_runs/{run}/set_state", state)
    return str(run)
