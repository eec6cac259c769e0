"""Two hosts that watch together: one PostgreSQL, and original files where both can reach them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from storage.backup import copy_tables
from storage.database import Database
from tests.command import COMMAND
from tests.conftest import schema_on
from tests.flows.outcome import content, messages
from tests.flows.waiting import PATIENCE
from tests.flows.world import World, open_world
from tests.hosts import Host, own_environment, port_of, running_hosts

NEXT_POLL = f"{sample_history().demo_day}T15:00:00+00:00"
"""The poll of a dead host counts as running for an hour; the next one is due after two."""

CERTAIN_AFTER = "0.5"


@dataclass
class Pair:
    """Two hosts, and the world that they watch together."""

    world: World
    alpha: Host
    beta: Host
    database_url: str
    ports: list[int]

    def variables(self, host: Host, **more: str) -> dict[str, str]:
        """The environment of a command on a host."""
        world = self.world
        given = {k: v for k, v in world.environment().items() if k.startswith("WATCH_")}
        return {
            **own_environment(),
            **given,
            "WATCH_DATA_DIR": str(world.folder / f"data-of-{host.name}"),
            "WATCH_CONTACT": f"{host.name}@example.org",
            **self.shared(),
            **more,
        }

    def shared(self) -> dict[str, str]:
        """The settings that both have in common."""
        return {
            "WATCH_DATABASE_URL": self.database_url,
            "WATCH_ORIGINALS": str(self.world.folder / "originals"),
            "WATCH_CERTAIN_AFTER": CERTAIN_AFTER,
        }

    def run(self, *arguments: str, on: list[Host], **more: str) -> list[int]:
        """Run a command on hosts at the same time; return the exit codes."""
        quiet = subprocess.DEVNULL
        started = [self.start(*arguments, on=host, output=quiet, **more) for host in on]
        return [process.wait(PATIENCE) for process in started]

    def start(
        self, *arguments: str, on: Host, output: IO[str] | int = subprocess.DEVNULL, **more: str
    ) -> subprocess.Popen[str]:
        """Start a command on a host."""
        return on.start([*COMMAND, *arguments], self.variables(on, **more), output=output)

    def fill(self) -> None:
        """Let the first poll be done: what one machine has stored, in the shared places."""
        self.world.fill()
        data = self.world.folder / "data"
        here, there = Database(f"sqlite:///{data / 'watch.db'}"), Database(self.database_url)
        there.migrate()
        copy_tables(here, there)
        here.close()
        there.close()
        shutil.copytree(data / "originals", self.world.folder / "originals")

    def fetched(self, host: Host) -> list[str]:
        """The reports that a host has asked the site for."""
        asked = [one for one in self.world.server.requests if f"{host.name}@" in one.user_agent]
        return [one.path for one in asked if "/file/" in one.path]

    def steps(self) -> int:
        """How far a poll has come: what it has asked for and what it has sent."""
        sent = len(self.world.slack.messages) + len(self.world.mailbox.mails)
        return len(self.world.server.requests) + sent


@dataclass
class Outcome:
    """What is stored and what was received in the end, and after how many steps."""

    content: dict[str, Any]
    messages: list[str]
    steps: int


def undisturbed_outcome(folder: Path) -> Outcome:
    """What one machine stores and sends, where nothing happens to it."""
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        world.fill()
        world.move_to(sample_history().demo_day)
        with world.app() as app:
            poll(app)
        stored = content(f"sqlite:///{folder / 'data' / 'watch.db'}")
        sent = len(world.slack.messages) + len(world.mailbox.mails)
        return Outcome(stored, messages(world), len(world.server.requests) + sent)


@contextmanager
def pair_of_hosts(folder: Path, postgres_url: str, *more_ports: int) -> Iterator[Pair]:
    """Two hosts on the day with new reports, after a first poll.

    They also reach `more_ports` of this machine.
    """
    with (
        schema_on(postgres_url) as database_url,
        open_world(sample_site(), folder, authorities=REGISTER_FILE) as world,
    ):
        servers = [world.server.url, world.slack.base_url, database_url.partition("?")[0]]
        ports = [*(port_of(url.rstrip("/")) for url in servers), world.mailbox.port, *more_ports]
        with running_hosts(["alpha", "beta"], folder / "hosts", ports) as (alpha, beta):
            pair = Pair(world, alpha, beta, database_url, ports)
            pair.fill()
            world.move_to(sample_history().demo_day)
            yield pair
