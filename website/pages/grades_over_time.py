"""A council's grades through all its full inspections, as a chart and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.analysis.timeline import Cell, Inspected, Timeline, TimelineRow, timeline
from reports.model import Grade, Judgement, Kind
from reports.wording import (
    judgement_words,
    month_words,
    short_framework_words,
    short_grade_words,
    uncapitalised,
)
from storage.models import Report
from storage.problems import areas_are_shown
from storage.repeats import start_of
from website.charts.grades import GradesChart, Visit, grades_chart
from website.pages.words import JOINT, JOINT_WITH_CARE, JOINT_WITH_LEAVERS, framework_words
from website.snapshot import Council

MOST_STOPS = 5
"""More columns cannot be read on a phone. The table has the same columns; the list has all
reports."""

SEPARATE = "separate grade then, not compared with later ones"
_FOCUSED = "□ focused visit (on one subject)"
_VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)


@dataclass(frozen=True, kw_only=True)
class GradesRow:
    """A judgement through the inspections.

    `cells` have, for each inspection, a grade (None if there is none), its words, and what other
    judgement it was for.
    """

    judgement: str
    cells: tuple[tuple[str | None, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class GradesOverTime:
    """The chart of a council's grades and the same as a table."""

    chart: GradesChart
    columns: tuple[str, ...]
    rows: tuple[GradesRow, ...]
    notes: tuple[str, ...]

    @property
    def visits(self) -> str:
        """What the marks of the visits in this chart mean."""
        visits = self.chart.visits
        plain = [visit for visit in visits if not visit.priority_action]
        marks = [
            *([_FOCUSED] if any(not visit.monitoring for visit in plain) else []),
            *(["■ monitoring visit"] if any(visit.monitoring for visit in plain) else []),
            *(["◆ visit with priority actions"] if len(plain) < len(visits) else []),
        ]
        return f"Visits, which give no grades: {', '.join(marks)}." if marks else ""


def grades_over_time(council: Council) -> GradesOverTime | None:
    """Return the chart and the table; None where fewer than two inspections can be compared."""
    line = timeline((inspected for _, inspected in council.graded), most=MOST_STOPS)
    if line is None:
        return None
    return GradesOverTime(
        chart=_chart(council, line),
        columns=tuple(
            f"{month_words(stop.start)} ({uncapitalised(short_framework_words(stop.framework))})"
            for stop in line.stops
        ),
        rows=tuple(
            GradesRow(
                judgement=judgement_words(row.judgement),
                cells=tuple(cells_in_words(row, line.stops)),
            )
            for row in line.rows
        ),
        notes=tuple(_notes(line)),
    )


def cells_in_words(
    row: TimelineRow, stops: Sequence[Inspected]
) -> Iterable[tuple[str | None, str, str]]:
    """Yield each grade with its words, and what other judgement it was for.

    Where there is no grade, the words say whether it was given before, or with another.
    """
    given = False
    joint = [_is_joint(row.judgement, stop.grades) for stop in stops]
    for place, cell in enumerate(row.cells):
        if cell is not None:
            given = True
            other = SEPARATE if any(joint[place:]) else _other(row, cell)
            yield cell.grade, short_grade_words(cell.grade) or "Needs review", other
        elif joint[place]:
            yield None, JOINT_WITH_CARE, ""
        elif given:
            yield None, "No longer given", ""
        else:
            yield None, "No comparable grade", ""


def _is_joint(judgement: Judgement, grades: Iterable[Judgement]) -> bool:
    """Return whether care leavers had a grade only together with children in care."""
    return judgement is Judgement.CARE_LEAVERS and Judgement.CARE_AND_CARE_LEAVERS in grades


def _other(row: TimelineRow, cell: Cell) -> str:
    if cell.judgement is row.judgement:
        return ""
    if cell.judgement is Judgement.CARE_AND_CARE_LEAVERS:
        return JOINT_WITH_LEAVERS
    return f"then: {judgement_words(cell.judgement).lower()}"


def _notes(line: Timeline) -> Iterable[str]:
    frameworks = dict.fromkeys(stop.framework for stop in line.stops)
    if len(frameworks) > 1:
        names = [
            f"{short_framework_words(framework)}: {framework_words(framework) or 'not known'}"
            for framework in frameworks
        ]
        yield (
            "Ofsted changed its rules for inspections (the framework) in between, so that not all "
            f"grades mean the same. {'. '.join(names)}."
        )
    if any(Judgement.CARE_AND_CARE_LEAVERS in stop.grades for stop in line.stops):
        yield JOINT
    if any(
        row.judgement is Judgement.OVERALL_EFFECTIVENESS and row.cells[-1] is None
        for row in line.rows
    ):
        yield "Ofsted no longer gives an overall grade, and this site does not work one out."
    grades = {cell.grade for row in line.rows for cell in row.cells if cell is not None}
    if Grade.REQUIRES_IMPROVEMENT in grades:
        yield (
            "“Requires improvement” (“Req.” in the chart) is short for Ofsted’s “requires "
            "improvement to be good”."
        )
    if line.left_out:
        inspections = "inspection is" if line.left_out == 1 else "inspections are"
        yield f"{line.left_out} earlier {inspections} not in the chart; see all reports below."


def _chart(council: Council, line: Timeline) -> GradesChart:
    starts = [stop.start for stop in line.stops]
    visits = [
        Visit(
            after=sum(start <= start_of(report) for start in starts),
            when=f"{start_of(report):%b %Y}",
            monitoring=report.kind == Kind.MONITORING_VISIT,
            priority_action=_has_priority_action(report),
        )
        for report in council.current
        if report.kind in _VISITS and start_of(report) >= starts[0]
    ]
    return grades_chart(
        line.stops,
        line.rows,
        title=f"{council.name}: grades at the last {len(line.stops)} full inspections",
        description="The table below says the same in words.",
        visits=tuple(visits),
    )


def _has_priority_action(report: Report) -> bool:
    return areas_are_shown(report) and any(area.priority_action for area in report.areas)
