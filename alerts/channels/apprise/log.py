"""What Apprise logs while it sends: it returns whether a message was taken, and logs why not."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import requests

# Its debug lines show addresses, which are secrets. We log the outcome ourselves.
_LOGGER = logging.getLogger("apprise")
_LOGGER.setLevel(logging.DEBUG)
_LOGGER.propagate = False


class Heard(logging.Handler):
    """The `warnings` of this thread's sending, and the `errors` in which its requests ended.

    Apprise logs the end of a request while it handles the error, and keeps the words of it only;
    so the error itself is looked at in that moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self.warnings: list[str] = []
        self.errors: list[requests.RequestException] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what one line of the log says."""
        if record.thread != self._thread:
            return
        if record.levelno >= logging.WARNING:
            self.warnings.append(record.getMessage())
        error = sys.exc_info()[1]
        if isinstance(error, requests.RequestException):
            self.errors.append(error)


@contextmanager
def listening() -> Iterator[Heard]:
    """Collect what Apprise logs inside."""
    heard = Heard()
    _LOGGER.addHandler(heard)
    try:
        yield heard
    finally:
        _LOGGER.removeHandler(heard)
