"""A local mail server that keeps every mail as an .eml file, with faults on request.

`python -m demo.mailbox --port 8025 --folder mails` runs it by hand. In tests:

    with LocalMailbox(tmp_path) as mailbox:
        mailbox.add_fault(reply("550 5.1.1 No such user", at="rcpt", address="gone@example.org"))
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import re
import socket
from collections.abc import Coroutine
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Lock
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as SmtpServer
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from demo.certificates import server_context

Step = Literal["mail", "rcpt", "text", "data"]
"""When the server misbehaves: at the sender, at a recipient, before it asks for the text, after."""


@dataclass(frozen=True)
class MailFault:
    """One misbehaviour; make it with the functions below. `address` None means: any recipient."""

    answer: str
    at: Step = "data"
    address: str | None = None
    accept: bool = False
    seconds: float = 0.0


def reply(answer: str, *, at: Step, address: str | None = None) -> MailFault:
    """Refuse with this reply, such as "451 4.3.0 Try later"; a 421 also ends the connection."""
    return MailFault(answer, at=at, address=address)


def cut(*, accept: bool = False, at: Step = "data") -> MailFault:
    """End the connection without a reply, before or after the mail was kept."""
    return MailFault("cut", at=at, accept=accept)


def hang(*, accept: bool) -> MailFault:
    """Give no answer until the server stops, before or after the mail was kept."""
    return MailFault("hang", accept=accept)


def slow(seconds: float) -> MailFault:
    """Keep the mail, and say so only after a while."""
    return MailFault("250 2.0.0 Accepted", accept=True, seconds=seconds)


@dataclass(frozen=True)
class ReceivedMail:
    """A mail that was accepted. `recipients` are those of the envelope; `path` is its file."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    path: Path

    @property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"] or "")

    @property
    def message_id(self) -> str:
        """The Message-ID; equal ones are two copies of one mail."""
        return str(self.message["Message-ID"] or "")

    @property
    def text(self) -> str:
        """The plain part, or an empty string."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        """The HTML part, or an empty string."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part else ""

    @property
    def page(self) -> str:
        """The HTML part with its pictures in it instead of next to it, for a browser."""
        return page_of(self.message)


def page_of(mail: EmailMessage) -> str:
    """Return the HTML of a mail with its pictures in it, as a browser can show it."""
    body = mail.get_body(("html",))
    page = str(body.get_content()) if body else ""
    for part in mail.walk():
        if part.get_content_maintype() == "image":
            name = str(part["Content-ID"]).strip("<>")
            data = base64.b64encode(part.get_content()).decode()
            page = page.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{data}")
    return page


class LocalMailbox:
    """A mail server on 127.0.0.1; use it in a `with` block, or call `start` and `stop`.

    `starttls` offers (and with `require_starttls` demands) encryption under a self-signed
    certificate, whose file is `certificate`. `login` is a user name and password to demand.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        starttls: bool = False,
        require_starttls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.host = "127.0.0.1"
        self.certificate = folder / "server.pem"
        self._login = login
        self._lock = Lock()
        self._mails: list[ReceivedMail] = []
        self._faults: list[tuple[MailFault, int | None]] = []
        self._controller = _Controller(
            _Handler(self),
            port=port,
            tls_context=server_context(folder) if starttls or require_starttls else None,
            require_starttls=require_starttls,
            auth_required=login is not None,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self._controller.port)

    @property
    def mails(self) -> tuple[ReceivedMail, ...]:
        """Everything accepted since the start, oldest first."""
        with self._lock:
            return tuple(self._mails)

    def add_fault(self, fault: MailFault, *, times: int | None = 1) -> None:
        """Show this fault at its next occasions; `times` None means: for ever."""
        with self._lock:
            self._faults.append((fault, times))

    def clear_faults(self) -> None:
        """Behave well again."""
        with self._lock:
            self._faults.clear()

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop serving, and end the connections that hang."""
        self._controller.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _take_fault(self, at: Step, addresses: list[str]) -> MailFault | None:
        with self._lock:
            for place, (fault, times) in enumerate(self._faults):
                if fault.at != at or (fault.address and fault.address not in addresses):
                    continue
                if times is not None:
                    left = times - 1
                    self._faults[place : place + 1] = [(fault, left)] if left else []
                return fault
        return None

    def _keep(self, envelope: Envelope, *, encrypted: bool) -> None:
        content = bytes(envelope.original_content or b"")
        subject = str(message_from_bytes(content, policy=policy.default)["Subject"] or "mail")
        slug = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")[:60]
        with self._lock:
            number = len(list(self.folder.glob("*.eml"))) + 1
            path = self.folder / f"{number:04d}-{slug}.eml"
            path.write_bytes(content)
            self._mails.append(
                ReceivedMail(
                    sender=envelope.mail_from or "",
                    recipients=tuple(envelope.rcpt_tos),
                    content=content,
                    encrypted=encrypted,
                    path=path,
                )
            )

    def _authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
    ) -> AuthResult:
        if self._login is None or not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = self._login
        success = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=success, handled=False)


