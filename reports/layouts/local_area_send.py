"""Letters about joint local area SEND inspections (Ofsted and CQC, 2016 to 2022) and revisits.

They gave no grade. An area with significant weaknesses had to write a statement of action about
them; a revisit decided whether it had made enough progress. A revisit reviews the weaknesses that
the inspection before it found, not new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from reports.layouts.shared.areas import HEADING_END, HEADING_START, check_spaced, read_areas
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.letter_completeness import check_complete
from reports.layouts.shared.letterhead import (
    WEEKDAY,
    Letter,
    has_subject,
    read_letter,
    read_letter_date,
    read_visit_dates,
)
from reports.layouts.shared.monitoring import progress_found, with_bullets
from reports.layouts.shared.near_headings import (
    is_glued_heading,
    is_near_heading,
    may_head_areas,
)
from reports.layouts.shared.scanner import scan
from reports.layouts.shared.sections import is_closing, is_title
from reports.model import Framework, ImprovementArea, Kind, Monitoring, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import split_bullet, starts_list

_SEND = r"(?:SEND|special educational needs (?:and/or|and|or) disabilit(?:y|ies)(?: \(SEND\))?)"
_VISIT = r"(?P<visit>inspection|re-?visit)"
_SUBJECT = re.compile(
    rf"(?:re:? )?joint (?:local )?area {_SEND} {_VISIT}(?: (?:in|of|to)\b| ?[:–-](?= ))",
    re.IGNORECASE,
)
_LOCAL_AREA = re.compile(
    r"\b(?:inspection of|revisited|re-visited|visited) the (?:local )?area of (?P<name>.{3,60}?)"
    r"(?= to (?:judge|decide|determine|evaluate)|[,.])",
    re.IGNORECASE,
)
_NOT_OF_THE_VISIT = r"(?:(?!issued|publish|declared|statement|submitted|judged)[^.])"
_DATES = (
    re.compile(
        r"\b(?P<dates>(?:Between|From|On) [^.]{2,90}?\d{4}),? (?:the )?(?:Ofsted|Office for)\b"
    ),
    re.compile(
        rf"\b(?:inspection|re-?visit) (?:took place|was (?:carried out|conducted|undertaken))"
        rf"{_NOT_OF_THE_VISIT}{{0,60}}? (?P<dates>(?:on|between|from) .{{1,100}})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:conducted|undertook|carried out|re-?visited)\b{_NOT_OF_THE_VISIT}{{0,200}}? "
        rf"(?P<dates>(?:on|between|from) (?:the )?{WEEKDAY}\d.{{1,100}})",
        re.IGNORECASE,
    ),
)
_REQUIRED = re.compile(
    r"written statement of action (?:\([^)]*\) )?(?:is|was) required because", re.IGNORECASE
)
_DEVELOP = re.compile(
    rf"{HEADING_START}areas? for (?:further )?(?:development|improvement){HEADING_END}",
    re.IGNORECASE,
)
_ASPECT = re.compile(r"the effectiveness of the local area in\b", re.IGNORECASE)
_STATEMENT = re.compile(
    r"the (?:local )?area is required to (?:produce|submit|write|prepare)\b"
    r"|(?:this|the) inspection rais(?:es|ed) significant concerns\b",
    re.IGNORECASE,
)
_WEAKNESSES = re.compile(
    r"\bareas? of significant (?:weakness(?:es)?|concerns?)\s*:?$"
    r"|\bsignificant weakness(?:es)?\s*:?$",
    re.IGNORECASE,
)
_FOUND_BEFORE = re.compile(
    r"\b(?:initial|previous|first|last) inspection (?:found|identified)\b|"
    r"\bareas? of significant weakness\b.{0,80}:$",
    re.IGNORECASE,
)
_STATEMENT_HEADING = "Written statement of action"
_LEAD_IN_LINES = 8


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines under a heading. `is_statement`: they are weaknesses that need a written statement."""

    heading: str
    page: int
    lines: tuple[Line, ...]
    is_statement: bool


class LocalAreaSendLayout:
    """The letters of joint local area SEND inspections and of revisits."""

    name = "local_area_send"

    def matches(self, document: Document) -> bool:
        """Return whether it is a letter with this subject."""
        return has_subject(document, _SUBJECT)

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        letter = read_letter(document, _SUBJECT)
        subject = _SUBJECT.match(letter.subject)
        revisit = subject is not None and subject.group("visit").casefold() != "inspection"
        reading = ReadingBuilder(
            kind=Kind.AREA_SEND_MONITORING if revisit else Kind.AREA_SEND,
            framework=(Framework.LOCAL_AREA_SEND_REVISIT if revisit else Framework.LOCAL_AREA_SEND),
        )
        reading.authority_names = _names(letter)
        read_visit_dates(letter, _DATES, reading)
        read_letter_date(letter, reading)
        if revisit:
            _read_revisit(letter, reading)
        else:
            reading.improvement_areas = tuple(_areas(letter, reading))
            _check_missed(letter, reading)
            _check_statement(letter, reading)
            check_spaced(document, reading)
        check_complete(letter, reading)
        return reading


