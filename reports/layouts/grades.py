"""Grades are taken as certain only where two independent readings agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.base import Reading
from reports.layouts.headings import GradedHeading
from reports.layouts.table import Row
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class TableReading:
    """The table read in two ways. `stream` confirms what no heading of the body repeats."""

    rows: Sequence[Row]
    stream: Sequence[Row]
    page: int


def confirmed_judgements(
    table: TableReading, headings: Sequence[GradedHeading], *, reading: Reading
) -> tuple[JudgementReading, ...]:
    """The judgements of the table, each with its grade where all readings of it agree.

    Rule: the table is read by position and by text order, and both must agree. Every judgement
    but overall effectiveness has a heading of its own in the body, which must repeat the grade.
    A grade that is not confirmed is None and has a problem.
    """
    found: list[JudgementReading] = []
    for row in table.rows:
        if row.judgement is None:
            reading.problem(
                ProblemCode.LABEL_UNKNOWN,
                f"The table has a row “{row.label}” with “{row.printed}” that is not known.",
                page=table.page,
            )
        elif any(row.judgement is j.judgement for j in found):
            reading.problem(
                ProblemCode.TABLE_UNCLEAR,
                f"The table has two rows “{row.label}”.",
                page=table.page,
            )
        else:
            grade = _agreed(row.judgement, row, table, headings, reading)
            found.append(
                JudgementReading(
                    judgement=row.judgement,
                    label=row.label,
                    grade=grade,
                    as_printed=row.printed,
                    page=table.page,
                )
            )
    return tuple(found)


def _agreed(
    judgement: Judgement,
    row: Row,
    table: TableReading,
    headings: Sequence[GradedHeading],
    reading: Reading,
) -> Grade | None:
    if row.grade is None:
        reading.problem(
            ProblemCode.GRADE_UNKNOWN,
            f"“{row.printed}” beside “{row.label}” is no known grade.",
            page=table.page,
        )
        return None
    stream = [other for other in table.stream if other.judgement is judgement]
    repeated = [heading for heading in headings if heading.judgement is judgement]
    for printed, grade, page in [
        *((other.printed, other.grade, table.page) for other in stream),
        *((heading.printed, heading.grade, heading.page) for heading in repeated),
    ]:
        if grade is not None and grade is not row.grade:
            reading.problem(
                ProblemCode.GRADE_DISAGREEMENT,
                f"“{row.label}” is “{row.printed}” in the table but “{printed}” elsewhere.",
                page=page,
            )
            return None
    confirmed = stream if judgement is Judgement.OVERALL_EFFECTIVENESS else repeated
    if not any(other.grade is row.grade for other in confirmed):
        reading.problem(
            ProblemCode.GRADE_UNCONFIRMED,
            f"“{row.label}” is “{row.printed}” in the table; nothing else repeats it.",
            page=table.page,
        )
        return None
    return row.grade
