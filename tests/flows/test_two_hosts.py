"""Two hosts on one PostgreSQL: the work is shared, and one may die in the middle of it.

Each host has its own data folder; the original files are in a folder that both can reach.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from storage.backup import copy_tables
from storage.database import Database
from tests.alerts.killing import KILLS
from tests.command import COMMAND
from tests.conftest import schema_on
from tests.flows.outcome import content, messages, send_the_rest
from tests.flows.world import World, open_world
from tests.hosts import Host, own_environment, port_of, running_hosts, why_not

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

PATIENCE = 300
# The poll of a dead host counts as running for an hour; the next one is due after two.
NEXT_POLL = f"{sample_history().demo_day}T15:00:00+00:00"
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
        """Run a command on hosts at the same time; the exit codes."""
        started = [self.start(*arguments, on=host, **more) for host in on]
        return [process.wait(PATIENCE) for process in started]

    def start(self, *arguments: str, on: Host, **more: str) -> subprocess.Popen[str]:
        """Start a command on a host."""
        return on.start([*COMMAND, *arguments], self.variables(on, **more))

    def fill(self) -> None:
        """Let the first fill be done: what one machine has stored, in the shared places."""
        self.world.fill()
        data = self.world.folder / "data"
        here, there = Database(f"sqlite:///{data / 'watch.db'}"), Database(self.database_url)
        there.migrate()
        copy_tables(here, there)
        here.close()
        there.close()
        shutil.copytree(data / "originals", self.world.folder / "originals")

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


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What one machine stores and sends, where nothing happens to it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with open_world(sample_site(), folder, authorities=REGISTER_FILE) as world:
        world.fill()
        world.move_to(sample_history().demo_day)
        with world.app() as app:
            poll(app)
        stored = content(f"sqlite:///{folder / 'data' / 'watch.db'}")
        sent = len(world.slack.messages) + len(world.mailbox.mails)
        return Outcome(stored, messages(world), len(world.server.requests) + sent)


@pytest.fixture
def pair(tmp_path: Path, postgres_url: str) -> Iterator[Pair]:
    """Two hosts on the day with new reports, after a first fill."""
    if reason := why_not():
        pytest.skip(reason)
    with (
        schema_on(postgres_url) as database_url,
        open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world,
    ):
        servers = [world.server.url, world.slack.base_url, database_url.partition("?")[0]]
        ports = [*(port_of(url.rstrip("/")) for url in servers), world.mailbox.port]
        with running_hosts(["alpha", "beta"], tmp_path / "hosts", ports) as (alpha, beta):
            pair = Pair(world, alpha, beta, database_url, ports)
            pair.fill()
            world.move_to(sample_history().demo_day)
            yield pair


@pytest.mark.parametrize("number", range(max(1, KILLS // 5)))
def test_two_hosts_share_the_work_and_one_dies_in_the_middle_of_it(
    pair: Pair, undisturbed: Outcome, number: int
) -> None:
    moment = random.Random(number).randint(1, undisturbed.steps - 1)
    dies_after = pair.steps() + moment
    begun = [pair.start("poll", on=host) for host in (pair.alpha, pair.beta)]
    while pair.steps() < dies_after and None in (process.poll() for process in begun):
        time.sleep(0.005)
    pair.alpha.die()
    for process in begun:
        process.wait(PATIENCE)

    # Beta goes on by itself. What alpha left half done, the next poll and delivery finish.
    assert set(pair.run("poll", on=[pair.beta], WATCH_NOW=NEXT_POLL)) <= {0, 1}
    send_the_rest(pair.world, **pair.shared(), WATCH_NOW=NEXT_POLL)
    assert content(pair.database_url) == undisturbed.content
    assert messages(pair.world) == undisturbed.messages

    # Reading again asks the site for no file: the originals are where both can reach them.
    asked_before = len(pair.world.server.requests)
    with running_hosts(["gamma"], pair.world.folder / "more", pair.ports) as [gamma]:
        assert set(pair.run("backfill", "--reparse", on=[pair.beta, gamma])) <= {0, 1}
    asked = pair.world.server.requests[asked_before:]
    assert [one for one in asked if "/file/" in one.path] == []
    assert content(pair.database_url) == undisturbed.content
    assert messages(pair.world) == undisturbed.messages
