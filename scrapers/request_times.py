"""When the site may be asked next, over all threads and processes that share a data folder.

A poll and a backfill may run at the same time. Together they must not ask faster than one of them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reports.errors import ConfigurationError

try:
    import fcntl
except ImportError:  # on Windows, where each process keeps the pace by itself
    fcntl = None  # type: ignore[assignment]

_MOST_TURNS_AHEAD = 60
"""Fewer threads ask at once, so a turn further ahead was planned while the clock was wrong."""


class RequestTimes:
    """Gives out turns to ask the site. With a `file`, processes on one machine share them."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def take(self, gap: float) -> float:
        """Take the next turn, `gap` seconds before the one after it. Return the seconds to wait.

        Raises ConfigurationError if the file cannot be opened.
        """
        with self._lock, self._opened() as file:
            turn = _time(file.read()) if file else self._next
            now = self._clock()
            if not now < turn <= now + _MOST_TURNS_AHEAD * gap:
                turn = now
            self._next = turn + gap
            if file:
                file.seek(0)
                file.truncate()
                file.write(str(self._next))
            return turn - now

    @contextmanager
    def _opened(self) -> Iterator[IO[str] | None]:
        """Open the file that the processes share, and keep the others from it."""
        if self._file is None or fcntl is None:
            yield None
            return
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigurationError(f"{self._file} cannot be opened: {error.strerror}") from error
        with os.fdopen(handle, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _time(text: str) -> float:
    """Return the clock time in a file. One that is empty or damaged says nothing."""
    try:
        return float(text)
    except ValueError:
        return 0.0
