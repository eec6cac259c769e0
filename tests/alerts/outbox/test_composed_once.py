"""A message is composed once in a run, however many subscriptions get it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.message import Message
from alerts.outbox import enqueue as enqueue_module
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.subscriptions.config import AlertConfig, load_config
from reports.register import Register
from storage.database import Database
from storage.models import Delivery
from tests.alerts.builders import NOW, a_repeat, make_event, make_report, stored

TEAMS = ("Scrutiny", "Commissioning", "Corporate parenting")
POSSIBLY_RAISED: dict[str, Any] = {
    "repeats": [a_repeat("possible")],
    "stated": [],
    "no_longer_named": [],
}
"""The detail of an event whose only repeat is a possible one."""


@pytest.fixture
def teams(tmp_path: Path, register: Register) -> AlertConfig:
    """Three subscriptions to every new report, each with its own name."""
    return configured(tmp_path, register, repeats=("likely", "likely", "likely"))


def configured(tmp_path: Path, register: Register, *, repeats: Sequence[str]) -> AlertConfig:
    """The three subscriptions, with how certain a repeat must be for each."""
    path = tmp_path / "watch.yaml"
    entries = [
        {
            "name": name,
            "authorities": {"all": True},
            "events": ["new_report"],
            "channels": ["hook"],
            "repeats": tier,
        }
        for name, tier in zip(TEAMS, repeats, strict=True)
    ]
    hook = {"type": "slack-webhook", "url": "https://hooks.slack.com/services/T/B/x"}
    path.write_text(yaml.safe_dump({"channels": {"hook": hook}, "subscriptions": entries}))
    return load_config(path, register=register, environment={})


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Every message that a run composes, in order."""
    made: list[Message] = []
    compose: Callable[..., Message] = enqueue_module.compose

    def noted(*args: object, **more: object) -> Message:
        made.append(compose(*args, **more))
        return made[-1]

    monkeypatch.setattr(enqueue_module, "compose", noted)
    return made


def test_three_subscriptions_get_a_message_that_is_composed_once_for_each_report(
    database: Database, teams: AlertConfig, composed: list[Message]
) -> None:
    run = AlertRun(config=teams, now=NOW, real_now=NOW)
    for number in range(2):
        report = make_report(file_id=f"{number}", authority=f"Marlbury {number}", urn=f"{number}")
        events = [make_event(report, EventType.NEW_REPORT)]
        with database.write() as session:
            stored(session, report, events)
            keep_notifications(session, events, run, held=False)

    assert make_messages(database, run) == 3

    assert len(composed) == 2
    with database.read() as session:
        deliveries = session.query(Delivery).all()
        assert {one.subscription for one in deliveries} == {one.name for one in teams.subscriptions}
        assert all(len(one.events) == 2 for one in deliveries)
        reasons = {str(one.payload["blocks"][-1]) for one in deliveries}
    assert len(reasons) == 3, "each says why this subscription gets it"


def test_possible_repeats_are_quoted_only_to_those_who_ask_for_them(
    database: Database, tmp_path: Path, register: Register, composed: list[Message]
) -> None:
    config = configured(tmp_path, register, repeats=("likely", "possible", "stated"))
    run = AlertRun(config=config, now=NOW, real_now=NOW)
    report = make_report()
    events = [
        make_event(report, EventType.NEW_REPORT),
        make_event(report, EventType.THEME_REPEAT, **POSSIBLY_RAISED),
    ]
    with database.write() as session:
        stored(session, report, events)
        keep_notifications(session, events, run, held=False)

    assert make_messages(database, run) == 3

    assert len(composed) == 2, "one without and one with possible repeats"
    with database.read() as session:
        texts = {one.subscription: str(one.payload) for one in session.query(Delivery)}
    for name, text in texts.items():
        assert ("The pace of supervision." in text) == (name == "Commissioning")
        assert ("1 issue was possibly raised before." in text) == (name != "Commissioning")


def test_other_events_of_the_same_report_are_another_message(
    database: Database, teams: AlertConfig
) -> None:
    run = AlertRun(config=teams, now=NOW, real_now=NOW)
    report = make_report()
    new = make_event(report, EventType.NEW_REPORT)
    withdrawn = make_event(report, EventType.WITHDRAWN)
    with database.write() as session:
        stored(session, report, [new, withdrawn])
        first = run.message(session, ReportEvents.of([new]), teams.subscriptions[0])
        both = run.message(session, ReportEvents.of([new, withdrawn]), teams.subscriptions[0])

    assert first.events == (EventType.NEW_REPORT,)
    assert set(both.events) == {EventType.NEW_REPORT, EventType.WITHDRAWN}
