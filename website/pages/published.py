"""A publication in a list: the council, the report, and what changed in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.london import LONDON
from reports.model import Direction, Kind
from reports.wording import counted, month_words, uk_date
from storage.models import Report, ReportState
from website.pages.headings import heading_of
from website.pages.kept import kept_with_council
from website.pages.links import council_link, report_link
from website.pages.page import Link
from website.pages.report_view import ReportView, report_view
from website.pages.words import CANNOT_BE_OPENED, only_possibly_words
from website.snapshot import Council, Snapshot


@dataclass(frozen=True, kw_only=True)
class Published:
    """One line of a list. `said` is the summary of the report, and that it has left the site."""

    council: Link
    report: Link
    published: str
    said: str
    priority: bool


def as_of_words(snapshot: Snapshot, councils: Iterable[Council]) -> str:
    """Return how new a page of these councils is; empty where they have no report.

    "Newest report: Focused visit, November 2025 (published 12 January 2026). Ofsted’s site last
    checked in August 2026". For many councils, it says only when the report was published. A
    report may be old because there has been none since. Only the first page has the time of the
    check: otherwise, all pages would have to be written again after each check.
    """
    of = list(councils)
    newest = [found for council in of if (found := _newest(council))]
    if not newest:
        return ""
    day, heading, note = max(newest)
    when = f"published {uk_date(day)}"
    newest_words = (
        f"Newest report: {heading} ({when}{note})" if len(of) == 1 else f"Newest report: {when}"
    )
    if snapshot.checked_at is None:
        return newest_words
    checked = month_words(snapshot.checked_at.astimezone(LONDON).date())
    return f"{newest_words}. Ofsted’s site last checked in {checked}"


@kept_with_council
def _newest(council: Council) -> tuple[date, str, str] | None:
    """Return when the newest report on a council was published, its heading, and a remark on it.

    A document of the council itself does not count.
    """
    known = [
        (
            report.published,
            heading_of(report),
            f"; {remark}" if (remark := _remark(report)) else "",
        )
        for report in council.reports
        if report.published and report.kind != Kind.COUNCIL_UPDATE
    ]
    return max(known, default=None)


def _remark(report: Report) -> str:
    """Return why a report cannot be read on Ofsted's site; empty where it can."""
    if report.withdrawn_at is not None:
        return "no longer on Ofsted’s site"
    return CANNOT_BE_OPENED if report.state == ReportState.MISSING else ""


def published(council: Council, report: Report) -> Published:
    """Return a report as a line of a list."""
    view = report_view(council, report)
    gone = f"Ofsted’s site lists this report, but {CANNOT_BE_OPENED}"
    is_gone = report.state == ReportState.MISSING and report.withdrawn_at is None
    said = [summary(view), *([_remark(report)] if report.withdrawn_at is not None else [])]
    return Published(
        council=council_link(council),
        report=report_link(report),
        published=uk_date(report.published) if report.published else "not known",
        said=gone if is_gone else "; ".join(filter(None, said)),
        priority=bool(view.priority_actions),
    )


def summary(view: ReportView) -> str:
    """Return what is new in a report, in a few words.

    "2 judgements better, 1 judgement worse; 5 areas for improvement, 2 raised again"
    """
    parts = []
    moved = Counter(grade.direction for grade in view.grades)
    grades = [
        f"{counted(moved[way], 'judgement')} {word}{_differently(view, way)}"
        for way, word in ((Direction.BETTER, "better"), (Direction.WORSE, "worse"))
        if moved[way]
    ]
    if grades:
        parts.append(", ".join(grades))
    elif moved[Direction.SAME]:
        parts.append(f"no grade changed{_differently(view, Direction.SAME)}")
    if view.grades_note:
        parts = ["grades need review"]
    if view.areas:
        areas = view.areas_words
        if again := {repeat.later for repeat in view.raised_and_counted}:
            sure = {repeat.later for repeat in view.raised if repeat.strength != "possible"}
            possibly = only_possibly_words(len(again - sure), of=len(again))
            areas += f", {len(again)} raised again {possibly}".rstrip()
        parts.append(areas)
    return "; ".join(parts)


def _differently(view: ReportView, way: Direction) -> str:
    """Return how many of the grades that moved one way had another judgement before."""
    number = sum(grade.direction == way and not grade.alike for grade in view.grades)
    return f" ({number} not directly comparable)" if number else ""
