"""Work that must end, even where the other side sends a byte now and then for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from alerts.channels.errors import NoReply

Found = TypeVar("Found")


def in_time(
    work: Callable[[], Found],
    *,
    seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
    every: float = float("inf"),
) -> Found:
    """Return what `work` returns, or raise what it raises; call `meanwhile` now and then.

    The time-outs of sockets count from byte to byte, so `work` has a thread of its own, which is
    left alone when its time is over. Raises NoReply then.
    """
    found: list[Found] = []
    failed: list[Exception] = []

    def do() -> None:
        try:
            found.append(work())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=do, name="delivery", daemon=True)
    thread.start()
    ends = time.monotonic() + seconds
    while thread.is_alive() and (left := ends - time.monotonic()) > 0:
        thread.join(min(every, left))
        if thread.is_alive():
            meanwhile()
    if failed:
        raise failed[0]
    if not found:
        raise NoReply(f"no reply within {seconds:g} seconds", channel_wide=True)
    return found[0]
