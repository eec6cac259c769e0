"""Servers that never come to an end, and services of which Apprise says only that they failed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import update

from alerts.outbox.clock import Timing
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, reply
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel
from tests.alerts.json_service import json_service

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


@contextmanager
def dripping(beginning: bytes) -> Iterator[int]:
    """A server that says the beginning of an answer and then a letter now and then; its port."""
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.sendall(beginning)
                    while not stopped.wait(0.05):
                        connection.sendall(b"x")
                except OSError:
                    return

        def serve() -> None:
            while not stopped.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            stopped.set()


def slack(port: int) -> dict[str, Any]:
    base_url = f"http://127.0.0.1:{port}/api/"
    return {"type": "slack", "token": "x", "channel": "#a", "base_url": base_url}


def slack_webhook(port: int) -> dict[str, Any]:
    return {"type": "slack-webhook", "url": f"http://127.0.0.1:{port}/services/x"}


def apprise(port: int) -> dict[str, Any]:
    return {"type": "apprise", "url": f"json://127.0.0.1:{port}/x"}


def mail(port: int) -> dict[str, Any]:
    return {
        "type": "email",
        "to": "team@example.gov.uk",
        "from": "watch@example.gov.uk",
        "host": "127.0.0.1",
        "port": port,
    }


@pytest.mark.parametrize("entry", [slack, slack_webhook, apprise, mail])
def test_a_server_that_drips_holds_up_no_other_channel(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    mailbox: LocalMailbox,
    entry: Callable[[int], dict[str, Any]],
) -> None:
    beginning = b"220-" if entry is mail else b"HTTP/1.1 200 OK\r\nX-Slow: "
    with dripping(beginning) as port:
        config = configure(broken=entry(port), whole=mail_channel(mailbox))
        queue(config)
        summary = send(config, wait_seconds=0, timing=Timing(longest_try=2.0, longest_reply=0.1))
    assert (summary.sent, summary.waiting) == (1, 1)
    assert len(mailbox.mails) == 1
    [broken] = [row for row in rows() if row.channel == "broken"]
    assert (broken.state, broken.no_replies) == (DeliveryState.DUE, 1)
    assert broken.last_error == "no reply within 2 seconds"


@contextmanager
def slow_to_fail(clock: WaitingClock, seconds: float) -> Iterator[tuple[str, list[str]]]:
    """A service that hangs up without a reply after `seconds` of `clock`."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            clock.pass_by(seconds)
            self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


def test_two_services_that_do_not_reply_hold_up_a_run_once_each(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
) -> None:
    with slow_to_fail(clock, 60) as (address, asked):
        webhook = {"type": "webhook", "secret": "QUJD" * 10}
        config = configure(
            first={**webhook, "url": f"{address}/first"},
            second={**webhook, "url": f"{address}/second"},
            whole=mail_channel(mailbox),
        )
        queue(config, reports=3)
        summary = send(config)
        # While one of them is asked, the time until the other can be tried again passes.
        assert asked == ["/first", "/second"]
        assert (summary.sent, summary.waiting) == (3, 6)
        assert send(config).waiting == 6
        assert asked == ["/first", "/second"] * 2


def test_a_history_that_does_not_reply_is_asked_once_in_a_run(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
) -> None:
    with slow_to_fail(clock, 60) as (address, asked):
        port = int(address.rpartition(":")[2])
        config = configure(first=slack(port), second=slack(port), whole=mail_channel(mailbox))
        queue(config, reports=3)
        with database.write() as session:
            no_reply = {"no_replies": 1, "no_reply_at": clock.now()}
            on_slack = Delivery.channel.in_(["first", "second"])
            session.execute(update(Delivery).where(on_slack).values(no_reply))
        summary = send(config)
    assert len(asked) == 2
    assert (summary.sent, summary.waiting) == (3, 6)
    assert {row.state for row in rows() if row.channel != "whole"} == {DeliveryState.DUE}


@contextmanager
def incoming_webhook(*answers: int | str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    with json_service(*answers) as (url, received):
        address = url.replace("json://", "http://") + "/services/x"
        yield {"type": "slack-webhook", "url": address}, received


@contextmanager
def apprise_service(*answers: int | str) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    with json_service(*answers) as (url, received):
        yield {"type": "apprise", "url": url}, received


@pytest.mark.parametrize("kind", [incoming_webhook, apprise_service])
def test_a_message_without_a_reply_is_repeated_when_the_outage_is_over_and_counted(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    clock: WaitingClock,
    kind: Callable[..., Any],
) -> None:
    with kind("cut", 200) as (entry, received):
        config = configure(team=entry)
        queue(config)
        assert send(config).waiting == 1
        clock.pass_by(14 * 60)
        assert send(config).waiting == 1
        clock.pass_by(46 * 60)
        summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)
    assert received[0] == received[1]
    assert rows()[0].no_replies == 1


