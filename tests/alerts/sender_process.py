"""One sender in a process of its own, for tests that kill it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from alerts.messages.sites import Sites
from alerts.outbox.clock import Timing
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.digests import make_due_digests
from alerts.outbox.enqueue import AlertRun
from alerts.outbox.send import send_due
from alerts.subscriptions.config import load_config
from reports.register import Register
from storage.database import Database

QUICK = Timing(
    lease=2.0,
    look_up_after=0.02,
    certain_after=0.1,
    first_retry=0.02,
    longest_retry=0.1,
    pace=0.0,
)
"""For local counterparts, whose history shows a message at once."""

ALONE = replace(QUICK, lease=0.3)
"""For a sender that is the only one left: it need not wait long for those that were killed."""


def send_in_process(
    database_url: str, config_path: str, ready: Connection, timing: Timing = QUICK
) -> None:
    """Say that everything is loaded, then send until nothing is due."""
    config = load_config(Path(config_path), register=Register.default(), environment={})
    database = Database(database_url)
    ready.send("ready")
    send_due(database, config=config, wait_seconds=2.5, timing=timing)
    database.close()


def deliver_in_process(
    database_url: str, config_path: str, ready: Connection, now: str, timing: Timing = QUICK
) -> None:
    """The same for all of delivering: messages and digests are made first."""
    config = load_config(Path(config_path), register=Register.default(), environment={})
    database = Database(database_url)
    ready.send("ready")
    run = AlertRun(
        config=config,
        now=datetime.fromisoformat(now),
        real_now=datetime.now(UTC),
        sites=Sites(ofsted="https://reports.ofsted.gov.uk"),
    )
    for make in (make_messages, make_due_digests):
        make(database, run)
    send_due(database, config=config, wait_seconds=2.5, timing=timing)
    database.close()
