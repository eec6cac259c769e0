"""The command `poll`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import complain, out
from cli.views.outcomes import print_outcome, print_sent
from flows.pipeline import poll as pipeline
from flows.pipeline.app import open_app
from flows.settings import load_settings


def poll(
    full: Annotated[
        bool,
        typer.Option("--full", help="Open every council's page, not only those with new reports."),
    ] = False,
) -> None:
    """Check the site now: fetch and read new reports, and send the messages that are due.

    Example: inspection-watch poll --full
    """
    with open_app(load_settings()) as app:
        result = pipeline.poll(app, full=full, on_outcome=print_outcome)
    out.print(result.summary)
    for note in result.found.notes:
        complain(f"Note: {note.sentence}")
    if result.sent:
        print_sent(result.sent)
    raise typer.Exit(1 if result.needs_review else 0)
