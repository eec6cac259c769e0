"""Inspections of services for looked after children, June and July 2013.

Each judgement has a section with its title and, under it, "Grade 3 (Adequate)"; the last page
records all of them again in a table. Both must agree. Areas for improvement are bullets under a
numbered sentence, divided by "Immediately", "Within three months" and the like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.frameworks import Frameworks, load_frameworks
from reports.layouts.before_2013.main_findings import finding, report_disagreement
from reports.layouts.before_2013.safeguarding import is_announced
from reports.layouts.before_2013.timed_areas import read_timed_areas
from reports.layouts.shared.areas import check_spaced
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.grade_table import GradeRow, read_by_stream
from reports.layouts.shared.graded_statements import GradedStatement, Vocabulary, tokens
from reports.layouts.shared.headings import looks_like_heading
from reports.layouts.sif.front_page import front_text, read_front, read_lead
from reports.model import (
    Framework,
    Grade,
    Judgement,
    JudgementReading,
    Kind,
)
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document
from reports.text.lists import split_bullet

_TITLE = re.compile(
    r"inspection of (?:safeguarding and )?(?:services for )?looked after children"
    r"(?:['’]?s? services)?",
    re.IGNORECASE,
)
_GRADE = re.compile(r"grade \d ?\((?P<grade>[a-z ]+)\)\.?", re.IGNORECASE)
_RECORD = re.compile(r"record of main findings.*", re.IGNORECASE)
_GRADE_NUMBER = re.compile(r"\s*\bgrade \d\b", re.IGNORECASE)
_TITLE_LINES = 3
_LARGER = 1.2


class LookedAfter2013Layout:
    """The 2013 inspections of services for looked after children."""

    name = "looked_after_2013"

    def matches(self, document: Document) -> bool:
        """Return whether the title is on the first page, and it is not an announced inspection."""
        return _TITLE.search(front_text(document)) is not None and not is_announced(document)

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        frameworks = load_frameworks()
        reading = ReadingBuilder(kind=Kind.INSPECTION, framework=Framework.PRE_2013)
        read_front(document, reading)
        reading.authority_names = _names(document)
        read_lead(document, reading)
        rules = frameworks.rules[Framework.PRE_2013]
        titles = _titles(document, frameworks)
        record, page = _record(document, frameworks)
        reading.judgements = tuple(
            _judgement(judgement, titles, record, page, reading) for judgement in rules.judgements
        )
        reading.improvement_areas = read_timed_areas(
            document, reading, ends=lambda at: _is_title(document, at)
        )
        check_spaced(document, reading)
        return reading


def _names(document: Document) -> tuple[str, ...]:
    """Return the council's name, which is the line under the title."""
    page = document.lines[0].page
    text: list[str] = []
    for line in document.lines:
        if line.page != page or len(text) > _TITLE_LINES:
            break
        text.append(line.text)
        match = _TITLE.fullmatch(join_lines(text))
        if match and match.group().lower().endswith("services"):
            after = document.lines[len(text) : len(text) + 1]
            return tuple(line.text for line in after if line.page == page)
    return ()


def _titles(document: Document, frameworks: Frameworks) -> list[GradedStatement]:
    """Return the titles of sections with the grade under them."""
    labels = {
        tokens(label): judgement
        for label, judgement in frameworks.labels["looked_after_2013"].items()
    }
    found = []
    for at, line in enumerate(document.lines):
        match = _GRADE.fullmatch(line.text)
        if match is None or not looks_like_heading(line, document):
            continue
        for size in range(1, _TITLE_LINES + 1):
            above = document.lines[max(0, at - size) : at]
            judgement = labels.get(tokens(join_lines([ln.text for ln in above])))
            if judgement is not None:
                known = finding(judgement, line.text, line.page)
                printed = known.printed if known else match.group("grade")
                grade = known.grade if known else None
                found.append(
                    GradedStatement(judgement, printed, grade, line.page, at - size, at + 1)
                )
                break
    return found


def _record(document: Document, frameworks: Frameworks) -> tuple[list[GradeRow], int | None]:
    """Return the rows of the table at the end, and its page.

    A grade may have its number next to it ("Grade 3").
    """
    starts = [
        at
        for at, line in enumerate(document.lines)
        if _RECORD.fullmatch(line.text) and not line.text[-1].isdigit()
    ]
    if not starts:
        return [], None
    lines = [
        line._replace(text=_GRADE_NUMBER.sub("", line.text))
        for line in document.lines[starts[-1] + 1 :]
    ]
    vocabulary = Vocabulary.of(frameworks.labels["looked_after_2013"], frameworks.grade_words)
    rows, _ = read_by_stream(lines, vocabulary=vocabulary, closed=False)
    return rows, document.lines[starts[-1]].page


def _judgement(
    judgement: Judgement,
    titles: Sequence[GradedStatement],
    record: Sequence[GradeRow],
    record_page: int | None,
    reading: ReadingBuilder,
) -> JudgementReading:
    """Return the reading of a judgement; its grade is certain where section and record agree."""
    section = [s for s in titles if s.judgement is judgement]
    row = [s for s in record if s.judgement is judgement]
    both: list[GradedStatement | GradeRow] = [*section, *row]
    known = {s.grade for s in both}
    name = judgement.replace("_", " ")
    grade: Grade | None = None
    if not section or not row:
        reading.problem(
            ProblemCode.GRADE_UNCONFIRMED,
            f"The grade of {name} is missing from its section, from the record, or from both.",
        )
    elif len(known) > 1:
        printed = [s.printed for s in both]
        report_disagreement(name.capitalize(), printed, reading, page=record_page)
    else:
        grade = section[0].grade
    return JudgementReading(
        judgement=judgement,
        label=name.capitalize(),
        grade=grade,
        as_printed=both[0].printed if both else "",
        page=section[0].page if section else record_page if row else None,
    )


def _is_title(document: Document, at: int) -> bool:
    line = document.lines[at]
    if split_bullet(line.text) is not None:
        return False
    if document.positioned:
        return line.size >= document.body_size * _LARGER
    return (
        at + 1 < len(document.lines) and _GRADE.fullmatch(document.lines[at + 1].text) is not None
    )
