"""A program that takes signed webhooks, with faults on request; checks signatures on its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ok!").decode()


@dataclass(frozen=True)
class Fault:
    """One misbehaviour: an HTTP status with headers, "cut" or "hang"; `accept` keeps it first."""

    answer: int | str
    accept: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """What came, in order; messages whose signature does not fit are counted as `refused`."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.methods: list[str] = []
        self.refused = 0
        self.faults: list[Fault] = []
        self.lock = Lock()
        self.stopped = Event()

    def take(self, headers: Any, body: bytes) -> Fault:
        """Keep what came, unless a fault says otherwise."""
        with self.lock:
            fault = self.faults.pop(0) if self.faults else Fault(200, accept=True)
            if not fits(headers, body):
                self.refused += 1
                return Fault(401)
            if fault.accept:
                self.bodies.append(json.loads(body))
                self.ids.append(headers["webhook-id"])
            return fault


def fits(headers: Any, body: bytes) -> bool:
    """The check of the Standard Webhooks specification, written from its text."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and value == expected for version, value in given)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.methods.append("POST")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = receiver.take(self.headers, body)
            if fault.answer == "hang":
                receiver.stopped.wait(30)
            if isinstance(fault.answer, str):
                self.close_connection = True
                return
            self.answer(fault.answer, fault.headers)

        def do_HEAD(self) -> None:
            receiver.methods.append("HEAD")
            self.answer(405, {})

        def answer(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/very-secret"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def webhook_channel(receiver: Receiver, **more: Any) -> dict[str, Any]:
    """The entry of a signed webhook."""
    return {"type": "webhook", "url": receiver.url, "secret": SECRET, **more}
