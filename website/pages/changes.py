"""Publications by week, as pages for people and as JSON for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reports.london import london_date
from reports.model import Direction
from reports.wording import uk_period
from storage.models import Report, ReportState
from storage.problems import areas_are_shown
from website import addresses
from website.pages.overview import all_reports
from website.pages.page import ENGLAND, Link, Page
from website.pages.published import Published, published
from website.pages.report_view import report_view
from website.snapshot import Council, Snapshot

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Week:
    """The publications of a week that begins on a Monday, as far as they are of the page's year.

    `file` has the whole week as JSON.
    """

    name: str
    anchor: str
    file: str
    lines: tuple[Published, ...]


@dataclass(frozen=True, kw_only=True)
class ChangesContent:
    """One year of publications, and links to the other years."""

    year: int
    weeks: tuple[Week, ...]
    years: tuple[Link, ...]
    undated: tuple[Published, ...]


_Pairs = list[tuple[Council, Report]]


def changes_pages(snapshot: Snapshot) -> Iterable[Page]:
    """Yield a page for each year, the newest first; that one is at `changes/`.

    A week that began in the year before is on both pages, each with the reports of its year.
    """
    weeks = _by_week(snapshot)
    known = {_year(pair) for pairs in weeks.values() for pair in pairs}
    years = sorted(known, reverse=True) or [snapshot.today.year]
    undated = [pair for pair in all_reports(snapshot) if pair[1].published is None]
    for year in years:
        yield Page(
            path=_path(year, years),
            template="changes.html.j2",
            title=f"Published in {year}",
            description=f"Reports on children’s services published in {year}, by week.",
            crumbs=(ENGLAND,) if year == years[0] else (ENGLAND, _latest()),
            content=ChangesContent(
                year=year,
                weeks=tuple(
                    _week(monday, some)
                    for monday, pairs in weeks.items()
                    if (some := [pair for pair in pairs if _year(pair) == year])
                ),
                years=tuple(Link(label=str(other), href=_path(other, years)) for other in years),
                undated=tuple(published(*pair) for pair in undated) if year == years[0] else (),
            ),
        )


def changes_files(snapshot: Snapshot) -> Iterable[tuple[str, bytes]]:
    """Yield a JSON file for each week, named by its Monday."""
    for monday, pairs in _by_week(snapshot).items():
        rows = [_as_json(council, report) for council, report in pairs]
        document = {
            "first_day": monday.isoformat(),
            "last_day": (monday + ONE_WEEK - timedelta(days=1)).isoformat(),
            "reports": rows,
        }
        text = json.dumps(document, indent=1, ensure_ascii=False)
        yield addresses.changes_file(monday), text.encode("utf-8", "replace")


def week_begins(path: str) -> bytes:
    """Return the first bytes of the file of a week, given its path."""
    monday = path.removeprefix("changes/").removesuffix(".json")
    return f'{{\n "first_day": "{monday}"'.encode()


def _latest() -> Link:
    return Link(label="Changes", href=addresses.CHANGES)


def _path(year: int, years: list[int]) -> str:
    return addresses.CHANGES if year == years[0] else addresses.changes_page(year)


def _by_week(snapshot: Snapshot) -> dict[date, _Pairs]:
    """Return the reports by the Monday of the week of their publication, the newest week first."""
    found: defaultdict[date, _Pairs] = defaultdict(list)
    for council, report in all_reports(snapshot):
        if report.published is not None:
            found[report.published - timedelta(days=report.published.weekday())].append(
                (council, report)
            )
    return dict(sorted(found.items(), reverse=True))


def _year(pair: tuple[Council, Report]) -> int:
    """Return the year in which a report was published."""
    assert pair[1].published is not None, "only these have a week"
    return pair[1].published.year


def _week(monday: date, pairs: _Pairs) -> Week:
    return Week(
        name=uk_period(monday, monday + ONE_WEEK - timedelta(days=1)),
        anchor=f"week-{monday.isoformat()}",
        file=addresses.changes_file(monday),
        lines=tuple(published(council, report) for council, report in pairs),
    )


def _as_json(council: Council, report: Report) -> dict[str, Any]:
    view = report_view(council, report)
    inspection = report.inspection
    # A report that is not read yet, or whose areas need review, does not have 0 areas.
    areas_known = report.state == ReportState.READ and areas_are_shown(report)
    return {
        "report": report.file_id,
        "authority_key": council.key,
        "authority": council.name,
        "kind": report.kind,
        "published": report.published.isoformat() if report.published else None,
        "inspection_start": inspection.start.isoformat() if inspection else None,
        "url": view.ofsted,
        "withdrawn": london_date(report.withdrawn_at).isoformat() if report.withdrawn_at else None,
        "grades": [
            {
                "judgement": grade.judgement,
                "grade": grade.grade,
                "words": grade.words,
                "before": grade.before or None,
                "direction": grade.direction or None,
            }
            for grade in view.grades
            if grade.direction != Direction.NOT_GIVEN_ANY_MORE
        ],
        "areas_for_improvement": len(view.areas) if areas_known else None,
        "priority_actions": len(view.priority_actions) if areas_known else None,
        "raised_before": (
            len({raised.later for raised in view.raised_and_counted})
            if report.id in council.repeats
            else None
        ),
        "needs_review": bool(view.problems),
    }
