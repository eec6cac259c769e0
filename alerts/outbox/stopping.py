"""Stop on request: the message under way is finished first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def finishing_on_sigterm(stop: threading.Event) -> Iterator[threading.Event]:
    """In the block, let SIGTERM only set `stop`; after the block it has its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    received = False

    def note(_signal: int, _frame: FrameType | None) -> None:
        nonlocal received
        received = True
        stop.set()

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)
        if received:
            signal.raise_signal(signal.SIGTERM)
