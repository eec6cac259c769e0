"""A council's grades over time: a row for each judgement, a column for each inspection. Pure.

Each grade is a word with its own height and colour, so that neither colour nor size alone shows it.
Solid lines join grades of the same judgement, dashed lines those of similar ones. Below are the
visits, in order and evenly spaced between the inspections; those since the last inspection have a
column of their own. A different sign marks those with areas for priority action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.analysis.timeline import Cell, Inspected, TimelineRow
from reports.model import Judgement
from reports.wording import judgement_words, short_framework_words
from website.charts.palette import mark_of
from website.charts.shapes import Box, Drawing, Line, Part, Shape, Words

WIDTH = 340
"""Units of the drawing; at 288 CSS pixels (a phone of 320) its words can be read."""

_TOP, _ROW, _BOTTOM, _VISITS = 38, 58, 18, 38
_SIDE, _CHIP, _LEVEL = 4, 17, 6
_BELOW_LABEL, _LOWEST = 13, 42
_DATE, _DATE_HEIGHT = 23, 21
_HEIGHTS = {
    "outstanding": 3,
    "good": 2,
    "requires_improvement": 1,
    "adequate": 1,
    "inadequate": 0,
}
_SHORT = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Req. improv.",
    "inadequate": "Inadequate",
    "adequate": "Adequate",
    "not_judged": "Not judged",
    None: "Not certain",
}
_SHORTER = _SHORT | {
    "outstanding": "Outst.",
    "requires_improvement": "Req. imp.",
    "inadequate": "Inadeq.",
}
_SHORTEST = _SHORTER | {
    "requires_improvement": "Req.",
    "adequate": "Adeq.",
    "not_judged": "No grade",
    None: "Unclear",
}
"""The words in a chip; the shorter ones are for five columns, the shortest for six."""

_LEGEND = "Higher is better. Dashed: other rules, or not quite the same judgement."
_SINCE = "Since then"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A full inspection: its month, and its framework in a word or two."""

    when: str
    framework: str


@dataclass(frozen=True, kw_only=True)
class ChartCell:
    """One grade.

    `link` to the grade before: "none", "same" or "similar" (see `GradeLink`). `other`: whether it
    is a grade on another judgement than that of the row.
    """

    grade: str | None
    link: str
    other: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A judgement with a cell for each stop; None where there was no such grade."""

    label: str
    cells: tuple[ChartCell | None, ...]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit in a month such as "Apr 2025". `after` is the number of stops before it."""

    after: int
    when: str = ""
    monitoring: bool = False
    priority_action: bool = False


@dataclass(frozen=True, kw_only=True)
class GradesChart:
    """What the chart shows. `description` says where the page has the same in words."""

    title: str
    description: str
    stops: tuple[Stop, ...]
    rows: tuple[Row, ...]
    visits: tuple[Visit, ...] = ()

    @property
    def legend(self) -> str:
        """What the height of a grade and a dashed line mean."""
        return _LEGEND

    @property
    def columns(self) -> int:
        """The number of columns: one for each stop, and one where there were visits since."""
        return len(self.stops) + any(visit.after == len(self.stops) for visit in self.visits)


def grades_chart(
    stops: Sequence[Inspected],
    rows: Sequence[TimelineRow],
    *,
    title: str,
    description: str = "",
    visits: tuple[Visit, ...] = (),
) -> GradesChart:
    """Return the chart of some rows of a council's grades over time."""
    return GradesChart(
        title=title,
        description=description,
        stops=tuple(
            Stop(when=f"{stop.start:%b %Y}", framework=short_framework_words(stop.framework))
            for stop in stops
        ),
        rows=tuple(
            Row(
                label=judgement_words(row.judgement),
                cells=tuple(_chart_cell(cell, row.judgement) for cell in row.cells),
            )
            for row in rows
        ),
        visits=visits,
    )


def _chart_cell(cell: Cell | None, head: Judgement) -> ChartCell | None:
    if cell is None:
        return None
    return ChartCell(
        grade=cell.grade.value if cell.grade else None,
        link=cell.link.value,
        other=cell.judgement != head,
    )


def grades_drawing(chart: GradesChart, *, key: str = "grades", with_legend: bool = True) -> Drawing:
    """Return the chart as shapes. A page has the legend as text, which is larger on a phone."""
    lane = _lane(chart)
    bottom = _BOTTOM if with_legend else 0
    height = _TOP + _ROW * len(chart.rows) + lane + bottom
    parts: list[Part] = []
    parts += _stops(chart)
    for place, row in enumerate(chart.rows):
        parts += _row(row, top=_TOP + place * _ROW, chart=chart)
    if chart.visits:
        parts += _visits(chart, top=_TOP + _ROW * len(chart.rows))
    if with_legend:
        words = Words(x=WIDTH / 2, y=height - 5, text=chart.legend, look="t-q", anchor="middle")
        parts.append(words)
    return Drawing(
        key=key,
        width=WIDTH,
        height=height,
        title=chart.title,
        description=chart.description,
        parts=parts,
    )


def _lane(chart: GradesChart) -> int:
    """Return the height of the row of visits."""
    if not chart.visits:
        return 0
    dated = any(visit.when for visit in chart.visits)
    crowded = any(_is_crowded(chart, gap) for gap in _gaps(chart))
    return _VISITS + dated * _DATE_HEIGHT * (2 if crowded else 1)


def _is_crowded(chart: GradesChart, gap: int) -> bool:
    """Return whether the dates of visits in a gap between inspections would touch each other."""
    return _inside(chart, gap) > 1 and _step(chart, gap) < _DATE


