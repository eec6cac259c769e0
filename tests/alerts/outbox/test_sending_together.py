"""Several channels together, other kinds of channels, and being told to stop."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from alerts.channels.slack_webhook import transport
from alerts.outbox.clock import Timing
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, slow
from demo.slack import LocalSlack, cut, hang, rate_limited, refused, server_error
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


def webhook_channel(slack: LocalSlack) -> dict[str, Any]:
    """The entry of an incoming webhook."""
    return {"type": "slack-webhook", "url": slack.webhook_url}


def test_a_webhook_gets_the_same_message(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    queue(configure(hook=webhook_channel(slack)))
    assert send(configure(hook=webhook_channel(slack))).sent == 1
    [message] = slack.messages
    assert message.via == "webhook"
    assert "overall grade falls from Good to Inadequate" in message.visible_text()
    assert (rows()[0].recipient, rows()[0].remote_id) == ("webhook", None)


@pytest.mark.parametrize("fault", [cut, server_error])
def test_a_webhook_message_without_a_reply_is_repeated_after_the_outage_and_counted(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
    fault: Any,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(fault(accept=True, method="webhook"))
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    summary = send(config)
    assert (summary.sent, summary.maybe_doubled) == (1, 1)
    first, second = slack.messages
    assert first.blocks == second.blocks, "the same alert id shows that it is a copy"
    assert rows()[0].no_replies == 1


def test_a_webhook_that_is_out_of_order_for_an_hour_loses_nothing(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config, reports=2)
    slack.add_fault(server_error(accept=False, status=503, method="webhook"), times=None)
    for _ in range(4):
        assert send(config, wait_seconds=0).waiting == 2
        clock.pass_by(15 * 60)
    slack.clear_faults()
    clock.pass_by(2 * 3_600)
    assert send(config).sent == 2
    assert len(slack.messages) == 2


def test_a_webhook_that_hangs_is_left_after_a_while(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.5)
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(hang(accept=False, method="webhook"))
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    assert send(config).sent == 1
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (refused("invalid_payload", method="webhook"), DeliveryState.FAILED),
        (refused("no_service", method="webhook"), DeliveryState.FAILED),
        (server_error(accept=False, status=404, method="webhook"), DeliveryState.FAILED),
        (rate_limited(method="webhook"), DeliveryState.SENT),
    ],
)
def test_what_a_webhook_answers_decides(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    fault: Any,
    state: DeliveryState,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(fault)
    send(config)
    assert rows()[0].state == state


def test_the_address_of_a_webhook_is_not_in_the_database(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    entry = {"type": "slack-webhook", "url": "http://127.0.0.1:9/services/T0/B0/very-secret"}
    config = configure(hook=entry)
    queue(config)
    send(config)
    [row] = rows()
    assert row.last_error
    assert "secret" not in json.dumps([row.payload, row.last_error, row.key, row.recipient])


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
    assert "no channel scrutiny any more" in (rows()[0].last_error or "")
    clock.pass_by(60)
    assert send(configure(scrutiny=slack_channel(slack), team=mail_channel(mailbox))).sent == 1


def test_a_message_that_nobody_can_make_sense_of_stops_no_other(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, database: Database
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=3)
    with database.write() as session:
        session.query(Delivery).order_by(Delivery.id).first().payload = {"odd": 1}  # type: ignore[union-attr]
    assert send(config).sent == 2


def leave_behind(database: Database, clock: WaitingClock, *, lease_until: datetime) -> None:
    """What a process leaves that is killed while it sends."""
    with database.write() as session:
        row = session.query(Delivery).one()
        row.state, row.tries = DeliveryState.SENDING, 1
        row.lease_owner, row.lease_until = "killed", lease_until
        row.first_attempt_at = clock.now()
        row.give_up_at = clock.now() + timedelta(days=3)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=10), -timedelta(minutes=10)])
def test_a_process_that_vanished_leaves_its_message_to_the_next_whatever_its_clock_said(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    ahead: timedelta,
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15) + ahead)
    assert send(config, wait_seconds=10).sent == 0, "another process may be sending it"
    assert rows()[0].state == DeliveryState.SENDING
    assert send(config, wait_seconds=25).sent == 0, "not seen, but that proves nothing yet"
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.DUE, 1)
    clock.pass_by(60)
    assert send(config).sent == 1


def test_a_message_whose_sender_was_killed_is_tried_again_after_days_without_power(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15))
    clock.moment += timedelta(days=4)
    send(config, wait_seconds=25)
    clock.pass_by(60)
    assert send(config).sent == 1
    assert len(slack.messages) == 1


def test_a_mail_that_a_process_left_behind_is_sent_by_the_next_and_counted(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
) -> None:
    config = configure(team=mail_channel(mailbox))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now() - timedelta(hours=2))
    summary = send(config, wait_seconds=30)
    assert (summary.sent, summary.maybe_doubled) == (1, 1)


def test_a_lease_that_is_renewed_is_left_alone(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now())

    class Renewing(WaitingClock):
        def wait(self, seconds: float, stop: threading.Event) -> None:
            super().wait(min(seconds, 4), stop)
            with database.write() as session:
                session.query(Delivery).one().lease_until = self.moment

    clock.wait = (busy := Renewing(clock.moment)).wait  # type: ignore[method-assign]
    clock.now, clock.elapsed = busy.now, busy.elapsed  # type: ignore[method-assign]
    assert send(config, wait_seconds=60).sent == 0
    assert rows()[0].state == DeliveryState.SENDING


@pytest.mark.parametrize("days", [-3, 3])
def test_setting_the_clock_takes_no_message_from_a_process_that_sends_it(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    days: int,
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15))
    clock.moment += timedelta(days=days)
    send(config, wait_seconds=10)
    assert rows()[0].state == DeliveryState.SENDING


def test_a_send_that_takes_long_renews_its_lease(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(slow(0.6))
    queue(config)
    seen: list[datetime | None] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            seen.append(rows()[0].lease_until)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    assert send(config, timing=Timing(lease=0.4)).sent == 1
    stop.set()
    thread.join()
    assert len({until for until in seen if until}) > 2


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


@contextmanager
def receiver(status: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server that takes Apprise's JSON; its address and what came."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.append(json.loads(self.rfile.read(length)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/very-secret", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_apprise_gets_title_and_text(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with receiver(200) as (url, received):
        config = configure(teams={"type": "apprise", "url": url})
        queue(config)
        assert send(config).sent == 1
    [message] = received
    assert message["title"].startswith("[Urgent] Marlbury 0: overall grade falls")
    assert "Overall effectiveness: Good → " in message["message"]
    assert rows()[0].recipient == "json://"


def test_what_apprise_does_not_deliver_is_tried_again_without_showing_its_address(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with receiver(503) as (url, received):
        config = configure(teams={"type": "apprise", "url": url})
        queue(config)
        assert send(config, wait_seconds=0).waiting == 1
    [row] = rows()
    assert len(received) == 1
    assert row.last_error
    assert "secret" not in row.last_error
