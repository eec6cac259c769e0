"""Pages that are printed side by side on one sheet, so that their lines have no certain order."""

from __future__ import annotations

from reports.text.document import Document

_RUNNING = 40
"""Characters from which a line is running text, not an address or a cell of a table."""

_APART = 18
"""How far to the right the second page starts, in sizes of type. No list is indented so far."""

_MOST_LINES = 4
"""Some reports have a line or two of running text far to the right."""


def side_by_side(document: Document) -> int | None:
    """Return the first page with running text that starts far to the right; None without one."""
    if not document.positioned:
        return None
    left: dict[int, float] = {}
    starts: dict[int, list[float]] = {}
    for line in document.lines:
        if len(line.text) >= _RUNNING:
            left[line.page] = min(left.get(line.page, line.x), line.x)
            starts.setdefault(line.page, []).append(line.x)
    for page, found in starts.items():
        limit = left[page] + _APART * document.body_size
        if sum(x > limit for x in found) > _MOST_LINES:
            return page
    return None
