"""Shares as bars: a row for each group, its share of inspections and its numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reports.wording import share_in_words
from website.charts.shapes import Box, Drawing, Line, Part, Words

WIDTH = 354
_LABEL, _NUMBERS, _BAR, _TOP = 156, 96, 13, 4
_ROW, _TALL_ROW = 21, 34

_LONGEST_LABEL = 25
"""A longer label has its own line above the bar."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row: `number` of `of`."""

    label: str
    number: int
    of: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where there is nothing to count."""
        return self.number / self.of if self.of else 0.0

    @property
    def words(self) -> str:
        """The share in words."""
        return share_in_words(self.number, self.of) if self.of else "–"


@dataclass(frozen=True, kw_only=True)
class BarsChart:
    """What the chart shows. `caution` is what a reader must know before comparing its bars."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    caution: str = ""


def bars_drawing(chart: BarsChart, *, key: str) -> Drawing:
    """Return the chart as shapes. All bars have the same scale, from 0 to 100%."""
    above = any(len(bar.label) > _LONGEST_LABEL for bar in chart.bars)
    left, step = (2, _TALL_ROW) if above else (_LABEL, _ROW)
    height = _TOP + step * len(chart.bars) + 2
    room = WIDTH - left - _NUMBERS
    parts: list[Part] = [Line(x1=left, y1=0, x2=left, y2=height, look="l-axis")]
    for place, bar in enumerate(chart.bars):
        y = _TOP + place * step
        if above:
            parts.append(Words(x=left + 4, y=y + 10, text=bar.label, look="t"))
            y += _TALL_ROW - _ROW
        else:
            parts.append(Words(x=left - 6, y=y + 12, text=bar.label, look="t", anchor="end"))
        parts += [
            Box(x=left, y=y + 2, width=room, height=_BAR, look="bar-q"),
            Box(x=left, y=y + 2, width=room * bar.share, height=_BAR, look="bar"),
            Words(x=WIDTH - 2, y=y + 12, text=bar.words, look="t-s", anchor="end"),
        ]
    return Drawing(
        key=key,
        width=WIDTH,
        height=height,
        title=chart.title,
        description=chart.description,
        parts=parts,
    )
