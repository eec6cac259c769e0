"""What Apprise says while it sends: it returns whether a message was taken; why not, it logs."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Self

import requests

# Its debug lines show addresses, which are secrets. We log the outcome ourselves.
_LOGGER = logging.getLogger("apprise")
_LOGGER.setLevel(logging.DEBUG)
_LOGGER.propagate = False


class Listening(logging.Handler):
    """A context in which `warnings` and `errors` of this thread's sending are kept.

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

    def __enter__(self) -> Self:
        _LOGGER.addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _LOGGER.removeHandler(self)
