"""Grades that a report before 2013 gives twice: where it explains them, and in its record.

The record of main findings is a table at the end. A grade is certain where at least two places
agree and none differs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.layouts.shared.base import ReadingBuilder
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Line
from reports.wording import listed_words

RECORD = re.compile(r"record of main findings\b(?!.*\d$).*", re.IGNORECASE)
WORD = r"outstanding|good|adequate|inadequate"
GRADE = re.compile(
    rf"(?:grade )?(?P<number>[1-4])?\s*[(:–-]?\s*(?P<word>{WORD})\)?"
    r"\s*(?:[(]?grade (?P<after>[1-4])\)?)?\.?",
    re.IGNORECASE,
)
_NUMBERS = {1: Grade.OUTSTANDING, 2: Grade.GOOD, 3: Grade.ADEQUATE, 4: Grade.INADEQUATE}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that gives a grade.

    `grade` is None where its number and its word differ. `printed` then has both.
    """

    judgement: Judgement
    printed: str
    grade: Grade | None
    page: int


def finding(judgement: Judgement, printed: str, page: int) -> Finding | None:
    """Return the grade in "Grade 3 (Adequate)", "Adequate" or "Good Grade 2"; else None."""
    match = GRADE.fullmatch(printed.strip())
    if match is None:
        return None
    grade = Grade(match.group("word").casefold())
    numbers = [int(n) for n in match.group("number", "after") if n]
    agreed = all(_NUMBERS[number] is grade for number in numbers)
    if not agreed:
        return Finding(judgement, printed.strip(), None, page)
    return Finding(judgement, match.group("word"), grade, page)


def page_at(lines: Sequence[Line], position: int) -> int:
    """Return the page of a word, given its position in the text of the joined lines."""

    def length(end: int) -> int:
        return len(join_lines([line.text for line in lines[:end]]))

    return lines[bisect_right(range(1, len(lines)), position, key=length)].page


def judgement_readings(
    judgements: Sequence[Judgement], findings: Iterable[Finding], reading: ReadingBuilder
) -> tuple[JudgementReading, ...]:
    """Return a reading of each judgement, with a problem where its grade is not certain."""
    found = list(findings)
    return tuple(
        _judgement_reading(judgement, [f for f in found if f.judgement is judgement], reading)
        for judgement in judgements
    )


def report_disagreement(
    label: str, printed: Iterable[str], reading: ReadingBuilder, *, page: int | None
) -> None:
    """Report a judgement whose grade is printed differently in different places."""
    words = {grade.casefold(): f"“{grade}”" for grade in printed}
    shown = listed_words(list(words.values()))
    message = f"{label} is graded differently in different places: {shown}."
    reading.problem(ProblemCode.GRADE_DISAGREEMENT, message, page=page)


def _judgement_reading(
    judgement: Judgement, places: Sequence[Finding], reading: ReadingBuilder
) -> JudgementReading:
    label = judgement.replace("_", " ").capitalize()
    grades = {place.grade for place in places}
    grade = next(iter(grades)) if len(grades) == 1 and len(places) > 1 else None
    if len(grades) > 1:
        printed = [place.printed for place in places]
        report_disagreement(label, printed, reading, page=places[0].page)
    elif grade is None:
        message = f"The grade of “{label}” was not found in two places that agree."
        reading.problem(ProblemCode.GRADE_UNCONFIRMED, message)
    return JudgementReading(
        judgement=judgement,
        label=label,
        grade=grade,
        as_printed=places[0].printed if places else "",
        page=places[0].page if places else None,
    )
