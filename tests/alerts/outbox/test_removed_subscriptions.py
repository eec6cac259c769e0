"""Messages that were made for a subscription before it was removed from watch.yaml."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.messages.message import Notice
from alerts.operators.undelivered import undelivered
from alerts.outbox.enqueue import MessageKey, enqueue
from alerts.outbox.removed_subscriptions import (
    WaitingFor,
    drop_for_removed,
    waiting_for_removed,
)
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import Addressee, addressees
from demo.mailbox import LocalMailbox
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel, one_subscription

Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]

HOUR = 3_600.0
GONE = "the subscription Scrutiny is not in watch.yaml any more"


@pytest.fixture
def load(tmp_path: Path, register: Register, mailbox: LocalMailbox) -> Callable[[str], AlertConfig]:
    """One subscription of this name."""
    return lambda name: one_subscription(
        tmp_path, register, {"team": mail_channel(mailbox)}, name=name
    )


@pytest.fixture
def scrutiny(load: Callable[[str], AlertConfig], queue: Queue) -> AlertConfig:
    """The subscription Scrutiny, for which a message waits."""
    config = load("Scrutiny")
    queue(config)
    return config


@pytest.fixture
def renamed(scrutiny: AlertConfig, load: Callable[[str], AlertConfig]) -> AlertConfig:
    """The same file after the subscription was renamed."""
    return load("Committee")


def test_a_message_to_a_subscription_that_was_removed_waits_and_is_sent_when_it_is_back(
    scrutiny: AlertConfig,
    renamed: AlertConfig,
    send: Send,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    clock.pass_by(1)
    summary = send(renamed)
    assert (summary.sent, summary.failed, summary.waiting) == (0, 0, 1)
    assert rows()[0].last_error == GONE
    assert GONE in summary.summary
    clock.pass_by(HOUR)
    assert send(scrutiny).sent == 1


def test_a_message_to_a_subscription_that_was_removed_fails_after_three_days(
    renamed: AlertConfig, send: Send, clock: WaitingClock, mailbox: LocalMailbox, rows: Rows
) -> None:
    clock.pass_by(1)
    for _ in range(71):
        assert send(renamed, wait_seconds=0).failed == 0
        clock.pass_by(HOUR)
    clock.pass_by(2 * HOUR)
    assert send(renamed, wait_seconds=0).failed == 1
    assert (rows()[0].state, rows()[0].last_error) == (DeliveryState.FAILED, GONE)
    assert mailbox.mails == ()


def test_other_subscriptions_on_its_channel_go_on(
    renamed: AlertConfig, send: Send, database: Database, clock: WaitingClock
) -> None:
    notice = Notice(headline="You will get messages", lines=("About reports.",))
    to = addressees(renamed, renamed.subscriptions[0])
    with database.write() as session:
        enqueue(session, notice, to, key=MessageKey("welcome", "first"), now=clock.now())
    clock.pass_by(1)
    summary = send(renamed, wait_seconds=0)
    assert (summary.sent, summary.waiting) == (1, 1)


def test_a_message_to_a_subscription_that_was_added_since_waits_for_a_process_that_knows_it(
    load: Callable[[str], AlertConfig],
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    database: Database,
    rows: Rows,
) -> None:
    before = clock.now()
    old, new = load("Committee"), load("Scrutiny")
    clock.pass_by(60)
    queue(new)
    assert send(old, config_read_at=before, wait_seconds=0).waiting == 1
    assert rows()[0].last_error == "Scrutiny is a subscription that this process does not know"
    with database.read() as session:
        assert waiting_for_removed(session, ["Committee"], read_at=before) == []
    clock.pass_by(60)
    assert send(new).sent == 1


def test_operator_alerts_need_no_subscription(
    load: Callable[[str], AlertConfig],
    send: Send,
    database: Database,
    clock: WaitingClock,
) -> None:
    config = load("Committee").model_copy(update={"operators": ("team",)})
    write_notice(database, config, clock)
    clock.pass_by(1)
    with database.write() as session:
        assert waiting_for_removed(session, [], read_at=clock.now()) == []
        assert drop_for_removed(session, []) == (0, 0)
    assert send(config).sent == 1


def write_notice(
    database: Database, config: AlertConfig, clock: WaitingClock, *, subscription: str = OPERATORS
) -> None:
    to = Addressee(
        subscription=subscription, channel=config.channels["team"], recipient="team@example.gov.uk"
    )
    notice = Notice(headline="1 problem needs review", lines=("It is this.",))
    with database.write() as session:
        enqueue(session, notice, [to], key=MessageKey("operators", "1"), now=clock.now())


def test_a_channel_that_a_subscription_no_longer_has_gets_none_of_its_messages(
    scrutiny: AlertConfig,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    clock.pass_by(1)
    summary = send(with_channels(scrutiny, "post"))
    assert (summary.sent, summary.failed, summary.waiting) == (0, 1, 0)
    assert str(rows()[0].last_error).startswith("this is no longer a channel of Scrutiny; to")
    assert mailbox.mails == ()


def test_a_channel_that_operators_no_longer_have_gets_none_of_their_messages(
    load: Callable[[str], AlertConfig],
    send: Send,
    database: Database,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    config = load("Committee").model_copy(update={"operators": ("team",)})
    write_notice(database, config, clock)
    clock.pass_by(1)
    assert send(config.model_copy(update={"operators": ("post",)})).failed == 1
    assert rows()[0].last_error == "this is no longer a channel of Operators"
    assert mailbox.mails == ()


def test_a_message_without_reports_does_not_say_how_to_send_its_reports_again(
    load: Callable[[str], AlertConfig],
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    config = load("Scrutiny")
    write_notice(database, config, clock, subscription="Scrutiny")
    clock.pass_by(1)
    [error] = send(with_channels(config, "post")).errors
    assert rows()[0].last_error == "this is no longer a channel of Scrutiny"
    assert error == "team: this is no longer a channel of Scrutiny"


def test_a_message_by_a_channel_that_was_added_since_waits_for_a_process_that_knows_it(
    load: Callable[[str], AlertConfig],
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    before = clock.now()
    new = load("Scrutiny")
    clock.pass_by(60)
    queue(new)
    old = with_channels(new, "post")
    assert send(old, config_read_at=before, wait_seconds=0).waiting == 1
    said = "this is a channel of Scrutiny that this process does not know"
    assert rows()[0].last_error == said
    clock.pass_by(60)
    assert send(new).sent == 1


def with_channels(config: AlertConfig, *names: str) -> AlertConfig:
    """The same file, its one subscription with other channels."""
    [found] = config.subscriptions
    changed = found.model_copy(update={"channels": names})
    return config.model_copy(update={"subscriptions": (changed,)})


def test_a_subscription_that_is_back_does_not_make_its_channel_look_broken(
    renamed: AlertConfig, send: Send, database: Database, clock: WaitingClock
) -> None:
    clock.pass_by(1)
    for _ in range(30):
        send(renamed, wait_seconds=0)
        clock.pass_by(300)
    with database.read() as session:
        found = undelivered(
            session, now=clock.now(), subscriptions={"Scrutiny": None}, config_read_at=clock.now()
        )
    assert found.problems == {}


def test_operators_get_one_alert_about_the_subscription_and_none_about_its_channel(
    renamed: AlertConfig, send: Send, database: Database, clock: WaitingClock
) -> None:
    clock.pass_by(1)
    for _ in range(14):
        send(renamed, wait_seconds=0)
        clock.pass_by(300)
    with database.read() as session:
        found = undelivered(
            session, now=clock.now(), subscriptions={"Committee": None}, config_read_at=clock.now()
        )
    assert found.broken == frozenset()
    assert list(found.problems.values()) == [
        "1 message waits for the subscription Scrutiny, which is not in watch.yaml any more: "
        "restore its name, or run inspection-watch release --drop to drop it"
    ]


def test_messages_to_a_removed_subscription_can_be_dropped(
    scrutiny: AlertConfig,
    renamed: AlertConfig,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    with database.write() as session:
        assert drop_for_removed(session, ["Scrutiny"]) == (0, 0)
        assert drop_for_removed(session, ["Committee"]) == (0, 1)
    clock.moment += timedelta(hours=1)
    assert send(scrutiny).sent == 0
    assert rows()[0].state == DeliveryState.MUTED


def test_what_waits_for_a_subscriber_names_the_channel_that_is_gone() -> None:
    """The name of their subscription was never in the file."""
    waiting = WaitingFor(subscription="Subscriber 3", reports=2, messages=1)
    assert waiting.sentence.startswith(
        "2 reports and 1 message wait for Subscriber 3, whose channel is not in watch.yaml any more"
    )
