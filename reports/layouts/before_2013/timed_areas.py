"""Areas for improvement in reports before 2013: bullets grouped by their deadline.

"Immediately", "Within three months" and the like divide the list; they are not areas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from reports.layouts.shared.areas import (
    HEADING_START,
    check_marks,
    check_near_headings,
    printed_heading,
    report_doubts,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.headings import looks_like_heading
from reports.layouts.shared.priority_mentions import check_called_priority
from reports.layouts.shared.scanner import scan
from reports.model import ImprovementArea
from reports.problems import ProblemCode
from reports.text.document import Document, Line
from reports.text.lists import split_bullet

_AREAS = re.compile(rf"{HEADING_START}areas? for improvement:?\d?", re.IGNORECASE)
_TIME = re.compile(
    rf"{HEADING_START}(?:immediately|as soon as possible|within .{{2,40}}|within [^.]{{2,80}}:"
    r"|by [^.]{2,30} \d{4})[:.]?",
    re.IGNORECASE,
)


def read_timed_areas(
    document: Document, reading: ReadingBuilder, *, ends: Callable[[int], bool]
) -> tuple[ImprovementArea, ...]:
    """Return the bullets under each "Areas for improvement".

    A list ends before the first line whose position `ends` accepts.
    """
    lines = document.lines
    starts = [
        at
        for at, line in enumerate(lines)
        if _AREAS.fullmatch(line.text) and looks_like_heading(line, document)
    ]
    if not starts:
        reading.problem(ProblemCode.AREAS_MISSING, "No list of areas for improvement was found.")
    found: list[ImprovementArea] = []
    for start in starts:
        stop = next((at for at in range(start + 1, len(lines)) if ends(at)), len(lines))
        listed = _without_times(lines[start + 1 : stop])
        _check_end(document, stop, reading)
        entries = scan(listed, document=document)
        items = entries.items
        heading = printed_heading(lines[start : start + 1])
        report_doubts(entries, heading, reading)
        if not items:
            message = f"No list with bullets under “{heading}”; its areas were not read."
            reading.problem(ProblemCode.AREAS_EMPTY, message, page=lines[start].page)
        check_marks([(item.text, item.page) for item in items], heading, reading)
        check_called_priority(
            [(entry.text, entry.page) for entry in entries.entries], heading, reading
        )
        found.extend(
            ImprovementArea(text=item.text, heading=heading, page=item.page) for item in items
        )
    check_near_headings(document, range(len(lines)), starts.__contains__, reading)
    return tuple(found)


def _without_times(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without the deadlines, each of which sets apart what follows it."""
    kept: list[Line] = []
    apart = False
    for line in lines:
        if _is_time(line.text):
            apart = True
        else:
            kept.append(line._replace(gap=line.gap or apart))
            apart = False
    return kept


def _check_end(document: Document, stop: int, reading: ReadingBuilder) -> None:
    """Report a list that ends at a title with a bullet below: a deadline in unknown words."""
    if not document.positioned:
        return
    for line in document.lines[stop + 1 :]:
        if split_bullet(line.text):
            end = document.lines[stop]
            message = f"The list ends at “{end.text[:60]}”, which may be part of it."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=end.page)
        elif looks_like_heading(line, document):
            continue
        return


def is_next_title(document: Document, at: int, titles: re.Pattern[str]) -> bool:
    """Return whether a line is a title, which ends the list; `titles` are those of plain text."""
    line = document.lines[at]
    if split_bullet(line.text) or _is_time(line.text):
        return False
    if document.positioned:
        return looks_like_heading(line, document)
    return titles.fullmatch(line.text) is not None


def _is_time(text: str) -> bool:
    """Return whether a line is the deadline of the items below it."""
    return _TIME.fullmatch(text) is not None
