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

_FURTHEST = 300.0
"""In seconds. A turn further ahead was planned while the clock was wrong: few threads ask at once,
and the site puts off a turn by a minute at most."""


class RequestTimes:
    """Gives out turns to ask the site. With a `file`, processes on one machine share them."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def take(self, gap: float) -> float:
        """Take the next turn, `gap` seconds before the one after it. Return the seconds to wait.

        Raises ConfigurationError if the file cannot be opened or written.
        """
        return self._move(gap, wait=0.0)

    def put_off(self, seconds: float) -> None:
        """Let the next turn be no earlier than `seconds` from now. Raises the same error."""
        self._move(0.0, wait=seconds)

    def _move(self, gap: float, *, wait: float) -> float:
        """Move the next turn to `gap` seconds after the one that is next now, or after `wait`
        seconds if that is later. Return the seconds until then, without the gap.
        """
        try:
            with self._lock, self._opened() as file:
                turn = _time(file.read()) if file else self._next
                now = self._clock()
                if not now < turn <= now + _FURTHEST + gap:
                    turn = now
                turn = max(turn, now + wait)
                self._next = turn + gap
                if file:
                    file.seek(0)
                    file.truncate()
                    file.write(str(self._next))
                return turn - now
        except OSError as error:
            message = f"{self._file} cannot be opened or written: {error.strerror}"
            raise ConfigurationError(message) from error

    @contextmanager
    def _opened(self) -> Iterator[IO[str] | None]:
        """Open the file that the processes share, and keep the others from it."""
        if self._file is None or fcntl is None:
            yield None
            return
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+", encoding="utf-8", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _time(text: str) -> float:
    """Return the clock time in a file. One that is empty or damaged says nothing."""
    try:
        return float(text)
    except ValueError:
        return 0.0
