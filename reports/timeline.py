"""A council's grades through its inspections: one row a judgement, one stop an inspection. Pure.

A row follows a judgement back through the frameworks as far as `reports.compare` allows: what it is
compared with stands in the same row, and where nothing is comparable the row begins. A council's
own inspections are all that goes in: nobody inherits the grades of a predecessor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.compare import predecessor
from reports.model import Framework, Grade, Judgement

# More do not fit a small picture; the whole line is a command away.
MOST_STOPS = 4
# Grades of another body, and a part of another judgement.
_NOT_SHOWN = frozenset({Judgement.LSCB, Judgement.ADOPTION})
_OVERALL = Judgement.OVERALL_EFFECTIVENESS


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A graded inspection. A grade is None where it could not be read with certainty."""

    start: date
    framework: Framework
    grades: Mapping[Judgement, Grade | None]


class Link(StrEnum):
    """How a grade is tied to the one before it in its row."""

    NONE = "none"  # nothing before it, or nothing that it may be compared with
    SAME = "same"  # the same judgement
    SIMILAR = "similar"  # comparable with a remark: another framework, criteria or subject


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One grade of a row. `judgement` is its own, which in older frameworks may be another."""

    judgement: Judgement
    grade: Grade | None
    link: Link = Link.NONE


@dataclass(frozen=True, kw_only=True)
class Row:
    """One judgement, with a cell for each stop; None where the inspection gave no such grade."""

    judgement: Judgement
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The stops in the order of the inspections, and the rows, the overall grade first.

    `left_out` counts earlier inspections that are not shown.
    """

    stops: tuple[Inspected, ...]
    rows: tuple[Row, ...]
    left_out: int = 0


def timeline(inspections: Iterable[Inspected]) -> Timeline | None:
    """The line of one council; None where fewer than two inspections make none."""
    every = sorted(inspections, key=lambda one: one.start)
    stops = every[-MOST_STOPS:]
    if len(stops) < 2:
        return None
    heads = [(judgement, len(stops) - 1) for judgement in stops[-1].grades]
    if _OVERALL not in stops[-1].grades:
        last = [place for place, stop in enumerate(stops) if _OVERALL in stop.grades]
        heads += [(_OVERALL, last[-1])] if last else []
    heads.sort(key=lambda head: head[0] != _OVERALL)
    rows = [_row(stops, head, end) for head, end in heads if head not in _NOT_SHOWN]
    return Timeline(stops=tuple(stops), rows=tuple(rows), left_out=len(every) - len(stops))


def _row(stops: list[Inspected], head: Judgement, end: int) -> Row:
    """The row that ends with a judgement at a stop, filled backwards."""
    cells: list[Cell | None] = [None] * len(stops)
    cells[end] = Cell(judgement=head, grade=stops[end].grades[head])
    judgement, at = head, end
    for place in range(end - 1, -1, -1):
        before, link = _before(judgement, stops[place], stops[at])
        if before is None:
            break
        if before not in stops[place].grades:
            continue
        found = Cell(judgement=before, grade=stops[place].grades[before])
        after = cells[at]
        assert after is not None, "filled before"
        if found.grade is not None and after.grade is not None:
            cells[at] = Cell(judgement=after.judgement, grade=after.grade, link=link)
        cells[place] = found
        judgement, at = before, place
    return Row(judgement=head, cells=tuple(cells))


def _before(
    judgement: Judgement, earlier: Inspected, later: Inspected
) -> tuple[Judgement | None, Link]:
    """What stands before a judgement at an earlier stop, and how the two are tied."""
    pair = predecessor(judgement, earlier=earlier.framework, later=later.framework)
    if pair is not None:
        return pair.earlier, Link.SIMILAR if pair.note else Link.SAME
    # A namesake of a framework with another scale is shown, and compared with nothing.
    same_name = judgement in earlier.grades and judgement == _OVERALL
    return (judgement if same_name else None), Link.NONE
