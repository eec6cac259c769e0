"""When the site may be asked next, over all threads and processes that share a data folder.

A poll and a backfill may run at the same time. Together they must not ask faster than one of them,
and a pause that the site has asked one of them for is a pause for both, and for the next poll.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.errors import ConfigurationError

try:
    import fcntl
except ImportError:  # on Windows, where each process keeps the pace by itself
    fcntl = None  # type: ignore[assignment]

LONGEST_PAUSE = 6 * 3600.0
"""Seconds. A longer pause (`urllib3` accepts none) was written while the clock was wrong."""

_MOST_TURNS_AHEAD = 60
"""Fewer threads ask at once, so a turn further ahead was planned while the clock was wrong."""


@dataclass(slots=True)
class _Times:
    """Clock times in seconds: of the next turn, and of the end of the pause the site asked for."""

    turn: float = 0.0
    pause: float = 0.0


class RequestTimes:
    """Gives out turns to ask the site. With a `file`, processes on one machine share them."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._own = _Times()

    def take(self, gap: float) -> float:
        """Take the next turn, `gap` seconds before the one after it. Return the seconds to wait."""
        with self._kept() as times:
            now = self._clock()
            is_ahead = now < times.turn <= now + _MOST_TURNS_AHEAD * gap
            turn = times.turn if is_ahead else now
            times.turn = turn + gap
            return turn - now

    def pause(self, seconds: float) -> None:
        """Keep the pause that the site has asked for."""
        with self._kept() as times:
            times.pause = self._clock() + min(seconds, LONGEST_PAUSE)

    def pause_left(self) -> float:
        """Return the seconds until the pause that the site has asked for is over; 0 if it is."""
        with self._kept() as times:
            left = times.pause - self._clock()
            return left if 0 < left <= LONGEST_PAUSE else 0.0

    @contextmanager
    def _kept(self) -> Iterator[_Times]:
        """Yield the times, and keep what the block has changed."""
        with self._lock:
            if self._file is None or fcntl is None:
                yield self._own
                return
            try:
                handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise ConfigurationError(
                    f"{self._file} cannot be opened: {error.strerror}"
                ) from error
            with os.fdopen(handle, "r+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                times = _read(file.read())
                yield times
                file.seek(0)
                file.truncate()
                json.dump(asdict(times), file)


def _read(text: str) -> _Times:
    """Return the times in a file. One that is empty or damaged says nothing."""
    try:
        found = json.loads(text)
        return _Times(turn=float(found["turn"]), pause=float(found["pause"]))
    except (ValueError, TypeError, KeyError):
        return _Times()
