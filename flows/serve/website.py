"""Offers the website of the data folder on this machine, while the service runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import BinaryIO

from flows.serve.listener import answering

logger = logging.getLogger(__name__)


class _Pages(SimpleHTTPRequestHandler):
    """Files of the folder, and nothing else: no list of a folder, no hidden file."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".atom": "application/atom+xml; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
    }
    server_version = "InspectionWatch"
    sys_version = ""
    # A connection that is silent for this number of seconds is closed.
    timeout = 30

    def send_head(self) -> BinaryIO | None:
        if any(part.startswith(".") for part in self.path.split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)


@contextmanager
def offered(folder: Path, address: str, *, say: Callable[[str], None]) -> Iterator[str | None]:
    """Offer a folder until the block ends. Gives its web address; None where that is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with answering(
        partial(_Pages, directory=str(folder)),
        address,
        what="The website is",
        setting="WATCH_WEBSITE_ADDRESS",
        say=say,
    ) as offered_at:
        yield offered_at
