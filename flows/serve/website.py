"""Serve the website of the data folder on this machine, while the service runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from flows.serve.listener import answering
from flows.serve.unsubscribe import UnsubscribeAnswer, UnsubscribePage, token_of

logger = logging.getLogger(__name__)


_LONGEST_FORM = 10_000
_ONLY_A_FORM = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
)
_ERROR_PAGE = """\
<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>This page cannot be shown</title></head>
<body><h1>This page cannot be shown</h1><p>Check the web address. Error %(code)d.</p></body>
</html>
"""


class _Pages(SimpleHTTPRequestHandler):
    """Serves the files of the folder: no lists of folders, no hidden files.

    With an UnsubscribePage, also the links by which recipients unsubscribe.
    """

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
    }
    server_version = "InspectionWatch"
    sys_version = ""
    error_message_format = _ERROR_PAGE
    _page: UnsubscribePage | None = None
    # A connection that is silent for this number of seconds is closed.
    timeout = 30

    def __init__(self, *arguments: Any, page: UnsubscribePage | None, **more: Any) -> None:
        self._page = page
        super().__init__(*arguments, **more)

    def send_head(self) -> BinaryIO | None:
        path = unquote(self.path)
        if "\0" in path or any(part.startswith(".") for part in path.split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def do_GET(self) -> None:
        if self._page and token_of(self.path):
            self._send_page(self._page.form())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        token = token_of(self.path)
        if self._page is None or token is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        # The body adds nothing to the link, but it must be read.
        length = self.headers.get("Content-Length", "0")
        self.rfile.read(min(int(length[:9]) if length.isdecimal() else 0, _LONGEST_FORM))
        self._send_page(self._page.confirm(token))

    def _send_page(self, answer: UnsubscribeAnswer) -> None:
        body = answer.page.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", _ONLY_A_FORM)
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)


@contextmanager
def offered(
    folder: Path,
    address: str,
    *,
    say: Callable[[str], None],
    page: UnsubscribePage | None = None,
) -> Iterator[str | None]:
    """Serve a folder until the block ends. Yields its web address; None if that is taken.

    `page` answers the links by which recipients unsubscribe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with answering(
        partial(_Pages, directory=str(folder), page=page),
        address,
        what="The website is",
        setting="WATCH_WEBSITE_ADDRESS",
        say=say,
    ) as offered_at:
        yield offered_at
