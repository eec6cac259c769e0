"""What Apprise logs while it sends. It returns whether a message was taken, and logs why not."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from alerts.channels.request_errors import may_have_been_taken

_LOGGER = logging.getLogger("apprise")
"""Its debug lines show addresses, which are secrets. We log the outcome ourselves."""

# `AppriseLog` needs the lines that say that something was sent, whatever the level of other logs.
_LOGGER.setLevel(logging.INFO)
_LOGGER.propagate = False


class AppriseLog(logging.Handler):
    """Collects what Apprise logs in this thread.

    warnings: what went wrong, in Apprise's words.
    failed_to_connect: whether the log shows that nothing can have arrived: each warning is about a
        request for which no connection was made, and Apprise has not logged that something was
        sent. One address may have several targets, and a long message several parts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self._may_have_arrived = False
        self.warnings: list[str] = []

    @property
    def failed_to_connect(self) -> bool:
        return bool(self.warnings) and not self._may_have_arrived

    def emit(self, record: logging.LogRecord) -> None:
        """Keep warnings, and note whether anything may have arrived.

        Apprise logs a warning while it handles the error, so the error is known now.
        """
        if record.thread != self._thread or record.levelno < logging.INFO:
            return
        if record.levelno >= logging.WARNING:
            self.warnings.append(record.getMessage())
        error = sys.exc_info()[1]
        if not isinstance(error, requests.RequestException) or may_have_been_taken(error):
            self._may_have_arrived = True


@contextmanager
def collecting_log() -> Iterator[AppriseLog]:
    """Collect what Apprise logs in the block."""
    log = AppriseLog()
    _LOGGER.addHandler(log)
    try:
        yield log
    finally:
        _LOGGER.removeHandler(log)
