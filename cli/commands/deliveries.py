"""The command `deliveries`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from alerts.outbox.deliveries import list_deliveries
from cli.arguments import AsJson
from cli.output import complain, out, print_json
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.london import LONDON
from storage.models import DeliveryState

# States whose name in JSON is another than the one people read.
_WORDS = {DeliveryState.FAILED.value: "failed"}


def deliveries(
    state: Annotated[
        DeliveryState | None, typer.Option("--state", help="Only messages in this state.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every message: to whom, state, tries, last error.

    Example: inspection-watch deliveries --state given_up
    """
    with open_app(load_settings()) as app, app.database.read() as session:
        rows = list_deliveries(session, state=state)
    if as_json:
        print_json(rows)
        return
    if not rows:
        complain("There is no such message.")
        return
    # A column that is too narrow breaks what it holds; nothing is cut off.
    texts = ("id", "subscription", "channel", "recipient", "headline")
    columns = (*texts, "state", "tries", "sent", "last error")
    table = Table(*(Column(name, overflow="fold") for name in columns))
    for row in rows:
        sent = datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None
        table.add_row(
            *(Text(str(row[key])) for key in texts),
            _WORDS.get(row["state"], row["state"]),
            str(row["tries"]),
            f"{sent.astimezone(LONDON):%Y-%m-%d %H:%M}" if sent else "",
            Text(row["last_error"] or ""),
        )
    out.print(table, soft_wrap=False)
