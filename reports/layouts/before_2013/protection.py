"""Inspections of local authority arrangements for the protection of children, 2012 and 2013."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.frameworks import load_frameworks
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
    r"inspection of (?:local authority )?arrangements for the protection of children", re.IGNORECASE
)
_LABELS = {
    Judgement.OVERALL_EFFECTIVENESS: r"overall effectiveness",
    Judgement.HELP_AND_PROTECTION: (
        r"(?:the )?effectiveness of the help and protection(?: provided)?"
        r"(?: to children, young people,? (?:and )?(?:their )?families(?: and carers)?)?"
    ),
    Judgement.QUALITY_OF_PRACTICE: r"(?:the )?quality of practice",
    Judgement.LEADERSHIP_AND_GOVERNANCE: r"leadership and governance",
}
_ROWS = {
    judgement: re.compile(rf"{label}\s*[:–-]?\s*(?P<rest>.*)", re.IGNORECASE)
    for judgement, label in _LABELS.items()
}
_SENTENCES = {
    judgement: re.compile(
        rf"\b{label}\b[^.]{{0,120}}?\b(?:is|are|was|were)(?: judged)?(?: to be)?(?: as)? "
        rf"(?P<word>{WORD})\b",
        re.IGNORECASE,
    )
    for judgement, label in _LABELS.items()
}
_ROW_LINES = 3
_TITLES = re.compile(
    rf"(?:{'|'.join(_LABELS.values())}|record of main findings|about this inspection|"
    r"the inspection judgements|service information)\b[^.;,]*",
    re.IGNORECASE,
)


class ProtectionLayout:
    """Inspections of the arrangements for the protection of children."""

    name = "protection_of_children"

    def matches(self, document: Document) -> bool:
        """Return whether the title is on the first page, with the dates."""
        return names_at_title(document, _TITLE) is not None

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        reading = ReadingBuilder(kind=Kind.INSPECTION, framework=Framework.PROTECTION_OF_CHILDREN)
        read_front(document, reading)
        reading.authority_names = names_at_title(document, _TITLE) or reading.authority_names
        read_lead(document, reading)
        rules = load_frameworks().rules[Framework.PROTECTION_OF_CHILDREN]
        reading.judgements = judgement_readings(
            rules.judgements, (*_sentences(document), *_rows(document)), reading
        )
        reading.improvement_areas = read_timed_areas(
            document, reading, ends=lambda at: is_next_title(document, at, _TITLES)
        )
        check_spaced(document, reading)
        return reading


def _sentences(document: Document) -> Iterator[Finding]:
    """Yield the first sentence of the body that grades each judgement."""
    record = next((at for at, ln in enumerate(document.lines) if RECORD.fullmatch(ln.text)), None)
    body = document.lines[:record]
    text = join_lines([line.text for line in body])
    for judgement, pattern in _SENTENCES.items():
        if match := pattern.search(text):
            page = page_at(body, match.start("word"))
            if found := finding(judgement, match.group("word"), page):
                yield found


def _rows(document: Document) -> Iterator[Finding]:
    """Yield the graded rows of the record, whose labels may wrap, and the graded headings."""
    lines = document.lines
    for at in range(len(lines)):
        for judgement, pattern in _ROWS.items():
            for end in range(at + 1, min(at + _ROW_LINES, len(lines)) + 1):
                text = join_lines([line.text for line in lines[at:end]])
                match = pattern.fullmatch(text)
                found = finding(judgement, match.group("rest"), lines[at].page) if match else None
                if found:
                    yield found
                    break
