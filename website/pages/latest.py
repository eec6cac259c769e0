"""The latest reports of a council, what they raise, and what inspectors say persists. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from reports.model import Kind
from reports.problems import areas_may_be_shown
from reports.themes.tagging import tag
from storage.models import Report, ReportState
from storage.repeats import ReportRepeats
from website import addresses
from website.snapshot import Council

OWN_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
"""Inspections and visits of a council alone; joint and area SEND inspections cover others too."""


def areas_are_shown(report: Report) -> bool:
    """Return whether pages show the areas of a report: not where they need review."""
    return areas_may_be_shown(problem.code for problem in report.problems)


def is_replacement_in_doubt(report: Report) -> bool:
    """Return whether Ofsted has replaced the file of a report by one that needs review.

    A withdrawn report needs none.
    """
    is_listed = report.withdrawn_at is None
    return is_listed and report.state == ReportState.READ and report.reason is not None


def latest_reports(council: Council) -> list[Report]:
    """Return the last full inspection and the visits since; all visits where there was none."""
    line = [report for report in council.current if report.kind in OWN_KINDS]
    full = [place for place, report in enumerate(line) if report.kind == Kind.INSPECTION]
    return line[full[-1] :] if full else line


def issues_persisting(found: ReportRepeats) -> frozenset[tuple[str, str | None]]:
    """Return the issues of the sentences in which inspectors say what persists or became worse."""
    quotes = (*found.stated, *found.progress_since, *found.declined)
    return frozenset((about.theme, about.facet) for text in quotes for about in tag(text))


def issues_raised(report: Report) -> frozenset[tuple[str, str]]:
    """Return the issues that areas of a report are about: their themes and facets."""
    return frozenset(
        (tagged["theme"], tagged["facet"])
        for area in report.areas
        for tagged in area.themes
        if tagged["facet"]
    )


def raised_themes(reports: Iterable[Report]) -> frozenset[str]:
    """Return the paths of the pages of the themes that reports raise."""
    return frozenset(
        addresses.theme_page(tagged["theme"])
        for report in reports
        if areas_are_shown(report)
        for area in report.areas
        for tagged in area.themes
    )