class _Controller(Controller):
    """aiosmtpd's controller, on a socket bound beforehand, since it cannot take port 0."""

    def __init__(self, handler: _Handler, *, port: int, **settings: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self._mailbox = handler._mailbox
        super().__init__(
            handler,
            hostname="127.0.0.1",
            port=self._socket.getsockname()[1],
            server_hostname="sample.mail.invalid",
            **settings,
        )

    def factory(self) -> SmtpServer:
        """Return the server of one connection."""
        return _Server(self._mailbox, self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        server: Coroutine[Any, Any, asyncio.AbstractServer] = self.loop.create_server(
            self._factory_invoker, sock=self._socket
        )
        return server


class _Server(SmtpServer):
    """aiosmtpd's server, which can also misbehave at the sender and before it asks for the text."""

    def __init__(self, mailbox: LocalMailbox, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._mailbox = mailbox

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Take a sender, or misbehave as scripted."""
        if not await self._misbehaves("mail", []):
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str) -> None:
        """Ask for the text, or misbehave as scripted."""
        if not await self._misbehaves("text", self.envelope.rcpt_tos if self.envelope else []):
            await super().smtp_DATA(arg)

    async def _misbehaves(self, at: Step, addresses: list[str]) -> bool:
        fault = self._mailbox._take_fault(at, addresses)
        if fault is not None:
            await self.push(await _misbehave(fault, self))
        return fault is not None


class _Handler:
    """Called by aiosmtpd at each step of a delivery."""

    def __init__(self, mailbox: LocalMailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self,
        server: SmtpServer,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a recipient, or refuse it as scripted."""
        fault = self._mailbox._take_fault("rcpt", [address])
        if fault is not None:
            return await _misbehave(fault, server)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SmtpServer, session: Session, envelope: Envelope) -> str:
        """Keep a mail, or refuse it as scripted, or keep it and leave the sender in doubt."""
        fault = self._mailbox._take_fault("data", envelope.rcpt_tos)
        if fault is None or fault.accept:
            self._mailbox._keep(envelope, encrypted=session.ssl is not None)
        return "250 2.0.0 Accepted" if fault is None else await _misbehave(fault, server)


async def _misbehave(fault: MailFault, server: SmtpServer) -> str:
    if fault.answer == "hang":
        await asyncio.Event().wait()
    if fault.seconds:
        await asyncio.sleep(fault.seconds)
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    if fault.answer == "cut":
        transport.abort()
        return "421 4.3.2 Never seen: the connection is gone"
    if fault.answer.startswith("421"):
        # The reply is written before the loop comes round to this.
        asyncio.get_running_loop().call_soon(transport.close)
    return fault.answer


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.mailbox")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--folder", type=Path, default=Path("emails"))
    parser.add_argument("--starttls", action="store_true", help="offer encryption")
    arguments = parser.parse_args()
    with LocalMailbox(
        arguments.folder, port=arguments.port, starttls=arguments.starttls
    ) as mailbox:
        print(f"mail server: {mailbox.host}:{mailbox.port}", flush=True)
        print(f"emails:      {mailbox.folder}", flush=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
