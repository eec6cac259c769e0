"""Inspections of local authority children's services (ILACS): 2018, 2023 and April 2026.

Page 1 has the authority, the dates, the lead inspector and a table of grades; then come a
summary, "What needs to improve", and one section a judgement whose heading repeats the grade.
"""

from __future__ import annotations

import re

from reports.frameworks import Frameworks, load_frameworks
from reports.layouts.areas import PRIORITY_HEADING, printed_heading, read_areas
from reports.layouts.base import Reading
from reports.layouts.grades import TableReading, confirmed_judgements
from reports.layouts.headings import GradedHeading, graded_headings
from reports.layouts.table import read_by_position, read_by_stream, read_cells
from reports.layouts.titlepage import TitlePage, read_title_page
from reports.model import Framework, ImprovementArea, Kind
from reports.problems import ProblemCode
from reports.text.document import Document

FRAMEWORKS = frozenset({Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026})

_TITLE = re.compile(
    r"inspection of (?:.{0,80}? )?(?:local authority )?children['’]s (?:social care )?services",
    re.IGNORECASE,
)
_DATES = re.compile(r"inspection dates?\s*:", re.IGNORECASE)
_HEADER = re.compile(r"judgements?\s+grades?", re.IGNORECASE)
_AREAS = re.compile(
    r"(?:what (?:does .{3,60} )?needs? to improve|areas? for improvement)\s*[?:.]*\s*\d?",
    re.IGNORECASE,
)
_HEAD_LINES = 60


class IlacsLayout:
    """The ILACS family."""

    name = "ilacs"

    def matches(self, document: Document) -> bool:
        """The title, the dates and the header of the table stand on the first page."""
        lines = document.lines[:_HEAD_LINES]
        text = " ".join(line.text for line in lines)
        return (
            _TITLE.search(text) is not None
            and any(_DATES.match(line.text) for line in lines)
            and any(_HEADER.fullmatch(line.text) for line in lines)
        )

    def read(self, document: Document) -> Reading:
        """Read it; see the module."""
        frameworks = load_frameworks()
        reading = Reading(kind=Kind.INSPECTION)
        title = read_title_page(document, reading)
        table, after = _table(document, title, frameworks)
        headings = graded_headings(document, start=after, frameworks=frameworks)
        reading.judgements = confirmed_judgements(table, headings, reading=reading)
        _set_framework(reading, frameworks)
        reading.improvement_areas = _areas(document, after, headings, reading)
        return reading


def _table(
    document: Document, title: TitlePage, frameworks: Frameworks
) -> tuple[TableReading, int]:
    """The table of grades, and the position of the first line under it."""
    below = document.lines[title.table + 1 :]
    page = document.lines[title.table].page
    stream, length = read_by_stream(below, frameworks=frameworks)
    if document.positioned:
        rows = read_by_position(document.words(page), frameworks=frameworks) or []
    else:
        rows = read_cells(below, frameworks=frameworks) or stream
    return TableReading(rows, stream, page), title.table + 1 + length


def _set_framework(reading: Reading, frameworks: Frameworks) -> None:
    """The rows decide; the inspection dates must agree."""
    given = frozenset(j.judgement for j in reading.judgements)
    framework = frameworks.by_rows(given, FRAMEWORKS)
    if framework is Framework.UNKNOWN:
        reading.problem(
            ProblemCode.FRAMEWORK_UNKNOWN,
            "The rows of the table are not those of a known framework: "
            + (", ".join(sorted(given)) or "none was read"),
            page=1,
        )
        return
    start = reading.periods[0].start if reading.periods else None
    if start is None or not frameworks.rules[framework].covers(start):
        reading.problem(
            ProblemCode.FRAMEWORK_DATES_DISAGREE,
            f"The rows are those of {frameworks.rules[framework].name}, but the inspection "
            f"started on {start or 'an unknown day'}.",
            page=1,
        )
    reading.framework = framework


def _areas(
    document: Document, after: int, headings: list[GradedHeading], reading: Reading
) -> tuple[ImprovementArea, ...]:
    """The sections "What needs to improve" and, where printed, "Areas for priority action"."""
    starts = [at for at in range(after, len(document.lines)) if _is_areas_heading(document, at)]
    stops = sorted({*starts, *(heading.start for heading in headings)})
    found: list[ImprovementArea] = []
    for start in starts:
        end = next((at for at in stops if at > start), len(document.lines))
        found.extend(
            read_areas(
                reading,
                document=document,
                heading=printed_heading(document.lines[start : start + 1]),
                lines=document.lines[start + 1 : end],
                page=document.lines[start].page,
            )
        )
    return tuple(found)


def _is_areas_heading(document: Document, at: int) -> bool:
    text = document.lines[at].text
    return _AREAS.fullmatch(text) is not None or PRIORITY_HEADING.fullmatch(text) is not None
