"""The command `history`: one council's whole line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import typer
from rich.text import Text
from sqlalchemy.orm import Session

from alerts.due import window_as_json, window_of, window_words
from cli.line import document, grid
from cli.looking import AsJson
from cli.output import out, print_json, uk_date
from flows.pipeline.app import open_app
from flows.pipeline.names import authority_named
from flows.settings import load_settings
from reports.due import DueWindow
from storage import history as stored
from storage.models import Authority, AuthorityRelation


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(history)


def history(
    authority: Annotated[str, typer.Argument(help="The authority's name or URN.")],
    as_json: AsJson = False,
) -> None:
    """The authority's timeline: every report, grades, areas for improvement, what came before."""
    with open_app(load_settings()) as app, app.database.read() as session:
        found = authority_named(app, session, authority)
        if as_json:
            print_json(_as_json(session, found, app.settings.today()))
            return
        for line in _lines(session, found, app.settings.today()):
            out.print(line)


def _as_json(session: Session, authority: Authority, today: date) -> dict[str, Any]:
    relations = stored.relations_of(session, authority)
    window = _window(session, authority, today)
    return {
        "authority": {
            "name": authority.short,
            "urn": authority.urn,
            "region": authority.region,
            "valid_from": _iso(authority.valid_from),
            "valid_to": _iso(authority.valid_to),
            "delivered_by": [
                {"name": row.other, "from": _iso(row.valid_from), "until": _iso(row.valid_to)}
                for row in relations.delivered_by
            ],
            "successors": [successor.short for successor in relations.successors],
        },
        "next_inspection": window_as_json(window) if window else None,
        "reports": stored.line_as_json(stored.reports_of(session, authority.id)),
        # Their grades are not inherited.
        "predecessors": [
            {
                "name": earlier.short,
                "until": _iso(earlier.valid_to),
                "reports": stored.line_as_json(stored.reports_of(session, earlier.id)),
            }
            for earlier in relations.predecessors
        ],
        "events": [
            stored.event_as_json(event)
            for event in stored.events(session, authority_id=authority.id)
        ],
    }


def _window(session: Session, authority: Authority, today: date) -> DueWindow | None:
    """When the next inspection is likely; a council that has ended has none."""
    return None if authority.valid_to else window_of(session, authority.key, today=today)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _lines(session: Session, authority: Authority, today: date) -> Iterator[Text]:
    relations = stored.relations_of(session, authority)
    reports = stored.reports_of(session, authority.id)
    urn = f"URN {authority.urn}" if authority.urn else "no longer on the site"
    yield Text(f"{authority.name} · {authority.region} · {urn}", style="bold")
    if authority.valid_to:
        heirs = " and ".join(successor.short for successor in relations.successors)
        yield Text(f"Ended on {uk_date(authority.valid_to)}; its successors: {heirs or '–'}")
    for row in relations.delivered_by:
        yield Text(f"Services delivered by {row.other}{_span(row)}")
    if window := _window(session, authority, today):
        yield Text(window_words(window, today=today))
    yield Text("")
    for earlier in relations.predecessors:
        yield from _predecessor(session, earlier)
    if not reports:
        yield Text("Nothing is stored yet; run a poll or a backfill.")
        return
    yield from grid(reports)
    old = stored.superseded(reports)
    for report in reports:
        yield from document(report, is_superseded=report.id in old)


def _predecessor(session: Session, earlier: Authority) -> Iterator[Text]:
    until = f" until {uk_date(earlier.valid_to)}" if earlier.valid_to else ""
    heading = f"Predecessor: {earlier.short}{until}; its grades are not inherited"
    reports = stored.reports_of(session, earlier.id)
    yield from grid(reports, heading=heading, grey=True)
    if not reports:
        yield Text("nothing is stored of it", style="dim")
    yield Text("")


def _span(row: AuthorityRelation) -> str:
    start = f" from {uk_date(row.valid_from)}" if row.valid_from else ""
    return start + (f" until {uk_date(row.valid_to)}" if row.valid_to else "")
