"""The profile `scaled` of `compose.yaml` without containers: its services as processes.

Each gets the command and the environment that the file gives it, and the names of services lead to
this machine. PostgreSQL is the one of the tests; it gets the databases that the file asks for.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import URL, create_engine, make_url, text

from demo.sample import REGISTER_FILE, sample_history, sample_site
from tests.alerts.killing import KILLS
from tests.command import COMMAND
from tests.flows.prefect_server import PASSWORD, PrefectServer, running
from tests.flows.waiting import until
from tests.flows.world import World, open_world

PROGRAMS = {"prefect": [sys.executable, "-m", "prefect"], "inspection-watch": list(COMMAND)}


def composed() -> dict[str, Any]:
    """What the file says."""
    found: dict[str, Any] = yaml.safe_load(Path("compose.yaml").read_text(encoding="utf-8"))
    return found


def entry_point() -> str:
    """What the image starts where a service says nothing else."""
    [line] = re.findall(r'^ENTRYPOINT \["(.+)"\]$', Path("Dockerfile").read_text(), re.MULTILINE)
    return line


def health_check() -> list[str]:
    """How the image asks for its health, with the program of these tests."""
    [line] = re.findall(r"^HEALTHCHECK .* CMD (.+)$", Path("Dockerfile").read_text(), re.MULTILINE)
    program = shlex.join(PROGRAMS[entry_point()])
    return [word.replace(entry_point(), program) for word in json.loads(line)]


def test_each_program_of_the_file_has_a_database_of_its_own() -> None:
    services = composed()["services"]
    asked = {make_url(url).database for url in _urls(services["worker"]["environment"])}
    assert len(asked) == 2
    assert asked == {services["database"]["environment"]["POSTGRES_DB"], "prefect"}
    assert composed()["configs"]["databases"]["content"] == "CREATE DATABASE prefect;"


def _urls(environment: dict[str, str]) -> list[str]:
    return [url for url in environment.values() if url.startswith("postgresql")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on the day of the first poll."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.move_to(sample_history().first_poll)
        yield world


class Composed:
    """The services of the profile, as processes on this machine."""

    def __init__(self, world: World, server: PrefectServer, own: dict[str, URL]) -> None:
        self._world, self._server, self._own = world, server, own
        self._services = composed()["services"]

    def command(self, service: str) -> list[str]:
        """What a service starts; its server listens where no other does."""
        given = self._services[service]
        program = (given.get("entrypoint") or [entry_point()])[0]
        more = ["--port", str(self._server.port)] if service == "server" else []
        return [*PROGRAMS[program], *given["command"], *more]

    def environment(self, service: str) -> dict[str, str]:
        """What a service gets, with the names of services and passwords of this machine."""
        given = dict(self._services[service]["environment"])
        for name, value in given.items():
            if value.startswith("postgresql"):
                asked = make_url(re.sub(r"\$\{.*?\}", "x", value))
                here = self._own[asked.database or ""].set(drivername=asked.drivername)
                given[name] = here.render_as_string(hide_password=False)
            value = re.sub(r"\$\{PREFECT_PASSWORD.*?\}", PASSWORD, given[name])
            given[name] = value.replace("//server:4200", f"//127.0.0.1:{self._server.port}")
        outside = self._world.environment()
        return {**outside, **given, "PREFECT_HOME": str(self._world.folder / "prefect")}

    def running(self, service: str) -> AbstractContextManager[None]:
        """Run a service until the block ends."""
        log = self._world.folder / f"{service}.log"
        return running(self.command(service), self.environment(service), log)

    def run(self, service: str) -> None:
        """Run a service to its end."""
        done = subprocess.run(
            self.command(service),
            env=self.environment(service),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def own_databases(postgres_url: str, names: list[str]) -> Iterator[dict[str, URL]]:
    """Databases of these names, under other names that nobody else has."""
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    made = {name: f"composed_{name}_{id(engine)}" for name in names}
    with engine.connect() as connection, ExitStack() as stack:
        for name in made.values():
            connection.execute(text(f"CREATE DATABASE {name}"))
            stack.callback(connection.execute, text(f"DROP DATABASE {name} WITH (FORCE)"))
        yield {name: engine.url.set(database=other) for name, other in made.items()}
    engine.dispose()


@pytest.mark.faults
@pytest.mark.postgres
@pytest.mark.prefect
@pytest.mark.skipif(KILLS <= 3, reason="make test-faults runs it: it takes a minute")
def test_the_services_of_the_scaled_profile_check_the_site(world: World, postgres_url: str) -> None:
    server = PrefectServer()
    with own_databases(postgres_url, ["watch", "prefect"]) as own:
        services = Composed(world, server, own)
        with services.running("server"):
            until(server.healthy, "an answer of Prefect's server")
            services.run("deploy")
            server.pause_schedules()
            with services.running("worker"):
                poll = server.run("poll")
                until(lambda: server.state(poll) == "COMPLETED", "the first check")
            subprocess.run(health_check(), env=services.environment("worker"), check=True)
