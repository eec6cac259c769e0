"""Shares as bars: a row a group, its share of inspections, and the two numbers behind it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from website.charts.shapes import Box, Drawing, Line, Part, Words

WIDTH = 340
_LABEL, _NUMBERS, _ROW, _TOP = 120, 62, 19, 4


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


@dataclass(frozen=True, kw_only=True)
class BarsChart:
    """What is drawn."""

    title: str
    description: str
    bars: tuple[Bar, ...]


def bars_drawing(chart: BarsChart, *, key: str) -> Drawing:
    """The chart as shapes. All bars have one scale, from 0 to 100%."""
    height = _TOP + _ROW * len(chart.bars) + 2
    room = WIDTH - _LABEL - _NUMBERS
    parts: list[Part] = [Line(x1=_LABEL, y1=0, x2=_LABEL, y2=height, look="l-axis")]
    for place, bar in enumerate(chart.bars):
        y = _TOP + place * _ROW
        parts += [
            Words(x=_LABEL - 6, y=y + 10.5, text=bar.label, look="t", anchor="end"),
            Box(x=_LABEL, y=y + 1, width=room, height=_ROW - 7, look="bar-q"),
            Box(x=_LABEL, y=y + 1, width=room * bar.share, height=_ROW - 7, look="bar"),
            Words(
                x=WIDTH - 2,
                y=y + 10.5,
                text=f"{bar.share:.0%} ({bar.number} of {bar.of})" if bar.of else "–",
                look="t-s",
                anchor="end",
            ),
        ]
    return Drawing(
        key=key,
        width=WIDTH,
        height=height,
        title=chart.title,
        description=chart.description,
        parts=parts,
    )
