"""The command `history`: one council's reports, grades and repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy.orm import Session

from alerts.events.next_inspection import window_as_json, window_of, window_sentence
from cli.arguments import AsJson
from cli.output import out, page_width, print_json, wrapped
from cli.views.common_themes import common_as_json, common_lines, common_themes
from cli.views.grade_grid import grade_grid
from cli.views.improvement_plan import plan_as_json, plan_lines
from cli.views.repeats import repeat_lines, repeats_as_json
from cli.views.report import report_lines
from cli.words import date_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.analysis.next_inspection import DueWindow
from reports.wording import iso
from storage import history as stored
from storage.authorities import authority_named
from storage.improvement_plans import newest_plan
from storage.models import Authority, AuthorityRelation, Report
from storage.repeats import ReportRepeats, repeats_of_council


def history(
    council: Annotated[str, typer.Argument(help="The council's name or URN.")],
    as_json: AsJson = False,
) -> None:
    """Show a council's history: reports, grades, areas for improvement, what is raised again.

    It also shows how common the themes are and which areas the improvement plan covers, if one was
    added. Use the key of a repeat, such as k7f2m, with `same` or `not-same`.

    Example: inspection-watch history Havering
    """
    with open_app(load_settings()) as app, app.database.read() as session:
        found = authority_named(session, app.register, council)
        if as_json:
            print_json(_as_json(session, found, app.settings.today()))
            return
        for line in _lines(session, found, app.settings.today(), width=page_width()):
            out.print(line)


def _as_json(session: Session, authority: Authority, today: date) -> dict[str, Any]:
    relations = stored.relations_of(session, authority)
    window = _window(session, authority, today)
    reports = stored.reports_of(session, authority.id)
    common = common_themes(session, authority, reports)
    plan = newest_plan(reports)
    return {
        "authority": {
            "name": authority.short,
            "urn": authority.urn,
            "region": authority.region,
            "valid_from": iso(authority.valid_from),
            "valid_to": iso(authority.valid_to),
            "delivered_by": [
                {"name": row.other, "from": iso(row.valid_from), "until": iso(row.valid_to)}
                for row in relations.delivered_by
            ],
            "successors": [successor.short for successor in relations.successors],
        },
        "next_inspection": window_as_json(window) if window else None,
        "reports": _reports_as_json(session, reports),
        "themes": common_as_json(common) if common else None,
        "improvement_plan": plan_as_json(plan) if plan else None,
        # Their grades are not inherited.
        "predecessors": [
            {
                "name": earlier.short,
                "until": iso(earlier.valid_to),
                "reports": stored.council_reports_as_json(stored.reports_of(session, earlier.id)),
            }
            for earlier in relations.predecessors
        ],
        "events": [
            stored.event_as_json(event)
            for event in stored.events(session, authority_id=authority.id)
        ],
    }


def _reports_as_json(session: Session, reports: Sequence[Report]) -> list[dict[str, Any]]:
    repeats = _repeats(session, reports)
    rows = stored.council_reports_as_json(reports)
    return [
        {
            **row,
            "raised_again": repeats_as_json(repeats[report.id]) if report.id in repeats else None,
        }
        for row, report in zip(rows, reports, strict=True)
    ]


def _repeats(session: Session, reports: Sequence[Report]) -> dict[int, ReportRepeats]:
    """Return what each report raises again, by its id.

    Reports that cannot be compared are left out.
    """
    return {found.report.id: found for found in repeats_of_council(session, reports)}


def _window(session: Session, authority: Authority, today: date) -> DueWindow | None:
    """Return when the next inspection is likely; None for a council that has ended."""
    return None if authority.valid_to else window_of(session, authority.key, today=today)


def _lines(session: Session, authority: Authority, today: date, *, width: int) -> Iterator[Text]:
    relations = stored.relations_of(session, authority)
    reports = stored.reports_of(session, authority.id)
    urn = f"URN {authority.urn}" if authority.urn else "no longer on the site"
    yield Text(f"{authority.name} · {authority.region} · {urn}", style="bold")
    if authority.valid_to:
        heirs = " and ".join(successor.short for successor in relations.successors)
        yield Text(f"Ended on {date_words(authority.valid_to)}; its successors: {heirs or '–'}")
    for row in relations.delivered_by:
        yield Text(f"Services delivered by {row.other}{_span(row)}")
    if window := _window(session, authority, today):
        yield from wrapped(window_sentence(window, today=today), width=width)
    yield Text("")
    for earlier in relations.predecessors:
        yield from _predecessor(session, earlier, width=width)
    if not reports:
        yield Text("Nothing is stored yet; run a poll or a backfill.")
        return
    yield from grade_grid(reports, width=width)
    if common := common_themes(session, authority, reports):
        yield Text("")
        yield from common_lines(common, width=width)
    if plan := newest_plan(reports):
        yield Text("")
        yield from plan_lines(plan, width=width)
    old = stored.superseded(reports)
    repeats = _repeats(session, reports)
    for report in reports:
        yield from report_lines(report, is_superseded=report.id in old, width=width)
        if report.id in repeats:
            yield from repeat_lines(repeats[report.id], width=width)


def _predecessor(session: Session, earlier: Authority, *, width: int) -> Iterator[Text]:
    until = f" until {date_words(earlier.valid_to)}" if earlier.valid_to else ""
    heading = f"Predecessor: {earlier.short}{until}; its grades are not inherited"
    reports = stored.reports_of(session, earlier.id)
    yield from grade_grid(reports, heading=heading, grey=True, width=width)
    if not reports:
        yield Text("no reports stored", style="dim")
    yield Text("")


def _span(row: AuthorityRelation) -> str:
    start = f" from {date_words(row.valid_from)}" if row.valid_from else ""
    return start + (f" until {date_words(row.valid_to)}" if row.valid_to else "")
