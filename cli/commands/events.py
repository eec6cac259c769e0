"""The command `events`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.arguments import AsJson, parse_day
from cli.output import complain, out, print_json
from cli.words import minute_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.london import LONDON
from storage import history as stored
from storage.authorities import authority_named


def events(
    since: Annotated[
        str | None, typer.Option("--since", help="Detected on or after this date.")
    ] = None,
    authority: Annotated[
        str | None, typer.Option("--council", "--authority", help="Only this council.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the detected events: changed grades, issues raised again, new reports and others.

    Each line begins with the number of the event. `same` and `not-same` take the number of a
    theme_repeat event.

    Example: inspection-watch events --council Havering --since 2026-01-01
    """
    start = None
    if since is not None:
        day = parse_day(since, option="--since")
        start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    with open_app(load_settings()) as app, app.database.read() as session:
        council = None if authority is None else authority_named(session, app.register, authority)
        rows = stored.events(
            session, since=start, authority_id=None if council is None else council.id
        )
        if as_json:
            print_json([stored.event_as_json(event) for event in rows])
            return
        if not rows:
            complain("No events match." if since or authority else "No events have been detected.")
        for event in rows:
            when = minute_words(event.detected_at)
            out.print(f"{event.id:6}  {when}  {event.type:15}  {event.summary}")
