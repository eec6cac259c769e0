"""A document as the layouts see it: pages of lines, in the order of the text in the file.

PDF and plain text become the same records, so that the same layout reads both. Positions are in PDF
points from the lower left corner of the page; plain text has none (`size` is 0 there).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.errors import ReadingError
from reports.file_limits import MAX_LINE, MAX_LINES
from reports.problems import ProblemCode

_SMALL = 0.84
"""Type below this share of the body size is a footer, footnote, mark or address block."""

BOLD_FROM = 600
"""Font weight from which a line counts as bold; agrees with "Bold" in the font's name."""


class Line(NamedTuple):
    """One line of text.

    Position and weight are those of its first character, size that of its first letter or digit.
    """

    text: str
    page: int
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    weight: int = 0
    gap: bool = False
    """Whether an empty line precedes this line (plain text only)."""
    parted: bool = False
    """Whether wide space separates its words, like those of two columns (plain text only)."""

    @property
    def bold(self) -> bool:
        """Whether the line starts in bold type (never in plain text)."""
        return self.weight >= BOLD_FROM


class Word(NamedTuple):
    """One word and where it starts on its page."""

    text: str
    x: float
    y: float


class Rule(NamedTuple):
    """A straight line drawn on a page, such as those around the cells of a table."""

    left: float
    bottom: float
    right: float
    top: float


def check_lines(lines: Sequence[Line]) -> None:
    """Raise ReadingError (`too_long`) for more or longer lines than any report has.

    Reading them would take very long.
    """
    if len(lines) > MAX_LINES or any(len(line.text) > MAX_LINE for line in lines):
        raise ReadingError(
            ProblemCode.TOO_LONG, "The document has more or longer lines than any report."
        )


def no_rules(page: int) -> tuple[Rule, ...]:
    """Return the drawn lines of a document without positions: none."""
    return ()


def no_words(page: int) -> tuple[Word, ...]:
    """Return the words of a document without positions: none."""
    return ()


def nothing_clipped(page: int) -> tuple[str, ...]:
    """Return what is cut off on a page of a document without positions: nothing."""
    return ()


def nothing_unseen(page: int) -> str:
    """Return what cannot be read on a page of a document without positions: nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file. Its functions of a page work only while it is open."""

    name: str
    pages: int
    lines: tuple[Line, ...]
    positioned: bool
    """True for PDF: lines have positions and sizes. False for plain text."""
    body_size: float = 0.0
    """The type size that most of the text is set in; 0 for plain text."""
    words: Callable[[int], tuple[Word, ...]] = no_words
    rules: Callable[[int], tuple[Rule, ...]] = no_rules
    shapes: Callable[[int], tuple[Rule, ...]] = no_rules
    """The words, the drawn lines and the bullet-sized shapes on a page (1-based). All take time to
    find."""
    unseen: Callable[[int], str] = nothing_unseen
    """The first words on a page (1-based) that are in its text but not to be read, and why."""
    clipped: Callable[[int], tuple[str, ...]] = nothing_clipped
    """The first words of each text on a page (1-based) that is cut off."""
    annotated_pages: tuple[tuple[int, str], ...] = ()
    """Pages (1-based) that comments, marks or fields of a form lie on, and what they are."""
    turned_pages: tuple[int, ...] = ()
    """Pages (1-based) that are turned on their side or upside down."""
    has_hidden_layers: bool = False
    """Whether parts of its pages are not shown when it is opened."""
    empty_pages: tuple[int, ...] = ()
    """Pages (1-based) without any text."""
    damaged_pages: tuple[int, ...] = ()
    """Pages with characters that no real report has: their text is not what was printed."""
    spaced: bool = True
    """Whether empty lines divide its paragraphs (plain text). Without them any line may be a title.
    """
    damaged_parts: int = 0
    """The number of compressed parts of the file that are damaged; the text may have changed."""

    @property
    def small(self) -> float:
        """Points; smaller type is not text of the report. 0 for plain text."""
        return self.body_size * _SMALL

    @property
    def first_page(self) -> int:
        """The page (1-based) that the text begins on, which is not 1 within a larger file."""
        return self.lines[0].page if self.lines else 1

    def page_lines(self, page: int) -> tuple[Line, ...]:
        """Return the lines of one page (1-based)."""
        return tuple(line for line in self.lines if line.page == page)
