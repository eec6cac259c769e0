"""Confirm grades: a grade is certain only where two independent readings agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reports.frameworks import Frameworks
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.grade_table import GradeRow
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Line
from reports.wording import judgement_words

_SERVICES = (
    r"(?:(?:children['’]s (?:social care )?services|services for (?:vulnerable )?children"
    r"(?: and (?:their )?(?:families|young people))?) in (?!care\b|need\b)"
    r"(?:(?! who )[^.,;:]){2,50}?"
    r"|(?!(?:all|early|few|in|many|most|not|several|some|the|these|those|when|where|while)\b)"
    r"[^.,;:]{2,50} children['’]s (?:social care )?services)"
)
_GRADE = r"(?P<{}>(?:outstanding|good|inadequate|requires? improvement(?: to be good)?))"
_PART = (
    r"(?:adoption|care (?:leav|exp)\w+|early|fostering|help|in care|leader\w*|leav\w+|practice|"
    r"protect\w*|school\w*)"
)
_OVERALL = (
    r"overall (?:effectiveness|grade|judge?ment)"
    rf"(?: (?:of|for)(?:(?! {_PART}\b)[^.,;:]){{3,70}}?)?"
)
_ARE = r"(?:are|is|remains?|continues? to be) (?:now )?(?:(?:judged|graded|rated) (?:to be |as )?)?"
_SAID_IF = "".join(rf"(?<!\b{word} )(?<!\b{word} the )" for word in ("if", "when", "where"))
_NO_PART = r"(?![\w-]| (?:at(?! this)|before|enough|for|in|previously|quality|until|when|where)\b)"
_STATED = re.compile(
    rf"(?:(?<=[.] )|^)(?:overall,? )?{_SERVICES} "
    rf"(?:{_ARE}|(?:now )?(?=require\b)){_GRADE.format('services')}{_NO_PART}"
    rf"|\b{_SAID_IF}{_OVERALL} {_ARE}{_GRADE.format('overall')}{_NO_PART}"
    rf"|(?:(?<=[.] )|^)Inspectors (?P<judged>(?:have )?judged?)(?: that)? (?:the )?{_OVERALL} "
    rf"(?:to be|as|is) {_GRADE.format('said')}{_NO_PART}",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:20\d\d|last|previous(?:ly)?|earlier|former(?:ly)?|then)\b", re.I)
"""If a sentence has one of these, the next may be about an earlier inspection too."""


class Repeated(Protocol):
    """What repeats a grade of the table: a heading, a sentence, another reading."""

    @property
    def judgement(self) -> Judgement: ...
    @property
    def printed(self) -> str: ...
    @property
    def grade(self) -> Grade | None: ...
    @property
    def page(self) -> int: ...


@dataclass(frozen=True, slots=True)
class GradeEvidence:
    """A grade as some part of the document gives it."""

    judgement: Judgement
    printed: str
    grade: Grade | None
    page: int


@dataclass(frozen=True, slots=True)
class TableReading:
    """The table read in two ways, by position and in the order of the text."""

    rows: Sequence[GradeRow]
    stream: Sequence[GradeRow]
    page: int


_ORDER = (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)


def lies_within(overall: Grade, others: Sequence[Grade]) -> bool:
    """Return whether an overall grade is between the best and the worst of the others.

    Only grades of the four-point scale count; False where none of the others is on it.
    """
    ranks = [_ORDER.index(grade) for grade in others if grade in _ORDER]
    return bool(ranks) and overall in _ORDER and min(ranks) <= _ORDER.index(overall) <= max(ranks)


def stated_overall(lines: Sequence[Line], *, frameworks: Frameworks) -> list[GradeEvidence]:
    """Return the overall grades in plain sentences of the summary; few reports have one.

    An example is "Children's services in Coventry are good".
    """
    text = join_lines([line.text for line in lines])
    found = []
    for match in _STATED.finditer(text):
        if match["judged"] and _EARLIER.search(_sentence_before(text, match.start())):
            continue
        printed = match["services"] or match["overall"] or match["said"]
        if (grade := frameworks.grade(printed)) is not None:
            judgement = Judgement.OVERALL_EFFECTIVENESS
            found.append(GradeEvidence(judgement, match.group().strip(), grade, lines[0].page))
    return found


def _sentence_before(text: str, at: int) -> str:
    return text[:at].rstrip(" .").rpartition(". ")[2]


def confirmed_judgements(
    table: TableReading, repeated: Sequence[Repeated], *, reading: ReadingBuilder
) -> tuple[JudgementReading, ...]:
    """Return the judgements of the table, each with its grade where that is certain.

    A grade of the table, read by position, is certain if nothing contradicts it and something
    confirms it. The same table read in the order of the text, the headings of the body and the
    plain sentences of the summary can all contradict it. A heading or sentence that repeats the
    grade confirms it. Without one, as for the overall grade that no heading repeats, the order of
    the text is enough if headings and sentences confirm at least half of the table, which shows
    that its rows were separated correctly. Any other grade is None, with a problem.
    """
    _note_strange_rows(table, reading)
    rows = {row.judgement: row for row in reversed(table.rows) if row.judgement is not None}
    confirmed = {
        e.judgement for e in repeated if e.judgement in rows and e.grade is rows[e.judgement].grade
    }
    most = len(confirmed) >= len(rows) / 2
    return tuple(
        JudgementReading(
            judgement=judgement,
            label=row.label,
            grade=_certain_grade(
                row,
                [e for e in _stream_evidence(table) if e.judgement is judgement],
                [e for e in repeated if e.judgement is judgement],
                reading,
                page=table.page,
                most=most,
            ),
            as_printed=row.printed,
            page=table.page,
        )
        for judgement, row in reversed(rows.items())
    )


def _note_strange_rows(table: TableReading, reading: ReadingBuilder) -> None:
    seen: set[Judgement] = set()
    for row in table.rows:
        if row.judgement is None:
            message = f"The table has a row “{row.label}” with “{row.printed}” that is not known."
            reading.problem(ProblemCode.LABEL_UNKNOWN, message, page=table.page)
        elif row.judgement in seen:
            message = f"The table has two rows “{row.label}”."
            reading.problem(ProblemCode.TABLE_UNCLEAR, message, page=table.page)
        else:
            seen.add(row.judgement)
    others = {row.judgement for row in table.stream if row.judgement} - seen
    if others:
        names = ", ".join(sorted(map(judgement_words, others)))
        message = f"The table may have more rows: {names}."
        reading.problem(ProblemCode.TABLE_UNCLEAR, message, page=table.page)


def _stream_evidence(table: TableReading) -> list[GradeEvidence]:
    return [
        GradeEvidence(row.judgement, row.printed, row.grade, table.page)
        for row in table.stream
        if row.judgement is not None
    ]


def _certain_grade(
    row: GradeRow,
    stream: Sequence[GradeEvidence],
    repeated: Sequence[Repeated],
    reading: ReadingBuilder,
    *,
    page: int,
    most: bool,
) -> Grade | None:
    if row.grade is None:
        message = (
            f"“{row.printed}” for “{row.label}” is not a known grade, or may belong to another row."
        )
        reading.problem(ProblemCode.GRADE_UNKNOWN, message, page=page)
        return None
    for other in (*stream, *repeated):
        if other.grade is not None and other.grade is not row.grade:
            message = (
                f"“{row.label}” is “{row.printed}” in the table but elsewhere “{other.printed}”."
            )
            reading.problem(ProblemCode.GRADE_DISAGREEMENT, message, page=other.page)
            return None
    if any(e.grade is row.grade for e in repeated) or (
        most and any(e.grade is row.grade for e in stream)
    ):
        return row.grade
    message = (
        f"The table grades “{row.label}” as “{row.printed}”, "
        "but nothing else in the report confirms it."
    )
    reading.problem(ProblemCode.GRADE_UNCONFIRMED, message, page=page)
    return None
