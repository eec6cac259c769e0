"""The command `poll`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import complain, out
from cli.views.outcomes import print_outcome, print_sent
from flows.pipeline.app import open_app
from flows.pipeline.poll import poll as look
from flows.settings import load_settings


def poll(
    full: Annotated[
        bool, typer.Option("--full", help="Walk every authority's page, not only what moved.")
    ] = False,
) -> None:
    """One look at the site now: find, read, store, detect, queue and send what is due."""
    with open_app(load_settings()) as app:
        result = look(app, full=full, on_outcome=print_outcome)
    out.print(result.summary)
    for note in result.found.notes:
        complain(f"Note: {note}")
    if result.sent:
        print_sent(result.sent)
    raise typer.Exit(1 if result.needs_person else 0)
