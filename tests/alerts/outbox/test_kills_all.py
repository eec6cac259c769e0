"""All of delivering killed at any moment: messages of every kind, on three channels.

Nothing is lost. Nothing is doubled on Slack; mail and webhooks may get a copy of what a kill left
unanswered, under the same name. The copies are counted and printed (`pytest -s`).
`WATCH_TEST_KILLS` says how often to kill.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.subscriptions.config import AlertConfig, load_config
from demo.mailbox import LocalMailbox
from demo.slack import LocalSlack
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState, Event
from tests.alerts.builders import NOW, fall_events, make_report, stored
from tests.alerts.conftest import mail_channel, slack_channel
from tests.alerts.killing import KILLS, Senders, keys_on_slack
from tests.alerts.receiver import Receiver, receiving, webhook_channel
from tests.alerts.sender_process import ALONE, deliver_in_process

pytestmark = pytest.mark.faults

EVENTS = ["new_report", "grade_change"]
DAY = timedelta(days=1)

WHILE_SENDING = 0.1
"""Seconds from the first message of a delivery in which most of the others go out."""


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def config(
    tmp_path: Path,
    register: Register,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    receiver: Receiver,
) -> AlertConfig:
    """Everything at once for some, and as a daily digest for others, on all three channels."""
    channels = {
        "slack": slack_channel(slack),
        "mail": mail_channel(mailbox),
        "hook": webhook_channel(receiver),
    }
    common = {"authorities": {"all": True}, "events": EVENTS, "channels": list(channels)}
    subscriptions = [
        {"name": "At once", "when": "now", **common},
        {"name": "Daily", "when": "daily", **common},
    ]
    path = tmp_path / "watch.yaml"
    path.write_text(yaml.safe_dump({"channels": channels, "subscriptions": subscriptions}))
    return load_config(path, register=register, environment={})


def look(database: Database, config: AlertConfig, *, number: int, at: datetime) -> None:
    """What one poll brings: a report, or two or three at once, now and then an urgent one."""
    for part in range(number % 3 + 1):
        report = make_report(
            file_id=f"50{number:04d}{part:02d}",
            authority=f"Marlbury {number} {part}",
            urn=f"{number:04d}{part:02d}",
        )
        events = fall_events(report)[0 if number % 5 == 0 else -1 :]
        for event in events:
            event.key += f":{number}:{part}"
            event.detected_at = at
        with database.write() as session:
            stored(session, report, events)
            keep_notifications(
                session, events, AlertRun(config=config, now=NOW, real_now=NOW), held=False
            )


def all_rows(database: Database) -> list[Delivery]:
    query = select(Delivery).options(selectinload(Delivery.events)).order_by(Delivery.id)
    with database.read() as session:
        return list(session.scalars(query))


def finish(senders: Senders, database: Database, now: datetime) -> None:
    """Deliver undisturbed until nothing waits."""
    for _ in range(20):
        process = senders.start(deliver_in_process, now.isoformat(), ALONE)
        process.join(120)
        assert process.exitcode == 0
        if all(row.state == DeliveryState.SENT for row in all_rows(database)):
            return
    raise AssertionError([(row.state, row.last_error) for row in all_rows(database)])


def test_nothing_is_lost_and_only_what_cannot_be_asked_is_doubled(
    database: Database,
    config: AlertConfig,
    senders: Senders,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    receiver: Receiver,
) -> None:
    look(database, config, number=0, at=NOW)
    started = time.monotonic()
    finish(senders, database, NOW + DAY)
    seconds = time.monotonic() - started
    chance = random.Random(20260820)
    number = killed = 0
    cut_off: set[tuple[int, int]] = set()
    while killed < KILLS:
        number += 1
        at = NOW + number * DAY
        look(database, config, number=number, at=at)
        process = senders.start(deliver_in_process, (at + DAY).isoformat())
        if number % 2:
            process.join(chance.uniform(0.0, seconds))
        else:
            wait_for_a_message(process, slack, mailbox, receiver)
            process.join(chance.uniform(0.0, WHILE_SENDING))
        if process.is_alive():
            killed += 1
        else:
            seconds *= 0.9  # the machine has become faster since it was measured
        process.kill()
        process.join()
        sending = [row for row in all_rows(database) if row.state == DeliveryState.SENDING]
        cut_off |= {(row.id, row.tries) for row in sending}
    finish(senders, database, NOW + (number + 1) * DAY)

    rows = all_rows(database)
    assert_each_event_is_sent_once(database, rows)
    assert keys_on_slack(slack) == {row.key: 1 for row in rows if row.channel == "slack"}
    by_mail = Counter(mail.message_id for mail in mailbox.mails)
    by_hook = Counter(receiver.ids)
    mails = {row.payload["message_id"]: row for row in rows if row.channel == "mail"}
    hooks = {row.payload["data"]["id"]: row for row in rows if row.channel == "hook"}
    for came, expected in ((by_mail, mails), (by_hook, hooks)):
        assert set(came) == set(expected)
        assert all(expected[name].no_replies for name, times in came.items() if times > 1)
    copies = {"mail": doubled(by_mail), "webhook": doubled(by_hook)}
    assert sum(copies.values()) <= KILLS, "a kill leaves one message unanswered at most"
    assert len(cut_off) >= KILLS // 10, "the kills hit the making of messages only"
    said = ", ".join(f"{number} by {channel}" for channel, number in copies.items())
    sys.stdout.write(
        f"\n{KILLS} kills, {len(cut_off)} of them while sending; {len(rows)} deliveries, "
        f"none lost; copies: none on Slack, {said}\n"
    )


def wait_for_a_message(
    process: ForkServerProcess, slack: LocalSlack, mailbox: LocalMailbox, receiver: Receiver
) -> None:
    """Until one more has arrived anywhere: from then on the process sends."""

    def arrived() -> int:
        return len(slack.messages) + len(mailbox.mails) + len(receiver.ids)

    before = arrived()
    while process.is_alive() and arrived() == before:
        process.join(0.002)


def doubled(came: Counter[str]) -> int:
    """How many copies there are beyond the first of each."""
    return came.total() - len(came)


def assert_each_event_is_sent_once(database: Database, rows: list[Delivery]) -> None:
    """Per subscription and channel; urgent events are sent at once, and again in their digest."""
    with database.read() as session:
        every = set(session.scalars(select(Event.id)))
    for channel in ("slack", "mail", "hook"):
        for subscription, kinds in (("At once", ("report", "combined")), ("Daily", ("digest",))):
            delivered = Counter(
                event.id
                for row in rows
                if (row.channel, row.subscription) == (channel, subscription)
                and row.key.partition(":")[0] in kinds
                for event in row.events
            )
            assert set(delivered) == every
            assert set(delivered.values()) == {1}
