"""The page of a report: everything that was read in it, and its problems."""

from __future__ import annotations

from dataclasses import dataclass

from storage.models import Report
from website.pages.links import council_link, crumbs_above, feed_link, ofsted_link, report_link
from website.pages.page import Link, Page
from website.pages.report_view import ReportView, report_view
from website.snapshot import Council, Snapshot


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """What a report's page shows. `earlier` and `later` link to the council's reports around it."""

    report: ReportView
    council: Link
    earlier: Link | None
    later: Link | None


def build_report_page(snapshot: Snapshot, council: Council, report: Report) -> Page:
    """Return the page of one report."""
    view = report_view(council, report)
    return Page(
        path=view.href,
        template="report.html.j2",
        title=f"{council.name}: {view.heading}",
        description=f"{view.heading} of children’s services in {council.name}: "
        "grades, areas for improvement, what was raised again.",
        crumbs=(*crumbs_above(council), council_link(council)),
        feed=feed_link(council),
        ofsted=(
            Link(label="This report on Ofsted’s site", href=view.ofsted)
            if view.ofsted
            else ofsted_link(snapshot, council)
        ),
        content=ReportContent(
            report=view,
            council=council_link(council),
            earlier=_next_to(council, report, -1),
            later=_next_to(council, report, +1),
        ),
    )


def _next_to(council: Council, report: Report, step: int) -> Link | None:
    """Return a link to the council's report before or after this one; None if there is none."""
    at = council.reports.index(report) + step
    if not 0 <= at < len(council.reports):
        return None
    other = council.reports[at]
    return report_link(other)
