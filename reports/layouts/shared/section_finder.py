"""The sections of a report: each from the heading that begins it to the line that ends it.

There is one finder for all families. The `SectionRules` of a family say what its headings are and
what ends a section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from reports.layouts.shared.areas import printed_heading, read_areas
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.misplaced_lines import check_places
from reports.model import ImprovementArea
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line


class SectionEnding(Enum):
    """How certain it is that a line ends a section."""

    CERTAIN = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True, kw_only=True)
class SectionRules:
    """How to recognise the sections of a family.

    headings: the words of a heading, in up to `longest` lines.
    opens: what the first line of every heading starts with, so that most lines are skipped fast.
    is_set_as_heading: whether the lines from a start to an end (exclusive) look like a heading.
    ends: given the lines, the position of a heading and that of a later line, how certainly that
        line ends the section; None where the section goes on. The next heading always ends it.
    """

    headings: Sequence[re.Pattern[str]]
    longest: int
    opens: re.Pattern[str]
    is_set_as_heading: Callable[[Sequence[Line], int, int], bool]
    ends: Callable[[Sequence[Line], int, int], SectionEnding | None]

    def heading_length(self, lines: Sequence[Line], at: int) -> int:
        """Return the number of lines of the section heading that starts at `at`; 0 for none."""
        if not self.opens.match(lines[at].text):
            return 0
        for end in range(min(at + self.longest, len(lines)), at, -1):
            text = join_lines([line.text for line in lines[at:end]])
            known = any(pattern.fullmatch(text) for pattern in self.headings)
            if known and self.is_set_as_heading(lines, at, end):
                return end - at
        return 0


@dataclass(frozen=True, slots=True)
class Section:
    """Lines `body` under a heading; `sure` is False where nothing certain marks the end."""

    heading: str
    page: int
    start: int
    body: range
    sure: bool

    def lines(self, document: Document) -> tuple[Line, ...]:
        """Return the lines of the section, without its heading."""
        return document.lines[self.body.start : self.body.stop]

    def areas(self, document: Document, reading: ReadingBuilder) -> tuple[ImprovementArea, ...]:
        """Return the areas of the section; see `read_areas`, which reports doubts."""
        self.check_places(document, reading)
        return read_areas(
            reading,
            document=document,
            heading=self.heading,
            lines=self.lines(document),
            page=self.page,
        )

    def check_places(self, document: Document, reading: ReadingBuilder) -> None:
        """Report lines that are elsewhere on the page than in the text."""
        check_places(
            document, start=self.start, body=self.body, heading=self.heading, reading=reading
        )

    def report_unsure_end(self, reading: ReadingBuilder) -> None:
        """Report that it is not certain where the section ends."""
        message = f"Where the section “{self.heading}” ends is not certain."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=self.page)


def find_sections(
    lines: Sequence[Line], rules: SectionRules, *, after: int = 0
) -> Iterator[Section]:
    """Yield the sections of these lines in order, from line `after` on."""
    at = after
    while at < len(lines):
        length = rules.heading_length(lines, at)
        if not length:
            at += 1
            continue
        start, body = at, at + length
        at, ending = _end(lines, rules, start, body)
        yield Section(
            heading=printed_heading(lines[start:body]),
            page=lines[start].page,
            start=start,
            body=range(body, at),
            sure=ending is SectionEnding.CERTAIN,
        )


def _end(
    lines: Sequence[Line], rules: SectionRules, start: int, body: int
) -> tuple[int, SectionEnding | None]:
    """Return the position after a section, and how certain that is; None if no line ends it."""
    for at in range(body, len(lines)):
        if rules.heading_length(lines, at):
            return at, SectionEnding.CERTAIN
        ending = rules.ends(lines, start, at)
        if ending is not None:
            return at, ending
    return len(lines), None
