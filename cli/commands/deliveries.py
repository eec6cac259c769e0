"""The command `deliveries`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from alerts.outbox.deliveries import list_deliveries
from cli.arguments import AsJson, choice
from cli.output import complain, out, print_json
from cli.words import minute_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.wording import counted
from storage.models import DeliveryState

_WORDS = {DeliveryState.FAILED.value: "failed"}
"""States whose name in JSON differs from the word that people read."""


def deliveries(
    state: Annotated[
        str | None,
        typer.Option("--state", help="Only due, sending, sent, held, failed or muted messages."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every delivery: recipient, state, tries and last error.

    A message to two recipients is two deliveries.

    Example: inspection-watch deliveries --state failed
    """
    wanted = None if state is None else state_named(state)
    settings = load_settings()
    with open_app(settings) as app, app.database.read() as session:
        rows = list_deliveries(session, state=wanted)
    if as_json:
        print_json(rows)
        return
    if not rows:
        complain(_none_words(wanted))
        return
    if settings.now:
        complain("WATCH_NOW is set. The times below are those of the real clock.")
    for row in rows:
        _print_delivery(row)


def _none_words(state: DeliveryState | None) -> str:
    """Return that there are no messages in a state, or none at all."""
    if state is None:
        return "There are no messages."
    if state is DeliveryState.SENDING:
        return "No messages are being sent."
    return f"No {_WORDS.get(state.value, state.value)} messages."


def state_named(text: str) -> DeliveryState:
    """Return the state that `text` names, in the word for people or the word in JSON.

    Raises ConfigurationError, which lists the states.
    """
    if text in _WORDS:
        return DeliveryState(text)
    by_word = {_WORDS.get(state.value, state.value): state for state in DeliveryState}
    return choice(by_word, text, option="--state")


def _print_delivery(row: dict[str, Any]) -> None:
    """Print a delivery in at most three lines: a table of its values would be too wide."""
    state = _WORDS.get(row["state"], row["state"])
    if row["sent_at"]:
        state += f" {minute_words(datetime.fromisoformat(row['sent_at'])).strip()}"
    tries = counted(row["tries"], "try", "tries")
    out.print(
        f"{row['id']}  {state}, {tries}, to {row['recipient']} through {row['channel']} "
        f"({row['subscription']})"
    )
    out.print(f"   {row['headline']}")
    if row["last_error"]:
        what = "reason" if row["state"] == DeliveryState.MUTED else "last error"
        out.print(f"   {what}: {row['last_error']}")
