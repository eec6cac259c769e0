"""The first page of a SIF report: whose services, when, and the overall grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.layouts.base import Reading
from reports.model import Grade
from reports.problems import ProblemCode
from reports.text.clean import join_lines, plain_key
from reports.text.dates import read_date, read_periods
from reports.text.document import Document, Line

TITLE = re.compile(
    r"(?:re-?\s?)?inspection of services for children in need of help and protection",
    re.IGNORECASE,
)
REVIEW = re.compile(
    r"(?:review|inspection) of the effectiveness of the (?:.{0,60}? )?local safeguarding children",
    re.IGNORECASE,
)
_TITLE_STARTS = re.compile(r"(?:re-?\s?)?inspection of |review of the effectiveness", re.IGNORECASE)
_DATES = re.compile(r"inspection dates?\s*:?\s*(?P<rest>.*)", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:report )?published\s*(?:on)?\s*:?\s*(?P<rest>.*)", re.IGNORECASE)
GRADE = r"requires? improvement(?: to be good)?|outstanding|good|adequate|inadequate|not judged"
_SERVICES = (
    r"(?:the )?children['’]?s['’]? services?"
    r"(?:,? (?:in|at|for|across|provided by|of) (?P<area>(?:(?! (?:is|are|requires?)\b).)+))?"
)
OVERALL = re.compile(
    rf"(?P<label>(?:the overall judge?ment is(?: that)?(?: it)?(?: {_SERVICES})?|"
    rf"{_SERVICES.replace('<area>', '<named>')})(?: is| are)?)"
    rf" (?P<grade>{GRADE})(?: because)?\s*[.:]?\s*\d?",
    re.IGNORECASE,
)
_OVERALL_STARTS = re.compile(
    r"(?:the overall judge?ment\b|(?:the )?children['’]?s['’]? services?\b)", re.IGNORECASE
)
_STATEMENT_LINES = 5
_LOOSE = 1.0
"""Points of type size within which lines are set alike."""


@dataclass(frozen=True, slots=True)
class Overall:
    """The sentence above the table that gives the overall grade."""

    label: str
    printed: str
    grade: Grade | None
    end: int
    """The position of the first line under it."""


def front_lines(document: Document) -> list[Line]:
    """The lines of the first page with text."""
    first = document.lines[0].page if document.lines else 1
    return [line for line in document.lines if line.page == first]


def front_text(document: Document) -> str:
    """The first page as one string."""
    return join_lines([line.text for line in front_lines(document)])


def read_front(document: Document, reading: Reading) -> None:
    """Fill in names, periods and the date of publication, with a problem for what is unclear."""
    lines = front_lines(document)
    title = next((i for i, ln in enumerate(lines) if _TITLE_STARTS.match(ln.text)), 0)
    name = join_lines([line.text for line in lines[:title]])
    reading.authority_names = (name,) if name else ()
    at = next((i for i, ln in enumerate(lines) if i > title and _DATES.match(ln.text)), None)
    if at is None:
        reading.problem(ProblemCode.DATES_MISSING, "No inspection dates are printed.", page=1)
    else:
        text = _continued(lines, at, _DATES)
        reading.periods = read_periods(text)
        if not reading.periods:
            reading.problem(
                ProblemCode.DATES_UNCLEAR,
                f"The inspection dates “{text}” cannot be read with certainty.",
                page=lines[at].page,
            )
    _read_published(lines, reading)


def _read_published(lines: Sequence[Line], reading: Reading) -> None:
    """The first reports print no date of publication."""
    at = next((i for i, line in enumerate(lines) if _PUBLISHED.match(line.text)), None)
    if at is None:
        return
    text = _continued(lines, at, _PUBLISHED)
    reading.published = read_date(text)
    if reading.published is None:
        reading.problem(
            ProblemCode.PUBLISHED_UNCLEAR,
            f"The date of publication “{text}” cannot be read with certainty.",
            page=lines[at].page,
        )


def _continued(lines: Sequence[Line], at: int, pattern: re.Pattern[str]) -> str:
    """The rest of a line, and of the next one where that alone is no date."""
    match = pattern.match(lines[at].text)
    rest = match.group("rest") if match else ""
    if read_periods(rest) or at + 1 >= len(lines):
        return rest
    after = lines[at + 1].text
    goes_on = not any(p.match(after) for p in (_DATES, _PUBLISHED, _OVERALL_STARTS))
    joined = join_lines([rest, after])
    return joined if goes_on and read_periods(joined) else rest


def read_overall(
    lines: Sequence[Line], *, start: int, stop: int, frameworks: Frameworks
) -> Overall | None:
    """The first sentence among lines `start` to `stop` that gives the overall grade.

    A wrapped sentence goes on while the type stays the same; the longest reading counts, so that
    "requires improvement" is not cut from "to be good".
    """
    for at in range(start, stop):
        if not _OVERALL_STARTS.match(lines[at].text):
            continue
        best: Overall | None = None
        for end in range(at + 1, min(at + _STATEMENT_LINES, stop) + 1):
            if not _alike(lines[at], lines[end - 1]):
                break
            text = join_lines([line.text for line in lines[at:end]])
            if match := OVERALL.fullmatch(text):
                printed = match.group("grade")
                grade = frameworks.grade(plain_key(printed))
                best = Overall(match.group("label"), printed, grade, end)
        if best is not None:
            return best
    return None


def _alike(first: Line, other: Line) -> bool:
    return abs(first.size - other.size) <= _LOOSE and first.page == other.page
