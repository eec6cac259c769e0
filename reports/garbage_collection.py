"""How often Python looks for objects that only refer to one another."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Look for such objects seldom, in the whole process.

    Our commands and flows are short and keep most of what they make. Python looks after every 700
    new objects, which took a quarter of the time of drawing the website.
    """
    gc.set_threshold(50_000, 20, 50)
