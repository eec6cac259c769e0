"""The command `not-same`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.views.decisions import print_decision
from flows.pipeline.app import open_app
from flows.pipeline.repeat_decisions import ShownRepeat, record_rejected_repeat
from flows.settings import load_settings


def not_same(
    report: Annotated[
        str,
        typer.Argument(
            help="A report's file id, as `history` shows it, or the number of a theme_repeat "
            "event, as `events` shows it."
        ),
    ],
    key: Annotated[str, typer.Argument(help="The key of the repeat, as `history` shows it.")],
    who: Annotated[str, typer.Option("--who", help="Who says so.")],
    why: Annotated[str, typer.Option("--why", help="Why they are not the same issue.")],
) -> None:
    """Record that two statements are not the same issue; they will not be shown as a repeat again.

    Applies to messages, history, the website and exported tables. Sends no messages.
    Applies to every council whose reports have the same two statements. The command lists
    these councils if there is more than one.

    To record the opposite, run `same` with the same key, which `not-same` prints.

    Example: inspection-watch not-same 50012345 k7f2m --who "A. Clerk" --why "another service"
    """
    shown = ShownRepeat(shown_in=report, key=key)
    with open_app(load_settings()) as app:
        recorded = record_rejected_repeat(app, shown, who=who, why=why)
    print_decision(recorded, "not the same issue")
