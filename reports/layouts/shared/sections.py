"""Sections of letters: from a heading of a known kind to the next heading or the closing words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.layouts.shared.areas import HEADING_END, PRIORITY_HEADING, printed_heading
from reports.layouts.shared.letterhead import LINE_PITCH
from reports.text.document import Document, Line
from reports.text.lists import split_bullet

AREAS_HEADING = re.compile(
    r"(?:what needs? to improve(?: in (?:this|these|the) areas? of (?:social work )?practice)?"
    rf"|areas? for (?:improvement|development)){HEADING_END}",
    re.IGNORECASE,
)
_OPENS = re.compile(r"what|area|action|priority", re.IGNORECASE)
"""What both kinds of headings start with: most lines need no closer look."""

_CLOSING = re.compile(
    r"ofsted will (?:take|use|consider)|yours (?:sincerely|faithfully)|(?:we|i) (?:are|am) copying|"
    r"any areas? for development identified above|the national director|copy:|cc:",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:(?:main|headline|key|detailed|summary of) )?findings(?: and evaluation of progress)?|"
    r"overview|summary|background|context|(?:key |areas of )?strengths?|next steps|"
    r"the service meets the requirements\b.*|(?:case|practice) stud(?:y|ies)\b.*|"
    r"areas covered by the (?:visit|inspection)",
    re.IGNORECASE,
)
_BOX = re.compile(r"(?:case|practice) stud(?:y|ies)\s*[:–-]?", re.IGNORECASE)
_UNTHEMED = re.compile(r"what\b", re.IGNORECASE)
_LARGER = 1.08
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Section:
    """Lines `body` under a heading; `sure` is False where nothing marks the end."""

    heading: str
    page: int
    start: int
    body: range
    sure: bool

    def lines(self, document: Document) -> tuple[Line, ...]:
        """Its lines, without the heading."""
        return document.lines[self.body.start : self.body.stop]

    @property
    def priority(self) -> bool:
        """Whether it is a section of priority actions."""
        return PRIORITY_HEADING.fullmatch(self.heading) is not None


def find_sections(document: Document, *, after: int, themed: bool = False) -> Iterator[Section]:
    """The sections of areas for improvement from line `after` on.

    `themed`: bold lines inside a section are themes of its list, not the end of it. Lists under
    "What needs to improve" never have themes.
    """
    starts = dict(_starts(document, after))
    for start, end in starts.items():
        heading = printed_heading(document.lines[start:end])
        bold_goes_on = themed and not _UNTHEMED.match(heading)
        stop, sure = _stop(document, start, end, starts, themed=bold_goes_on)
        yield Section(
            heading=heading,
            page=document.lines[start].page,
            start=start,
            body=range(end, stop),
            sure=sure,
        )


def _starts(document: Document, after: int) -> Iterator[tuple[int, int]]:
    """Position of each heading and of the line after it."""
    at = after
    while at < len(document.lines):
        end = _heading_end(document, at)
        if end is not None:
            yield at, end
        at = end or at + 1


def _heading_end(document: Document, at: int) -> int | None:
    if not _OPENS.match(document.lines[at].text):
        return None
    if at and _BOX.fullmatch(document.lines[at - 1].text):
        return None
    for end in range(at + 1, min(at + _LONGEST, len(document.lines)) + 1):
        text = " ".join(line.text for line in document.lines[at:end])
        known = AREAS_HEADING.fullmatch(text) or PRIORITY_HEADING.fullmatch(text)
        if known and stands_alone(document, at, end):
            return end
    return None


def stands_alone(document: Document, start: int, end: int) -> bool:
    """Whether lines are set as a heading: bold, or with space above and below.

    Words of a sentence may fill a line on their own by chance.
    """
    first, last = document.lines[start], document.lines[end - 1]
    below = document.lines[end] if end < len(document.lines) else None
    if not document.positioned:
        listed = below is not None and (below.gap or split_bullet(below.text) is not None)
        opens = start == 0 or document.lines[start - 1].page != first.page
        return first.gap or opens or listed or not document.spaced
    return first.bold or (_space_above(document, start) and (below is None or _apart(last, below)))


def is_title(text: str) -> bool:
    """Whether a line has the words of a title that ends a list: findings, strengths, next steps."""
    return text[0].isupper() and _TITLES.fullmatch(text.rstrip(" .:?")) is not None


def is_closing(text: str) -> bool:
    """Whether a line starts the words with which a letter ends."""
    return _CLOSING.match(text) is not None


def _apart(upper: Line, lower: Line) -> bool:
    return upper.page != lower.page or not 0 < upper.y - lower.y < LINE_PITCH * upper.size


def _space_above(document: Document, at: int) -> bool:
    return at == 0 or _apart(document.lines[at - 1], document.lines[at])


def _stop(
    document: Document, start: int, after: int, starts: dict[int, int], *, themed: bool
) -> tuple[int, bool]:
    """Where the section whose heading is in line `start` ends, and whether that is sure."""
    for at in range(after, len(document.lines)):
        line = document.lines[at]
        if at in starts or is_closing(line.text):
            return at, True
        if is_title(line.text) and stands_alone(document, at, at + 1):
            return at, True
        if is_bold_line(document, at) and not (themed and _is_theme(document, start, at)):
            return at, True
    return len(document.lines), False


def _is_theme(document: Document, heading: int, at: int) -> bool:
    """Whether a bold line in a list is smaller than a title would be."""
    title = document.lines[heading].size
    return title < document.body_size * _LARGER or document.lines[at].size < title


def is_bold_line(document: Document, at: int) -> bool:
    """Whether a line is bold and starts something: a title, or a theme between items."""
    line = document.lines[at]
    return (
        document.positioned
        and line.bold
        and split_bullet(line.text) is None
        and _space_above(document, at)
    )