@pytest.mark.parametrize("kind", [incoming_webhook, apprise_service])
def test_an_outage_of_a_day_loses_nothing(
    configure: Configure,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    kind: Callable[..., Any],
) -> None:
    with kind("cut", "cut", "cut", "cut", 200) as (entry, received):
        config = configure(team=entry)
        queue(config)
        for _ in range(24):
            send(config, wait_seconds=0)
            clock.pass_by(3 * 3_600)
    assert len(received) == 5


@pytest.mark.parametrize("kind", [incoming_webhook, apprise_service])
def test_a_service_that_takes_and_never_replies_gets_few_copies_in_three_days(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    clock: WaitingClock,
    kind: Callable[..., Any],
) -> None:
    with kind("cut") as (entry, received):
        config = configure(team=entry)
        queue(config)
        for _ in range(40):
            send(config, wait_seconds=0)
            clock.pass_by(2 * 3_600)
    assert 2 < len(received) <= 7
    [row] = rows()
    assert row.state == DeliveryState.FAILED
    assert (row.last_error or "").startswith("it may have arrived")


def test_a_service_that_cannot_be_reached_for_an_hour_loses_nothing(
    configure: Configure, queue: Queue, send: Send, rows: Rows, clock: WaitingClock
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    queue(configure(teams=apprise(port)))
    for _ in range(4):
        send(configure(teams=apprise(port)), wait_seconds=0)
        clock.moment += timedelta(minutes=20)
    assert rows()[0].tries == 4
    with json_service(200) as (url, received):
        send(configure(teams={"type": "apprise", "url": url}), wait_seconds=0)
    assert len(received) == 1
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.SENT, 0)


@pytest.mark.parametrize(("targets", "status"), [(1, 502), (2, 404)])
def test_a_service_behind_apprise_that_fails_after_it_took_a_message_gets_few_copies(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    clock: WaitingClock,
    targets: int,
    status: int,
) -> None:
    """The first takes the message: the one that fails, or one before it in the same address."""
    with json_service(*[200] * (targets - 1), status) as (url, received):
        config = configure(teams={"type": "apprise", "url": ", ".join([url] * targets)})
        queue(config)
        for _ in range(40):
            send(config, wait_seconds=0)
            clock.pass_by(2 * 3_600)
    assert 2 * targets < len(received) <= 7 * targets
    assert (rows()[0].last_error or "").startswith("it may have arrived")


def test_what_one_of_two_targets_took_is_not_certainly_unsent_where_the_other_is_gone(
    configure: Configure, queue: Queue, send: Send, rows: Rows
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with json_service(200) as (url, _):
        queue(
            config := configure(teams={"type": "apprise", "url": f"{url}, json://127.0.0.1:{port}"})
        )
        send(config, wait_seconds=0)
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.DUE, 1)


def test_a_clock_that_is_put_back_holds_up_no_message(
    configure: Configure,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
) -> None:
    config = configure(team=mail_channel(mailbox))
    today = clock.moment
    clock.moment = today + timedelta(days=400)
    queue(config)
    mailbox.add_fault(reply("450 4.2.1 Later", at="rcpt"))
    assert send(config, wait_seconds=0).waiting == 1
    clock.moment = today
    assert send(config, wait_seconds=0).sent == 1
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("first", [timedelta(0), timedelta(days=-5)])
@pytest.mark.parametrize("then", [timedelta(days=4), timedelta(0)])
def test_days_without_a_try_and_a_wrong_clock_do_not_use_up_the_three_days(
    configure: Configure,
    queue: Queue,
    send: Send,
    rows: Rows,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    first: timedelta,
    then: timedelta,
) -> None:
    config = configure(team=mail_channel(mailbox))
    today = clock.moment
    mailbox.add_fault(reply("450 4.2.1 Later", at="rcpt"), times=2)
    clock.moment = today + first
    queue(config)
    send(config, wait_seconds=0)
    clock.moment = today + then + timedelta(minutes=1)
    send(config, wait_seconds=0)
    assert rows()[0].state == DeliveryState.DUE
    clock.moment = today + timedelta(hours=1)
    assert send(config, wait_seconds=0).sent == 1
