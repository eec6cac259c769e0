"""The command `deliver`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from alerts.outbox.deliveries import requeue_failed
from cli.arguments import AsJson
from cli.output import complain, print_json
from cli.views.outcomes import print_sent
from flows.pipeline.app import open_app
from flows.pipeline.deliver import deliver as deliver_due
from flows.settings import load_settings
from reports.wording import counted


def deliver(
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Also failed messages of the last 14 days, once the cause has been fixed. Not "
            "those that may have arrived.",
        ),
    ] = False,
    may_have_arrived: Annotated[
        bool,
        typer.Option(
            "--may-have-arrived",
            help="Also messages of the last 14 days that may have arrived: their recipients may "
            "get them twice.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due now.

    Example: inspection-watch deliver --again
    """
    with open_app(load_settings()) as app:
        with app.database.write() as session:
            now = datetime.now(UTC)
            if again:
                requeue_failed(session, now=now)
            count = (
                requeue_failed(session, now=now, may_have_arrived=True) if may_have_arrived else 0
            )
        if count:
            complain(
                f"Resending {counted(count, 'message')} that may already have arrived. "
                "Recipients may get a second copy."
            )
        sent = deliver_due(app)
    if as_json:
        print_json(asdict(sent))
    else:
        print_sent(sent)
    raise typer.Exit(1 if sent.needs_review else 0)
