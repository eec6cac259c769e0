"""Small HTTP servers in threads of the service."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Handler = Callable[..., BaseHTTPRequestHandler]

NO_HOST_NAME = "no host can have this name"
"""What a UnicodeError means where the address of a host is looked up."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, handler: Handler) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that leaves before it has the whole answer is not an error of the service.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def answering(
    handler: Handler, address: str, *, what: str, setting: str, say: Callable[[str], None]
) -> Iterator[str | None]:
    """Answer at `address` (host:port) until the block ends. Yields the web address of the server.

    An address that cannot be used is not an error, because alerts must be sent anyway: `say`
    receives a sentence that begins with `what`, and the block gets None.
    """
    host, _, port = address.rpartition(":")
    try:
        server = _Server(host.strip("[]"), int(port), handler)
    except (OSError, UnicodeError) as error:
        why = error.strerror or error if isinstance(error, OSError) else NO_HOST_NAME
        say(f"{what} not offered at {address} ({why}); choose another {setting}.")
        yield None
        return
    thread = Thread(target=server.serve_forever, name=setting, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
