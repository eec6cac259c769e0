"""The latest reports of a council, what they raise, and what inspectors say persists. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from reports.model import Framework, Kind
from reports.repeats.base_rates import own_targets, report_family
from reports.themes.tagging import tag
from storage.models import Area, Report, ReportState
from storage.problems import areas_are_shown
from storage.repeats import ReportRepeats
from website import addresses
from website.pages.kept import kept_with_council
from website.snapshot import Council

OWN_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
"""Inspections and visits of a council alone; joint and area SEND inspections cover others too."""


def is_replacement_in_doubt(report: Report) -> bool:
    """Return whether Ofsted has replaced the file of a report by one that needs review.

    A withdrawn report needs none.
    """
    is_listed = report.withdrawn_at is None
    return is_listed and report.state == ReportState.READ and report.reason is not None


@kept_with_council
def latest_reports(council: Council) -> tuple[Report, ...]:
    """Return the last full inspection and the visits since; all visits where there was none."""
    line = tuple(report for report in council.current if report.kind in OWN_KINDS)
    full = [place for place, report in enumerate(line) if report.kind == Kind.INSPECTION]
    return line[full[-1] :] if full else line


def issues_persisting(found: ReportRepeats) -> frozenset[tuple[str, str | None]]:
    """Return the issues of the sentences in which inspectors say what persists or became worse."""
    quotes = (*found.stated, *found.progress_since, *found.declined)
    return frozenset((about.theme, about.facet) for text in quotes for about in tag(text))


def issues_raised(report: Report) -> frozenset[tuple[str, str]]:
    """Return the issues that a report's own areas are about: their themes and facets."""
    return frozenset(
        (tagged["theme"], tagged["facet"])
        for area in _own_areas(report)
        for tagged in area.themes
        if tagged["facet"]
    )


def raised_themes(reports: Iterable[Report]) -> frozenset[str]:
    """Return the paths of the pages of the themes that reports' own areas raise."""
    return frozenset(
        addresses.theme_page(tagged["theme"])
        for report in reports
        if areas_are_shown(report)
        for area in _own_areas(report)
        for tagged in area.themes
    )


def _own_areas(report: Report) -> Iterable[Area]:
    """Return the areas that are addressed to the inspected body, not to another one."""
    own = own_targets(report_family(Framework(report.framework or Framework.UNKNOWN)))
    return (area for area in report.areas if area.target in own)
