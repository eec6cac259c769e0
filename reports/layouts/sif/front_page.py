"""The first page of a SIF report: the council, the dates and the overall grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.model import Grade
from reports.problems import ProblemCode
from reports.text.clean import join_lines, plain_key
from reports.text.dates import dates_go_on, read_date, read_periods, read_whole
from reports.text.document import Document, Line
from reports.text.people import LEAD_WORDS, read_names

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
_PUBLISHED = re.compile(
    r"(?:report )?(?:(?:first |re-?)?published|publication date|date (?:of publication|published))"
    r"\s*(?:on)?\s*:?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
GRADE = r"requires? improvement(?: to be good)?|outstanding|good|adequate|inadequate|not judged"
_SERVICES = (
    r"(?:the )?(?:children['’]?s?['’]?(?: and young people['’]?s?['’]?)?"
    r"(?: social care(?: services?)?| services?)"
    r"|services(?: for children(?:,? and (?:young people|families|their families))*)?)"
    r"(?:,? (?:in|at|for|across|provided by|of) (?P<area>(?:(?! (?:is|are|requires?)\b).)+))?"
)
OVERALL = re.compile(
    rf"(?P<label>(?:(?:the )?overall (?:judge?ment|effectiveness)(?: is)?(?: that)?(?: it)?"
    rf"(?: (?:of |for )?{_SERVICES})?|{_SERVICES.replace('<area>', '<named>')})(?: is| are)?"
    r"(?: judged(?: to be| to| as)?)?:?)"
    rf" (?P<grade>{GRADE})(?: because)?\s*[.:]?\s*\d?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\bchildren['’]s services in (?:the )?(?P<area>.{3,60}?) (?:is|are|requires?)\b", re.IGNORECASE
)
_OVERALL_STARTS = re.compile(
    r"(?:(?:the )?overall (?:judge?ment|effectiveness)\b|(?:the )?children['’]?s?['’]? "
    r"|services (?:for children|in)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(rf"(?:the )?{LEAD_WORDS}\s*[:–-]?\s*(?P<rest>.*)", re.IGNORECASE)
_FIRST_SECTION = re.compile(
    r"(?:executive )?summary(?: of .*)?|(?:table of )?contents|section 1\b.*|the local authority",
    re.IGNORECASE,
)
_FRONT_LINES = 80
_STATEMENT_LINES = 5
_LOOSE = 1.0
"""Points by which the type sizes of lines may differ and still count as the same."""


@dataclass(frozen=True, slots=True)
class Overall:
    """The sentence above the table that gives the overall grade."""

    label: str
    printed: str
    grade: Grade | None


def front_lines(document: Document) -> list[Line]:
    """Return the lines of the first page; in plain text, those above the first section."""
    if document.positioned:
        return list(document.page_lines(document.first_page))
    head = document.lines[:_FRONT_LINES]
    end = next((at for at, ln in enumerate(head) if _FIRST_SECTION.fullmatch(ln.text)), len(head))
    return list(head[:end])


def front_text(document: Document) -> str:
    """Return the first page as one string."""
    return join_lines([line.text for line in front_lines(document)])


def read_front(document: Document, reading: ReadingBuilder) -> None:
    """Fill in names, periods and the date of publication, with a problem for what is unclear."""
    lines = front_lines(document)
    title = next((i for i, ln in enumerate(lines) if _TITLE_STARTS.match(ln.text)), 0)
    reading.authority_names = _names(lines, title)
    at = next((i for i, ln in enumerate(lines) if _DATES.match(ln.text)), None)
    if at is None:
        message = "No inspection dates are printed."
        reading.problem(ProblemCode.DATES_MISSING, message, page=document.first_page)
    else:
        text = _continued(lines, at, _DATES)
        reading.periods = read_whole(text)
        if not reading.periods:
            reading.problem(
                ProblemCode.DATES_UNCLEAR,
                f"The inspection dates “{text}” cannot be read with certainty.",
                page=lines[at].page,
            )
    _read_published(lines, reading)


def _names(lines: Sequence[Line], title: int) -> tuple[str, ...]:
    """Return the largest lines above the title, and the area that the overall sentence names."""
    above = lines[:title]
    largest = max((line.size for line in above), default=0.0)
    name = join_lines([line.text for line in above if line.size >= largest - _LOOSE])
    text = join_lines([line.text for line in lines[title:]])
    sentence = _NAMED.search(text)
    area = sentence.group("area").strip() if sentence and sentence.group("area") else ""
    return tuple(part for part in (name, area) if part)


def _read_published(lines: Sequence[Line], reading: ReadingBuilder) -> None:
    """Fill in the date of publication, which the earliest reports do not print."""
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
    """Return the rest of a line, with the next line if the rest is not a whole date by itself."""
    match = pattern.match(lines[at].text)
    rest = match.group("rest") if match else ""
    after = lines[at + 1].text if at + 1 < len(lines) else ""
    if not after or (read_periods(rest) and not dates_go_on(rest, after)):
        return rest
    other = any(p.match(after) for p in (_DATES, _PUBLISHED, _OVERALL_STARTS))
    joined = join_lines([rest, after])
    return joined if not other and read_periods(joined) else rest


def read_overall(lines: Sequence[Line], *, frameworks: Frameworks) -> Overall | None:
    """Return the first sentence that gives the overall grade.

    A wrapped sentence goes on while the type stays the same. The longest match counts, so that "to
    be good" is not cut off after "requires improvement".
    """
    for at, line in enumerate(lines):
        if not _OVERALL_STARTS.match(line.text):
            continue
        best: Overall | None = None
        for end in range(at + 1, min(at + _STATEMENT_LINES, len(lines)) + 1):
            if not _alike(line, lines[end - 1]):
                break
            text = join_lines([line.text for line in lines[at:end]])
            if match := OVERALL.fullmatch(text):
                printed = match.group("grade")
                grade = frameworks.grade(plain_key(printed))
                best = Overall(match.group("label"), printed, grade)
        if best is not None:
            return best
    return None


def _alike(first: Line, other: Line) -> bool:
    return abs(first.size - other.size) <= _LOOSE and first.page == other.page


def read_lead(document: Document, reading: ReadingBuilder) -> None:
    """Fill in the lead inspector from the first line that names one; a deputy does not count.

    SIF reports list the team on one of the last pages, older reports on the first page.
    """
    lines = document.lines
    seen = ""
    for at, line in enumerate(lines):
        if not (match := _LEAD.fullmatch(line.text)):
            continue
        seen = match.group("rest") or (lines[at + 1].text if at + 1 < len(lines) else "")
        if names := read_names(seen):
            reading.lead_inspector = names[0]
            return
    message = f"The lead inspector “{seen}” cannot be read." if seen else "No lead inspector found."
    reading.problem(ProblemCode.LEAD_UNCLEAR, message)
