"""The HTTP server of the sample site."""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from demo.site import misbehave
from demo.site.answers import Response, respond
from demo.site.content import Site
from demo.site.faults import Fault, FaultKind, FaultPlan, order
from demo.site.pages import Pages

_CONTROL = "/-/"
_SMALLEST_TO_PACK = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came: `at` by the monotonic clock, in seconds."""

    at: float
    path: str
    user_agent: str


class SiteServer:
    """Serves a site on a port of this machine, from a thread of its own.

    With `control`, other processes may move the day (`POST /-/today`), order and clear faults
    (`POST` and `DELETE /-/faults`, one a line) and read what was asked for (`GET /-/requests`).
    """

    def __init__(
        self, site: Site, *, host: str = "127.0.0.1", port: int = 0, control: bool = False
    ) -> None:
        self.site = site
        self.pages = Pages(site.quirks)
        self.faults = FaultPlan()
        self.control = control
        self.connections = 0
        self._requests: list[Request] = []
        self._stopping = threading.Event()
        self._http = _Server((host, port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the site, without a slash at the end."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def requests(self) -> list[Request]:
        """All requests so far, oldest first; those to the control paths are not counted."""
        return list(self._requests)

    @property
    def paths(self) -> list[str]:
        """The paths of the `requests`, with their query strings."""
        return [request.path for request in self._requests]

    def forget_requests(self) -> None:
        """Empty the list of requests."""
        self._requests.clear()

    def record(self, request: Request) -> None:
        """Add a request to the list; called by the handler."""
        self._requests.append(request)

    def wait(self, seconds: float) -> bool:
        """Wait, at most until the server stops; return whether it stops."""
        return self._stopping.wait(seconds)

    def start(self) -> Self:
        """Start serving, and return at once."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, and end the answers that are under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def run(self) -> None:
        """Serve in the calling thread until interrupted."""
        with suppress(KeyboardInterrupt):
            self._http.serve_forever()
        self._stopping.set()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: SiteServer) -> None:
        super().__init__(address, _Handler)
        self.owner = owner

    def get_request(self) -> tuple[Any, Any]:
        self.owner.connections += 1
        return super().get_request()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that leaves in the middle is what the faults are for.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in one piece and at once. Sent apart, the second waits for the first to
    # be acknowledged, which costs 44 ms a request.
    wbufsize = 4 << 20
    disable_nagle_algorithm = True

    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        if self.path.startswith(_CONTROL):
            self._send(self._control(b""))
            return
        agent = self.headers.get("User-Agent", "")
        owner.record(Request(time.monotonic(), self.path, agent))
        fault = owner.faults.take(self.path)
        response = misbehave.replacement(fault, owner.pages) if fault else None
        if fault and response is None:
            self._send_badly(fault)
        else:
            self._send(response or self._respond())

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._send(self._control(self.rfile.read(length)))

    do_DELETE = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: `SiteServer.requests` keeps what was asked for."""

    def _respond(self) -> Response:
        owner = self.server.owner
        base = f"http://{self.headers.get('Host') or owner.url.removeprefix('http://')}"
        return respond(owner.site, owner.pages, target=self.path, base=base)

    def _control(self, body: bytes) -> Response:
        owner = self.server.owner
        text = body.decode(errors="replace").strip()
        if not owner.control:
            return Response(404, "text/plain", b"")
        try:
            match (self.command, self.path.removeprefix(_CONTROL)):
                case ("POST", "today"):
                    owner.site.today = date.fromisoformat(text)
                case ("POST", "faults"):
                    for line in text.splitlines():
                        order(line, faults=owner.faults, quirks=owner.site.quirks)
                case ("DELETE", "faults"):
                    owner.faults.clear()
                case ("GET", "requests"):
                    found = json.dumps([asdict(request) for request in owner.requests])
                    return Response(200, "application/json", found.encode())
                case ("DELETE", "requests"):
                    owner.forget_requests()
                case _:
                    return Response(404, "text/plain", b"")
        except ValueError as error:
            return Response(400, "text/plain", str(error).encode())
        return Response(200, "text/plain", b"done\n")

    def _send(self, response: Response) -> None:
        response = self._pack(response)
        self.wfile.write(self._head(response) + response.body)
        if self.close_connection:
            self.wfile.flush()

    def _send_badly(self, fault: Fault) -> None:
        response = self._respond()
        body = response.body
        if fault.kind is FaultKind.CUT_OWN_LENGTH:
            response = replace(response, body=body[: len(body) // 2])
        self.close_connection = True
        pieces = misbehave.badly(
            fault,
            head=self._head(response),
            head_without_length=self._head(response, with_length=False),
            body=response.body,
            wait=self.server.owner.wait,
        )
        self._send_pieces(pieces)
        if fault.kind is FaultKind.HANG_UP and fault.value == "reset":
            misbehave.reset(self.connection)
        elif fault.kind is FaultKind.RESET:
            # Time for what was sent to arrive; a reset discards what has not been read.
            self.server.owner.wait(0.05)
            misbehave.reset(self.connection)

    def _send_pieces(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()

    def _pack(self, response: Response) -> Response:
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not accepts or response.content_type == "application/pdf":
            return response
        if "Content-Encoding" in response.headers or len(response.body) < _SMALLEST_TO_PACK:
            return response
        headers = {**response.headers, "Content-Encoding": "gzip"}
        return replace(response, body=gzip.compress(response.body, 6), headers=headers)

    def _head(self, response: Response, *, with_length: bool = True) -> bytes:
        phrase = HTTPStatus(response.status).phrase
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"Content-Type: {response.content_type}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if with_length:
            lines.append(f"Content-Length: {len(response.body)}")
        else:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
