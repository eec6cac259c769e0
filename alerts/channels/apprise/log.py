"""What Apprise logs while it sends. It returns whether a message was taken, and only logs why."""

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


class AppriseLog(logging.Handler):
    """Collects the `warnings` that this thread's sending logs, and the `errors` of its requests.

    Apprise logs that a request failed while it handles the error, and keeps only the error's text.
    So the error itself is taken at that moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self.warnings: list[str] = []
        self.errors: list[requests.RequestException] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a warning, and the error that is being handled."""
        if record.thread != self._thread:
            return
        if record.levelno >= logging.WARNING:
            self.warnings.append(record.getMessage())
        error = sys.exc_info()[1]
        if isinstance(error, requests.RequestException):
            self.errors.append(error)


@contextmanager
def collecting_log() -> Iterator[AppriseLog]:
    """Collect what Apprise logs in the block."""
    log = AppriseLog()
    _LOGGER.addHandler(log)
    try:
        yield log
    finally:
        _LOGGER.removeHandler(log)
