"""The command `not-same`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import out
from flows.pipeline.app import open_app
from flows.pipeline.repeat_decisions import ShownRepeat, record_rejected_repeat
from flows.settings import load_settings


def not_same(
    report: Annotated[
        str,
        typer.Argument(
            help="A report's number, as `history` shows it, or the number of a theme_repeat event, "
            "as `events` shows it."
        ),
    ],
    key: Annotated[str, typer.Argument(help="The key of the repeat, as `history` shows it.")],
    who: Annotated[str, typer.Option("--who", help="Who says so.")],
    why: Annotated[str, typer.Option("--why", help="Why they are not the same issue.")],
) -> None:
    """Record that two statements are not the same issue; they will not be shown as a repeat again.

    Applies to messages, history, the website and exported tables.

    To undo a decision, run `same` with the same key.

    Example: inspection-watch not-same 50012345 k7f2m --who "A. Clerk" --why "another service"
    """
    shown = ShownRepeat(document=report, key=key)
    with open_app(load_settings()) as app:
        later, earlier = record_rejected_repeat(app, shown, who=who, why=why)
    out.print(f"Recorded: “{later}” is not the same issue as “{earlier}”.")
