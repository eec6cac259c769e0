"""The page on how the site is made, how certain it is, and what it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.models import ReportState
from website import addresses
from website.pages.latest import is_replacement_in_doubt
from website.pages.page import ENGLAND, Page
from website.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class AboutContent:
    """The numbers of the page; its text is in the template.

    Each report is one of three: `read` without a problem, in need of review, or `unread`.
    """

    councils: int
    reports: int
    read: int
    need_review: int
    unread: int
    years: str


def about_page(snapshot: Snapshot) -> Page:
    """Return the page on method and limits."""
    reports = [report for council in snapshot.councils.values() for report in council.reports]
    read = [report for report in reports if report.state == ReportState.READ]
    need_review = sum(bool(report.problems) or is_replacement_in_doubt(report) for report in read)
    years = sorted(report.published.year for report in reports if report.published)
    return Page(
        path=addresses.ABOUT,
        template="about.html.j2",
        title="About: method, limits, licence",
        description="How Inspection Watch reads Ofsted’s reports, how certain that is, and what it "
        "is not.",
        crumbs=(ENGLAND,),
        content=AboutContent(
            councils=len(snapshot.present),
            reports=len(reports),
            read=len(read) - need_review,
            need_review=need_review,
            unread=len(reports) - len(read),
            years=_years_words(years),
        ),
    )


def _years_words(years: Sequence[int]) -> str:
    """Return the years of publication: "from 2018 to 2026"; empty where none is known."""
    if not years:
        return ""
    return f"from {years[0]} to {years[-1]}" if years[0] < years[-1] else f"in {years[0]}"
