"""A council's own programme beside the inspectors' areas, as text and as JSON.

Each line is a `rich.text.Text`; nothing in it is meant as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from cli.output import date_words
from cli.views.repeats import earlier_words
from cli.views.report import wrapped
from reports.analysis.improvement_plan import AreaCoverage, IssueCoverage, PlanEvidence
from storage.improvement_plans import PlanComparison, ProgrammeView
from storage.models import Report
from storage.themes import issue_name

_STATUS = {
    "covered": ("Covered", "green"),
    "partly": ("Covered in part", "yellow"),
    "not_named": ("Not named", "bold yellow"),
    "no_theme": ("Not compared", "dim"),
}
CAUTION = (
    "A theme of the programme that names the same issue is shown with its words. Where nothing "
    "does, that is no proof that the council does nothing about it."
)


def programme_lines(view: ProgrammeView, *, width: int) -> Iterator[Text]:
    """The programme beside the areas of its time, and beside the current ones."""
    document = view.document
    when = f" of {date_words(document.published)}" if document.published else ""
    heading = f"The council's own programme{when} beside Ofsted's areas"
    yield from wrapped(heading, style="bold", width=width)
    yield from wrapped(f"{document.title} ({document.file_id})", indent="  ", width=width)
    yield from wrapped(CAUTION, indent="  ", style="dim", width=width)
    for beside in view.beside:
        yield from _beside_lines(beside, width=width)


def _beside_lines(beside: PlanComparison, *, width: int) -> Iterator[Text]:
    if not beside.areas:
        return
    names = " and ".join(earlier_words(report) for report in beside.reports)
    later = ", which began after the programme came out" if beside.later else ""
    yield Text("")
    yield from wrapped(f"Areas of the {names}{later}", indent="  ", style="bold", width=width)
    for _, found in beside.areas:
        yield from _area_lines(found, width=width)
    if beside.unasked:
        unasked = "; ".join(theme.name for theme in beside.unasked)
        text = f"In the programme, and no theme of these areas: {unasked}"
        yield from wrapped(text, indent="  ", hanging="    ", width=width)


def _area_lines(found: AreaCoverage, *, width: int) -> Iterator[Text]:
    word, style = _STATUS[found.status]
    text = f"{word}: “{found.area.text}”"
    yield from wrapped(text, indent="  ", hanging="    ", style=style, width=width)
    if found.status == "no_theme":
        yield Text("      no theme of ours fits it")
    for issue in found.issues:
        yield from wrapped(_issue_words(issue), indent=" " * 6, hanging=" " * 8, width=width)


def _issue_words(issue: IssueCoverage) -> str:
    name = issue_name(issue.theme, issue.facet)
    if issue.covered_by:
        return f"{name}: {_evidence_words(issue.covered_by)}"
    said = f"{name}: nothing in the programme names this"
    if issue.near:
        said += f"; of the same theme it has {_evidence_words(issue.near)}"
    return said


def _evidence_words(evidence: PlanEvidence) -> str:
    page = f", page {evidence.page}" if evidence.page else ""
    if evidence.words == evidence.programme_theme:
        return f"the theme “{evidence.words}”{page}"
    return f"“{evidence.words}” (theme “{evidence.programme_theme}”{page})"


def programme_as_json(view: ProgrammeView) -> dict[str, Any]:
    """The same for other programs."""
    document = view.document
    return {
        "file_id": document.file_id,
        "published": document.published.isoformat() if document.published else None,
        "beside": [
            {
                "later_than_programme": beside.later,
                "file_ids": [report.file_id for report in beside.reports],
                "areas": [_area_as_json(report, found) for report, found in beside.areas],
                "themes_without_area": [theme.name for theme in beside.unasked],
            }
            for beside in view.beside
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
        "programme_theme": evidence.programme_theme,
        "words": evidence.words,
        "page": evidence.page,
    }
