"""The HTTP side of the local Slack: paths, tokens, forms, JSON, and misbehaviour on the wire."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.slack.state import SlackFault
from demo.slack.workspace import UPLOADS, WEBHOOK_PATH, Arguments, Workspace, error_reply

logger = logging.getLogger(__name__)

_LARGEST_BODY = 1_000_000


class SlackServer(ThreadingHTTPServer):
    """Serves one workspace, each call in a thread of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], workspace: Workspace) -> None:
        super().__init__(address, _Handler)
        self.workspace = workspace
        workspace.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: SlackServer

    def log_message(self, format: str, *args: object) -> None:
        """Log through our own logger instead of stderr."""
        logger.debug(format, *args)

    def do_GET(self) -> None:
        """Answer a method that reads."""
        self._answer()

    def do_POST(self) -> None:
        """Answer any other method, called with a form or with JSON."""
        self._answer()

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith(UPLOADS):
            self._take_file(path.removeprefix(UPLOADS))
            return
        is_webhook = path.startswith("/services/")
        method = "webhook" if is_webhook else path.removeprefix("/api/")
        self.server.workspace.calls[method] += 1
        arguments = self._arguments()
        fault = self.server.workspace.state.take_fault(method)
        if fault is not None and not fault.accept:
            self._misbehave(fault, is_webhook=is_webhook)
            return
        if is_webhook:
            status, body = self._by_webhook(path, arguments)
        else:
            status, body = self._by_method(method, arguments)
        if fault is not None:
            self._misbehave(fault, is_webhook=is_webhook)
            return
        headers = {"Retry-After": "1"} if status == 429 else {}
        self._send(status, body, headers)

    def _take_file(self, file_id: str) -> None:
        """Take the content of an announced file, unless a fault of the method "upload" is due."""
        workspace = self.server.workspace
        workspace.calls["upload"] += 1
        content = self._body()
        fault = workspace.state.take_fault("upload")
        if fault is not None:
            self._misbehave(fault, is_webhook=False)
        elif workspace.state.change_file(file_id, content=content):
            self._send(200, f"OK - {len(content)}", {})
        else:
            self._send(404, "no such file", {})

    def _by_method(self, method: str, arguments: Arguments | None) -> tuple[int, str]:
        workspace = self.server.workspace
        given = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = given or str((arguments or {}).get("token", ""))
        if arguments is None:
            reply = error_reply("invalid_json")
        elif given != workspace.token:
            reply = error_reply("invalid_auth" if given else "not_authed")
        else:
            reply = workspace.call(method, arguments)
        return (429 if reply.get("error") == "ratelimited" else 200), json.dumps(reply)

    def _by_webhook(self, path: str, arguments: Arguments | None) -> tuple[int, str]:
        if path != WEBHOOK_PATH:
            return 404, "no_service"
        if arguments is None:
            return 400, "invalid_payload"
        answer = self.server.workspace.post_by_webhook(arguments)
        return (200 if answer == "ok" else 400), answer

    def _arguments(self) -> Arguments | None:
        """Return the arguments of a call from its query and body; None where JSON is malformed."""
        arguments: dict[str, Any] = dict(parse_qsl(urlsplit(self.path).query))
        body = self._body().decode("utf-8", "replace")
        try:
            if self.headers.get("Content-Type", "").startswith("application/json"):
                arguments |= json.loads(body or "{}")
            else:
                arguments |= dict(parse_qsl(body))
                # In forms, everything structured is JSON in a string.
                for name in ("blocks", "metadata", "attachments"):
                    if name in arguments:
                        arguments[name] = json.loads(arguments[name])
        except (ValueError, TypeError):
            return None
        return arguments

    def _body(self) -> bytes:
        length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_BODY)
        return self.rfile.read(length)

    def _misbehave(self, fault: SlackFault, *, is_webhook: bool) -> None:
        if fault.answer == "hang":
            self.server.workspace.stopping.wait()
        if fault.answer in {"cut", "hang"}:
            self.close_connection = True
            with suppress(OSError):  # the caller may have left first
                self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.answer == "rate_limited":
            headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            self._send(429, json.dumps(error_reply("ratelimited")), headers)
        elif fault.answer == "server_error":
            self._send(fault.status, fault.body, {})
        elif is_webhook:
            self._send(400, fault.code, {})
        else:
            self._send(200, json.dumps(error_reply(fault.code)), {})

    def _send(self, status: int, body: str, headers: Mapping[str, str]) -> None:
        data = body.encode()
        kind = "application/json" if body.startswith("{") else "text/html"
        try:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            logger.debug("the caller of %s has gone", self.path)
