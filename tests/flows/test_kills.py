"""A poll may be killed at any moment: the next one ends where an undisturbed one would."""

from __future__ import annotations

import random
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE, sample_history, sample_site
from tests.alerts.killing import KILLS
from tests.command import COMMAND
from tests.flows.outcome import content, messages, send_the_rest
from tests.flows.world import World, open_world, run_in

pytestmark = pytest.mark.faults

CERTAIN_AFTER = "0.5"
"""A message cut off while it was sent is certain not to have arrived after this many seconds; the
local Slack shows at once what it has."""


def run_poll(world: World) -> None:
    done = run_in(world, "poll", WATCH_CERTAIN_AFTER=CERTAIN_AFTER)
    assert done.returncode in (0, 1), done.stdout + done.stderr


def steps(world: World) -> int:
    """How far a poll has come: what it has asked for and what it has sent."""
    messages = len(world.slack.messages) + len(world.mailbox.mails)
    return len(world.server.requests) + messages


def kill_poll_after(world: World, step: int, pause: float) -> bool:
    """Start a poll and kill it `pause` seconds after a step; was it still running?"""
    process = subprocess.Popen(
        [*COMMAND, "poll"],
        env=world.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and steps(world) < step:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.002)
    with suppress(subprocess.TimeoutExpired):
        process.wait(pause)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def database_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'watch.db'}"


def test_a_killed_poll_is_finished_by_the_next(tmp_path: Path) -> None:
    day = sample_history().demo_day
    filled = tmp_path / "filled"
    filled.mkdir()
    with open_world(sample_site(), filled, authorities=REGISTER_FILE) as world:
        run_poll(world)

    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(filled, undisturbed)
    with open_world(sample_site(today=day), undisturbed, authorities=REGISTER_FILE) as world:
        run_poll(world)
        last = steps(world)
        expected, sent = content(database_in(undisturbed)), messages(world)
    assert len(sent) == 2

    moments = random.Random(20261121)
    killed = 0
    for number in range(10 * KILLS):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(filled, folder)
        with open_world(sample_site(today=day), folder, authorities=REGISTER_FILE) as world:
            killed += kill_poll_after(world, moments.randint(1, last), moments.uniform(0, 0.2))
            run_poll(world)
            send_the_rest(world)
            assert content(database_in(folder)) == expected, f"kill number {number}"
            assert messages(world) == sent, f"kill number {number}"
        if killed == KILLS:
            break
    assert killed == KILLS