def _names(letter: Letter) -> tuple[str, ...]:
    """Return the area's names: from the end of the subject line, then from the first sentences."""
    found = [_SUBJECT.sub("", letter.subject, count=1).strip(" .")]
    if named := _LOCAL_AREA.search(letter.opening):
        found.append(named.group("name"))
    return tuple(dict.fromkeys(name for name in found if name))


def _areas(letter: Letter, reading: ReadingBuilder) -> Iterator[ImprovementArea]:
    for part in _parts(letter):
        for area in read_areas(
            reading,
            document=letter.document,
            heading=part.heading,
            lines=part.lines,
            page=part.page,
            target=Target.PARTNERSHIP,
        ):
            yield area.model_copy(update={"priority_action": part.is_statement})


def _parts(letter: Letter) -> Iterator[_Part]:
    """Yield the lists of areas for development and of weaknesses."""
    lines = letter.document.lines
    at = letter.body
    while at < len(lines):
        if _DEVELOP.fullmatch(lines[at].text):
            start, heading, statement = at + 1, lines[at].text.strip(" :"), False
        elif _STATEMENT.match(lines[at].text) and (start := _after_lead_in(letter, at)):
            heading, statement = _STATEMENT_HEADING, True
        else:
            at += 1
            continue
        stop = next((n for n in range(start, len(lines)) if _ends(letter, n)), len(lines))
        yield _Part(heading, lines[at].page, lines[start:stop], statement)
        at = stop


def _after_lead_in(letter: Letter, at: int) -> int:
    """Return the position after "... the following areas of significant weakness:", or 0."""
    lines = letter.document.lines
    for end in range(at + 1, min(at + _LEAD_IN_LINES, len(lines)) + 1):
        if _WEAKNESSES.search(join_lines([line.text for line in lines[at:end]])):
            return end
        if end < len(lines) and split_bullet(lines[end].text):
            return 0
    return 0


def _ends(letter: Letter, at: int) -> bool:
    """Return whether a line ends a list: a title, an aspect, the statement or closing words."""
    line = letter.document.lines[at]
    alone = line.bold or line.gap or (letter.document.positioned and not line.text[0].islower())
    return (
        is_closing(line.text)
        or is_title(line.text)
        or _DEVELOP.fullmatch(line.text) is not None
        or (alone and (_ASPECT.match(line.text) or _STATEMENT.match(line.text)) is not None)
    )


def _check_missed(letter: Letter, reading: ReadingBuilder) -> None:
    """Report a heading that OCR misread or joined to its list: the list may be lost."""
    lines = letter.document.lines
    for line, below in zip_longest(lines[letter.body :], lines[letter.body + 1 :]):
        known = _DEVELOP.fullmatch(line.text) is not None
        titled = line.gap or line.bold
        heads = titled and below and starts_list(below.text) and may_head_areas(line.text)
        if not known and (heads or is_near_heading(line.text) or is_glued_heading(line.text)):
            message = f"“{line.text[:60]}” is not set as a heading; its list may be lost."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def _check_statement(letter: Letter, reading: ReadingBuilder) -> None:
    """Check that the opening and the list agree on whether a written statement is required."""
    required = _REQUIRED.search(letter.opening) is not None
    listed = any(area.priority_action for area in reading.improvement_areas)
    if required is not listed:
        said = "requires" if required else "does not require"
        found = "were found" if listed else "were not found"
        message = f"The letter {said} a written statement of action, but the weaknesses {found}."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=letter.document.first_page)


def _read_revisit(letter: Letter, reading: ReadingBuilder) -> None:
    """Read the weaknesses that the earlier inspection found, and the sentence on progress."""
    lines = letter.document.lines
    said = [at for at in range(letter.body, len(lines)) if _FOUND_BEFORE.search(lines[at].text)]
    reviewed: list[str] = []
    stop = 0
    for first in said:
        if first < stop:
            continue
        stop = next(
            (n for n in range(first + 1, len(lines)) if _ends_weakness(letter, n)), len(lines)
        )
        # Several lines may say so above one list, and its items may say so too.
        listed = next((n for n in range(first + 1, stop) if _is_marked(lines[n])), stop)
        at = max(n for n in said if n < listed)
        found = scan(with_bullets(lines[at + 1 : stop]), document=letter.document)
        reviewed += [item.text.rstrip(" .;,") for item in found.items]
        if lines[at].text.endswith(":") and (found.doubts or not found.items):
            message = f"What is listed under “{lines[at].text[:60]}” is not certain."
            reading.problem(ProblemCode.VISIT_UNCLEAR, message, page=lines[at].page)
    reading.monitoring = Monitoring(
        progress=progress_found(letter, letter.body, reading), areas_reviewed=tuple(reviewed)
    )
    reading.topic = "; ".join(reviewed) or None


def _ends_weakness(letter: Letter, at: int) -> bool:
    """Return whether a line ends the list of weaknesses: a title, or new text without a mark."""
    line, before = letter.document.lines[at], letter.document.lines[at - 1]
    if is_closing(line.text) or is_title(line.text):
        return True
    return not _is_marked(line) and line.text[0].isupper() and (line.gap or line.x < before.x)


def _is_marked(line: Line) -> bool:
    """Return whether a bullet, a letter or a number starts a line as the mark of an item."""
    return split_bullet(with_bullets([line])[0].text) is not None
