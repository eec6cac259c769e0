"""A local GOV.UK Notify that keeps every email, with faults on request.

Written from the public documentation of its API: https://docs.notifications.service.gov.uk. It
knows one service with one template, checks every request's token, and takes the addresses of
`SIMULATED` as Notify does.

    with LocalNotify() as notify:
        notify.add_fault(answer(500, accept=True))
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

SERVICE_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"sample-{SERVICE_ID}-{SECRET}"
TEMPLATE_ID = "f33517ff-2a88-4f6e-b855-c550268ce08a"
FIELDS = ("subject", "body")
SIMULATED = {
    "perm-fail@simulator.notify": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure",
}

MAX_BYTES = 2_000_000
"""Notify refuses emails above this size."""

CLOCK_SECONDS = 30

Reply = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class NotifyFault:
    """One misbehaviour: a status, or None to end the connection without a reply."""

    status: int | None
    accept: bool = False
    method: str = "POST"


def answer(status: int, *, accept: bool = False, method: str = "POST") -> NotifyFault:
    """Reply with this status, before or after the email was kept."""
    return NotifyFault(status, accept=accept, method=method)


def hang_up(*, accept: bool, method: str = "POST") -> NotifyFault:
    """End the connection without a reply, before or after the email was kept."""
    return NotifyFault(None, accept=accept, method=method)


@dataclass(frozen=True)
class NotifyEmail:
    """An email that Notify took."""

    id: str
    reference: str | None
    to: str
    subject: str
    body: str
    status: str = "created"


@dataclass
class _State:
    emails: list[NotifyEmail] = field(default_factory=list)
    faults: list[NotifyFault] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    stopped: Event = field(default_factory=Event)


class LocalNotify:
    """GOV.UK Notify on 127.0.0.1; use it in a `with` block. `fields` are those of its template."""

    def __init__(self, *, fields: tuple[str, ...] = FIELDS) -> None:
        self.api_key = API_KEY
        self.template_id = TEMPLATE_ID
        self._fields = fields
        self._state = _State()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner._serve(self, "GET", b"")

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                owner._serve(self, "POST", self.rfile.read(length))

            def log_message(self, format: str, *args: object) -> None:
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """The address of the local service, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def emails(self) -> tuple[NotifyEmail, ...]:
        """Every email taken, oldest first."""
        with self._state.lock:
            return tuple(self._state.emails)

    def add_fault(self, fault: NotifyFault, *, times: int = 1) -> None:
        """Show this fault at the next requests of its method."""
        with self._state.lock:
            self._state.faults += [fault] * times

    def clear_faults(self) -> None:
        """Behave well again."""
        with self._state.lock:
            self._state.faults.clear()

    def set_status(self, status: str) -> None:
        """Give this status to all emails taken so far."""
        with self._state.lock:
            self._state.emails = [replace(email, status=status) for email in self._state.emails]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._state.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler, method: str, body: bytes) -> None:
        with self._state.lock:
            fault = next((fault for fault in self._state.faults if fault.method == method), None)
            if fault is not None:
                self._state.faults.remove(fault)
            if fault is None or fault.accept:
                reply = self._reply(handler, method, body)
        if fault is not None:
            if fault.status is None:
                handler.close_connection = True
                return
            reply = _error(fault.status, "Exception", "Internal server error")
        status, content = reply
        said = json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    def _reply(self, handler: BaseHTTPRequestHandler, method: str, body: bytes) -> Reply:
        if problem := _token_problem(handler.headers.get("Authorization", "")):
            return _error(403, "AuthError", problem)
        parts = urlsplit(handler.path)
        match method, parts.path.strip("/").split("/"):
            case "POST", ["v2", "notifications", "email"]:
                return self._take(json.loads(body))
            case "GET", ["v2", "notifications"]:
                reference = parse_qs(parts.query).get("reference", [None])[0]
                found = [
                    email for email in self._state.emails if reference in (None, email.reference)
                ]
                shown = [_as_json(email) for email in found[:250]]
                return 200, {"notifications": shown, "links": {}}
            case "GET", ["v2", "notifications", email_id]:
                return self._email(email_id)
            case "GET", ["v2", "template", name] if name == TEMPLATE_ID:
                body_text = " ".join(f"(({name}))" for name in self._fields[1:])
                subject = f"(({self._fields[0]}))"
                return 200, {"id": name, "name": "Alert", "subject": subject, "body": body_text}
        return _error(404, "NoResultFound", "No result found")

    def _email(self, email_id: str) -> Reply:
        for email in self._state.emails:
            if email.id == email_id:
                return 200, _as_json(email)
        return _error(404, "NoResultFound", "No result found")

    def _take(self, asked: dict[str, Any]) -> Reply:
        personalisation = asked.get("personalisation") or {}
        missing = [name for name in self._fields if name not in personalisation]
        if asked.get("template_id") != TEMPLATE_ID:
            return _error(400, "BadRequestError", "Template not found")
        if missing:
            return _error(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        if "@" not in asked.get("email_address", ""):
            return _error(400, "ValidationError", "email_address Not a valid email address")
        if len(json.dumps(personalisation).encode()) > MAX_BYTES:
            return _error(400, "BadRequestError", "Emails cannot be longer than 2000000 bytes.")
        number = len(self._state.emails) + 1
        email = NotifyEmail(
            id=str(uuid5(UUID(SERVICE_ID), str(number))),
            reference=asked.get("reference"),
            to=asked["email_address"],
            subject=str(personalisation.get("subject")),
            body=str(personalisation.get("body")),
            status=SIMULATED.get(asked["email_address"], "created"),
        )
        self._state.emails.append(email)
        return 201, {"id": email.id, "reference": email.reference, "content": {}}


def _error(status: int, kind: str, message: str) -> Reply:
    return status, {"status_code": status, "errors": [{"error": kind, "message": message}]}


def _as_json(email: NotifyEmail) -> dict[str, Any]:
    return {
        "id": email.id,
        "reference": email.reference,
        "email_address": email.to,
        "type": "email",
        "status": email.status,
        "subject": email.subject,
        "body": email.body,
    }


def _token_problem(header: str) -> str | None:
    """Return what is wrong with a JSON web token, in Notify's words; None for a valid one."""
    try:
        signed, _, signature = header.removeprefix("Bearer ").rpartition(".")
        expected = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest()
        claims = json.loads(_decoded(signed.split(".")[1]))
        if not hmac.compare_digest(_decoded(signature), expected) or claims["iss"] != SERVICE_ID:
            return "Invalid token: API key not found"
        if abs(time.time() - claims["iat"]) > CLOCK_SECONDS:
            return "Error: Your system clock must be accurate to within 30 seconds"
    except (ValueError, KeyError, IndexError):
        return "Invalid token: signature"
    return None


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
