"""The command `mutes`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.arguments import AsJson
from cli.output import out, print_json
from cli.views.muted import KIND_WORDS, muted_words
from cli.words import date_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.wording import iso
from storage import mutes as stored
from storage.models import Mute


def mutes(
    everything: Annotated[
        bool, typer.Option("--all", help="Also list mutes that have ended.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what is muted, until when, by whom and why.

    Example: inspection-watch mutes --all
    """
    with open_app(load_settings()) as app, app.database.read() as session:
        today = app.settings.today()
        found = (
            stored.all_mutes(session) if everything else stored.active_mutes(session, today=today)
        )
        rows = [_as_json(row, today) for row in found]
        words = [(KIND_WORDS[row.kind], muted_words(row, app.register)) for row in found]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("Nothing is muted.")
        return
    table = Table("number", "kind", "what", "until", "who", "why")
    for row, (kind, what) in zip(rows, words, strict=True):
        until = date_words(date.fromisoformat(row["until"])) + _ended(row)
        table.add_row(str(row["id"]), kind, what, until, row["who"], row["why"])
    out.print(table)


def _ended(row: dict[str, Any]) -> str:
    if row["active"]:
        return ""
    return " (ended early)" if row["lifted_at"] else " (ended)"


def _as_json(mute: Mute, today: date) -> dict[str, Any]:
    return {
        "id": mute.id,
        "kind": mute.kind,
        "target": mute.target,
        "until": mute.until.isoformat(),
        "who": mute.who,
        "why": mute.why,
        "muted_at": mute.muted_at.isoformat(),
        "lifted_at": iso(mute.lifted_at),
        "active": stored.is_active(mute, today=today),
    }
