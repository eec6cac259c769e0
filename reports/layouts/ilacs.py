"""Inspections of local authority children's services (ILACS): 2018, 2023 and April 2026.

Page 1 has the authority, the dates, the lead inspector and a table of grades. Then come a summary,
"What needs to improve", and a section for each judgement, whose heading repeats the grade.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from reports.frameworks import Frameworks, load_frameworks
from reports.layouts.shared.areas import (
    HEADING_END,
    HEADING_START,
    PRIORITY_HEADING,
    check_near_headings,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.grade_table import (
    page_words,
    read_by_position,
    read_by_stream,
    read_cells,
)
from reports.layouts.shared.graded_statements import Vocabulary
from reports.layouts.shared.grades import (
    Repeated,
    TableReading,
    confirmed_judgements,
    lies_within,
    stated_overall,
)
from reports.layouts.shared.headings import (
    GradedHeading,
    graded_headings,
    looks_like_title,
)
from reports.layouts.shared.priority_mentions import check_priority_mentions
from reports.layouts.shared.section_finder import (
    Section,
    SectionEnding,
    SectionRules,
    find_sections,
)
from reports.layouts.shared.title_page import TableHeader, find_table, has_dates, read_title_page
from reports.model import Framework, Grade, ImprovementArea, Judgement, Kind
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import starts_list
from reports.wording import judgement_words

FRAMEWORKS = frozenset({Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026})

_AREAS = re.compile(
    rf"{HEADING_START}(?:what (?:does .{{3,60}} )?needs? to improve|areas? for improvement)"
    rf"{HEADING_END}",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:\d{1,2}[.)]\s*)?(?:what|area|action|priority)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(?:- )?(\d{1,2})\.\s*[^\d\s]")
_MISSING_NUMBERS = 1
"""How many paragraph numbers may be missing: now and then one is in the middle of a line."""

_LEADERS = re.compile(r"\bimpact of leaders\b", re.IGNORECASE)
_TABLE_LINES = 16
_NUMBERED = re.compile(r"(?:- )?\d{1,2}\.\s*[A-Z‘'“]")


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    frameworks = load_frameworks()
    return Vocabulary.of(frameworks.ilacs_labels, frameworks.grade_words)


class IlacsLayout:
    """The ILACS family."""

    name = "ilacs"

    def matches(self, document: Document) -> bool:
        """Return whether the document has dates and a table that grades the impact of leaders."""
        table = find_table(document)
        if table is None or not has_dates(document):
            return False
        below = document.lines[table.end :]
        vocabulary = _vocabulary()
        rows, _ = read_by_stream(below, vocabulary=vocabulary, closed=True)
        words = join_lines([line.text for line in below[:_TABLE_LINES]])
        # With a new label the rows cannot be read, but the report is still of this family.
        return _LEADERS.search(words) is not None or any(
            row.judgement is Judgement.IMPACT_OF_LEADERS for row in rows
        )

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        frameworks = load_frameworks()
        reading = ReadingBuilder(kind=Kind.INSPECTION)
        header = find_table(document)
        if header is None:
            reading.problem(ProblemCode.TABLE_MISSING, "The report has no table of grades.")
            return reading
        read_title_page(document, header, reading)
        table, after = _table(document, header)
        headings = graded_headings(document, start=after, frameworks=frameworks)
        sections = list(
            find_sections(document.lines, _section_rules(document, headings), after=after)
        )
        starts = {section.start for section in sections}
        summary = document.lines[
            after : min([*starts, *(h.start for h in headings)], default=after)
        ]
        repeated: list[Repeated] = [*headings, *stated_overall(summary, frameworks=frameworks)]
        reading.judgements = confirmed_judgements(table, repeated, reading=reading)
        _check_overall(reading)
        _set_framework(document, reading, frameworks)
        reading.improvement_areas = _areas(document, sections, reading)
        _check_order(sections, headings, reading)
        _check_above_title(document, header, reading)
        _check_other_bullets(document, after, sections, headings, reading)
        body = range(after, len(document.lines))
        check_near_headings(document, body, starts.__contains__, reading)
        check_priority_mentions(document, after, reading.improvement_areas, reading)
        _check_completeness(document, sections, reading)
        return reading


def _table(document: Document, header: TableHeader) -> tuple[TableReading, int]:
    """Return the table of grades, and the position of the first line under it."""
    below = document.lines[header.end :]
    page = document.lines[header.start].page
    vocabulary = _vocabulary()
    stream, length = read_by_stream(below, vocabulary=vocabulary, closed=True)
    rows = read_by_position(page_words(document, [page]), vocabulary=vocabulary)
    if not document.positioned:
        rows = rows or read_cells(below, vocabulary=vocabulary) or stream
    return TableReading(rows, stream, page), header.end + length


def _check_overall(reading: ReadingBuilder) -> None:
    """Check that the overall grade lies between the best and the worst of the others.

    It does in every inspection of Ofsted's official tables. No heading in the body repeats the
    overall grade, so little else confirms it.
    """
    overall = next(
        (j for j in reading.judgements if j.judgement is Judgement.OVERALL_EFFECTIVENESS), None
    )
    others = [j.grade for j in reading.judgements if j is not overall]
    known = [grade for grade in others if grade is not None]
    if overall is None or overall.grade is None or len(known) < len(others):
        return
    if not lies_within(overall.grade, known):
        message = (
            f"The overall grade “{overall.as_printed}” is better or worse than every other grade."
        )
        reading.problem(ProblemCode.GRADE_DISAGREEMENT, message, page=overall.page)
        reading.judgements = tuple(
            j.model_copy(update={"grade": None}) if j is overall else j for j in reading.judgements
        )


def _set_framework(document: Document, reading: ReadingBuilder, frameworks: Frameworks) -> None:
    """Set the framework, which the rows of the table determine."""
    given = frozenset(j.judgement for j in reading.judgements)
    framework = frameworks.by_rows(given, FRAMEWORKS)
    if framework is Framework.UNKNOWN:
        reading.problem(
            ProblemCode.FRAMEWORK_UNKNOWN,
            "The rows of the table are not those of a known framework: "
            + (", ".join(sorted(map(judgement_words, given))) or "none was read"),
            page=document.first_page,
        )
        return
    reading.framework = framework


def _section_rules(document: Document, headings: Sequence[GradedHeading]) -> SectionRules:
    """Return the rules of "What needs to improve" and, where printed, "Areas for priority action".

    A section ends at the next known heading, or at a line in the type of a heading. Numbered
    paragraphs belong to the body: where one comes first, a heading was missed.
    """
    graded = {heading.start for heading in headings}

    def ends(lines: Sequence[Line], _: int, at: int) -> SectionEnding | None:
        if at in graded:
            return SectionEnding.CERTAIN
        if _NUMBERED.match(lines[at].text):
            return SectionEnding.DOUBTFUL
        titled = document.positioned and lines[at].bold and looks_like_title(lines[at], document)
        return SectionEnding.CERTAIN if titled else None

    return SectionRules(
        headings=(_AREAS, PRIORITY_HEADING),
        longest=1,
        opens=_OPENS,
        is_set_as_heading=lambda lines, start, end: True,
        ends=ends,
    )


def _areas(
    document: Document, sections: Sequence[Section], reading: ReadingBuilder
) -> tuple[ImprovementArea, ...]:
    found: list[ImprovementArea] = []
    for section in sections:
        if not section.sure:
            section.report_unsure_end(reading)
        found.extend(section.areas(document, reading))
    return tuple(found)


def _check_order(
    sections: Sequence[Section], headings: Sequence[GradedHeading], reading: ReadingBuilder
) -> None:
    """Report areas below the findings: they may belong to another document in the file."""
    for section in sections:
        if headings and section.start > headings[0].start:
            message = (
                f"“{section.heading}” is below the findings and may belong to another document."
            )
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=section.page)


def _check_above_title(document: Document, header: TableHeader, reading: ReadingBuilder) -> None:
    """Report areas on a page before the title page: the pages are out of order."""
    title = document.lines[header.start].page
    for line in document.lines[: header.start]:
        if line.page < title and (
            _AREAS.fullmatch(line.text) or PRIORITY_HEADING.fullmatch(line.text)
        ):
            message = f"“{line.text}” comes before the title page; pages may be out of order."
            reading.problem(ProblemCode.INCOMPLETE, message, page=line.page)
            return


def _check_other_bullets(
    document: Document,
    after: int,
    sections: Sequence[Section],
    headings: Sequence[GradedHeading],
    reading: ReadingBuilder,
) -> None:
    """Report a list above the body without a known heading: it may be an area for improvement."""
    body = min((h.start for h in headings), default=len(document.lines))
    inside = {at for section in sections for at in range(section.start, section.body.stop)}
    for at in range(after, body):
        line = document.lines[at]
        if at not in inside and starts_list(line.text):
            message = f"A list under no known heading: “{line.text[:60]}”."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
            return


def _check_completeness(
    document: Document, sections: Sequence[Section], reading: ReadingBuilder
) -> None:
    """Report signs that text is missing.

    They are: no areas for improvement although not every grade is outstanding, and gaps in the
    numbers of the paragraphs.
    """
    if not sections and any(j.grade is not Grade.OUTSTANDING for j in reading.judgements):
        message = "No section names areas for improvement, though not every grade is outstanding."
        reading.problem(ProblemCode.AREAS_MISSING, message)
    numbers = {
        int(match.group(1)) for line in document.lines if (match := _PARAGRAPH.match(line.text))
    }
    missing = set(range(1, max(numbers, default=0))) - numbers
    if len(missing) > _MISSING_NUMBERS:
        message = f"{len(missing)} numbered paragraphs are missing; text may be lost."
        reading.problem(ProblemCode.TEXT_DAMAGED, message)
