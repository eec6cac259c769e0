"""The head of page 1: the council, the dates and the lead inspector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.shared.base import ReadingBuilder
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import DATE_LINE, read_whole
from reports.text.document import Document, Line
from reports.text.people import LEAD_WORDS, read_names

_SERVICES = r"(?:local authority |local authority['’]s )?children['’]s (?:social care )?services"
_NAMED = re.compile(rf"inspection of (?P<name>.+?) {_SERVICES}", re.IGNORECASE)
_UNNAMED = re.compile(rf"inspection of {_SERVICES}", re.IGNORECASE)
_TITLE = re.compile(r"inspection of (?P<name>.+)", re.IGNORECASE)
_LEAD = re.compile(rf"(?i:(?:the )?{LEAD_WORDS})\s*(?:[:–-]|(?=[A-Z]))\s*(?P<names>.*)")
_INSPECTOR = re.compile(r"\binspectors?\b|\bHMIs?\b", re.IGNORECASE)
_HEADER = re.compile(r"judgements?\s+grades?", re.IGNORECASE)
_HEAD_LINES = 60
_CONTINUED = 3


@dataclass(frozen=True, slots=True)
class TableHeader:
    """The words "Judgement" and "Grade" on lines `start` to `end` (exclusive)."""

    start: int
    end: int


def find_table(document: Document) -> TableHeader | None:
    """Return the header of the table of grades, one or two lines in the head of the document."""
    head = document.lines[:_HEAD_LINES]
    for at, line in enumerate(head):
        if _HEADER.fullmatch(line.text):
            return TableHeader(at, at + 1)
        if at + 1 < len(head) and _HEADER.fullmatch(f"{line.text} {head[at + 1].text}"):
            return TableHeader(at, at + 2)
    return None


def has_dates(document: Document) -> bool:
    """Return whether the head of the document prints inspection dates."""
    return any(DATE_LINE.match(line.text) for line in document.lines[:_HEAD_LINES])


def read_title_page(document: Document, table: TableHeader, reading: ReadingBuilder) -> None:
    """Fill in names, periods and lead inspector, with a problem for each that is unclear."""
    head = _above(document, table)
    dates = next((i for i, line in enumerate(head) if DATE_LINE.match(line.text)), None)
    lead = next((i for i, line in enumerate(head) if _LEAD.match(line.text)), None)
    first = min((i for i in (dates, lead) if i is not None), default=len(head))
    reading.authority_names = _names(head[:first], document)
    _read_dates(document, head, dates, reading)
    _read_lead(head, lead, reading)


def _above(document: Document, table: TableHeader) -> Sequence[Line]:
    """Return the lines above the table, from top to bottom of the page."""
    if not document.positioned:
        return document.lines[: table.start]
    header = document.lines[table.start]
    before = [line for line in document.lines[: table.start] if line.page < header.page]
    above = [line for line in document.page_lines(header.page) if line.y > header.y]
    return before + sorted(above, key=lambda line: (-round(line.y), line.x))


def _names(lines: Sequence[Line], document: Document) -> tuple[str, ...]:
    """Return the name in the title, or the lines above a title that does not name the council.

    A title with a name is "Inspection of Bury local authority children's services".
    """
    # A running header may be before the title, in small type.
    large = [line for line in lines if not document.positioned or line.size > document.body_size]
    text = join_lines([line.text for line in large or lines])
    if unnamed := _UNNAMED.search(text):
        before = text[: unnamed.start()].strip()
        return (before,) if before else ()
    if named := _NAMED.search(text):
        before = text[: named.start()].strip()
        return (named.group("name"), before) if before else (named.group("name"),)
    title = _TITLE.match(text)
    return (title.group("name"),) if title else (text,) if text else ()


def _read_dates(
    document: Document, head: Sequence[Line], at: int | None, reading: ReadingBuilder
) -> None:
    if at is None:
        message = "No inspection dates are printed."
        reading.problem(ProblemCode.DATES_MISSING, message, page=document.first_page)
        return
    text = _continued(head, at, DATE_LINE)
    reading.periods = read_whole(text)
    if not reading.periods:
        reading.problem(
            ProblemCode.DATES_UNCLEAR,
            f"The inspection dates “{text}” cannot be read with certainty.",
            page=head[at].page,
        )


def _read_lead(head: Sequence[Line], at: int | None, reading: ReadingBuilder) -> None:
    if at is None:
        if named := next((line for line in head if _INSPECTOR.search(line.text)), None):
            message = f"Whether “{named.text[:60]}” names the lead inspector is not certain."
            reading.problem(ProblemCode.LEAD_UNCLEAR, message, page=named.page)
        return
    text = _continued(head, at, _LEAD)
    names = read_names(text)
    if names:
        # Where two inspectors led, the first counts.
        reading.lead_inspector = names[0]
    else:
        reading.problem(
            ProblemCode.LEAD_UNCLEAR,
            f"The lead inspector “{text}” cannot be read with certainty.",
            page=head[at].page,
        )


def _continued(head: Sequence[Line], at: int, pattern: re.Pattern[str]) -> str:
    """Return the rest of a line (the only group of the pattern) and the lines that continue it."""
    match = pattern.match(head[at].text)
    parts = [match.group(1) if match else ""]
    for line in head[at + 1 : at + 1 + _CONTINUED]:
        if line.gap or DATE_LINE.match(line.text) or _LEAD.match(line.text):
            break
        parts.append(line.text)
    return join_lines(parts)
