"""Several channels together, and being told to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable

import pytest

from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.model import OPERATORS
from demo.mailbox import LocalMailbox, reply
from demo.slack import LocalSlack, rate_limited
from storage.database import Database
from storage.models import Delivery
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


def test_a_broken_channel_holds_up_no_other(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, mailbox: LocalMailbox
) -> None:
    config = configure(
        away=slack_channel(slack, base_url="http://127.0.0.1:9/api/"),
        scrutiny=slack_channel(slack),
        team=mail_channel(mailbox),
    )
    queue(config, reports=5)
    summary = send(config)
    assert (summary.sent, summary.waiting, summary.needs_review) == (10, 5, True)
    assert (len(slack.messages), len(mailbox.mails)) == (5, 5)
    assert summary.summary.startswith("10 messages sent. 5 messages still waiting. away: ")


def test_a_failing_channel_is_asked_once_at_a_time_not_for_each_message(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=30)
    slack.add_fault(rate_limited(retry_after="3600"), times=None)
    send(config)
    assert slack.calls("chat.postMessage") == 1
    assert sum(row.tries for row in rows()) == 1


def test_a_channel_that_is_no_longer_configured_waits_and_can_come_back(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    both = configure(scrutiny=slack_channel(slack), team=mail_channel(mailbox))
    queue(both)
    summary = send(configure(team=mail_channel(mailbox)))
    assert (summary.sent, summary.waiting) == (1, 1)
    assert "this channel is not in watch.yaml any more" in (rows()[0].last_error or "")
    clock.pass_by(60)
    assert send(configure(scrutiny=slack_channel(slack), team=mail_channel(mailbox))).sent == 1


def test_a_recipient_who_was_added_since_waits_for_a_process_that_knows_them(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    before = clock.now()
    clock.pass_by(60)
    new = configure(team=mail_channel(mailbox, "old@example.gov.uk", "new@example.gov.uk"))
    queue(new)
    old = configure(team=mail_channel(mailbox, "old@example.gov.uk"))
    summary = send(old, config_read_at=before)
    assert (summary.sent, summary.failed, summary.waiting) == (1, 0, 1)
    clock.pass_by(60)
    assert send(new).sent == 1
    assert [mail.recipients[0] for mail in mailbox.mails] == [
        "old@example.gov.uk",
        "new@example.gov.uk",
    ]


def test_a_message_to_a_recipient_who_was_removed_since_has_failed(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    queue(configure(team=mail_channel(mailbox, "old@example.gov.uk")))
    assert send(configure(team=mail_channel(mailbox, "new@example.gov.uk"))).failed == 1
    assert "old@example.gov.uk is no longer a recipient of this channel" in (
        rows()[0].last_error or ""
    )


@pytest.mark.parametrize("code", [451, 550])
def test_no_log_and_no_summary_of_a_run_has_the_address_that_a_mail_server_repeats(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    rows: Rows,
    caplog: pytest.LogCaptureFixture,
    code: int,
) -> None:
    caplog.set_level(logging.INFO)
    config = configure(team=mail_channel(mailbox, "jo@example.gov.uk"))
    queue(config)
    mailbox.add_fault(reply(f"{code} 5.1.1 <Jo@example.gov.uk>: not now", at="rcpt"))
    summary = send(config, wait_seconds=0)
    assert "Jo@example.gov.uk" in str(rows()[0].last_error)
    own = [log.getMessage() for log in caplog.records if log.name.startswith("alerts.")]
    for shown in (" ".join(own), summary.summary):
        assert "<the recipient>: not now" in shown
        assert "jo@example" not in shown.lower()


@pytest.mark.parametrize("of_operators", [False, True])
def test_a_recipient_who_only_subscribes_by_command_now_gets_no_message_of_before(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    rows: Rows,
    database: Database,
    of_operators: bool,
) -> None:
    queue(configure(team=mail_channel(mailbox, "jo@example.gov.uk")))
    now = configure(team=mail_channel(mailbox, "new@example.gov.uk"))
    update = {"name": "Subscriber 1", "only_to": ("jo@example.gov.uk",)}
    own = now.subscriptions[0].model_copy(update=update)
    now = now.model_copy(
        update={"subscriptions": (*now.subscriptions, own), "operators": ("team",)}
    )
    if of_operators:
        with database.write() as session:
            session.query(Delivery).one().subscription = OPERATORS
    assert send(now).failed == 1
    assert not mailbox.mails
    assert "jo@example.gov.uk is no longer a recipient" in (rows()[0].last_error or "")


def test_a_message_that_nobody_can_make_sense_of_stops_no_other(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, database: Database
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=3)
    with database.write() as session:
        session.query(Delivery).order_by(Delivery.id).first().payload = {"odd": 1}  # type: ignore[union-attr]
    assert send(config).sent == 2


def test_told_to_stop_it_finishes_the_message_under_way(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=3)
    stop = threading.Event()
    stop.set()
    summary = send(config, stop=stop)
    assert (summary.sent, summary.waiting) == (0, 3)


def test_sigterm_lets_the_message_under_way_be_finished(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, clock: WaitingClock
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=3)
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: seen.append(number))

    class TerminatedWhileWaiting(WaitingClock):
        def wait(self, seconds: float, stop: threading.Event) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            super().wait(seconds, stop)

    clock.wait = TerminatedWhileWaiting(clock.moment).wait  # type: ignore[method-assign]
    try:
        summary = send(config)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (summary.sent, summary.waiting) == (1, 2)
    assert seen == [signal.SIGTERM], "the signal reaches whoever was waiting for it"
