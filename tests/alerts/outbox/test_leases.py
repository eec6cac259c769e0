"""The lease of a message that is being sent: renewed, left behind by a process that ended."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from alerts.channels.base import Outgoing
from alerts.channels.email.transport import EmailChannel
from alerts.outbox import claims
from alerts.outbox.claims import Claim
from alerts.outbox.clock import Timing
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, reply, slow
from demo.slack import LocalSlack
from storage.database import Database
from storage.deleted_addresses import ADDRESS_DELETED, forget_recipient
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


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
    due_on_slack: AlertConfig,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    ahead: timedelta,
) -> None:
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15) + ahead)
    assert send(due_on_slack, wait_seconds=10).sent == 0, "another process may be sending it"
    assert rows()[0].state == DeliveryState.SENDING
    assert send(due_on_slack, wait_seconds=25).sent == 0, "not seen, but that proves nothing yet"
    assert (rows()[0].state, rows()[0].no_replies) == (DeliveryState.DUE, 1)
    clock.pass_by(60)
    assert send(due_on_slack).sent == 1


def test_a_message_whose_sender_was_killed_is_tried_again_after_days_without_power(
    due_on_slack: AlertConfig,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
) -> None:
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15))
    clock.moment += timedelta(days=4)
    send(due_on_slack, wait_seconds=25)
    clock.pass_by(60)
    assert send(due_on_slack).sent == 1
    assert len(slack.messages) == 1


@pytest.fixture
def left_by_mail(
    configure: Configure,
    queue: Queue,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
) -> AlertConfig:
    """An email that a process was sending when it was killed, two hours ago."""
    config = configure(team=mail_channel(mailbox))
    queue(config)
    leave_behind(database, clock, lease_until=clock.now() - timedelta(hours=2))
    return config


def test_a_mail_that_a_process_left_behind_is_sent_by_the_next_and_counted(
    left_by_mail: AlertConfig, send: Send
) -> None:
    summary = send(left_by_mail, wait_seconds=30)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)


def test_a_mail_to_an_address_that_was_deleted_meanwhile_is_not_tried_again(
    left_by_mail: AlertConfig, send: Send, database: Database, mailbox: LocalMailbox, rows: Rows
) -> None:
    with database.write() as session:
        assert forget_recipient(session, rows()[0].recipient) == 1
    assert send(left_by_mail, wait_seconds=30).failed == 0
    assert not mailbox.mails
    assert (rows()[0].state, rows()[0].last_error) == (DeliveryState.MUTED, ADDRESS_DELETED)


def test_days_without_power_after_a_kill_do_not_use_up_the_three_days(
    left_by_mail: AlertConfig, send: Send, mailbox: LocalMailbox, clock: WaitingClock, rows: Rows
) -> None:
    """The next try fails, too, and is not the last one."""
    clock.moment += timedelta(days=4)
    mailbox.add_fault(reply("450 4.2.1 Busy", at="rcpt"))
    summary = send(left_by_mail, wait_seconds=60)
    assert (summary.sent, summary.failed) == (1, 0), rows()[0].last_error
    assert summary.may_be_duplicates == 1


def test_a_process_that_was_killed_in_the_last_try_leaves_a_message_that_has_failed(
    left_by_mail: AlertConfig, send: Send, database: Database, clock: WaitingClock, rows: Rows
) -> None:
    with database.write() as session:
        session.query(Delivery).one().give_up_at = clock.now() - timedelta(minutes=1)
    summary = send(left_by_mail, wait_seconds=30)
    assert (summary.sent, summary.failed, summary.needs_review) == (0, 1, True)
    [row] = rows()
    assert row.state == DeliveryState.FAILED
    assert str(row.last_error).startswith("it may have arrived: the process that sent it ended")


def test_what_a_process_left_behind_is_composed_again_before_the_next_sends_it(
    left_by_mail: AlertConfig, send: Send, mailbox: LocalMailbox, database: Database
) -> None:

    def compose_again() -> None:
        with database.write() as session:
            row = session.query(Delivery).one()
            if row.state == DeliveryState.DUE:
                row.payload = {**row.payload, "subject": "As it holds now"}

    assert send(left_by_mail, wait_seconds=30, compose_again=compose_again).sent == 1
    assert [mail.subject for mail in mailbox.mails] == ["As it holds now"]


def test_a_lease_that_is_renewed_is_left_alone(
    due_on_slack: AlertConfig,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    leave_behind(database, clock, lease_until=clock.now())

    class Renewing(WaitingClock):
        def wait(self, seconds: float, stop: threading.Event) -> None:
            super().wait(min(seconds, 4), stop)
            with database.write() as session:
                session.query(Delivery).one().lease_until = self.moment

    clock.wait = (busy := Renewing(clock.moment)).wait  # type: ignore[method-assign]
    clock.now, clock.elapsed = busy.now, busy.elapsed  # type: ignore[method-assign]
    assert send(due_on_slack, wait_seconds=60).sent == 0
    assert rows()[0].state == DeliveryState.SENDING


@pytest.mark.parametrize("days", [-3, 3])
def test_setting_the_clock_takes_no_message_from_a_process_that_sends_it(
    due_on_slack: AlertConfig,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    days: int,
) -> None:
    leave_behind(database, clock, lease_until=clock.now() + timedelta(seconds=15))
    clock.moment += timedelta(days=days)
    send(due_on_slack, wait_seconds=10)
    assert rows()[0].state == DeliveryState.SENDING


def test_a_process_that_pauses_after_it_claimed_a_message_does_not_send_it(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process may have taken it over meanwhile."""
    queue(config := configure(team=mail_channel(mailbox)))
    own_claim = claims.claim

    def claim_and_pause(*given: Any, **more: Any) -> Claim | None:
        claimed = own_claim(*given, **more)
        clock.pass_by(20)
        return claimed

    monkeypatch.setattr("alerts.outbox.claims.time", SimpleNamespace(monotonic=clock.elapsed))
    monkeypatch.setattr("alerts.outbox.leases.time", SimpleNamespace(monotonic=clock.elapsed))
    with monkeypatch.context() as paused:
        paused.setattr(claims, "claim", claim_and_pause)
        assert send(config, wait_seconds=0).sent == 0
    assert mailbox.mails == ()
    clock.pass_by(60)
    assert send(config).sent == 1


