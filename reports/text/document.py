"""A document as the layouts see it: pages of lines, in the order of the text stream.

PDF and plain text become the same records, so that one layout reads both. Positions are in PDF
points from the lower left corner of the page; plain text has none (`size` is 0 there).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.errors import ReadingError
from reports.file_limits import MAX_LINE, MAX_LINES

_SMALL = 0.84
"""Type below this share of the body size is a footer, footnote, mark or address block."""

BOLD_FROM = 600
"""Font weight from which a line counts as bold; agrees with "Bold" in the font's name."""


class Line(NamedTuple):
    """One line of text; position and weight are those of its first character, size that of its
    first letter or digit."""

    text: str
    page: int
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    weight: int = 0
    gap: bool = False
    """Plain text only: an empty line is before this one."""
    parted: bool = False
    """Plain text only: wide space parts its words, as those of two columns."""

    @property
    def bold(self) -> bool:
        """Whether the line starts in bold type (never in plain text)."""
        return self.weight >= BOLD_FROM


class Word(NamedTuple):
    """One word and the place where it starts on its page."""

    text: str
    x: float
    y: float


class Rule(NamedTuple):
    """A straight line drawn on a page, as those around the cells of a table."""

    left: float
    bottom: float
    right: float
    top: float


def check_lines(lines: Sequence[Line]) -> None:
    """Raise ReadingError (`too_long`) for lines that no report has: they would take for ever."""
    if len(lines) > MAX_LINES or any(len(line.text) > MAX_LINE for line in lines):
        raise ReadingError("too_long", "The document has more or longer lines than any report.")


def no_rules(page: int) -> tuple[Rule, ...]:
    """The drawn lines of a document without positions: none."""
    return ()


def no_words(page: int) -> tuple[Word, ...]:
    """The words of a document without positions: none."""
    return ()


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file. `words` and `rules` work only while it is open."""

    name: str
    pages: int
    lines: tuple[Line, ...]
    positioned: bool
    """True for PDF: lines have positions and sizes. False for plain text."""
    body_size: float = 0.0
    """The type size that most of the text is set in; 0 for plain text."""
    words: Callable[[int], tuple[Word, ...]] = no_words
    rules: Callable[[int], tuple[Rule, ...]] = no_rules
    """Costs time, as `words` does."""
    shapes: Callable[[int], tuple[Rule, ...]] = no_rules
    """What is drawn in the size of a bullet. Costs time too."""
    empty_pages: tuple[int, ...] = ()
    """Pages (1-based) without any text."""
    damaged_pages: tuple[int, ...] = ()
    """Pages with characters that no real report has: their text is not what was printed."""
    spaced: bool = True
    """Plain text: whether empty lines part its paragraphs. Without them any line may be a title."""
    damaged_parts: int = 0
    """Compressed parts of the file that are not what was packed; the text may have changed."""

    @property
    def small(self) -> float:
        """Points; what is set in smaller type is no text of the report. 0 for plain text."""
        return self.body_size * _SMALL

    def page_lines(self, page: int) -> tuple[Line, ...]:
        """The lines of one page (1-based)."""
        return tuple(line for line in self.lines if line.page == page)
