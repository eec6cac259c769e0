"""A channel that is broken for an hour: the others go on, and operators get an alert on another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from alerts.messages.digest import moment_words
from alerts.messages.message import Notice
from alerts.operators.alerts import OpenProblems, alert_operators
from alerts.operators.undelivered import FAILED, STUCK, Undelivered, undelivered
from alerts.outbox.deliveries import requeue_failed
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig, load_config
from alerts.subscriptions.recipients import addressees
from demo.mailbox import LocalMailbox, cut, reply
from demo.slack import LocalSlack, rate_limited, server_error
from reports.london import LONDON
from reports.register import Register
from storage.database import Database
from storage.models import Delivery
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel
from tests.alerts.receiver import Fault, receiving, webhook_channel

Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]


@pytest.fixture
def config(tmp_path: Path, register: Register, slack: LocalSlack, mailbox: LocalMailbox) -> Path:
    """Everything by Slack and mail; the operators have both too."""
    channels = {"chat": slack_channel(slack), "team": mail_channel(mailbox)}
    subscription = {
        "name": "Scrutiny",
        "authorities": {"all": True},
        "events": ["grade_change"],
        "channels": ["chat", "team"],
    }
    file = {
        "channels": channels,
        "subscriptions": [subscription],
        "operators": {"channels": ["chat", "team"]},
    }
    path = tmp_path / "watch.yaml"
    path.write_text(yaml.safe_dump(file))
    return path


@pytest.fixture
def loaded(config: Path, register: Register) -> AlertConfig:
    return load_config(config, register=register, environment={})


def hour_after_hour(
    database: Database, config: AlertConfig, send: Send, clock: WaitingClock
) -> None:
    """What `deliver` does every five minutes, for a little more than an hour."""
    for _ in range(14):
        tell(database, config, clock.now())
        send(config, wait_seconds=0)
        clock.pass_by(300)


def tell(database: Database, config: AlertConfig, now: datetime) -> None:
    with database.write() as session:
        found = undelivered(session, now=now, subscriptions={"Scrutiny": None}, config_read_at=now)
        alert_operators(
            session,
            OpenProblems(problems=found.problems, checked=(STUCK,), ended=(FAILED,)),
            AlertRun(config=config, now=now, real_now=now),
            avoid=found.broken,
        )


def test_mail_that_is_stuck_is_reported_by_slack_and_so_is_its_end(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    slack: LocalSlack,
    mailbox: LocalMailbox,
) -> None:
    mailbox.add_fault(reply("450 4.2.1 Busy", at="rcpt"), times=None)
    queue(loaded)
    hour_after_hour(database, loaded, send, clock)
    alert, notice = [message.visible_text() for message in slack.messages]
    assert "overall grade falls" in alert
    assert "Channel team has not taken messages since" in notice
    assert "450 4.2.1 Busy" in notice
    assert mailbox.mails == ()

    mailbox.clear_faults()
    clock.pass_by(3_600)
    send(loaded)
    tell(database, loaded, clock.now())
    send(loaded)
    assert "overall grade falls" in mailbox.mails[0].subject
    assert any("Resolved: Channel team" in message.visible_text() for message in slack.messages)


@pytest.mark.parametrize("fault", [rate_limited(retry_after="600"), server_error(accept=False)])
def test_a_slack_channel_that_is_stuck_is_reported_by_mail(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    fault: object,
) -> None:
    slack.add_fault(fault, times=None)  # type: ignore[arg-type]
    queue(loaded)
    hour_after_hour(database, loaded, send, clock)
    alert, notice = mailbox.mails
    assert "overall grade falls" in alert.subject
    assert "Channel chat has not taken messages since" in notice.text
    assert slack.messages == ()


def test_a_broken_webhook_holds_up_nobody(
    configure: Callable[..., AlertConfig],
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    mailbox: LocalMailbox,
) -> None:
    with receiving() as receiver:
        receiver.faults = [Fault(500)] * 100
        config = configure(
            hook=webhook_channel(receiver),
            chat=slack_channel(slack),
            team=mail_channel(mailbox, "a@example.org", "b@example.org"),
        )
        queue(config, reports=3)
        summary = send(config)
        assert (summary.sent, summary.waiting) == (9, 3)
        assert len(receiver.methods) < 6, "it is not asked for each message"


def test_a_channel_that_works_again_is_not_stuck_because_one_message_had_no_reply(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
) -> None:
    mailbox.add_fault(cut(accept=True))
    queue(loaded, reports=2)
    send(loaded, wait_seconds=0)
    send(loaded, wait_seconds=0)
    assert len(mailbox.mails) == 2
    clock.pass_by(3_660)
    assert problems_now(database, clock).problems == {}


def test_a_message_that_fails_a_second_time_is_reported_again(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    slack: LocalSlack,
    mailbox: LocalMailbox,
) -> None:
    unknown, full = reply("550 5.1.1 Unknown", at="rcpt"), reply("452 4.2.2 Full", at="rcpt")
    queue(loaded)
    for refusal in (unknown, full, unknown):
        mailbox.add_fault(refusal)
        send(loaded, wait_seconds=0)
        for _ in range(2):
            tell(database, loaded, clock.now())
            send(loaded, wait_seconds=0)
        with database.write() as session:
            requeue_failed(session, now=clock.now())
        tell(database, loaded, clock.now())
        clock.pass_by(60)
    said = [message.visible_text() for message in slack.messages]
    assert sum("550 5.1.1 Unknown" in text for text in said) == 2
    assert not any("resolved" in text.lower() for text in said)


def test_a_message_sent_again_does_not_make_its_channel_look_broken_since_its_first_try(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
) -> None:
    mailbox.add_fault(reply("550 5.1.1 Unknown", at="rcpt"), times=1)
    queue(loaded)
    send(loaded, wait_seconds=0)
    clock.pass_by(7_200)
    with database.write() as session:
        requeue_failed(session, now=clock.now())
    assert problems_now(database, clock).broken == frozenset()
    mailbox.add_fault(reply("452 4.2.2 Full", at="rcpt"), times=None)
    send(loaded, wait_seconds=0)
    clock.pass_by(300)
    assert problems_now(database, clock).broken == frozenset()
    clock.pass_by(3_600)
    assert problems_now(database, clock).broken == {"team"}


def test_a_try_that_was_dated_by_a_wrong_clock_does_not_date_the_problem_in_the_future(
    database: Database,
    loaded: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
) -> None:
    mailbox.add_fault(reply("452 4.2.2 Full", at="rcpt"), times=None)
    queue(loaded)
    send(loaded, wait_seconds=0)
    with database.write() as session:
        row = session.scalars(select(Delivery).where(Delivery.channel == "team")).one()
        row.first_attempt_at = clock.now() + timedelta(days=9)
    [sentence] = problems_now(database, clock).problems.values()
    assert f"since {moment_words(clock.now().astimezone(LONDON))};" in sentence


def test_a_full_mailbox_is_the_problem_of_its_recipient_while_others_are_served(
    database: Database,
    configure: Callable[..., AlertConfig],
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
) -> None:
    both = configure(team=mail_channel(mailbox, "ann@example.org", "bob@example.org"))
    mailbox.add_fault(reply("452 4.2.2 Full", at="rcpt"), times=1)
    queue(both)
    send(both, wait_seconds=0)
    assert len(mailbox.mails) == 1
    began = clock.now()
    mailbox.add_fault(reply("452 4.2.2 Full", at="rcpt"), times=None)
    clock.pass_by(3_700)
    send(both, wait_seconds=0)
    found = problems_now(database, clock)
    assert found.broken == frozenset()
    [sentence] = found.problems.values()
    assert sentence == (
        "Channel team works, but has not taken messages to ann@example.org since "
        f"{moment_words(began.astimezone(LONDON))}; 1 message waits. "
        "Last error: the mail server refused: 452 4.2.2 Full"
    )

    # Then the server takes nothing more from anybody.
    notice = Notice(headline="You will get messages", lines=("About reports.",))
    to = addressees(both, both.subscriptions[0])
    with database.write() as session:
        enqueue(session, notice, to, key=MessageKey("welcome", "first"), now=clock.now())
    send(both, wait_seconds=0)
    clock.pass_by(3_700)
    assert problems_now(database, clock).broken == {"team"}


def problems_now(database: Database, clock: WaitingClock) -> Undelivered:
    now = clock.now()
    with database.read() as session:
        return undelivered(session, now=now, subscriptions={"Scrutiny": None}, config_read_at=now)
