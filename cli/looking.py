"""Commands that show what is stored: `events`, `deliveries`, `status`, `check`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Table

from alerts.check import check_channels, send_test
from alerts.deliveries import list_deliveries
from cli.output import complain, in_words, out, print_json
from flows.pipeline.app import open_app
from flows.pipeline.names import authority_named
from flows.settings import LONDON, load_settings
from reports.errors import ConfigurationError
from scrapers.errors import SiteError
from storage import history as stored
from storage.models import DeliveryState, Poll, Report

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

# A good look this old on a working day means that the source looks blind.
BLIND_AFTER = timedelta(hours=72)
SHOWN_STUCK = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(events)
    app.command()(deliveries)
    app.command()(status)
    app.command()(check)


def parse_day(text: str, *, option: str) -> date:
    """A date argument. Raises ConfigurationError that names the option."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{option} takes a date such as 2024-07-12, not {text!r}"
        ) from error


def events(
    since: Annotated[
        str | None, typer.Option("--since", help="Detected on or after this date.")
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--authority", help="Only this authority.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What was detected."""
    start = None
    if since:
        day = parse_day(since, option="--since")
        start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    with open_app(load_settings()) as app, app.database.read() as session:
        authority_id = authority_named(app, session, authority).id if authority else None
        rows = stored.events(session, since=start, authority_id=authority_id)
        if as_json:
            print_json([stored.event_as_json(event) for event in rows])
            return
        for event in rows:
            when = f"{event.detected_at.astimezone(LONDON):%Y-%m-%d %H:%M}"
            out.print(f"{when}  {event.type:15}  {event.summary}", markup=False)


def deliveries(
    state: Annotated[
        DeliveryState | None, typer.Option("--state", help="Only messages in this state.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every message: to whom, state, tries, last error."""
    with open_app(load_settings()) as app, app.database.read() as session:
        rows = list_deliveries(session, state=state)
    if as_json:
        print_json(rows)
        return
    table = Table("id", "subscription", "channel", "state", "tries", "sent", "last error")
    for row in rows:
        table.add_row(
            *(str(row[key]) for key in ("id", "subscription", "channel", "state", "tries")),
            row["sent_at"] or "",
            row["last_error"] or "",
        )
    out.print(table)


def status(as_json: AsJson = False) -> None:
    """Last polls, what is stored, what is stuck, whether the source looks blind."""
    settings = load_settings()
    with open_app(settings) as app, app.database.read() as session:
        last = stored.last_good_look(session)
        blind = last is None or settings.instant() - last > BLIND_AFTER
        stuck = stored.stuck_reports(session)
        data: dict[str, Any] = {
            "last_good_look": last.isoformat() if last else None,
            "source_looks_blind": blind,
            "polls": [_poll_as_json(poll) for poll in stored.last_polls(session, count=5)],
            "stored": stored.counts(session),
            "stuck": [_stuck_as_json(report) for report in stuck],
        }
    if as_json:
        print_json(data)
    else:
        _print_status(data)
    held = data["stored"]["deliveries"].get("held", 0) or data["stored"]["deliveries"].get(
        "given_up", 0
    )
    raise typer.Exit(1 if blind or stuck or held else 0)


def _poll_as_json(poll: Poll) -> dict[str, Any]:
    return {
        "id": poll.id,
        "kind": poll.kind,
        "started_at": poll.started_at.isoformat(),
        "finished_at": poll.finished_at.isoformat() if poll.finished_at else None,
        "outcome": poll.outcome,
        "requests": poll.requests,
        "authorities_listed": poll.authorities_listed,
        "authorities_opened": poll.authorities_opened,
        "new_reports": poll.new_reports,
        "held": poll.held,
        "notes": poll.notes,
        "error": poll.error,
    }


def _stuck_as_json(report: Report) -> dict[str, Any]:
    return {
        "authority": report.authority.short,
        "title": report.title,
        "published": report.published.isoformat() if report.published else None,
        "url": report.url,
        "state": report.state,
        "reason": report.reason,
        "problems": [
            {"code": problem.code, "message": problem.message} for problem in report.problems
        ],
    }


def _print_status(data: dict[str, Any]) -> None:
    if data["last_good_look"] is None:
        out.print("The site has not been looked at completely yet: run a poll.")
    else:
        last = datetime.fromisoformat(data["last_good_look"]).astimezone(LONDON)
        out.print(f"Last complete look: {last:%A} {last.day} {last:%B %Y, %H:%M}")
        if data["source_looks_blind"]:
            out.print("That is long ago: the source looks blind.", style="bold red")
    for poll in data["polls"]:
        out.print(
            f"  {poll['started_at'][:16]}  {poll['kind']:8} {poll['outcome']:9} "
            f"{poll['requests']} requests, {poll['new_reports']} new reports"
            + (f" – {poll['error']}" if poll["error"] else ""),
            markup=False,
        )
    for thing, by in data["stored"].items():
        listed = ", ".join(f"{count} {name}" for name, count in by.items()) or "none"
        out.print(f"{in_words(thing)}: {listed}", markup=False)
    for row in data["stuck"][:SHOWN_STUCK]:
        why = row["reason"] or "; ".join(problem["message"] for problem in row["problems"])
        out.print(
            f"  ! {row['authority']}: {row['title']} ({row['published']}): {why}", markup=False
        )
    if len(data["stuck"]) > SHOWN_STUCK:
        out.print(f"  … and {len(data['stuck']) - SHOWN_STUCK} more; --json lists all")


def check(
    test: Annotated[
        bool, typer.Option("--send-test", help="Send one test message to each channel.")
    ] = False,
) -> None:
    """Validate the configuration and reach every service it names."""
    settings = load_settings()
    bad = False
    with open_app(settings) as app:
        out.print(
            f"Database: {app.database.url.render_as_string(hide_password=True)}", markup=False
        )
        if not settings.config.exists():
            complain(f"{settings.config} does not exist: nobody will be told anything")
            bad = True
        results = check_channels(app.config)
        if test:
            results = [*results, *send_test(app.config)]
        for result in results:
            bad = bad or not result.ok
            out.print(
                f"{'ok ' if result.ok else 'NO '} {result.channel}: {result.message}", markup=False
            )
        try:
            rows = len(app.site.authorities(since=settings.today()).authorities)
            out.print(f"ok  site: {settings.site_url} answers ({rows} authorities published today)")
        except SiteError as error:
            bad = True
            out.print(f"NO  site: {error}", markup=False)
    raise typer.Exit(1 if bad else 0)