def _gaps(chart: GradesChart) -> range:
    return range(len(chart.stops) + 1)


def _step(chart: GradesChart, gap: int) -> float:
    """Return the distance between two visits in a gap between inspections."""
    left, right = _edges(chart, gap)
    return (right - left) / (_inside(chart, gap) + 1)


def _inside(chart: GradesChart, gap: int) -> int:
    """Return the number of visits in a gap between inspections."""
    return sum(visit.after == gap for visit in chart.visits)


def _edges(chart: GradesChart, gap: int) -> tuple[float, float]:
    """Return where a gap between inspections begins and ends."""
    if gap == len(chart.stops):
        return _SIDE + (WIDTH - 2 * _SIDE) * gap / chart.columns, WIDTH - _SIDE
    left = _SIDE if gap == 0 else _middle(gap - 1, chart.columns)
    return left, _middle(gap, chart.columns)


def _middle(place: float, columns: int) -> float:
    return _SIDE + (WIDTH - 2 * _SIDE) * (place + 0.5) / columns


def _framework_lines(chart: GradesChart, *, top: float, foot: float) -> list[Part]:
    """Return a dashed line for each change of framework, from one height to another."""
    changed = [
        place
        for place, (before, stop) in enumerate(pairwise(chart.stops))
        if stop.framework != before.framework
    ]
    edges = [_middle(place + 0.5, chart.columns) for place in changed]
    return [Line(x1=edge, y1=top, x2=edge, y2=foot, look="l-edge") for edge in edges]


def _stops(chart: GradesChart) -> list[Part]:
    """Return the month of each inspection, and the framework where it is another than before."""
    parts = _framework_lines(chart, top=4, foot=_TOP - 5)
    before = None
    for place, stop in enumerate(chart.stops):
        x = _middle(place, chart.columns)
        parts.append(Words(x=x, y=13, text=stop.when, look="t-b", anchor="middle"))
        if stop.framework != before:
            parts.append(Words(x=x, y=26, text=stop.framework, look="t-q", anchor="middle"))
        before = stop.framework
    if chart.columns > len(chart.stops):
        x = _middle(len(chart.stops), chart.columns)
        parts.append(Words(x=x, y=13, text=_SINCE, look="t-q", anchor="middle"))
    return parts


def _row(row: Row, *, top: float, chart: GradesChart) -> list[Part]:
    columns = chart.columns
    parts: list[Part] = [
        Line(x1=_SIDE, y1=top - 5, x2=WIDTH - _SIDE, y2=top - 5, look="l-rule"),
        Words(x=_SIDE, y=top + 8, text=row.label, look="t-b"),
        *_framework_lines(chart, top=top + _BELOW_LABEL, foot=top + _ROW - 5),
    ]
    half = min(37.0, (WIDTH - 2 * _SIDE) / columns / 2 - 2.5)
    chips: list[Part] = []
    before: tuple[float, float] | None = None
    for place, cell in enumerate(row.cells):
        if cell is None:
            continue
        x = _middle(place, columns)
        y = top + _LOWEST - _HEIGHTS.get(cell.grade or "", 1) * _LEVEL
        if before is not None and cell.link != "none":
            look = "l-near" if cell.link == "similar" else "l-link"
            parts.append(Line(x1=before[0] + half, y1=before[1], x2=x - half, y2=y, look=look))
        chips += _chip(cell, x, y, half)
        before = (x, y)
    if row.cells and row.cells[-1] is None:
        x = _middle(len(row.cells) - 1, columns)
        chips += [
            Words(x=x, y=top + 30, text="no longer", look="t-q", anchor="middle"),
            Words(x=x, y=top + 41, text="given", look="t-q", anchor="middle"),
        ]
    return [*parts, *chips]


def _chip(cell: ChartCell, x: float, y: float, half: float) -> list[Part]:
    colour = mark_of(cell.grade)[0]
    look = f"c-{colour} other" if cell.other else f"c-{colour}"
    words = _SHORT if half >= 34 else _SHORTER if half >= 28 else _SHORTEST
    word = words.get(cell.grade, "Other")
    return [
        Box(x=x - half, y=y - _CHIP / 2, width=2 * half, height=_CHIP, r=4, look=look),
        Words(x=x, y=y + 3.4, text=word, look="t-c", anchor="middle"),
    ]


def _visits(chart: GradesChart, *, top: float) -> list[Part]:
    parts: list[Part] = [
        Line(x1=_SIDE, y1=top - 5, x2=WIDTH - _SIDE, y2=top - 5, look="l-rule"),
        Words(x=_SIDE, y=top + 8, text="Visits", look="t-b"),
    ]
    for gap in _gaps(chart):
        inside = [visit for visit in chart.visits if visit.after == gap]
        left, _ = _edges(chart, gap)
        step = _step(chart, gap)
        crowded = _is_crowded(chart, gap)
        for place, visit in enumerate(inside):
            x = left + step * (place + 1)
            parts += _visit(visit, x, top + 21)
            # Dates that would touch each other are put on two lines in turn.
            down = _DATE_HEIGHT if crowded and place % 2 else 0
            for line, text in enumerate(visit.when.split()):
                y = top + 37 + 10 * line + down
                parts.append(Words(x=x, y=y, text=text, look="t-q", anchor="middle"))
    return parts


def _visit(visit: Visit, x: float, y: float) -> list[Part]:
    if visit.priority_action:
        points = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
        return [Shape(points=points, look="c-p")]
    look = "c-m" if visit.monitoring else "c-v"
    return [Box(x=x - 3.6, y=y - 3.6, width=7.2, height=7.2, look=look)]
