"""The head of page 1: whose services, when, and who led."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.base import Reading
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import read_periods
from reports.text.document import Document, Line
from reports.text.people import read_names

_SERVICES = r"(?:local authority |local authority['’]s )?children['’]s (?:social care )?services"
_NAMED = re.compile(rf"inspection of (?P<name>.+?) {_SERVICES}", re.IGNORECASE)
_UNNAMED = re.compile(rf"inspection of {_SERVICES}", re.IGNORECASE)
_DATES = re.compile(r"inspection dates?\s*:\s*(?P<rest>.*)", re.IGNORECASE)
_LEAD = re.compile(r"(?:the )?lead inspectors?\s*[:–-]\s*(?P<rest>.*)", re.IGNORECASE)
_HEADER = re.compile(r"judgements?\s+grades?", re.IGNORECASE)
_HEAD_LINES = 60
_CONTINUED = 3


@dataclass(frozen=True, slots=True)
class TitlePage:
    """Where the table of grades starts; `table` is the position of its header line."""

    table: int


def read_title_page(document: Document, reading: Reading) -> TitlePage:
    """Fill in names, periods and lead inspector, with a problem for each that is unclear."""
    head = document.lines[:_HEAD_LINES]
    table = next((i for i, ln in enumerate(head) if _HEADER.fullmatch(ln.text)), len(head))
    head = head[:table]
    dates = next((i for i, line in enumerate(head) if _DATES.match(line.text)), None)
    lead = next((i for i, line in enumerate(head) if _LEAD.match(line.text)), None)
    first = min(i for i in (dates, lead, table) if i is not None)
    reading.authority_names = _names(head[:first], document)
    _read_dates(head, dates, reading)
    _read_lead(head, lead, reading)
    return TitlePage(table)


def _names(lines: Sequence[Line], document: Document) -> tuple[str, ...]:
    """The name inside the title ("Inspection of Bury local authority children's services"), or
    the lines above a title that names nobody."""
    # A running header may stand before the title, in small type.
    large = [line for line in lines if not document.positioned or line.size > document.body_size]
    text = join_lines([line.text for line in large])
    if named := _NAMED.search(text):
        before = text[: named.start()].strip()
        return (named.group("name"), before) if before else (named.group("name"),)
    if unnamed := _UNNAMED.search(text):
        text = text[: unnamed.start()].strip()
    return (text,) if text else ()


def _read_dates(head: Sequence[Line], at: int | None, reading: Reading) -> None:
    if at is None:
        reading.problem(ProblemCode.DATES_MISSING, "No inspection dates are printed.", page=1)
        return
    text = _continued(head, at, _DATES)
    reading.periods = read_periods(text)
    if not reading.periods:
        reading.problem(
            ProblemCode.DATES_UNCLEAR,
            f"The inspection dates “{text}” cannot be read with certainty.",
            page=head[at].page,
        )


def _read_lead(head: Sequence[Line], at: int | None, reading: Reading) -> None:
    if at is None:
        return
    text = _continued(head, at, _LEAD)
    names = read_names(text)
    if names:
        # Where two led, the first named stands for both.
        reading.lead_inspector = names[0]
    else:
        reading.problem(
            ProblemCode.LEAD_UNCLEAR,
            f"The lead inspector “{text}” cannot be read with certainty.",
            page=head[at].page,
        )


def _continued(head: Sequence[Line], at: int, pattern: re.Pattern[str]) -> str:
    """The rest of a line and the lines that go on with it."""
    match = pattern.match(head[at].text)
    parts = [match.group("rest") if match else ""]
    for line in head[at + 1 : at + 1 + _CONTINUED]:
        if line.gap or _DATES.match(line.text) or _LEAD.match(line.text):
            break
        parts.append(line.text)
    return join_lines(parts)
