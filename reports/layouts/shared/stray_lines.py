"""Lines that were printed over or next to a list and are not part of it, such as stamps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.text.document import Document, Line

_FARTHEST = 100.0
"""Points. Lines of one list start at most this far to the left or right of its first line."""

_OVERLAP = 0.6
"""Lines at a smaller distance than this share of their type size are printed over one another."""


def stray_line(lines: Sequence[Line], document: Document) -> Line | None:
    """Return the first line of a list or cell that is not set like the others, or None.

    It starts far outside the list or is printed over another line. Words in much larger type are
    found elsewhere (`scanner.is_much_larger`).
    """
    if not document.positioned or not lines:
        return None
    left = lines[0].x
    for line in lines:
        if abs(line.x - left) > _FARTHEST:
            return line
    for upper, lower in pairwise(lines):
        if upper.page == lower.page and abs(upper.y - lower.y) < upper.size * _OVERLAP:
            return lower
    return None
