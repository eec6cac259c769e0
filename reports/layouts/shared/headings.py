"""Headings of the body: where sections start and end, and the grades they repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reports.frameworks import Frameworks
from reports.model import Grade, Judgement
from reports.text.clean import join_lines, plain_key
from reports.text.document import BOLD_FROM, Document, Line
from reports.text.lists import split_bullet

LARGER = 1.08
"""Type at least this many times the size of the body is that of a title."""

_LONGEST = 4
"""Lines of the longest heading."""

_OPENS = re.compile(r"(?:the )?(?:experience|impact|overall)", re.IGNORECASE)
_FIRST_PARAGRAPH = re.compile(r"\d{1,3}\.")
_BETWEEN = re.compile(r"[\s:;,–—-]*(?:\b(?:is|are|as|was)\b)?[\s:;,–—-]*")


@dataclass(frozen=True, slots=True)
class GradedHeading:
    """A heading that names a judgement, on lines `start` to `end` (exclusive) of the document."""

    judgement: Judgement
    printed: str
    grade: Grade | None
    page: int
    start: int
    end: int


def looks_like_title(line: Line, document: Document) -> bool:
    """Return whether a line is set larger than the body, as the titles of sections are."""
    return document.positioned and line.size >= document.body_size * LARGER


def looks_like_heading(line: Line, document: Document) -> bool:
    """Return whether a line has the type of a heading; in plain text every line may have it."""
    return (
        line.weight >= BOLD_FROM
        or line.size >= document.body_size * LARGER
        or not document.positioned
    )


def graded_headings(
    document: Document, *, start: int, frameworks: Frameworks
) -> list[GradedHeading]:
    """Return the headings from line `start` on that consist of a label, with or without a grade."""
    found: list[GradedHeading] = []
    at = start
    while at < len(document.lines):
        heading = _heading_at(document, at, frameworks)
        if heading is not None:
            found.append(heading)
        at = heading.end if heading is not None else at + 1
    return found


def _heading_at(document: Document, at: int, frameworks: Frameworks) -> GradedHeading | None:
    """Return the longest heading that starts at a line; None where none does."""
    lines = document.lines[at : at + _LONGEST]
    if not _OPENS.match(lines[0].text):
        return None
    best: GradedHeading | None = None
    for size in range(1, len(lines) + 1):
        if size > 1 and (lines[size - 1].gap or split_bullet(lines[size - 1].text)):
            break
        key = plain_key(join_lines([line.text for line in lines[:size]]))
        split = _split(key, frameworks.ilacs_labels)
        if split is None:
            continue
        judgement, printed = split
        grade = frameworks.grade(printed)
        if printed and grade is None:
            # The words after the label are not a grade, unless the next lines complete one.
            continue
        end = at + size
        if _is_heading(document, at, end, has_grade=grade is not None):
            best = GradedHeading(judgement, printed, grade, lines[0].page, at, end)
    return best


def _is_heading(document: Document, at: int, end: int, *, has_grade: bool) -> bool:
    """Return whether a label on these lines is a heading, and not the start of a sentence.

    Its type shows it in a PDF, and a grade or the first paragraph below in plain text. In the type
    of the body, a PDF must have both.
    """
    if not document.positioned:
        return has_grade or _body_starts(document, end)
    if looks_like_heading(document.lines[at], document):
        return has_grade or _ends_in_style(document, end)
    return has_grade and _body_starts(document, end)


def _ends_in_style(document: Document, end: int) -> bool:
    """Return whether a heading without a grade ends here: the next line is in other type."""
    return end >= len(document.lines) or not looks_like_heading(document.lines[end], document)


def _body_starts(document: Document, end: int) -> bool:
    """Return whether the first numbered paragraph of a section follows."""
    return (
        end < len(document.lines) and _FIRST_PARAGRAPH.match(document.lines[end].text) is not None
    )


def _split(key: str, labels: Mapping[str, Judgement]) -> tuple[Judgement, str] | None:
    """Return the judgement of the label that starts a heading, and the words after the label."""
    for label in sorted(labels, key=len, reverse=True):
        if key == label:
            return labels[label], ""
        if key.startswith(label) and not key[len(label)].isalnum():
            return labels[label], _BETWEEN.sub("", key[len(label) :], count=1)
    return None
