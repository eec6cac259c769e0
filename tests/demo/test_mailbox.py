"""The local mail server against the real smtplib."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo.mailbox import LocalMailbox, cut, hang, reply

ANNA, BEN = "anna@example.org", "ben@example.org"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[LocalMailbox]:
    with LocalMailbox(tmp_path) as mailbox:
        yield mailbox


def mail(subject: str = "Grades of Aldermere’s report") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "watch@example.org"
    message["To"] = ANNA
    message["Subject"] = subject
    message["Message-ID"] = "<one@example.org>"
    message.set_content("It fell from good to inadequate")
    message.add_alternative("<p>It fell from good to inadequate</p>", subtype="html")
    return message


def send(mailbox: LocalMailbox, *recipients: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client:
        return client.send_message(mail(), to_addrs=list(recipients or (ANNA,)))


def test_keeps_each_mail_as_a_file(mailbox: LocalMailbox) -> None:
    send(mailbox)
    send(mailbox, ANNA, BEN)

    first, second = mailbox.mails
    assert first.subject == "Grades of Aldermere’s report"
    assert first.message_id == "<one@example.org>"
    assert first.text.strip() == "It fell from good to inadequate"
    assert first.html.strip() == "<p>It fell from good to inadequate</p>"
    assert second.recipients == (ANNA, BEN)
    assert first.path.name == "0001-grades-of-aldermere-s-report.eml"
    assert second.path.read_bytes() == second.content


def test_refuses_one_of_two_recipients(mailbox: LocalMailbox) -> None:
    mailbox.add_fault(reply("550 5.1.1 No such user", at="rcpt", address=BEN))

    refused = send(mailbox, ANNA, BEN)

    assert refused == {BEN: (550, b"5.1.1 No such user")}
    assert mailbox.mails[0].recipients == (ANNA,)


@pytest.mark.parametrize(("answer", "code"), [("451 4.3.0 Later", 451), ("554 5.7.1 Spam", 554)])
def test_refuses_after_the_data(mailbox: LocalMailbox, answer: str, code: int) -> None:
    mailbox.add_fault(reply(answer, at="data"))

    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(mailbox)

    assert caught.value.smtp_code == code
    assert mailbox.mails == ()
    assert send(mailbox) == {}


def test_refuses_every_recipient(mailbox: LocalMailbox) -> None:
    mailbox.add_fault(reply("450 4.2.0 Busy", at="rcpt"), times=None)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox)

    mailbox.clear_faults()
    assert send(mailbox) == {}


def test_421_ends_the_connection(mailbox: LocalMailbox) -> None:
    mailbox.add_fault(reply("421 4.3.2 Closing", at="rcpt"))

    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client:
        client.ehlo()
        client.mail("watch@example.org")
        assert client.rcpt(ANNA)[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


@pytest.mark.parametrize("accept", [True, False])
def test_cuts_the_connection_before_or_after_it_kept_the_mail(
    mailbox: LocalMailbox, *, accept: bool
) -> None:
    mailbox.add_fault(cut(accept=accept))

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mailbox)

    assert len(mailbox.mails) == accept


def test_hangs_after_it_kept_the_mail_until_the_sender_stops(mailbox: LocalMailbox) -> None:
    mailbox.add_fault(hang(accept=True))

    with (
        pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"),
        smtplib.SMTP(mailbox.host, mailbox.port, timeout=0.2) as client,
    ):
        client.send_message(mail())

    assert len(mailbox.mails) == 1


def test_starttls_with_its_own_certificate(tmp_path: Path) -> None:
    with LocalMailbox(tmp_path, require_starttls=True) as mailbox:
        with smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client:
            with pytest.raises(smtplib.SMTPResponseException) as caught:
                client.send_message(mail())
            assert caught.value.smtp_code == 530

        with (
            smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            client.starttls(context=ssl.create_default_context())

        trusting = ssl.create_default_context(cafile=str(mailbox.certificate))
        with smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client:
            client.starttls(context=trusting)
            client.send_message(mail())

    assert [received.encrypted for received in mailbox.mails] == [True]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_demands_a_login(tmp_path: Path) -> None:
    with LocalMailbox(tmp_path, login=("watch", "secret")) as mailbox:
        with (
            smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client,
            pytest.raises(smtplib.SMTPAuthenticationError),
        ):
            client.login("watch", "wrong")
        with smtplib.SMTP(mailbox.host, mailbox.port, timeout=5) as client:
            client.login("watch", "secret")
            client.send_message(mail())

    assert len(mailbox.mails) == 1


def test_goes_on_counting_in_a_folder_with_mails(tmp_path: Path) -> None:
    for _ in range(2):
        with LocalMailbox(tmp_path) as mailbox:
            send(mailbox)

    assert sorted(path.name[:4] for path in tmp_path.glob("*.eml")) == ["0001", "0002"]
