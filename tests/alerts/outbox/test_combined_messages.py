"""What one poll brings: one message for each subscription, never torn apart, never sent twice."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import markdown_payload
from alerts.channels.slack.blocks import BLOCKS_LIMIT
from alerts.channels.slack.renderer import slack_payload
from alerts.channels.webhook.renderer import webhook_payload
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.compose import compose
from alerts.messages.digest import DigestRow
from alerts.messages.message import Envelope
from alerts.outbox.combined_messages import LONGEST_POLL_WAIT, make_messages
from alerts.outbox.deliveries import release
from alerts.outbox.digests import make_due_digests
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.outbox.isolation import MessagesNotMade
from alerts.subscriptions.config import AlertConfig, load_config
from reports.register import Register
from storage.database import Database
from storage.facts import remove_report
from storage.models import Delivery, DeliveryState, Event, Poll, PollKind, PollOutcome, Report
from storage.poll_owner import new_owner
from tests.alerts.builders import AREAS, NOW, SITES, fall_events, make_event, make_report, stored
from tests.alerts.conftest import one_subscription
from tests.alerts.harmless import HOSTILE, check_characters, check_markdown, check_page, check_slack

Load = Callable[..., AlertConfig]
Rows = Callable[[], list[Delivery]]
MAIL = {"type": "email", "from": "w@example.org", "host": "localhost", "to": ["a@example.org"]}


@pytest.fixture
def load(tmp_path: Path, register: Register) -> Load:
    """A subscription to everything by mail and Slack."""

    def loaded(**more: Any) -> AlertConfig:
        channels = {"team": MAIL, "slack": {"type": "slack", "token": "x", "channel": "#care"}}
        return one_subscription(tmp_path, register, channels, **more)

    return loaded


def new_events(
    database: Database,
    config: AlertConfig,
    numbers: range,
    *,
    urgent: int | None = None,
    held: bool = False,
    areas: tuple[str, ...] = AREAS,
) -> None:
    """Ingest reports, each in a transaction of its own; one of them has a grade that fell."""
    for number in numbers:
        report = make_report(
            file_id=f"5040{number:04d}",
            authority=f"Marlbury {number}",
            urn=f"9{number:04d}",
            region=f"Region {number % 9}",
            areas=areas,
        )
        events = events_of(report, urgent=number == urgent)
        with database.write() as session:
            stored(session, report, events)
            keep_notifications(
                session, events, AlertRun(config=config, now=NOW, real_now=NOW), held=held
            )


def events_of(report: Report, *, urgent: bool) -> list[Event]:
    return fall_events(report) if urgent else [make_event(report, EventType.NEW_REPORT)]


def finish(database: Database, config: AlertConfig, *, now: datetime = NOW) -> int:
    """What whoever delivers does."""
    return make_messages(database, AlertRun(config=config, now=now, real_now=NOW, sites=SITES))


def look(database: Database, *, owner: str | None, started: datetime = NOW) -> None:
    """A poll that has not ended."""
    with database.write() as session:
        session.add(
            Poll(
                kind=PollKind.QUICK,
                started_at=started,
                outcome=PollOutcome.RUNNING,
                owner=owner,
                notes=[],
            )
        )


def test_ten_reports_are_one_message_to_each_recipient_with_all_of_them(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load()
    new_events(database, config, range(10), urgent=7)
    assert rows() == []
    assert [finish(database, config) for _ in range(2)] == [2, 0]
    mail, slack = rows()
    assert (mail.channel, slack.channel) == ("team", "slack")
    assert {len(row.events) for row in (mail, slack)} == {12}
    assert mail.payload["subject"] == (
        "[Urgent] Marlbury 7: overall grade falls from Good to Inadequate, and 9 more reports"
    )
    assert mail.payload["urgent"]
    for part in ("text", "html"):
        assert mail.payload[part].count(AREAS[0]) == 10
    text, blocks = mail.payload["text"], json.dumps(slack.payload["blocks"])
    for number in range(10):
        assert f"Marlbury {number}" in text
        assert f"Marlbury {number}" in blocks
    assert text.index("[Urgent]") < text.rindex("Marlbury 7:") < text.index("Marlbury 0:")
    assert "; 1 is urgent" in text
    assert slack.payload["text"].startswith("[Urgent] Marlbury 7: ")
    assert "(Urgent)" in slack.payload["text"]


@pytest.mark.parametrize(
    ("number", "asks", "covers"),
    [
        (1, {"events": ["grade_change"]}, "grade changes for all councils"),
        (1, {}, "grade changes, first grades and new reports for all councils"),
        (
            1,
            {"events": ["new_report", "first_grade"], "judgements": ["in_care"]},
            "new reports for all councils",
        ),
        (3, {"events": ["grade_change", "due_soon"]}, "grade changes for all councils"),
    ],
)
def test_the_reason_names_only_events_that_the_subscription_asks_for(
    database: Database,
    load: Load,
    rows: Rows,
    number: int,
    asks: dict[str, Any],
    covers: str,
) -> None:
    config = load(channels=["team"], **asks)
    for one in range(number):
        new_events(database, config, range(one, one + 1), urgent=one)
    finish(database, config)
    [mail] = rows()
    why = f"because the subscription “Scrutiny” includes {covers}."
    assert why in mail.payload["text"]
    assert {event.type for event in mail.events} == {"grade_change", "first_grade", "new_report"}


def test_urgent_reports_of_one_poll_are_one_message_for_a_digest_too(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load(when="weekly", channels=["team"])
    for number in (1, 2):
        new_events(database, config, range(number, number + 1), urgent=number)
    new_events(database, config, range(3, 5))
    assert rows() == [], "the poll goes on"
    assert [finish(database, config) for _ in range(2)] == [1, 0]
    [mail] = rows()
    assert "This message covers 2 reports" in mail.payload["text"]
    assert "Marlbury 3" not in mail.payload["text"], "that waits for the digest"
    in_a_week = NOW + timedelta(days=7)
    assert make_due_digests(database, AlertRun(config=config, now=in_a_week, real_now=NOW)) == 1
    digest = rows()[1]
    assert digest.payload["text"].count("already sent to you") == 2
    assert "Marlbury 3" in digest.payload["text"]
    assert finish(database, config) == 0


def test_what_is_urgent_does_not_wait_for_a_digest_that_overtakes_its_poll(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load(when="daily", channels=["team"])
    new_events(database, config, range(1), urgent=0)
    make_due_digests(database, AlertRun(config=config, now=NOW + timedelta(days=1), real_now=NOW))
    assert [row.key.partition(":")[0] for row in rows()] == ["report", "digest"]
    assert finish(database, config) == 0


def test_what_is_urgent_and_unsent_is_sent_after_a_change_to_now(
    database: Database, load: Load, rows: Rows
) -> None:
    new_events(database, load(when="weekly", channels=["team"]), range(2), urgent=1)
    assert finish(database, load(channels=["team"])) == 1
    assert {event.report_id for event in rows()[0].events} == {1, 2}


def test_a_change_between_now_and_weekly_sends_everything_once(
    database: Database, load: Load, rows: Rows
) -> None:
    now, weekly = load(channels=["team"]), load(channels=["team"], when="weekly")
    new_events(database, now, range(2))
    assert finish(database, weekly) == 0
    new_events(database, weekly, range(2, 4), urgent=3)
    assert finish(database, weekly) == 1
    assert finish(database, now) == 1
    assert [len(row.events) for row in rows()] == [3, 3]
    in_a_week = NOW + timedelta(days=7)
    make_due_digests(database, AlertRun(config=weekly, now=in_a_week, real_now=NOW))
    assert len(rows()) == 2, "nothing was left for a first digest"


def test_a_single_report_is_the_full_message(database: Database, load: Load, rows: Rows) -> None:
    config = load()
    new_events(database, config, range(1), urgent=0)
    finish(database, config)
    mail, _ = rows()
    assert mail.key.startswith("report:50400000:")
    assert "AREAS FOR IMPROVEMENT (4)" in mail.payload["text"]


def test_what_comes_after_a_poll_is_a_message_of_its_own(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load(channels=["team"])
    new_events(database, config, range(2))
    finish(database, config)
    new_events(database, config, range(2, 3))
    finish(database, config)
    assert [len(row.events) for row in rows()] == [2, 1]


def test_sixty_reports_stay_within_the_limits_of_slack_and_of_mail(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load()
    long = tuple(
        f"{n} " + "Children wait too long for a decision & a plan. " * 40 for n in range(3)
    )
    new_events(database, config, range(60), urgent=45, areas=long)
    finish(database, config)
    mail, slack = rows()
    assert len(slack.payload["blocks"]) <= 50
    assert len(json.dumps(slack.payload["blocks"])) <= BLOCKS_LIMIT
    assert "more reports. To list all reports, run inspection-watch events." in str(
        slack.payload["blocks"]
    )
    assert len(mail.payload["html"]) < 400_000
    assert mail.payload["text"].count(f"{long[0].strip()}\n") > 10
    assert "3 areas for improvement: see the report." in mail.payload["text"]
    assert all(f"Marlbury {n}:" in mail.payload["text"] for n in range(60))


_OTHER_PROCESS = "from storage.poll_owner import new_owner; print(new_owner(), flush=True); input()"
"""A program that prints how it is named as the owner of a poll, and then goes on running."""


def test_a_poll_that_goes_on_elsewhere_is_not_split(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load(channels=["team"])
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        look(database, owner=other.stdout.readline().strip())
        new_events(database, config, range(2))
        assert finish(database, config) == 0
        new_events(database, config, range(2, 3))
        other.kill()
    assert finish(database, config) == 1, "nobody is looking any more"
    assert [len(row.events) for row in rows()] == [3]


def test_a_poll_on_another_machine_is_not_waited_for_for_ever(
    database: Database, load: Load
) -> None:
    config = load(channels=["team"])
    look(database, owner="another-machine:1:1.0:x")
    new_events(database, config, range(2))
    assert finish(database, config, now=NOW + LONGEST_POLL_WAIT - timedelta(seconds=1)) == 0
    assert finish(database, config, now=NOW + LONGEST_POLL_WAIT) == 1


def test_the_process_that_looked_does_not_wait_for_itself(database: Database, load: Load) -> None:
    config = load(channels=["team"])
    look(database, owner=new_owner())
    new_events(database, config, range(2))
    assert finish(database, config) == 1


def test_what_is_held_is_one_held_message(database: Database, load: Load, rows: Rows) -> None:
    config = load(channels=["team"])
    new_events(database, config, range(30), held=True)
    new_events(database, config, range(30, 31))
    finish(database, config)
    assert sorted((row.state, len(row.events)) for row in rows()) == [("due", 1), ("held", 30)]
    with database.write() as session:
        assert release(session, drop=False, now=NOW) == 1
    assert {row.state for row in rows()} == {DeliveryState.DUE}


def test_an_urgent_report_takes_the_others_of_its_poll_out_of_quiet_hours(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load(channels=["team"])
    new_events(database, config, range(2))
    finish(database, config)
    new_events(database, config, range(2, 5), urgent=3)
    finish(database, config)
    assert [(row.urgent, len(row.events)) for row in rows()] == [(False, 2), (True, 5)]


def test_a_crash_in_the_middle_leaves_everything_for_the_next_run(
    database: Database, load: Load, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load()
    new_events(database, config, range(3))

    def crash(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("alerts.channels.slack.transport.SlackChannel.render", crash)
        with pytest.raises(KeyboardInterrupt):
            finish(database, config)
    assert rows() == []
    assert finish(database, config) == 2


def test_a_message_that_cannot_be_made_holds_up_no_other_subscription(
    database: Database, tmp_path: Path, register: Register, rows: Rows
) -> None:
    subscription = {"authorities": {"all": True}, "events": ["new_report"]}
    file = {
        "channels": {"team": MAIL, "slack": {"type": "slack", "token": "x", "channel": "#care"}},
        "subscriptions": [
            subscription | {"name": "First", "channels": ["slack"]},
            subscription | {"name": "Second", "channels": ["team"]},
        ],
    }
    path = tmp_path / "watch.yaml"
    path.write_text(yaml.safe_dump(file))
    config = load_config(path, register=register, environment={})
    new_events(database, config, range(2))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("alerts.channels.slack.transport.slack_payload", lambda *_, **__: 1 / 0)
        with pytest.raises(MessagesNotMade, match="First: ZeroDivisionError"):
            finish(database, config)
    assert [row.subscription for row in rows()] == ["Second"]
    assert finish(database, config) == 1, "nothing was lost"


@pytest.mark.parametrize("held", [False, True])
def test_a_removed_document_is_in_no_message_and_holds_up_no_other(
    database: Database, load: Load, rows: Rows, held: bool
) -> None:
    config = load(channels=["team"])
    new_events(database, config, range(2), held=held)
    with database.write() as session:
        removed = session.scalars(select(Report).order_by(Report.id)).first()
        assert removed is not None
        remove_report(session, removed)
    assert finish(database, config) == 1
    [mail] = rows()
    assert {event.authority_id for event in mail.events} == {2}


def test_several_processes_make_each_message_once(
    database: Database, load: Load, rows: Rows
) -> None:
    config = load()
    new_events(database, config, range(4))
    together = threading.Barrier(4)
    made = []

    def run() -> None:
        own = Database(database.url.render_as_string(hide_password=False))
        together.wait()
        made.append(finish(own, config))
        own.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == len(rows()) == 2


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_several_reports_together_are_harmless_too(text: str) -> None:
    rows = []
    for number in range(2):
        report = make_report(
            file_id=f"5040{number:04d}",
            authority=text,
            title=text,
            areas=(text, "b"),
            problems=(text,),
        )
        message = compose(report, fall_events(report), sites=SITES)
        rows.append(DigestRow(message=message))
    envelope = Envelope(key="k", subscription="S", at=NOW)
    content = combined_message(rows)
    mail = mail_payload(content, envelope, sender="w@example.org")
    check_page(mail["html"], pictures=[])
    check_characters(mail["text"])
    assert len(mail["subject"].splitlines()) == 1
    check_slack(slack_payload(content, envelope))
    check_markdown(markdown_payload(content, envelope))
    body = webhook_payload(content, envelope)
    for reported in body["data"]["reports"]:
        del reported["events"]  # as stored, for programs
    check_characters(json.dumps(body, ensure_ascii=False))


def test_a_poll_dated_in_the_future_holds_up_nothing(database: Database, load: Load) -> None:
    config = load(channels=["team"])
    look(database, owner="another-machine:1:1.0:x", started=NOW + timedelta(days=3))
    new_events(database, config, range(2))
    assert finish(database, config) == 1
