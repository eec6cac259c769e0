"""The distances between lines: near or apart, indented, and whether the line before was full.

A PDF gives points; plain text gives indents in characters, empty lines and the length of a line.
Both answer the same questions, so that the same scanner reads both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from reports.text.document import Document, Line, Rule
from reports.text.lists import BULLETS

_USUAL_PITCH = 1.21
"""The distance between lines, in multiples of the type size, where a document is too short to
show its own."""

_WIDEST_STEP = 1.2
"""Within a paragraph, lines are at most this many usual pitches apart."""

_LETTER = 0.5
"""Width of an average letter in type sizes."""

_ROOM = 12.0
"""A line with at least this many points of white space beyond the next word ended early."""

_FULL = 0.8
"""A line of a text that is at least this share of the longest counts as full."""

_SURELY_FULL = 0.92
"""Share of the longest line of a page. Only shorter lines need the slower check of their end."""

_FURTHEST_MARK = 3.0
"""Type sizes between a mark and its words."""

_SAME_BASE = 2.0
"""Points between two baselines that count as one."""

SAME_PLACE = 2.0
"""Points between the starts of two lines that count as one place."""

_LONGEST_MARK = 3
"""Characters of a footnote's mark by itself."""

_SAMPLE = 600
"""The number of lines from which the usual pitch is learnt."""


class Step(Enum):
    """How a line follows the one before it."""

    SAME_LINE = auto()
    """On the same baseline: the PDF divides a line where its type changes."""
    NEAR = auto()
    APART = auto()
    NEXT_PAGE = auto()


@dataclass(frozen=True, slots=True)
class _PageEnds:
    """The right end of each baseline of a page, by its height, and the widest of them."""

    lines: dict[int, float]
    widest: float


class Spacing:
    """The distances of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.positioned = document.positioned
        self.indent = 6.0 if document.positioned else 1.0
        """A line that starts further right by more than this is indented."""
        self._ends: dict[int, _PageEnds] = {}
        self._margins: dict[int, float] = {}
        self._page_longest: dict[int, int] = {}

    @cached_property
    def pitch(self) -> float:
        """The usual distance between lines, in multiples of the type size."""
        lines = self._document.lines[:_SAMPLE]
        steps = Counter(
            round((upper.y - lower.y) / lower.size, 2)
            for upper, lower in zip(lines, lines[1:], strict=False)
            if upper.page == lower.page and upper.size == lower.size > 0
        )
        usual = [(count, step) for step, count in steps.items() if 0.9 < step < 2]
        return max(usual)[1] if usual else _USUAL_PITCH

    def step(self, last: Line, line: Line) -> Step:
        """Return how `line` follows `last`."""
        if last.page != line.page:
            return Step.NEXT_PAGE
        if not self.positioned:
            return Step.APART if line.gap else Step.NEAR
        down = last.y - line.y
        if abs(down) < _SAME_BASE and line.x > last.x:
            return Step.SAME_LINE
        near = 0 < down <= self.pitch * _WIDEST_STEP * max(line.size, last.size)
        return Step.NEAR if near else Step.APART

    def ended_early(self, last: Line, line: Line) -> bool:
        """Return whether a line had room for the first word of the next: its paragraph ended.

        False where it is unknown, because no line on the page is wider.
        """
        word = line.text.split(maxsplit=1)[0]
        if not self.positioned:
            return len(last.text) + 1 + len(word) < self._longest * _FULL
        if len(last.text) > self._longest_on(last.page) * _SURELY_FULL:
            return False
        ends = self._page_ends(last.page)
        base = round(last.y)
        end = max((ends.lines.get(y, 0.0) for y in range(base - 1, base + 2)), default=0.0)
        needed = (len(word) + 1) * _LETTER * last.size + _ROOM
        return end > 0 and end + needed < ends.widest

    def margin(self, page: int) -> float:
        """Return the leftmost `x` on a page at which two or more lines of the document start.

        0 where there is none.
        """
        if not self._margins:
            starts = Counter(round(line.x) for line in self._document.lines)
            for line in self._document.lines:
                if starts[round(line.x)] > 1:
                    known = self._margins.get(line.page, line.x)
                    self._margins[line.page] = min(known, float(round(line.x)))
        return self._margins.get(page, 0.0)

    def has_drawn_mark(self, line: Line) -> bool:
        """Return whether a bullet that is drawn, not written, is just left of a line."""
        return self.drawn_mark(line) is not None

    def drawn_mark(self, line: Line) -> Rule | None:
        """Return the bullet that is drawn, not written, just left of a line; None without one."""
        return next(
            (
                shape
                for shape in self._document.shapes(line.page)
                if line.x - _FURTHEST_MARK * line.size <= shape.right <= line.x + 1
                and line.y - line.size * 0.1 < (shape.bottom + shape.top) / 2 < line.y + line.size
            ),
            None,
        )

    @cached_property
    def _longest(self) -> int:
        return max((len(line.text) for line in self._document.lines), default=0)

    def _longest_on(self, page: int) -> int:
        if page not in self._page_longest:
            lengths = (len(line.text) for line in self._document.lines if line.page == page)
            self._page_longest[page] = max(lengths, default=0)
        return self._page_longest[page]

    def _page_ends(self, page: int) -> _PageEnds:
        """Return where the lines of a page end, estimated from their last words."""
        if page not in self._ends:
            size = self._document.body_size
            ends: dict[int, float] = {}
            # Headers and footers may reach further than the text.
            lines = {round(line.y) for line in self._document.lines if line.page == page}
            inside = {y for base in lines for y in range(base - 1, base + 2)}
            for word in self._document.words(page):
                if round(word.y) not in inside:
                    continue
                end = word.x + len(word.text) * _LETTER * size
                ends[round(word.y)] = max(end, ends.get(round(word.y), 0.0))
            self._ends[page] = _PageEnds(ends, max(ends.values(), default=0.0))
        return self._ends[page]


class SmallPrint:
    """Lines in small type: the footnotes of a document and their marks."""

    def __init__(self, document: Document) -> None:
        self._small = document.small
        self._lowest: dict[int, float] = {}
        for line in document.lines if document.positioned else ():
            if line.size >= self._small:
                self._lowest[line.page] = min(line.y, self._lowest.get(line.page, line.y))

    def is_small(self, line: Line) -> bool:
        """Return whether a line is in small type; a bullet in a smaller font does not count."""
        return line.size < self._small and line.text[0] not in BULLETS

    def is_footnote(self, line: Line) -> bool:
        """Return whether a line is small and below all text of its page, or a footnote's mark."""
        below = line.y < self._lowest.get(line.page, 0.0)
        return self.is_small(line) and (below or len(line.text) <= _LONGEST_MARK)
