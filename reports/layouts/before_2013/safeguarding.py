"""Announced inspections of safeguarding and looked after children services, 2009 to 2012.

They give two sets of judgements, one for safeguarding services and one for services for looked
after children. The two main judgements of each are read. The others are not: they are only in the
record of main findings, and nothing confirms them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.layouts.before_2013.main_findings import (
    RECORD,
    WORD,
    Finding,
    finding,
    judgement_readings,
    page_at,
)
from reports.layouts.before_2013.timed_areas import is_next_title, read_timed_areas
from reports.layouts.before_2013.title import names_at_title
from reports.layouts.shared.areas import check_spaced
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.sif.front_page import read_front, read_lead
from reports.model import Framework, Judgement, Kind
from reports.text.clean import join_lines
from reports.text.document import Document

_TITLE = re.compile(
    r"inspection of safeguarding and (?:services for )?looked[- ]after children"
    r"(?:['’]?s? services)?",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:the )?(?:inspection outcomes?\s*[:–-]\s*)?(?:outcomes for )?"
    r"(?:(?P<safe>safeguarding services)|(?:services for )?looked[- ]after children(?: services)?)"
    r"\s*:?",
    re.IGNORECASE,
)
_OVERALL = r"(?P<overall>overall effectiveness)"
_MAIN = re.compile(
    rf"(?:the )?(?:{_OVERALL}|capacity (?:for|to) improve(?:ment)?)"
    r"(?: of (?:the )?(?:safeguarding services|services for looked[- ]after children))?"
    r"\s*[:–-]?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    rf"\b{_OVERALL} of (?:the )?(?:council[’']s )?"
    r"(?:(?P<safe>safeguarding services)|services for looked[- ]after children)\b[^.]{0,100}?"
    rf"\b(?:is|are|was|were)(?: judged)?(?: to be)?(?: as)? (?P<word>{WORD})\b",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:record of main findings|(?:the )?inspection outcomes?|overall effectiveness|"
    r"capacity (?:for|to) improve|safeguarding (?:services|outcomes)|outcomes for|"
    r"(?:services for )?looked[- ]after children|(?:the )?(?:effectiveness|contribution) of|"
    r"how good are|quality of provision|leadership and management|ambition and|evaluation|"
    r"partnerships?\b|being healthy|staying safe|enjoying|making a positive|"
    r"children and young people are|about this inspection|service information)\b[^.;,]*",
    re.IGNORECASE,
)
_JUDGEMENTS = {
    (True, True): Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS,
    (True, False): Judgement.SAFEGUARDING_CAPACITY_FOR_IMPROVEMENT,
    (False, True): Judgement.LOOKED_AFTER_OVERALL_EFFECTIVENESS,
    (False, False): Judgement.LOOKED_AFTER_CAPACITY_FOR_IMPROVEMENT,
}
"""A key says whether a judgement is on safeguarding, and whether on overall effectiveness."""


def is_announced(document: Document) -> bool:
    """Return whether it is an announced inspection: only these have a part on safeguarding."""
    return names_at_title(document, _TITLE) is not None and any(
        (match := _PART.fullmatch(line.text)) and match.group("safe") for line in document.lines
    )


class SafeguardingLayout:
    """Inspections of safeguarding and looked after children services."""

    name = "safeguarding_and_looked_after"

    def matches(self, document: Document) -> bool:
        """Return whether the title is on the first page, and safeguarding services have a part."""
        return is_announced(document)

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        reading = ReadingBuilder(
            kind=Kind.INSPECTION, framework=Framework.SAFEGUARDING_AND_LOOKED_AFTER
        )
        read_front(document, reading)
        reading.authority_names = names_at_title(document, _TITLE) or reading.authority_names
        read_lead(document, reading)
        reading.judgements = judgement_readings(
            tuple(_JUDGEMENTS.values()), (*_headings(document), *_sentences(document)), reading
        )
        reading.improvement_areas = read_timed_areas(
            document, reading, ends=lambda at: is_next_title(document, at, _TITLES)
        )
        check_spaced(document, reading)
        return reading


def _headings(document: Document) -> Iterator[Finding]:
    """Yield the graded headings of both parts, and the rows of the record."""
    safeguarding: bool | None = None
    recorded = False
    for at, line in enumerate(document.lines):
        if RECORD.fullmatch(line.text):
            recorded, safeguarding = True, None
        elif part := _PART.fullmatch(line.text):
            safeguarding = part.group("safe") is not None
        elif safeguarding is not None and (match := _MAIN.fullmatch(line.text)):
            printed = match.group("rest") or _next(document, at)
            if not recorded and "grade" not in printed.casefold():
                continue
            judgement = _JUDGEMENTS[safeguarding, match.group("overall") is not None]
            if found := finding(judgement, printed, line.page):
                yield found


def _next(document: Document, at: int) -> str:
    return document.lines[at + 1].text if at + 1 < len(document.lines) else ""


def _sentences(document: Document) -> Iterator[Finding]:
    """Yield the sentences that grade the overall effectiveness of one of the two services."""
    text = join_lines([line.text for line in document.lines])
    for match in _SENTENCE.finditer(text):
        judgement = _JUDGEMENTS[match.group("safe") is not None, True]
        page = page_at(document.lines, match.start("word"))
        if found := finding(judgement, match.group("word"), page):
            yield found
