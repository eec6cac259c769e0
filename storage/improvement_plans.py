"""A council's improvement plan compared with the inspectors' areas. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.analysis.improvement_plan import AreaCoverage, answers_none, coverage
from reports.model import Kind, PlanTheme
from reports.repeats.base_rates import own_areas
from storage import facts
from storage.models import Report, ReportState
from storage.problems import areas_are_shown
from storage.repeats import CouncilReports


@dataclass(frozen=True, kw_only=True)
class PlanComparison:
    """The areas of some inspections, compared with the plan.

    `later` says whether they began on the day the plan was published, or after it. `unasked` are
    the plan's own themes that share no theme of the taxonomy with these areas.
    """

    reports: tuple[Report, ...]
    areas: tuple[tuple[Report, AreaCoverage], ...]
    unasked: tuple[PlanTheme, ...]
    later: bool


@dataclass(frozen=True, kw_only=True)
class NewestPlan:
    """The newest plan, compared with the areas of its time and with the current ones."""

    document: Report
    comparisons: tuple[PlanComparison, ...]


def newest_plan(reports: Sequence[Report]) -> NewestPlan | None:
    """Return the newest plan among all reports on an authority; None where there is none.

    It is compared with the areas of the last full inspection before it and of the visits between
    the two, and with those of the inspections since (the last full one and its visits). Reports
    whose areas need review are left out.
    """
    documents = [
        report
        for report in reports
        if report.kind == Kind.COUNCIL_UPDATE
        and report.state == ReportState.READ
        and facts.reading_of(report).improvement_plan
    ]
    if not documents:
        return None
    newest = max(documents, key=lambda report: (report.published or date.min, report.id))
    council = CouncilReports(reports)
    then = council.since_last_full(until=newest.published) if newest.published else []
    later = [report for report in council.since_last_full() if report not in then]
    found = []
    if shown := [report for report in then if areas_are_shown(report)]:
        found.append(_compared(council, newest, shown, later=False))
    if shown := [report for report in later if areas_are_shown(report)]:
        found.append(_compared(council, newest, shown, later=bool(newest.published)))
    return NewestPlan(document=newest, comparisons=tuple(found))


def _compared(
    council: CouncilReports, document: Report, reports: Sequence[Report], *, later: bool
) -> PlanComparison:
    plan = facts.reading_of(document).improvement_plan
    areas = {report.id: own_areas(council.reading(report)) for report in reports}
    return PlanComparison(
        reports=tuple(reports),
        areas=tuple(
            (report, found) for report in reports for found in coverage(areas[report.id], plan)
        ),
        unasked=answers_none([area for own in areas.values() for area in own], plan),
        later=later,
    )
