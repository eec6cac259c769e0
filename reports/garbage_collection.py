"""How often Python looks for objects that only refer to one another."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 50_000
_YOUNGER_ROUNDS = 20
_OLDER_ROUNDS = 50


def collect_rarely() -> None:
    """Look for such objects seldom, in the whole process.

    Our commands and flows are short and keep most of what they make. Python looks after every 700
    new objects, which took a quarter of the time of drawing the website.
    """
    gc.set_threshold(_NEW_OBJECTS, _YOUNGER_ROUNDS, _OLDER_ROUNDS)
