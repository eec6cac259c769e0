"""A council's improvement plan compared with the inspectors' areas, as text and as JSON.

Each line is a `rich.text.Text`; nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from cli.output import wrapped
from cli.views.repeats import inspection_words
from cli.words import date_words
from reports.analysis.improvement_plan import AreaCoverage, IssueCoverage, PlanEvidence
from reports.themes.names import issue_name
from reports.wording import iso
from storage.improvement_plans import NewestPlan, PlanComparison
from storage.models import Report

_STATUS = {
    "covered": ("Covered", "green"),
    "partly": ("Covered in part", "yellow"),
    "not_named": ("Not named", "bold yellow"),
    "no_theme": ("Not compared", "dim"),
}
CAUTION = (
    "This shows where the improvement plan names the same issue. The council may still act on "
    "areas that the plan does not name."
)


def plan_lines(view: NewestPlan, *, width: int) -> Iterator[Text]:
    """Yield the comparison of the plan with the areas of its time and with the current ones."""
    document = view.document
    when = f" of {date_words(document.published)}" if document.published else ""
    heading = f"The council's improvement plan{when} and Ofsted's areas for improvement"
    yield from wrapped(heading, style="bold", width=width)
    yield from wrapped(f"{document.title} ({document.file_id})", indent="  ", width=width)
    yield from wrapped(CAUTION, indent="  ", style="dim", width=width)
    for comparison in view.comparisons:
        yield from _comparison_lines(comparison, width=width)


def _comparison_lines(comparison: PlanComparison, *, width: int) -> Iterator[Text]:
    if not comparison.areas:
        return
    names = " and ".join(inspection_words(report) for report in comparison.reports)
    later = ", which began after the plan was published" if comparison.later else ""
    yield Text("")
    yield from wrapped(f"Areas of the {names}{later}", indent="  ", style="bold", width=width)
    for _, found in comparison.areas:
        yield from _area_lines(found, width=width)
    if comparison.unasked:
        unasked = "; ".join(theme.name for theme in comparison.unasked)
        text = f"In the plan, but not a theme of these areas: {unasked}"
        yield from wrapped(text, indent="  ", hanging="    ", width=width)


def _area_lines(found: AreaCoverage, *, width: int) -> Iterator[Text]:
    word, style = _STATUS[found.status]
    text = f"{word}: “{found.area.text}”"
    yield from wrapped(text, indent="  ", hanging="    ", style=style, width=width)
    if found.status == "no_theme":
        yield Text("      it fits none of the themes")
    for issue in found.issues:
        yield from wrapped(_issue_words(issue), indent=" " * 6, hanging=" " * 8, width=width)


def _issue_words(issue: IssueCoverage) -> str:
    name = issue_name(issue.theme, issue.facet)
    if issue.covered_by:
        return f"{name}: {_evidence_words(issue.covered_by)}"
    said = f"{name}: the plan does not name this"
    if issue.near:
        said += f"; on the same theme it has {_evidence_words(issue.near)}"
    return said


def _evidence_words(evidence: PlanEvidence) -> str:
    page = f", page {evidence.page}" if evidence.page else ""
    if evidence.words == evidence.plan_theme:
        return f"the theme “{evidence.words}”{page}"
    return f"“{evidence.words}” (theme “{evidence.plan_theme}”{page})"


def plan_as_json(view: NewestPlan) -> dict[str, Any]:
    """Return the comparison as JSON."""
    document = view.document
    return {
        "file_id": document.file_id,
        "published": iso(document.published),
        "comparisons": [
            {
                "later_than_plan": comparison.later,
                "file_ids": [report.file_id for report in comparison.reports],
                "areas": [_area_as_json(report, found) for report, found in comparison.areas],
                "themes_without_area": [theme.name for theme in comparison.unasked],
            }
            for comparison in view.comparisons
        ],
    }


def _area_as_json(report: Report, found: AreaCoverage) -> dict[str, Any]:
    return {
        "file_id": report.file_id,
        "text": found.area.text,
        "page": found.area.page,
        "status": found.status,
        "issues": [
            {
                "theme": issue.theme,
                "facet": issue.facet,
                "name": issue_name(issue.theme, issue.facet),
                "covered_by": _evidence_as_json(issue.covered_by),
                "near": _evidence_as_json(issue.near),
            }
            for issue in found.issues
        ],
    }


def _evidence_as_json(evidence: PlanEvidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {
        "plan_theme": evidence.plan_theme,
        "words": evidence.words,
        "page": evidence.page,
    }
