"""Waiting for other processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 300.0
"""Seconds. Generous: the tests may share two cores with others."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for a condition of other processes, and give what it gave."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE:.0f} s: {what}")
