"""Mail: one message for each address, certain about what is certain, one double at most."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from alerts.channels.email import transport as email_module
from alerts.channels.errors import Unavailable
from alerts.outbox.clock import Timing
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, cut, hang, reply, slow
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


def test_each_address_gets_a_mail_of_its_own(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox, "a@example.gov.uk", "b@example.gov.uk"))
    queue(config)
    assert send(config).sent == 2
    assert [mail.recipients for mail in mailbox.mails] == [
        ("a@example.gov.uk",),
        ("b@example.gov.uk",),
    ]
    first, second = mailbox.mails
    assert first.message["To"] == "a@example.gov.uk"
    assert first.message_id != second.message_id


def test_the_headers_say_what_it_is(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox))
    queue(config)
    send(config)
    [mail] = mailbox.mails
    assert mail.subject == "[Urgent] Marlbury 0: overall grade falls from Good to Inadequate"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Precedence"] == "bulk"
    assert mail.message["List-Id"] == "<scrutiny.inspection-watch.example.gov.uk>"
    assert mail.message["Date"] == "Thu, 20 Aug 2026 09:30:00 +0000"
    assert mail.message["Importance"] == "high"
    assert mail.message_id.endswith("@example.gov.uk>")
    assert "▼ Overall effectiveness: Good → Inadequate (down two grades)" in mail.text
    assert "<h1>Marlbury 0: overall grade falls" in mail.html


LONG_COUNCIL = "Bournemouth, Christchurch and Poole: grade improves from Inadequate to Good"


@pytest.mark.parametrize(
    "subject",
    [LONG_COUNCIL, LONG_COUNCIL[:70], f"{LONG_COUNCIL} – overall", "é" * 80, "a" * 80],
)
def test_a_subject_begins_on_the_first_line(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    database: Database,
    subject: str,
) -> None:
    """Some programs show a space in front of it otherwise."""
    queue(config := configure(team=mail_channel(mailbox)))
    with database.write() as session:
        row = session.query(Delivery).one()
        row.payload = {**row.payload, "subject": subject}
    send(config)
    [mail] = mailbox.mails
    assert mail.subject == subject
    lines = mail.content.partition(b"\r\nFrom:")[0].split(b"\r\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(b"Subject:"))
    assert all(line.partition(b" ")[2].strip() for line in lines[start:])
    assert all(len(line) <= 78 for line in lines[start:])


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "553 5.1.3 Bad address"])
def test_a_refused_address_fails_and_delays_no_other(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    rows: Rows,
    answer: str,
) -> None:
    addresses = ["a@example.gov.uk", "gone@example.gov.uk", "c@example.gov.uk"]
    config = configure(team=mail_channel(mailbox, *addresses))
    mailbox.add_fault(reply(answer, at="rcpt", address="gone@example.gov.uk"), times=None)
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.failed, summary.needs_review) == (2, 1, True)
    assert [mail.recipients[0] for mail in mailbox.mails] == [addresses[0], addresses[2]]
    assert [row.state for row in rows()] == [
        DeliveryState.SENT,
        DeliveryState.FAILED,
        DeliveryState.SENT,
    ]
    assert answer[:3] in (rows()[1].last_error or "")


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        # The settings lack a login, or the server does not know the sender yet.
        ("530 5.7.0 Authentication required", "mail"),
        ("421 4.3.2 Shutting down", "rcpt"),
        ("450 4.2.1 Busy", "rcpt"),
        ("452 4.2.2 Mail box full", "rcpt"),
        ("552 5.2.2 Quota", "rcpt"),
        ("421 4.3.2 Shutting down", "data"),
        ("451 4.3.0 Try later", "data"),
    ],
)
def test_a_passing_refusal_is_tried_again_without_any_doubt(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    rows: Rows,
    answer: str,
    step: Any,
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(reply(answer, at=step))
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.postponed, summary.may_be_duplicates) == (1, 1, 0)
    assert len(mailbox.mails) == 1
    assert rows()[0].tries == 2


def test_a_mail_refused_for_good_after_its_text_fails(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(reply("554 5.7.1 Not wanted", at="data"))
    queue(config)
    assert send(config).failed == 1
    assert rows()[0].no_replies == 0


@pytest.mark.parametrize("accept", [True, False])
def test_no_reply_to_a_mail_leads_to_one_more_with_the_same_id_when_the_outage_is_over(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    rows: Rows,
    accept: bool,
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(cut(accept=accept))
    queue(config)
    assert send(config).waiting == 1
    wait = (rows()[0].next_attempt_at - clock.now()).total_seconds()
    assert 15 * 60 <= wait <= 60 * 60
    clock.pass_by(wait + 1)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)
    assert len(mailbox.mails) == (2 if accept else 1)
    assert len({mail.message_id for mail in mailbox.mails}) == 1
    assert len({mail.content for mail in mailbox.mails}) == 1
    assert rows()[0].no_replies == 1


@pytest.mark.parametrize("hours", [1, 6, 60])
def test_mails_outlast_an_outage_of_up_to_three_days(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    hours: int,
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(cut(accept=False), times=None)
    queue(config, reports=3)
    for _ in range(hours):
        assert send(config, wait_seconds=0).failed == 0
        clock.pass_by(3_600)
    mailbox.clear_faults()
    for _ in range(8):
        send(config)
        clock.pass_by(3 * 3_600)
    assert len({mail.message_id for mail in mailbox.mails}) == len(mailbox.mails) == 3


def test_a_server_that_never_replies_gets_few_copies_in_three_days_and_no_more(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(cut(accept=True), times=None)
    queue(config)
    for _ in range(40):
        send(config, wait_seconds=0)
        clock.pass_by(2 * 3_600)
    assert len(mailbox.mails) <= 7
    [row] = rows()
    assert row.state == DeliveryState.FAILED
    assert (row.last_error or "").startswith("it may have arrived: no reply from the mail server")


@pytest.mark.parametrize("answer", ["cut", "421 4.3.2 Shutting down", "451 4.3.0 Try later"])
def test_a_failure_before_the_server_asks_for_the_text_is_certain_and_tried_again_at_once(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows, answer: str
) -> None:
    config = configure(team=mail_channel(mailbox))
    fault = cut(at="text") if answer == "cut" else reply(answer, at="text")
    mailbox.add_fault(fault, times=2)
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.postponed, summary.may_be_duplicates) == (1, 2, 0)
    assert len(mailbox.mails) == 1
    assert (rows()[0].tries, rows()[0].no_replies) == (3, 0)


def test_a_server_that_looks_at_the_mail_for_a_while_gets_it_once(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(email_module, "TIMEOUT_SECONDS", 0.3)
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(slow(0.6))
    queue(config)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates, len(mailbox.mails)) == (1, 0, 1)


def test_a_reply_is_waited_for_as_long_as_mail_servers_take_and_a_try_lasts() -> None:
    timing = Timing()
    assert email_module.REPLY_SECONDS >= 75
    assert email_module.REPLY_SECONDS < timing.longest_reply < timing.longest_try


def test_a_server_that_hangs_is_left_after_a_while(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(email_module, "REPLY_SECONDS", 0.5)
    config = configure(team=mail_channel(mailbox))
    mailbox.add_fault(hang(accept=True))
    queue(config)
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    assert send(config).may_be_duplicates == 1


def test_a_line_of_the_text_that_is_a_single_dot_ends_no_mail(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, database: Any
) -> None:
    config = configure(team=mail_channel(mailbox))
    queue(config)
    with database.write() as session:
        row = session.query(Delivery).one()
        row.payload = {**row.payload, "text": "one\n.\n..two\nthree"}
    assert send(config).sent == 1
    assert mailbox.mails[0].text.splitlines() == ["one", ".", "..two", "three"]


def test_a_server_that_is_away_for_an_hour_costs_nothing_but_time(
    configure: Configure, queue: Queue, send: Send, tmp_path: Path, clock: WaitingClock, rows: Rows
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    away = LocalMailbox(tmp_path / "later", port=port)
    away._controller._socket.close()  # nobody listens yet
    config = configure(team=mail_channel(away, "a@example.gov.uk", "b@example.gov.uk"))
    queue(config)
    for _ in range(12):
        assert send(config, wait_seconds=0).sent == 0
        clock.pass_by(300)
    with LocalMailbox(tmp_path / "mails", port=port) as mailbox:
        clock.pass_by(3_600)
        assert send(config).sent == 2
        assert len(mailbox.mails) == 2
    assert not any(row.no_replies for row in rows())


def test_with_starttls_nothing_is_sent_to_a_server_without_a_valid_certificate(
    configure: Configure, queue: Queue, send: Send, tmp_path: Path, rows: Rows
) -> None:
    with LocalMailbox(tmp_path / "tls", starttls=True) as mailbox:
        config = configure(team=mail_channel(mailbox, starttls=True))
        queue(config)
        assert send(config).sent == 0
        assert mailbox.mails == ()
    assert "certificate" in (rows()[0].last_error or "")


def test_with_starttls_a_server_without_it_gets_nothing(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    config = configure(team=mail_channel(mailbox, starttls=True))
    queue(config)
    assert send(config).sent == 0
    assert mailbox.mails == ()
    assert "STARTTLS" in (rows()[0].last_error or "")


def test_with_a_certificate_that_is_trusted_it_is_sent_encrypted(
    configure: Configure,
    queue: Queue,
    send: Send,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with LocalMailbox(tmp_path / "tls", require_starttls=True) as mailbox:
        # What OpenSSL itself reads to find the authorities it trusts.
        monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
        assert ssl.create_default_context().cert_store_stats()["x509"] > 0
        config = configure(team=mail_channel(mailbox, starttls=True, host="localhost"))
        queue(config)
        assert send(config).sent == 1
        assert mailbox.mails[0].encrypted


def test_a_password_that_cannot_be_sent_waits_to_be_put_right(
    configure: Configure, queue: Queue, send: Send, tmp_path: Path, rows: Rows
) -> None:
    with LocalMailbox(tmp_path / "login", login=("watch", "right-password")) as mailbox:
        login = {"username": "watch", "password": "Pa££word"}
        config = configure(team=mail_channel(mailbox, **login))
        with pytest.raises(Unavailable, match="a character that cannot be sent"):
            config.channels["team"].reach()
        queue(config)
        assert send(config, wait_seconds=0).postponed == 1
        assert rows()[0].no_replies == 0
        assert "Pa££word" not in (rows()[0].last_error or "")


def test_a_login_is_used_and_a_wrong_one_waits_to_be_put_right(
    configure: Configure, queue: Queue, send: Send, tmp_path: Path, clock: WaitingClock, rows: Rows
) -> None:
    with LocalMailbox(tmp_path / "login", login=("watch", "right-password")) as mailbox:
        login = {"username": "watch", "password": "wrong-password"}
        config = configure(team=mail_channel(mailbox, **login))
        queue(config)
        assert send(config).sent == 0
        error = rows()[0].last_error or ""
        assert "user name or password" in error
        assert "wrong-password" not in error
        config = configure(team=mail_channel(mailbox, **login | {"password": "right-password"}))
        clock.pass_by(3_600)
        assert send(config).sent == 1


def test_an_address_that_was_taken_out_gets_nothing_any_more(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    queue(configure(team=mail_channel(mailbox, "left@example.gov.uk")))
    summary = send(configure(team=mail_channel(mailbox, "new@example.gov.uk")))
    assert (summary.sent, summary.failed) == (0, 1)
    assert mailbox.mails == ()


def test_a_stored_message_that_makes_no_mail_fails_and_the_others_are_sent(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, database: Any, rows: Rows
) -> None:
    config = configure(team=mail_channel(mailbox))
    queue(config, reports=3)
    with database.write() as session:
        poison = session.query(Delivery).order_by(Delivery.id).first()
        poison.payload = {**poison.payload, "subject": "broken\nBcc: everybody@example.org"}
    summary = send(config)
    assert (summary.sent, summary.failed) == (2, 1)
    assert len(mailbox.mails) == 2


def test_a_server_that_drops_everybody_before_the_text_leaves_no_doubt(
    configure: Configure, queue: Queue, send: Send, mailbox: LocalMailbox, rows: Rows
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet_and_cut() -> None:
            for _ in range(3):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(b"220 sample\r\n")
                    connection.recv(1_000)

        thread = Thread(target=greet_and_cut, daemon=True)
        thread.start()
        entry = mail_channel(mailbox) | {"port": server.getsockname()[1]}
        config = configure(team=entry)
        queue(config)
        assert send(config).sent == 0
        thread.join(5)
    assert rows()[0].no_replies == 0
