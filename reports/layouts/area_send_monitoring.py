"""Monitoring inspections of a local area partnership (from 2024): Ofsted and CQC.

They follow an area SEND inspection that found widespread failings, and say whether the partnership
has acted on its areas for priority action. They give none of the three outcomes. The areas for
priority action that a report lists are those of the inspection before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reports.layouts.area_send import areas_in_tables
from reports.layouts.shared.areas import (
    HEADING_END,
    HEADING_START,
    PRIORITY_HEADING,
    check_spaced,
    read_areas,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letterhead import without_small_print
from reports.layouts.shared.near_headings import (
    is_glued_heading,
    is_near_heading,
    may_head_areas,
)
from reports.model import Framework, ImprovementArea, Kind, Monitoring, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import read_whole, with_dates_below
from reports.text.document import Document, Line
from reports.text.lists import split_bullet, starts_list
from reports.text.sentences import ends_sentence, split_sentences

_AREA = r"area (?:SEND|special educational needs (?:and/or|and|or) disabilit(?:y|ies) ?\(SEND\))"
_TITLE = re.compile(
    rf"{_AREA} monitoring (?:inspection|visit)(?: of| ?[:–-]) (?:the )?(?P<name>.+?)"
    r"(?: local area)?(?: partnership)?\.?"
    rf"|(?:the )?(?P<before>.+?) local area partnership {_AREA} monitoring (?:inspection|visit)\.?"
    r"|(?:area SEND )?monitoring inspection of (?:the )?(?P<whose>.+?) local area partnership\.?"
    rf"|{_AREA} monitoring (?:inspection|visit)\s*[:–-]?",
    re.IGNORECASE,
)
_PARTNERSHIP = re.compile(r"(?:the )?(?P<name>.+?) local area partnership\.?", re.IGNORECASE)
_STARTS = re.compile(
    rf"(?:(?:.+ local area partnership )?{_AREA} monitoring|monitoring inspection of)\b",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"(?:(?:monitoring )?inspection dates?|dates? of (?:this |the )?(?:monitoring )?inspection)"
    r"\s*(?::|(?=\d))\s*(?P<dates>.*?)(?:\s*dates? of (?:the )?previous\b.*)?",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(r"(?:dates? of )?(?:the )?previous (?:full )?inspection\b.*", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:report )?published\b.*", re.IGNORECASE)
_OUTCOME = re.compile(r"inspection outcome\s*:?", re.IGNORECASE)
_ACTION = re.compile(
    r"\bhas (?P<not>not )?taken (?:effective|(?P<in>in)effective|sufficient) action\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:whether|if|how)\b", re.IGNORECASE)
"""A sentence with one of these before the action says what was asked, not what was found."""

_AREAS = re.compile(rf"{HEADING_START}areas? for improvement{HEADING_END}", re.IGNORECASE)
_OTHER_HEADINGS = re.compile(
    r"information about (?:the local area partnership|this inspection)|"
    r"local area partnership details|inspection team|(?:main |key )?findings|"
    r"what is it like\b.*|what is the area partnership doing\b.*|what does .* need to do\b.*",
    re.IGNORECASE,
)
_HEADINGS = (PRIORITY_HEADING, _AREAS, _OTHER_HEADINGS)
_HEAD_LINES = 40
_TITLE_LINES = 3
_OUTCOME_LINES = 30


class AreaSendMonitoringLayout:
    """Monitoring inspections between two full area SEND inspections."""

    name = "area_send_monitoring"

    def matches(self, document: Document) -> bool:
        """Return whether the first lines have the title, with a partnership, and the dates."""
        head = document.lines[:_HEAD_LINES]
        return _partnership(head) is not None and any(_DATES.fullmatch(line.text) for line in head)

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        document = without_small_print(document)
        reading = ReadingBuilder(
            kind=Kind.AREA_SEND_MONITORING, framework=Framework.AREA_SEND_MONITORING
        )
        head = document.lines[:_HEAD_LINES]
        if name := _partnership(head):
            reading.authority_names = (name,)
        _read_dates(head, reading)
        _read_sections(document, reading)
        return reading


def _partnership(head: Sequence[Line]) -> str | None:
    """Return the partnership that the title names, or the line next to it; None without either.

    A title may fill several lines.
    """
    for at, line in enumerate(head):
        if not _STARTS.match(line.text):
            continue
        for end in range(min(at + _TITLE_LINES, len(head)), at, -1):
            lines = head[at:end]
            if any(_is_other(line) for line in lines[1:]):
                continue
            if match := _TITLE.fullmatch(join_lines([line.text for line in lines])):
                return (
                    match["name"]
                    or match["whose"]
                    or match["before"]
                    or _partnership_near(head, at, end)
                )
    return None


def _partnership_near(head: Sequence[Line], at: int, end: int) -> str | None:
    """Return the partnership in the line above or below a title that does not name it."""
    nearby = (*head[max(0, at - 1) : at], *head[end : end + 1])
    found = (_PARTNERSHIP.fullmatch(line.text) for line in nearby)
    return next((match.group("name") for match in found if match), None)


def _is_other(line: Line) -> bool:
    """Return whether a line under the title is not part of it."""
    others = (_DATES, _PREVIOUS, _PUBLISHED, _OUTCOME)
    return line.gap or any(pattern.match(line.text) for pattern in others)


def _read_dates(head: Sequence[Line], reading: ReadingBuilder) -> None:
    """Read the days of this inspection. The previous inspection has a date line of its own."""
    at, match = next(
        (at, match) for at, line in enumerate(head) if (match := _DATES.fullmatch(line.text))
    )
    after = head[at + 1].text if at + 1 < len(head) else ""
    printed = with_dates_below(match.group("dates"), after)
    reading.periods = read_whole(printed)
    if not reading.periods:
        message = f"The inspection dates “{printed}” cannot be read with certainty."
        reading.problem(ProblemCode.DATES_UNCLEAR, message, page=head[at].page)


def _read_sections(document: Document, reading: ReadingBuilder) -> None:
    """Read the outcome, the areas reviewed and the areas for improvement."""
    lines = document.lines
    outcome = next((at for at, line in enumerate(lines) if _OUTCOME.fullmatch(line.text)), 0)
    text = join_lines([line.text for line in lines[outcome + 1 : outcome + _OUTCOME_LINES]])
    findings = _findings(text)
    progress = next(iter(findings), None)
    if len(set(findings.values())) > 1:
        progress = None
        message = "The report says both that effective action was taken and that it was not."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=lines[outcome].page)
    elif progress is None:
        message = "Whether the partnership has taken effective action was not found."
        reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=lines[outcome].page)
    headed = any(_AREAS.fullmatch(ln.text) or PRIORITY_HEADING.fullmatch(ln.text) for ln in lines)
    if document.positioned and headed:
        found = areas_in_tables(document, outcome, reading)
    else:
        found = tuple(_listed(document, outcome, reading))
        _check_other_lists(document, outcome, reading)
    reviewed = tuple(area.text for area in found if area.priority_action)
    reading.improvement_areas = tuple(area for area in found if not area.priority_action)
    reading.monitoring = Monitoring(
        progress=progress.strip() if progress else None, areas_reviewed=reviewed
    )
    reading.topic = "; ".join(reviewed) or None
    check_spaced(document, reading)


def _findings(text: str) -> dict[str, bool]:
    """Return each sentence that says whether the partnership has taken effective action.

    The value is whether it has.
    """
    return {
        sentence: not (action["not"] or action["in"])
        for sentence in split_sentences(text)
        if (action := _ACTION.search(sentence)) and not _ASKED.search(sentence, 0, action.start())
    }


def _listed(document: Document, after: int, reading: ReadingBuilder) -> Iterator[ImprovementArea]:
    """Yield the areas in the lists of plain text, which has no tables."""
    for start in range(after + 1, len(document.lines)):
        line = document.lines[start]
        if PRIORITY_HEADING.fullmatch(line.text) or _AREAS.fullmatch(line.text):
            yield from read_areas(
                reading,
                document=document,
                heading=line.text.strip(" :"),
                lines=_body(document, start),
                page=line.page,
                target=Target.PARTNERSHIP,
            )


def _check_other_lists(document: Document, after: int, reading: ReadingBuilder) -> None:
    """Report a heading that is misread, joined to its list or unknown: its list may be lost."""
    lines = document.lines[after + 1 :]
    for line, below in zip_longest(lines, lines[1:]):
        if _is_heading(line):
            continue
        # A heading has no full stop. A line with a colon is one only if its words say so: it may
        # be a sentence that introduces a list of findings.
        title = line.text.rstrip(" :")
        titled = not (ends_sentence(title) or split_bullet(title)) and (
            title == line.text or may_head_areas(title)
        )
        heads = line.gap and titled and below is not None and starts_list(below.text)
        if heads or is_near_heading(line.text) or is_glued_heading(line.text):
            message = f"A list under no known heading: “{line.text[:60]}”."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def _is_heading(line: Line) -> bool:
    return any(heading.fullmatch(line.text) for heading in _HEADINGS)


def _body(document: Document, start: int) -> Sequence[Line]:
    """Return the lines between the heading at `start` and the next heading."""
    lines = document.lines
    stop = next(
        (at for at in range(start + 1, len(lines)) if _is_heading(lines[at])),
        len(lines),
    )
    return lines[start + 1 : stop]
