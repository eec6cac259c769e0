"""Cells of printed tables: which lines are in the same cell, by the rules drawn around them.

The order of the text alone does not show where a cell ends: rows are often no further apart than
lines of text, and a cell may go on at the top of the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.text.document import Document, Line, Rule
from reports.text.lists import split_bullet
from reports.text.sentences import ends_sentence

_LEAST_WIDTH = 30.0
_LEAST_HEIGHT = 6.0
_SLACK = 2.0
"""Points by which rules and text may miss one another and still belong together."""

_PADDING = 5.0


@dataclass(slots=True)
class CellRow:
    """One row of a table: the lines of each column, by its number from the left.

    `top` is the upper edge of the row and `right` its right edge, in points.
    """

    page: int
    top: float
    right: float
    columns: dict[int, list[Line]] = field(default_factory=dict)
    unsure: bool = False
    """Whether it is uncertain that a page break before or within it divides two rows."""

    def add(self, column: int, line: Line) -> None:
        """Add a line to the cell of a column."""
        self.columns.setdefault(column, []).append(line)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rules (printed lines) of one page, in two directions."""

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]

    def band(self, line: Line) -> tuple[float, float] | None:
        """Return the lower and upper edge of the cell where a line starts; None outside tables."""
        inside = [r for r in self.across if r.left - _SLACK <= line.x <= r.right + _SLACK]
        middle = line.y + _SLACK
        upper = min((r.bottom for r in inside if r.bottom > middle), default=None)
        lower = max((r.top for r in inside if r.top <= middle), default=None)
        if upper is None or lower is None or not self._walls(lower, upper):
            return None
        return lower, upper

    def edges(self, band: tuple[float, float]) -> list[float]:
        """Return the left edges of the columns of a row, then its right edge, in points."""
        found: list[float] = []
        for x in sorted(rule.left for rule in self._walls(*band)):
            if not found or x - found[-1] > 2 * _SLACK:
                found.append(x)
        return found

    def _walls(self, lower: float, upper: float) -> list[Rule]:
        middle = (lower + upper) / 2
        return [rule for rule in self.down if rule.bottom <= middle <= rule.top]


def _page_grid(document: Document, page: int) -> Grid:
    """Return the rules of a page that can be edges of cells."""
    rules = document.rules(page)
    return Grid(
        across=tuple(r for r in rules if r.right - r.left >= _LEAST_WIDTH),
        down=tuple(r for r in rules if r.top - r.bottom >= _LEAST_HEIGHT),
    )


def read_rows(document: Document, lines: Sequence[Line]) -> tuple[list[CellRow], list[Line]]:
    """Return the rows of the tables that the lines are in, and the lines outside of tables.

    A row that goes on at the top of the next page is one row.
    """
    rows: list[CellRow] = []
    outside: list[Line] = []
    for page in sorted({line.page for line in lines}):
        grid = _page_grid(document, page)
        found: dict[float, CellRow] = {}
        for line in [line for line in lines if line.page == page]:
            band = grid.band(line)
            if band is None:
                outside.append(line)
                continue
            edges = grid.edges(band)
            row = found.setdefault(round(band[1]), CellRow(page, band[1], edges[-1]))
            for part in _parts(document, line, edges):
                row.add(_column(edges, part.x), part)
        _append(document, rows, sorted(found.values(), key=lambda row: -row.top))
    return rows, outside


def _column(edges: Sequence[float], x: float) -> int:
    return max(sum(edge <= x + _SLACK for edge in edges) - 1, 0)


def _parts(document: Document, line: Line, edges: Sequence[float]) -> list[Line]:
    """Return a line of text, cut where it goes on in the next column."""
    for edge in edges[1:-1]:
        if line.x >= edge:
            continue
        right = [
            word
            for word in document.words(line.page)
            if abs(word.y - line.y) < _SLACK and word.x >= edge - _SLACK
        ]
        tokens = line.text.split()
        if 0 < len(right) < len(tokens) and tokens[-len(right) :] == [word.text for word in right]:
            left = line._replace(text=" ".join(tokens[: -len(right)]))
            rest = line._replace(text=" ".join(tokens[-len(right) :]), x=right[0].x)
            return [left, rest]
    return [line]


def _append(document: Document, rows: list[CellRow], found: list[CellRow]) -> None:
    """Add the rows of a page; the first may continue the last row of the page before."""
    if rows and found:
        if _continues(rows[-1], found[0]):
            below = found.pop(0)
            # Without its other cells it may also be a row of its own: a cell can span several rows.
            last = max(rows[-1].columns)
            if last in below.columns and not _is_within_sentence(rows[-1], below):
                rows[-1].unsure = True
            for column, lines in below.columns.items():
                for line in lines:
                    rows[-1].add(column, line)
        else:
            found[0].unsure = _full_line(document, rows[-1], found[0])
    rows.extend(found)


def _full_line(document: Document, row: CellRow, below: CellRow) -> bool:
    """Return whether the last line of a cell has no room for the first word of the next page.

    If it has room, its paragraph ended there. Otherwise the sentence may have ended with the line
    by chance. Letters are taken to be half as wide as high, which is a little more than they are.
    """
    line = row.columns[max(row.columns)][-1]
    first = below.columns[max(below.columns)][0].text.split()[0]
    ends = [
        word.x + len(word.text) * line.size / 2
        for word in document.words(line.page)
        if abs(word.y - line.y) < _SLACK
    ]
    room = row.right - _PADDING - max(ends, default=line.x)
    return room < (len(first) + 1) * line.size / 2


def _continues(row: CellRow, below: CellRow) -> bool:
    """Return whether the first row of a page continues the last row of the page before.

    It does where it has other columns, or where its last cell continues a sentence or a list.
    """
    return row.columns.keys() != below.columns.keys() or _is_within_sentence(row, below)


def _is_within_sentence(row: CellRow, below: CellRow) -> bool:
    """Return whether a page break divides a sentence or a list in the last cell of a row."""
    last = max(row.columns)
    stopped, first = row.columns[last][-1].text, below.columns[last][0].text
    return not ends_sentence(stopped) or first[:1].islower() or split_bullet(first) is not None
