"""The page on how the site is made, how sure it is, and what it is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from storage.models import ReportState
from website import addresses
from website.pages.page import ENGLAND, Page
from website.pages.report_grades import grades_are_usable
from website.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class AboutContent:
    """The numbers of the page; its text is in the template."""

    councils: int
    reports: int
    read: int
    need_review: int
    years: str


def about_page(snapshot: Snapshot) -> Page:
    """Return the page on method and limits."""
    reports = [report for council in snapshot.councils.values() for report in council.reports]
    states = Counter(report.state for report in reports)
    years = sorted(report.published.year for report in reports if report.published)
    return Page(
        path=addresses.ABOUT,
        template="about.html.j2",
        title="About: method, limits, licence",
        description="How Inspection Watch reads Ofsted’s reports, how sure it is, and what it "
        "is not.",
        crumbs=(ENGLAND,),
        content=AboutContent(
            councils=len(snapshot.present),
            reports=len(reports),
            read=states[ReportState.READ],
            need_review=sum(
                report.state == ReportState.READ and not grades_are_usable(report)
                for report in reports
            ),
            years=f"{years[0]} to {years[-1]}" if years else "",
        ),
    )
