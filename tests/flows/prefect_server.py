"""A Prefect server of the user's own, on PostgreSQL and with a password, as the docs ask for it."""

from __future__ import annotations

import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import create_engine, make_url, text

from tests.flows.waiting import until
from tests.hosts import own_environment

PASSWORD = "admin:of-this-test"
STOPS_WITHIN = 20.0
"""Seconds until a program that does not stop is killed: a worker of Prefect sometimes goes on."""


class PrefectServer:
    """The API of a running server."""

    def __init__(self) -> None:
        """Choose a free port for it; the server itself starts elsewhere."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/api"
        self._session = requests.Session()
        user, _, password = PASSWORD.partition(":")
        self._session.auth = (user, password)

    @property
    def variables(self) -> dict[str, str]:
        """What a worker must know."""
        return {"PREFECT_API_URL": self.url, "PREFECT_API_AUTH_STRING": PASSWORD}

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return self._session.get(f"{self.url}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        answer = self._session.get(f"{self.url}{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def find(self, path: str) -> Any:
        """The JSON at a path; None where there is none."""
        answer = self._session.get(f"{self.url}{path}", timeout=30)
        return answer.json() if answer.ok else None

    def post(self, path: str) -> Any:
        """The JSON that a path answers to an empty request."""
        return self._change("POST", path, {}).json()

    def _change(self, method: str, path: str, body: dict[str, Any]) -> requests.Response:
        """A change, with the proof that it does not come from another website."""
        token = self.get("/csrf-token?client=test")["token"]
        headers = {"Prefect-Csrf-Client": "test", "Prefect-Csrf-Token": token}
        answer = self._session.request(
            method, f"{self.url}{path}", json=body, headers=headers, timeout=30
        )
        answer.raise_for_status()
        return answer

    def run(self, flow: str) -> str:
        """Start a run of a deployment; return its id."""
        deployment = self.get(f"/deployments/name/{flow}/{flow}")["id"]
        return str(self.post(f"/deployments/{deployment}/create_flow_run")["id"])

    def pause_schedules(self) -> None:
        """Let nothing start by itself: at some hours a run of the schedule would come between."""
        for deployment in self.post("/deployments/filter"):
            for schedule in deployment["schedules"]:
                path = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
                self._change("PATCH", path, {"active": False})

    def state(self, run: str) -> str:
        """The type of a run's state."""
        return str(self.get(f"/flow_runs/{run}")["state_type"])

    def workers_online(self) -> list[str]:
        """The names of the workers that give signs of life."""
        workers = self.post("/work_pools/inspection-watch/workers/filter")
        return sorted(worker["name"] for worker in workers if worker["status"] == "ONLINE")


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """A program that runs until the block ends."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env={**environment}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def prefect_server(folder: Path, postgres_url: str) -> Iterator[PrefectServer]:
    """A Prefect server with a database of its own on the PostgreSQL server."""
    name = f"prefect_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres_url).set(drivername="postgresql+asyncpg", database=name)
    server = PrefectServer()
    variables = {
        **own_environment(),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_API_AUTH_STRING": PASSWORD,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": url.render_as_string(hide_password=False),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(server.port)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log, cwd=folder)
    try:
        until(server.healthy, "an answer of Prefect's server")
        yield server
    finally:
        process.terminate()
        process.wait()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
