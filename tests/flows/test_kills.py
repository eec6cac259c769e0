"""A poll may be killed at any moment: the next one ends where an undisturbed one would."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from demo.sample import REGISTER_FILE, sample_history, sample_site
from storage import history
from storage.database import Database
from storage.models import Authority, Delivery, Event
from tests.command import COMMAND
from tests.flows.world import World, open_world

pytestmark = pytest.mark.faults

# Each kill between claiming and sending costs a wait of half a minute: more of them on request.
MOMENTS = int(os.environ.get("WATCH_TEST_KILLS", "8"))


def run_poll(world: World) -> None:
    done = subprocess.run(
        [*COMMAND, "poll"],
        env=world.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout


def kill_poll_after(world: World, seconds: float) -> bool:
    """Start a poll and kill it; returns whether it was still running."""
    process = subprocess.Popen(
        [*COMMAND, "poll"],
        env=world.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def content(folder: Path) -> dict[str, Any]:
    """What the database holds, without row numbers and the times at which things were done."""
    database = Database(f"sqlite:///{folder / 'data' / 'watch.db'}")
    with database.read() as session:
        reports = [
            (report.silent, report.held, history.report_as_json(report))
            for authority in session.scalars(select(Authority).order_by(Authority.key))
            for report in history.reports_of(session, authority.id)
        ]
        events = sorted(
            (event.key, event.summary, str(event.detail))
            for event in session.scalars(select(Event))
        )
        deliveries = sorted(
            (delivery.subscription, delivery.channel, delivery.recipient, str(delivery.state))
            for delivery in session.scalars(select(Delivery))
        )
    database.close()
    return {"reports": reports, "events": events, "deliveries": deliveries}


def messages(world: World) -> list[str]:
    """What was received, without what differs from one local server to the next."""
    slack = [message.text.splitlines()[0] for message in world.slack.messages]
    mails = [f"mail {mail.subject}" for mail in world.mailbox.mails]
    return sorted(slack + mails)


def test_a_killed_poll_is_finished_by_the_next(tmp_path: Path) -> None:
    day = sample_history().demo_day
    filled = tmp_path / "filled"
    filled.mkdir()
    with open_world(sample_site(), filled, authorities=REGISTER_FILE) as world:
        run_poll(world)
        started = time.monotonic()
        world.move_to(day)

    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(filled, undisturbed)
    with open_world(sample_site(today=day), undisturbed, authorities=REGISTER_FILE) as world:
        started = time.monotonic()
        run_poll(world)
        seconds = time.monotonic() - started
        expected, sent = without_addresses(content(undisturbed)), messages(world)
    assert len(sent) == 2

    moments = random.Random(20261121)
    killed = 0
    for number in range(MOMENTS):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(filled, folder)
        with open_world(sample_site(today=day), folder, authorities=REGISTER_FILE) as world:
            if kill_poll_after(world, seconds * moments.uniform(0.2, 1.0)):
                killed += 1
            else:
                seconds *= 0.8  # the machine has become faster since it was measured
            run_poll(world)
            assert without_addresses(content(folder)) == expected, f"kill number {number}"
            assert messages(world) == sent, f"kill number {number}"
    assert killed >= MOMENTS // 2


def without_addresses(held: dict[str, Any]) -> dict[str, Any]:
    """The content without the port that this world's site happened to get."""
    for _, _, report in held["reports"]:
        report["url"] = report["url"].rpartition("/")[2]
    held["events"] = [(key, summary) for key, summary, _ in held["events"]]
    return held
