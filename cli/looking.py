"""Commands that show what is stored: `events`, `deliveries`, `check`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table

from alerts.check import check_channels, send_test
from alerts.deliveries import list_deliveries
from cli.output import complain, out, print_json
from flows.pipeline.app import open_app
from flows.pipeline.names import authority_named
from flows.settings import LONDON, load_settings
from reports.errors import ConfigurationError
from scrapers.errors import SiteError
from storage import history as stored
from storage.models import DeliveryState

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(events)
    app.command()(deliveries)
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
