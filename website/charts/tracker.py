"""Which issues were raised in which report: a row for an issue, a column for a report. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from website.charts.shapes import Box, Dot, Drawing, Line, Part, Words

WIDTH = 340
_SIDE, _TOP, _ROW = 4, 34, 34
_CROSS = 3.4
_FULL, _VISIT = "● full inspection", "■ visit"
_NOT_FOUND = "× not found again at the last full inspection"
_UNSURE = "dashed: possibly the same issue"


@dataclass(frozen=True, kw_only=True)
class TrackerColumn:
    """The month of an inspection or visit, such as "May 2024", and whether it is a visit."""

    when: str
    visit: bool


@dataclass(frozen=True, kw_only=True)
class TrackerRow:
    """An issue and the positions of the columns in which it was raised.

    `possibly` are those of `raised` in which it may have been another issue. `no_longer_named`:
    whether the last full inspection was compared and does not raise it.
    """

    label: str
    raised: tuple[int, ...]
    possibly: tuple[int, ...] = ()
    no_longer_named: bool = False


@dataclass(frozen=True, kw_only=True)
class TrackerChart:
    """What the chart shows."""

    title: str
    description: str
    columns: tuple[TrackerColumn, ...]
    rows: tuple[TrackerRow, ...]

    @property
    def has_unsure(self) -> bool:
        """Whether a mark is dashed, because it may be of another issue."""
        return any(row.possibly for row in self.rows)

    @property
    def legend(self) -> str:
        """What the marks in this chart mean."""
        raised = [self.columns[place] for row in self.rows for place in row.raised]
        marks = [
            *([_FULL] if any(not column.visit for column in raised) else []),
            *([_VISIT] if any(column.visit for column in raised) else []),
            *([_NOT_FOUND] if any(row.no_longer_named for row in self.rows) else []),
            *([_UNSURE] if self.has_unsure else []),
        ]
        return ", ".join(marks)


def tracker_drawing(chart: TrackerChart, *, key: str = "tracker") -> Drawing:
    """Return the chart as shapes."""
    height = _TOP + _ROW * len(chart.rows)
    number = len(chart.columns)
    xs = [_SIDE + (WIDTH - 2 * _SIDE) * (place + 0.5) / number for place in range(number)]
    parts: list[Part] = []
    for x, column in zip(xs, chart.columns, strict=True):
        month, year = column.when.split()
        look = "t-q" if column.visit else "t-s"
        parts.append(Words(x=x, y=11, text=month, look=look, anchor="middle"))
        parts.append(Words(x=x, y=23, text=year, look=look, anchor="middle"))
    for place, row in enumerate(chart.rows):
        parts += _row(row, chart.columns, xs, top=_TOP + place * _ROW)
    return Drawing(
        key=key,
        width=WIDTH,
        height=height,
        title=chart.title,
        description=chart.description,
        parts=parts,
    )


def _row(
    row: TrackerRow, columns: tuple[TrackerColumn, ...], xs: list[float], *, top: float
) -> list[Part]:
    y = top + 21
    parts: list[Part] = [
        Line(x1=_SIDE, y1=top - 4, x2=WIDTH - _SIDE, y2=top - 4, look="l-rule"),
        Words(x=_SIDE, y=top + 8, text=row.label, look="t-b"),
    ]
    surely = [place for place in row.raised if place not in row.possibly]
    parts += [
        Line(x1=xs[first], y1=y, x2=xs[after], y2=y, look="l-link")
        for first, after in pairwise(surely)
    ]
    # A sure link between two reports holds whatever a report between them says.
    parts += [
        Line(x1=xs[first], y1=y, x2=xs[after], y2=y, look="l-near")
        for first, after in pairwise(row.raised)
        if not surely or first < surely[0] or after > surely[-1]
    ]
    for place in row.raised:
        look = "c-maybe" if place in row.possibly else "c-now"
        if columns[place].visit:
            parts.append(Box(x=xs[place] - 3.6, y=y - 3.6, width=7.2, height=7.2, look=look))
        else:
            parts.append(Dot(x=xs[place], y=y, r=4.6, look=look))
    last_full = max((at for at, column in enumerate(columns) if not column.visit), default=-1)
    if row.no_longer_named and last_full > row.raised[-1]:
        left, right = xs[last_full] - _CROSS, xs[last_full] + _CROSS
        parts += [
            Line(x1=left, y1=y - _CROSS, x2=right, y2=y + _CROSS, look="l-not-found"),
            Line(x1=left, y1=y + _CROSS, x2=right, y2=y - _CROSS, look="l-not-found"),
        ]
    return parts
