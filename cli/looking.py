"""Commands that show what is stored: `events`, `deliveries`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from alerts.deliveries import list_deliveries
from cli.output import complain, out, print_json
from flows.pipeline.app import open_app
from flows.pipeline.names import authority_named
from flows.settings import LONDON, load_settings
from reports.errors import ConfigurationError
from storage import history as stored
from storage.models import DeliveryState

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


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
        if not rows:
            complain("No such event has been detected.")
        for event in rows:
            when = f"{event.detected_at.astimezone(LONDON):%Y-%m-%d %H:%M}"
            out.print(f"{when}  {event.type:15}  {event.summary}")


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
    if not rows:
        complain("There is no such message.")
        return
    # A column that is too narrow breaks what it holds; nothing is cut off.
    columns = ("id", "subscription", "channel", "state", "tries", "sent", "last error")
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        sent = datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None
        table.add_row(
            *(Text(str(row[key])) for key in ("id", "subscription", "channel", "state", "tries")),
            f"{sent.astimezone(LONDON):%Y-%m-%d %H:%M}" if sent else "",
            Text(row["last_error"] or ""),
        )
    out.print(table, soft_wrap=False)
