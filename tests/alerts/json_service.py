"""A local service that takes the JSON of Apprise and of incoming webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def json_service(*answers: int | str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Take JSON and give these answers, then the last one for ever; "cut" ends without a reply,
    "odd" has a header that is none.

    Yields the address for Apprise, and what came.
    """
    left, received = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer == "cut":
                self.close_connection = True
                return
            if answer == "odd":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nServer: x\r\nX-Powered-By\r\n\r\n")
                return
            self.send_response(int(answer))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}/very-secret", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
