"""The command `deliver`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.outbox.queue import requeue_failed
from cli.arguments import AsJson
from cli.output import print_json
from cli.views.outcomes import print_sent
from flows.pipeline.app import open_app
from flows.pipeline.deliver import deliver as deliver_due
from flows.settings import load_settings


def deliver(
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Also what was given up in the last 14 days, after its reason was put right; "
            "not what may have arrived.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due now."""
    with open_app(load_settings()) as app:
        if again:
            with app.database.write() as session:
                requeue_failed(session, now=datetime.now(UTC))
        sent = deliver_due(app)
    if as_json:
        print_json(asdict(sent))
    else:
        print_sent(sent)
    raise typer.Exit(1 if sent.needs_person else 0)
