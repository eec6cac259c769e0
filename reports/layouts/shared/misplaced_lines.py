"""Lines whose place on the page is not where the text of the file has them.

Programs may draw the lines of a page in any order, and PDFium returns them in that order. A line of
a list may then come before its heading, or after the title that ends the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.spacing import SAME_PLACE
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.headers_and_page_numbers import FOOT, HEAD

_LEVEL = 6.0
"""Points of height by which two lines may differ that stand next to each other."""


def check_places(
    document: Document, *, start: int, body: range, heading: str, reading: ReadingBuilder
) -> None:
    """Report the first line that is in a list on the page and not in the text, or not in order.

    `start` is the position of the heading and `body` are those of the lines under it.
    """
    if not document.positioned:
        return
    lines = document.lines
    line = _above_the_last(lines[start : body.stop + 1]) or next(
        (
            line
            for at, line in enumerate(lines)
            if not start <= at < body.stop and _is_between(line, document, start, body)
        ),
        None,
    )
    if line is not None:
        message = f"“{line.text[:60]}” is out of order; it may be part of “{heading}”."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)


def _above_the_last(lines: Sequence[Line]) -> Line | None:
    """Return the first line that is above the line before it on its page, or left of it."""
    for last, line in pairwise(lines):
        before = abs(line.y - last.y) < SAME_PLACE and line.x < last.x
        if line.page == last.page and (before or line.y > last.y + _LEVEL):
            return line
    return None


def _is_between(line: Line, document: Document, start: int, body: range) -> bool:
    """Return whether a line is below the heading of a list and above the line that ends it."""
    if line.size < document.small or not FOOT <= line.y <= HEAD:
        return False
    top = document.lines[body.start - 1]
    end = document.lines[body.stop] if body.stop < len(document.lines) else None
    below = (line.page, -line.y) > (top.page, -top.y + _LEVEL)
    return below and (end is None or (line.page, -line.y) < (end.page, -end.y - _LEVEL))
