"""A poll may be killed at any moment: the next one ends where an undisturbed one would."""

from __future__ import annotations

import random
import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.deliver import deliver
from storage import history
from storage.database import Database
from storage.models import Authority, Delivery, DeliveryState, Event
from tests.alerts.killing import KILLS
from tests.command import COMMAND
from tests.flows.world import World, open_world, run_in

pytestmark = pytest.mark.faults

# A message cut off while it was sent is certain not to have arrived after this many seconds; the
# local Slack shows at once what it has.
CERTAIN_AFTER = "0.5"


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


def send_the_rest(world: World) -> None:
    """Skip the half hour after which a mail is repeated whose sending was cut off."""
    with world.app() as app:
        with app.database.write() as session:
            waiting = update(Delivery).where(Delivery.state == DeliveryState.DUE)
            session.execute(waiting.values(next_attempt_at=datetime.now(UTC)))
        deliver(app)


def messages(world: World) -> list[str]:
    """What was received, without what differs from one local server to the next.

    A mail whose sending was cut off may come twice, under the same name.
    """
    slack = [message.text.splitlines()[0] for message in world.slack.messages]
    mails = {mail.message_id: f"mail {mail.subject}" for mail in world.mailbox.mails}
    assert len(world.mailbox.mails) <= len(mails) + 1
    return sorted([*slack, *mails.values()])


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
        expected, sent = without_addresses(content(undisturbed)), messages(world)
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
            assert without_addresses(content(folder)) == expected, f"kill number {number}"
            assert messages(world) == sent, f"kill number {number}"
        if killed == KILLS:
            break
    assert killed == KILLS


def without_addresses(held: dict[str, Any]) -> dict[str, Any]:
    """The content without the port that this world's site happened to get."""
    for _, _, report in held["reports"]:
        report["url"] = report["url"].rpartition("/")[2]
    held["events"] = [(key, summary) for key, summary, _ in held["events"]]
    return held
