"""How many councils have each grade: a bar for each judgement, a part for each grade. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reports.wording import counted
from website.charts.palette import mark_of
from website.charts.shapes import Box, Drawing, Part, Words

WIDTH = 340
_ROW, _BAR, _SIDE = 44, 21, 2

_LETTERS = {"O": 8.0, "G": 7.6, "R": 7.2, "I": 3.6, " ": 3.2}
_DIGIT, _PADDING = 6.7, 3.0
"""The widths of letters and digits, and the room around them.

A number without its letter would not say which grade it counts.
"""


@dataclass(frozen=True, kw_only=True)
class StackedRow:
    """A judgement with the number of councils for each grade, best first.

    `of` is the number of all councils, including those that have no such grade.
    """

    label: str
    parts: tuple[tuple[str, int], ...]
    of: int

    @property
    def total(self) -> int:
        """The number of councils with such a grade."""
        return sum(number for _, number in self.parts)


@dataclass(frozen=True, kw_only=True)
class StackedChart:
    """What the chart shows."""

    title: str
    description: str
    rows: tuple[StackedRow, ...]


def _fitting(letter: str, number: int, width: float) -> str:
    """Return the letter of a grade and its number; empty where they do not fit into the bar."""
    for text in (f"{letter} {number}", f"{letter}{number}"):
        if sum(_LETTERS.get(character, _DIGIT) for character in text) + _PADDING <= width:
            return text
    return ""


def stacked_drawing(chart: StackedChart, *, key: str) -> Drawing:
    """Return the chart as shapes; all bars are as wide as the drawing."""
    parts: list[Part] = []
    for place, row in enumerate(chart.rows):
        y = place * _ROW
        parts.append(Words(x=_SIDE, y=y + 12, text=row.label, look="t-b"))
        of = counted(row.of, "council")
        said = f"{row.total} of {of}" if row.total < row.of else of
        parts.append(Words(x=WIDTH - _SIDE, y=y + 12, text=said, look="t-q", anchor="end"))
        x = float(_SIDE)
        for grade, number in row.parts:
            width = (WIDTH - 2 * _SIDE) * number / row.total
            colour, letter = mark_of(grade)
            parts.append(Box(x=x, y=y + 17, width=width, height=_BAR, look=f"c-{colour}"))
            if text := _fitting(letter, number, width):
                parts.append(
                    Words(x=x + width / 2, y=y + 31.5, text=text, look="t-c", anchor="middle")
                )
            x += width
    return Drawing(
        key=key,
        width=WIDTH,
        height=_ROW * len(chart.rows),
        title=chart.title,
        description=chart.description,
        parts=parts,
    )
