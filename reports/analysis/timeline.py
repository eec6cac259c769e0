"""A council's grades through its inspections: a row per judgement, a stop per inspection. Pure.

A row follows a judgement back through the frameworks as far as `reports.grade_comparison` allows:
a judgement and its predecessor are in the same row. The row continues past an inspection that
gave no such grade, but the grades on either side of it are not linked. Only a council's own
inspections count: nobody inherits the grades of a predecessor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from reports.frameworks import load_frameworks
from reports.grade_comparison import predecessor
from reports.model import Framework, Grade, Judgement

MOST_STOPS = 4
"""More do not fit a small picture; `inspection-watch history` shows all."""

_NOT_SHOWN = frozenset({Judgement.LSCB, Judgement.ADOPTION})
"""Grades of another body, and a part of another judgement."""

_OVERALL = Judgement.OVERALL_EFFECTIVENESS


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A graded inspection. A grade is None where it could not be read with certainty.

    `follows_unread`: whether a report between this inspection and the one before was not read.
    """

    start: date
    framework: Framework
    grades: Mapping[Judgement, Grade | None]
    follows_unread: bool = False


class GradeLink(StrEnum):
    """How a grade is linked to the one before it in its row."""

    NONE = "none"  # nothing before it, or nothing that it may be compared with
    SAME = "same"  # the same judgement
    SIMILAR = "similar"  # comparable with a remark: another framework, criteria or subject


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One grade of a row. Its own `judgement` may differ from the row's in an older framework."""

    judgement: Judgement
    grade: Grade | None
    link: GradeLink = GradeLink.NONE


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One judgement, with a cell for each stop; None where the inspection gave no such grade."""

    judgement: Judgement
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The stops in the order of the inspections, and the rows, the overall grade first.

    `left_out` counts the inspections that are not shown.
    """

    stops: tuple[Inspected, ...]
    rows: tuple[TimelineRow, ...]
    left_out: int = 0


def timeline(inspections: Iterable[Inspected], *, most: int = MOST_STOPS) -> Timeline | None:
    """Return the timeline of one council; None where there are fewer than two stops.

    `most` is the largest number of stops; earlier inspections are left out. So is an inspection
    that has no cell in any row. `Timeline.left_out` counts both.
    """
    every = sorted(inspections, key=lambda inspected: inspected.start)
    stops = every[-most:]
    known = [place for place, stop in enumerate(stops) if _judgements_are_known(stop)]
    if not known:
        return None
    last = known[-1]
    heads = [(judgement, last) for judgement in stops[last].grades]
    if _OVERALL not in stops[last].grades:
        heads += _end_of_overall(stops, last)
    heads.sort(key=lambda head: head[0] != _OVERALL)
    rows = [_row(stops, head, end) for head, end in heads if head not in _NOT_SHOWN]
    shown = [place for place in range(len(stops)) if any(row.cells[place] for row in rows)]
    if len(shown) < 2:
        return None
    return Timeline(
        stops=tuple(stops[place] for place in shown),
        rows=tuple(
            TimelineRow(judgement=row.judgement, cells=tuple(row.cells[place] for place in shown))
            for row in rows
        ),
        left_out=len(every) - len(shown),
    )


def _judgements_are_known(stop: Inspected) -> bool:
    """Return whether it is known what an inspection graded, even if not how."""
    return bool(stop.grades) and stop.framework in load_frameworks().rules


def _end_of_overall(stops: Sequence[Inspected], last: int) -> list[tuple[Judgement, int]]:
    """Return the head of the row of overall grades, where the last inspection gives none.

    The row ends before that inspection only where its framework certainly has no overall grade;
    otherwise the grade was not read.
    """
    given = [place for place in range(last) if _OVERALL in stops[place].grades]
    if not given:
        return []
    graded = load_frameworks().rules[stops[last].framework].judgements
    certain = any(grade is not None for grade in stops[last].grades.values())
    return [(_OVERALL, given[-1] if certain and _OVERALL not in graded else last)]


def _row(stops: Sequence[Inspected], head: Judgement, end: int) -> TimelineRow:
    """Return the row that ends with a judgement at a stop, filled backwards."""
    cells: list[Cell | None] = [None] * len(stops)
    cells[end] = after = Cell(judgement=head, grade=stops[end].grades.get(head))
    if not any(_judgements_are_known(stop) for stop in stops[end + 1 :]):
        cells[end + 1 :] = [Cell(judgement=head, grade=None)] * len(stops[end + 1 :])
    at, is_next = end, True
    for place in range(end - 1, -1, -1):
        stop = stops[place]
        if not _judgements_are_known(stop):
            cells[place], is_next = Cell(judgement=after.judgement, grade=None), False
            continue
        pair = predecessor(after.judgement, earlier=stop.framework, later=stops[at].framework)
        # There is no pair where care leavers had a separate grade again after one with children in
        # care.
        if pair is None or pair.earlier not in stop.grades:
            is_next = False
            continue
        found = Cell(judgement=pair.earlier, grade=stop.grades[pair.earlier])
        is_next = is_next and not stops[at].follows_unread
        if is_next and _on_one_scale(found, after, stops[at].framework):
            cells[at] = replace(after, link=GradeLink.SIMILAR if pair.note else GradeLink.SAME)
        cells[place] = after = found
        at, is_next = place, True
    return TimelineRow(judgement=head, cells=tuple(cells))


def _on_one_scale(earlier: Cell, later: Cell, framework: Framework) -> bool:
    """Return whether both grades are on the later one's scale; "not judged" is not."""
    scale = load_frameworks().rules[framework].scale
    return earlier.grade in scale and later.grade in scale
