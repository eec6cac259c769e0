"""A council's own improvement plan next to the inspectors' areas for improvement."""

from __future__ import annotations

from dataclasses import dataclass

from reports.analysis.improvement_plan import AreaCoverage
from reports.safe_text import plain_line
from reports.wording import uk_date
from storage.improvement_plans import PlanComparison
from website import addresses
from website.pages.headings import heading_of
from website.pages.page import Link
from website.pages.words import kind_words
from website.snapshot import Council

_STATUS = {
    "covered": "The plan names this",
    "partly": "The plan names part of this",
    "not_named": "The plan does not name this",
    "no_theme": "Cannot be compared",
}


@dataclass(frozen=True, kw_only=True)
class PlannedArea:
    """One area for improvement, and the words of the plan that name it, if any."""

    text: str
    status: str
    status_words: str
    plan_words: str
    plan_theme: str


@dataclass(frozen=True, kw_only=True)
class PlanGroup:
    """The areas of some reports next to the plan.

    `unasked` are the themes of the plan that match none of these areas.
    """

    heading: str
    areas: tuple[PlannedArea, ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """The newest plan that is stored."""

    document: Link
    published: str
    groups: tuple[PlanGroup, ...]


def plan_view(council: Council) -> PlanView | None:
    """Return the council's plan; None where none was added."""
    if council.plan is None:
        return None
    document = council.plan.document
    return PlanView(
        document=Link(
            label=plain_line(document.title) or kind_words(document.kind),
            href=addresses.report_page(document.file_id),
        ),
        published=uk_date(document.published) if document.published else "",
        groups=tuple(map(_group, council.plan.comparisons)),
    )


def _group(comparison: PlanComparison) -> PlanGroup:
    reports = " and ".join(heading_of(report) for report in comparison.reports)
    when = "after the plan" if comparison.later else "before the plan"
    return PlanGroup(
        heading=f"{reports} ({when})",
        areas=tuple(_area(coverage) for _, coverage in comparison.areas),
        unasked=tuple(plain_line(theme.name) for theme in comparison.unasked),
    )


def _area(coverage: AreaCoverage) -> PlannedArea:
    evidence = next((issue.covered_by for issue in coverage.issues if issue.covered_by), None)
    return PlannedArea(
        text=plain_line(coverage.area.text),
        status=coverage.status,
        status_words=_STATUS[coverage.status],
        plan_words=plain_line(evidence.words) if evidence else "",
        plan_theme=plain_line(evidence.plan_theme) if evidence else "",
    )
