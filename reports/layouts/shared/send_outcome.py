"""The outcome of an area SEND inspection, read twice.

The first sentence says what the partnership's arrangements lead to. Other sentences announce the
next inspections, which depend on the outcome and must fit it.
"""

from __future__ import annotations

import re

from reports.layouts.shared.base import ReadingBuilder
from reports.model import Grade, Judgement, JudgementReading
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document
from reports.wording import grade_words

_SAID = {
    Grade.TYPICALLY_POSITIVE: re.compile(
        r"\btypically lead(?:s|ing)? to positive experiences and outcomes\b", re.IGNORECASE
    ),
    Grade.INCONSISTENT: re.compile(
        r"\bleads?(?:ing)? to inconsistent experiences and outcomes\b", re.IGNORECASE
    ),
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: re.compile(
        r"\b(?:there are|has) widespread(?: and(?:/or)?| or) systemic failings\b", re.IGNORECASE
    ),
}
_MONITORING = re.compile(r"\bmonitoring inspection will\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\bnext full\b[^.]{0,200}\b(?:re-?)?inspection\b[^.]{0,200}"
    r"\bwithin (?:approximately )?(?P<years>\w+) years",
    re.IGNORECASE,
)
_YEARS = {"3": 3, "three": 3, "5": 5, "five": 5}
_LONGEST = 25
"""Lines under the heading, at most. "Information about the local area partnership" follows."""

_STOP = re.compile(r"information about (?:the|this)\b", re.IGNORECASE)


def read_outcome(document: Document, heading: int, reading: ReadingBuilder) -> JudgementReading:
    """Return the outcome under line `heading`; its grade is None where the two readings differ."""
    lines = []
    for line in document.lines[heading + 1 : heading + 1 + _LONGEST]:
        if _STOP.match(line.text):
            break
        lines.append(line.text)
    text = join_lines(lines)
    sentences = [f"{sentence.strip()}." for sentence in text.split(".")[:-1]]
    said = {
        grade: sentence
        for grade, pattern in _SAID.items()
        if (sentence := next(filter(pattern.search, sentences), ""))
    }
    grade = next(iter(said)) if len(said) == 1 else None
    printed = next(iter(said.values()), "")
    page = document.lines[heading].page
    if grade is None:
        reading.problem(
            ProblemCode.GRADE_UNKNOWN,
            "The inspection outcome is not exactly one of the three known outcomes.",
            page=page,
        )
    elif (follows := _following(text)) is not grade:
        code = ProblemCode.GRADE_DISAGREEMENT if follows else ProblemCode.GRADE_UNCONFIRMED
        reading.problem(
            code,
            f"The outcome is “{grade_words(grade)}”, but the next inspections are those of "
            f"{f'“{grade_words(follows)}”' if follows else 'no known outcome'}.",
            page=page,
        )
        grade = None
    return JudgementReading(
        judgement=Judgement.AREA_SEND_OUTCOME,
        label=document.lines[heading].text.strip(" :"),
        grade=grade,
        as_printed=printed,
        page=page,
    )


def _following(text: str) -> Grade | None:
    """Return the outcome that leads to the next inspections as announced."""
    announced = _NEXT.search(text)
    years = _YEARS.get(announced.group("years").casefold()) if announced else None
    if _MONITORING.search(text):
        return Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS if years == 3 else None
    if years == 5:
        return Grade.TYPICALLY_POSITIVE
    return Grade.INCONSISTENT if years == 3 else None
