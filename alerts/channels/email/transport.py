"""Email by SMTP: one message for each address, so that one refusal holds up nobody else."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from alerts.channels.base import ChannelBase, Outgoing
from alerts.channels.connection_words import connection_words
from alerts.channels.email.addresses import HOST, Recipients, checked_address
from alerts.channels.email.pictures import add_pictures
from alerts.channels.email.renderer import mail_payload
from alerts.channels.errors import DeliveryError, NoReply, Refused, Unavailable
from alerts.channels.hosts import is_this_machine
from alerts.messages.content import Content
from alerts.messages.message import Envelope
from reports.safe_text import web_address

TIMEOUT_SECONDS = 15.0
REPLY_SECONDS = 120.0
"""Many servers scan an email before they accept it. RFC 5321, 4.5.3.2.6, recommends ten minutes."""

_TEMPORARY_5XX = frozenset({552})
"""RFC 5321 calls 552 permanent, but servers also use it for a full mailbox, which gets emptied."""

_DONE = range(200, 300)
_TEXT_WANTED = range(354, 355)
_LONGEST_LINE = 78
_LINES_THAT_BEGIN_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)


class EmailChannel(ChannelBase):
    """Addresses, and the server that takes mail for them.

    With `starttls`, the connection must be encrypted and the certificate valid; otherwise nothing
    is sent.
    """

    payload_keys: ClassVar[frozenset[str]] = frozenset({"subject", "text", "html"})
    personal: ClassVar[bool] = True

    type: Literal["email"]
    to: Recipients
    sender: str = Field(alias="from")
    host: str = Field(min_length=1, pattern=rf"^{HOST}$")
    port: int = Field(default=25, ge=1, le=65_535)
    username: str | None = None
    password: SecretStr | None = None
    starttls: bool = False
    unsubscribe: str | None = None
    """The mailbox that takes people off the list. The default is the sender's."""
    unsubscribe_url: str | None = None
    """A public https address that takes people off the list after one POST (RFC 8058)."""

    @field_validator("sender", "unsubscribe")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return None if value is None else checked_address(value)

    @field_validator("unsubscribe_url")
    @classmethod
    def _is_public(cls, value: str | None) -> str | None:
        if value is None:
            return None
        address = web_address(value)
        if address is None or not address.startswith("https://"):
            raise ValueError("must be a public address that begins with https://")
        return address

    @model_validator(mode="after")
    def _login_is_whole(self) -> EmailChannel:
        if (self.username is None) != (self.password is None):
            raise ValueError("needs both username and password, or neither")
        return self

    def recipients(self) -> tuple[str, ...]:
        """Return each address."""
        return self.to

    def render(self, content: Content, envelope: Envelope) -> dict[str, Any]:
        """Return subject, text, HTML and the headers that every try repeats."""
        return mail_payload(
            content,
            envelope,
            sender=self.sender,
            unsubscribe=self.unsubscribe,
            unsubscribe_url=self.unsubscribe_url or envelope.unsubscribe_url,
        )

    def warnings(self) -> tuple[str, ...]:
        """Warn of a password that is sent without encryption."""
        if self.username is None or self.starttls or is_this_machine(self.host):
            return ()
        return ("the password is sent without encryption; set starttls: true",)

    def send(self, outgoing: Outgoing) -> str | None:
        """Send once, and return the Message-ID.

        The server accepts an email once it has received the final dot. Any failure before that
        means it was not sent. After that, an end without a reply leaves open whether it was
        accepted.
        """
        message = as_email(outgoing)
        content = message.as_bytes(policy=_FORM)
        with self._connected() as server:
            _expect_sender(server.mail(self.sender), self.sender)
            _expect(server.rcpt(outgoing.recipient))
            outgoing.check_may_begin()
            _expect(server.docmd("DATA"), codes=_TEXT_WANTED)
            server.send(_LINES_THAT_BEGIN_WITH_A_DOT.sub(b"..", content))
            _set_timeout(server, REPLY_SECONDS)
            try:
                server.send(b".\r\n")
                reply = server.getreply()
            except (OSError, smtplib.SMTPException) as error:
                said = f"no reply from the mail server: {connection_words(error)}"
                raise NoReply(said, channel_wide=True) from None
            _expect(reply)
        return str(outgoing.payload["message_id"])

    def reach(self) -> str:
        """Connect, encrypt and log in as for an email, without sending one."""
        with self._connected() as server:
            _expect(server.noop())
        return f"mail server {self.host}:{self.port}{', encrypted' if self.starttls else ''}"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Open a connection that is ready to take an email. Failures become a DeliveryError."""
        try:
            server = smtplib.SMTP(
                self.host,
                self.port,
                local_hostname=self.sender.rpartition("@")[2],
                timeout=TIMEOUT_SECONDS,
            )
        except (OSError, smtplib.SMTPException) as error:
            raise _failure(error, self.host) from None
        try:
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                # Without a context smtplib would accept any certificate.
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if self.username is not None and self.password is not None:
                _log_in(server, self.username, self.password.get_secret_value())
            yield server
        except (OSError, smtplib.SMTPException) as error:
            raise _failure(error, self.host) from None
        finally:
            _leave(server)


class _Form(EmailPolicy):
    """Folds headers as Python does, but lets each begin on its first line.

    Python leaves the first line empty where the whole text fits on the second. Some programs then
    show the text with a space in front of it.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header, folded into lines."""
        folded = super().fold_binary(name, value)
        empty = f"{name}:\r\n ".encode()
        if not folded.startswith(empty):
            return folded
        text = f"{name}: ".encode() + folded.removeprefix(empty)
        begin = len(name) + 2
        end = text.rfind(b" ", begin, _LONGEST_LINE + 1)
        return text[:end] + b"\r\n" + text[end:] if end > begin else text


_FORM = _Form(linesep="\r\n")


def as_email(outgoing: Outgoing) -> EmailMessage:
    """Return a delivery as an email. Raises Refused where the payload is not a valid email."""
    payload = outgoing.payload
    message = EmailMessage(policy=_FORM)
    try:
        message["Subject"] = payload["subject"]
        message["From"] = f"Inspection Watch <{payload['from']}>"
        message["To"] = outgoing.recipient
        message["Date"] = payload["date"]
        message["Message-ID"] = payload["message_id"]
        if outgoing.reply_to is not None:
            message["In-Reply-To"] = message["References"] = outgoing.reply_to.remote_id
        message["Auto-Submitted"] = "auto-generated"
        message["Precedence"] = "bulk"
        message["List-Id"] = payload["list_id"]
        ways = [f"<mailto:{payload['unsubscribe']}?subject=unsubscribe>"]
        if payload["unsubscribe_url"]:
            ways.insert(0, f"<{payload['unsubscribe_url']}>")
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Unsubscribe"] = ", ".join(ways)
        if payload["urgent"]:
            message["Importance"] = "high"
        message.set_content(payload["text"], cte="quoted-printable")
        message.add_alternative(payload["html"], subtype="html", cte="quoted-printable")
        # Python would choose one at random, but every try must send the same email.
        boundary = f"=_{payload['message_id'].strip('<>').partition('@')[0]}"
        message.set_boundary(boundary)
        add_pictures(message, payload["pictures"], boundary)
    except (KeyError, TypeError, ValueError) as error:
        reason = f"the stored message is not a valid email ({type(error).__name__})"
        raise Refused(reason) from error
    return message


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    try:
        server.login(username, password)
    except UnicodeError:
        raise Unavailable(
            "the user name or password has a character that cannot be sent to a mail server, "
            "such as £ or é",
            channel_wide=True,
        ) from None


def _set_timeout(server: smtplib.SMTP, seconds: float) -> None:
    assert server.sock is not None, "it is connected"
    server.sock.settimeout(seconds)


def _expect_sender(reply: tuple[int, bytes], sender: str) -> None:
    """Raise Unavailable where the mail server does not take the sender.

    The server wants a login or does not know the sender. Both can be put right, so messages wait.
    """
    if reply[0] not in _DONE:
        refused = f"the mail server refused the sender {sender}: {_words(reply)}"
        raise Unavailable(refused, channel_wide=True)


def _expect(reply: tuple[int, bytes], *, codes: range = _DONE) -> None:
    """Raise Refused or Unavailable for a reply of the mail server that is not one of `codes`."""
    code, _ = reply
    if code in codes:
        return
    refused = f"the mail server refused: {_words(reply)}"
    if 500 <= code < 600 and code not in _TEMPORARY_5XX:
        raise Refused(refused)
    raise Unavailable(refused, channel_wide=code == 421)


def _words(reply: tuple[int, bytes]) -> str:
    code, text = reply
    said = " ".join(text.decode("utf-8", "replace").split())[:200]
    return f"{code} {said}"


def _failure(error: Exception, host: str) -> DeliveryError:
    """Return the error for an email that certainly did not go out.

    The cause is the server or its settings, which can be put right, so messages wait.
    """
    match error:
        case smtplib.SMTPAuthenticationError():
            said = f"{host} refused the user name or password ({error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            said = f"{host} does not offer what is configured (STARTTLS or login)"
        case ssl.SSLCertVerificationError():
            said = f"the certificate of {host} is not valid: {error.verify_message}"
        case smtplib.SMTPResponseException():
            said = f"mail server {host} refused to talk to us ({error.smtp_code})"
        case smtplib.SMTPServerDisconnected():
            said = f"mail server {host} ended the connection before it took the email"
        case _:
            said = f"mail server {host} cannot be reached: {connection_words(error)}"
    return Unavailable(said, channel_wide=True)


def _leave(server: smtplib.SMTP) -> None:
    """End the connection. The reply does not matter any more."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
