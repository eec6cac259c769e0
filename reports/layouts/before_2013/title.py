"""Titles of reports before 2013: the words of the title, and the council's name next to it."""

from __future__ import annotations

import re

from reports.layouts.sif.front_page import front_lines
from reports.text.clean import join_lines
from reports.text.document import Document

_TITLE_LINES = 4
_FIRST_LINES = 15
_NO_NAME = re.compile(
    r"(?:inspection dates?|age group|published|reporting inspector|lead inspector)\b", re.IGNORECASE
)
_DATES = re.compile(r"inspection dates?\b", re.IGNORECASE)


def names_at_title(document: Document, title: re.Pattern[str]) -> tuple[str, ...] | None:
    """Return the council's name below, after or above a title.

    The result is empty where the title has no name near it, and None where there is no such title.
    The title must start at the beginning of one of the first lines of a front page that also
    prints the dates.
    """
    front = front_lines(document)
    if not any(_DATES.match(line.text) for line in front):
        return None
    for at in range(min(_FIRST_LINES, len(front))):
        for end in range(min(at + _TITLE_LINES, len(front)), at, -1):
            if title.fullmatch(join_lines([line.text for line in front[at:end]])):
                return _names(document, at, end)
        if match := title.match(front[at].text):
            behind = front[at].text[match.end() :].strip(" :–-,")
            name = re.sub(r"^(?:in|of|at) ", "", behind)
            return (name,) if name else _names(document, at, at + 1)
    return None


def _names(document: Document, at: int, end: int) -> tuple[str, ...]:
    front = front_lines(document)
    under = front[end].text if end < len(front) else ""
    if under and not _NO_NAME.match(under):
        return (under,)
    above = front[at - 1].text if at else ""
    return (above,) if above else ()
