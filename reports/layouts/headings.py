"""Headings of the body: where sections start and end, and the grades they repeat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.model import Grade, Judgement
from reports.text.clean import join_lines, plain_key
from reports.text.document import Document, Line

_LARGER = 1.08
_LONGEST = 4
"""Lines of the longest heading."""

_BETWEEN = re.compile(r"[\s:;,–—-]*(?:\b(?:is|are|as|was)\b)?[\s:;,–—-]*")


@dataclass(frozen=True, slots=True)
class GradedHeading:
    """A heading that names a judgement; lines `start` to `end` (not included) of the document."""

    judgement: Judgement
    printed: str
    grade: Grade | None
    page: int
    start: int
    end: int


def looks_like_heading(line: Line, document: Document) -> bool:
    """Whether the type of a line is that of a heading; in plain text every line may be one."""
    return not document.positioned or line.bold or line.size >= document.body_size * _LARGER


def graded_headings(
    document: Document, *, start: int, frameworks: Frameworks
) -> list[GradedHeading]:
    """Headings from line `start` on that are a label, with or without its grade."""
    found: list[GradedHeading] = []
    at = start
    while at < len(document.lines):
        heading = _heading_at(document, at, frameworks)
        if heading is not None:
            found.append(heading)
        at = heading.end if heading is not None else at + 1
    return found


def _heading_at(document: Document, at: int, frameworks: Frameworks) -> GradedHeading | None:
    lines = _same_type(document, at)
    best: GradedHeading | None = None
    for size in range(1, len(lines) + 1):
        key = plain_key(join_lines([line.text for line in lines[:size]]))
        split = _split(key, frameworks.ilacs_labels)
        if split is None:
            continue
        judgement, printed = split
        grade = frameworks.grade(printed)
        if grade is None and (printed or not document.positioned):
            # Words after a label that are no grade: a sentence, unless more lines make it one.
            continue
        best = GradedHeading(judgement, printed, grade, lines[0].page, at, at + size)
    return best


def _same_type(document: Document, at: int) -> Sequence[Line]:
    """The line and those below it that may belong to the same heading."""
    first = document.lines[at]
    if not looks_like_heading(first, document):
        return ()
    run = [first]
    for line in document.lines[at + 1 : at + _LONGEST]:
        if line.page != first.page or not looks_like_heading(line, document) or line.gap:
            break
        run.append(line)
    return run


def _split(key: str, labels: Mapping[str, Judgement]) -> tuple[Judgement, str] | None:
    """A known label at the start of a heading and the words after it."""
    for label in sorted(labels, key=len, reverse=True):
        if key == label:
            return labels[label], ""
        if key.startswith(label) and not key[len(label)].isalnum():
            return labels[label], _BETWEEN.sub("", key[len(label) :], count=1)
    return None


def find_heading(document: Document, pattern: re.Pattern[str], *, start: int = 0) -> Iterable[int]:
    """Positions of lines that are, as a whole, a heading of this pattern."""
    for at in range(start, len(document.lines)):
        line = document.lines[at]
        if pattern.fullmatch(line.text) and looks_like_heading(line, document):
            yield at
