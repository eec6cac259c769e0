"""Pages that are printed side by side on one sheet, so that their lines have no certain order."""

from __future__ import annotations

from collections import Counter

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
    apart = _APART * document.body_size
    far = Counter(
        line.page for line in document.lines if line.x > apart and len(line.text) >= _RUNNING
    )
    for page in sorted(page for page, lines in far.items() if lines > _MOST_LINES):
        starts = [line.x for line in document.page_lines(page) if len(line.text) >= _RUNNING]
        if sum(x > min(starts) + apart for x in starts) > _MOST_LINES:
            return page
    return None
