"""Work that must end, even where the other side sends a byte now and then for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from alerts.channels.errors import DeliveryError

Found = TypeVar("Found")


def in_time(work: Callable[[], Found], *, seconds: float) -> Found:
    """What `work` returns or raises.

    The time-outs of sockets count from byte to byte, so `work` has a thread of its own, which is
    left alone when its time is over. Raises DeliveryError then: nobody knows what has come of it.
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
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        said = f"no end after {seconds:g} seconds"
        raise DeliveryError(said, ambiguous=True, channel_wide=True)
    return found[0]