def test_what_was_sent_is_recorded_although_the_address_was_deleted_after_the_lease_ended(
    configure: Configure,
    queue: Queue,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue(configure(team=mail_channel(mailbox)))
    [row] = rows()
    given: dict[str, Any] = {"timing": Timing(), "quiet_hours": None}
    sending = claims.claim(database, row.id, now=clock.now(), **given)
    assert sending is not None
    with database.write() as session:
        session.get_one(Delivery, row.id).state = DeliveryState.DUE
        forget_recipient(session, row.recipient)
    assert claims.claim(database, row.id, now=clock.now(), **given) is None
    assert rows()[0].state == DeliveryState.MUTED
    claims.record_sent(database, sending, remote_id=None, at=clock.now())
    assert (rows()[0].state, rows()[0].last_error) == (DeliveryState.SENT, None)


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


def test_a_database_that_fails_for_a_moment_after_a_send_does_not_have_it_repeated(
    configure: Configure,
    queue: Queue,
    send: Send,
    database: Database,
    mailbox: LocalMailbox,
    rows: Rows,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.database.WAIT_MS", 100)
    config = configure(team=mail_channel(mailbox))
    queue(config)
    send_once = EmailChannel.send

    def send_and_fail(channel: EmailChannel, outgoing: Outgoing) -> str | None:
        sent = send_once(channel, outgoing)
        fail_for_a_moment(database)
        return sent

    monkeypatch.setattr(EmailChannel, "send", send_and_fail)
    assert send(config).sent == 1
    assert rows()[0].state == DeliveryState.SENT
    clock.pass_by(3600)
    send(config)
    assert len(mailbox.mails) == 1


def fail_for_a_moment(database: Database) -> None:
    """Lock a file, or end all connections to a server as its restart does."""
    if database.is_sqlite:
        other = sqlite3.connect(str(database.url.database), check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.2, other.close).start()
        return
    with database.engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
    server = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with server.connect() as other_connection:
        other_connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    server.dispose()
