"""Local counterparts and a clock that moves only when a test waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as ThreadEvent
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from alerts.events.types import EventType
from alerts.outbox.clock import Clock
from alerts.outbox.combined_messages import write_waiting_messages
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.outbox.send import send_due
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig, load_config
from demo.mailbox import LocalMailbox
from demo.slack import LocalSlack
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, Event, Report
from tests.alerts.builders import NOW, SITES, fall_events, make_report, stored


class WaitingClock(Clock):
    """A clock for which waiting takes no time."""

    def __init__(self, start: datetime = NOW) -> None:
        self.moment = start
        self.passed = 0.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        """The present instant; every poll takes a moment."""
        self.moment += timedelta(milliseconds=1)
        self.passed += 0.001
        return self.moment

    def elapsed(self) -> float:
        """Seconds that have passed, whatever the clock was set to."""
        return self.passed

    def wait(self, seconds: float, stop: ThreadEvent) -> None:
        """Move on."""
        self.waits.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
        self.passed += seconds


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock()


@pytest.fixture
def slack(clock: WaitingClock) -> Iterator[LocalSlack]:
    with LocalSlack(clock=clock.now) as server:
        yield server


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[LocalMailbox]:
    with LocalMailbox(tmp_path / "mails") as server:
        yield server


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.default()


def slack_channel(slack: LocalSlack, **more: Any) -> dict[str, Any]:
    """The entry of a Slack channel by token."""
    return {
        "type": "slack",
        "token": slack.token,
        "channel": "#childrens-services",
        "base_url": slack.base_url,
        **more,
    }


def mail_channel(mailbox: LocalMailbox, *to: str, **more: Any) -> dict[str, Any]:
    """The entry of an email channel."""
    return {
        "type": "email",
        "to": list(to) or ["team@example.gov.uk"],
        "from": "watch@example.gov.uk",
        "host": mailbox.host,
        "port": mailbox.port,
        **more,
    }


def one_subscription(
    folder: Path, register: Register, channels: dict[str, Any], /, **more: Any
) -> AlertConfig:
    """Writes a watch.yaml with one subscription to everything on all channels, and reads it.

    `more` are keys of the subscription.
    """
    subscription = {
        "name": "Scrutiny",
        "authorities": {"all": True},
        "events": [str(event_type) for event_type in EventType],
        "channels": list(channels),
        **more,
    }
    path = folder / "watch.yaml"
    path.write_text(
        yaml.safe_dump({"channels": channels, "subscriptions": [subscription]}, sort_keys=False),
        encoding="utf-8",
    )
    return load_config(path, register=register, environment={})


@pytest.fixture
def configure(tmp_path: Path, register: Register) -> Callable[..., AlertConfig]:
    """Settings with one subscription to the events of a report on all given channels."""

    def configured(**channels: dict[str, Any]) -> AlertConfig:
        names = {name.replace("_", "-"): entry for name, entry in channels.items()}
        events = ["grade_change", "first_grade", "priority_action", "new_report"]
        return one_subscription(tmp_path, register, names, events=events)

    return configured


def written_deliveries(
    session: Session, *, config: AlertConfig, now: datetime = NOW, real_now: datetime = NOW
) -> list[Delivery]:
    """Makes messages of what waits for the end of a poll."""
    run = AlertRun(config=config, now=now, real_now=real_now, sites=SITES)
    return [
        delivery
        for one in config.subscriptions
        for delivery in write_waiting_messages(session, one, run)
    ]


def queued_deliveries(
    session: Session,
    report: Report,
    events: Sequence[Event],
    *,
    config: AlertConfig,
    now: datetime = NOW,
    held: bool = False,
) -> list[Delivery]:
    """Queues the messages of a poll that found this report alone."""
    run = AlertRun(config=config, now=now, real_now=now, sites=SITES)
    queued = keep_notifications(session, events, run, held=held)
    written = written_deliveries(session, config=config, now=events[0].detected_at, real_now=now)
    return [*queued.muted, *written]


@pytest.fixture
def queue(database: Database, clock: WaitingClock) -> Callable[..., list[str]]:
    """Stores reports, each the only one of its poll, with their messages; gives the keys."""

    def queued(config: AlertConfig, *, reports: int = 1, held: bool = False) -> list[str]:
        keys = []
        with database.write() as session:
            for number in range(reports):
                report = make_report(
                    file_id=f"5030{number:04d}",
                    authority=f"Marlbury {number}",
                    urn=f"9{number:04d}",
                )
                events = fall_events(report)
                stored(session, report, events)
                deliveries = queued_deliveries(
                    session, report, events, config=config, now=clock.now(), held=held
                )
                keys += [delivery.key for delivery in deliveries]
        return keys

    return queued


@pytest.fixture
def due_on_slack(
    configure: Callable[..., AlertConfig], queue: Callable[..., list[str]], slack: LocalSlack
) -> AlertConfig:
    """Settings with Slack alone, and one message that is due there."""
    config = configure(scrutiny=slack_channel(slack))
    queue(config)
    return config


@pytest.fixture
def send(database: Database, clock: WaitingClock) -> Callable[..., SendSummary]:
    """Runs `send_due` on the clock that does not wait."""

    def sent(config: AlertConfig, *, wait_seconds: float = 20.0, **more: Any) -> SendSummary:
        return send_due(
            database,
            config=config,
            wait_seconds=wait_seconds,
            clock=clock,
            chance=lambda: 0.5,
            **more,
        )

    return sent


@pytest.fixture
def rows(database: Database) -> Callable[[], list[Delivery]]:
    """All deliveries as they are in the database, with their events."""

    def all_rows() -> list[Delivery]:
        query = select(Delivery).options(selectinload(Delivery.events)).order_by(Delivery.id)
        with database.read() as session:
            return list(session.scalars(query))

    return all_rows
