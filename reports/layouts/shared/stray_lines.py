"""Lines that were printed over or next to a list and are not part of it: stamps and watermarks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.text.document import Document, Line

_LARGE = 1.25
"""Type from this many times the size of the body is never that of an item."""

_FARTHEST = 100.0
"""Points. Lines of one list start at most this far to the right of its first line."""

_OVERLAP = 0.6
"""Lines at a smaller distance than this share of their type size are printed over one another."""


def stray_line(lines: Sequence[Line], document: Document) -> Line | None:
    """Return the first line of a list or cell that is not set like the others; None for none.

    It is much larger, starts far outside the list, or is printed over another line.
    """
    if not document.positioned or not lines:
        return None
    left, large = lines[0].x, document.body_size * _LARGE
    for line in lines:
        if line.size > large or abs(line.x - left) > _FARTHEST:
            return line
    for upper, lower in pairwise(lines):
        if upper.page == lower.page and abs(upper.y - lower.y) < upper.size * _OVERLAP:
            return lower
    return None
