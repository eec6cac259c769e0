"""The command `same`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.views.decisions import print_decision
from flows.pipeline.app import open_app
from flows.pipeline.repeat_decisions import NamedAreas, ShownRepeat, record_confirmed_repeat
from flows.settings import load_settings
from reports.errors import ConfigurationError


def same(
    report: Annotated[
        str,
        typer.Argument(
            help="A report's file id, as `history` shows it, or the number of a theme_repeat "
            "event, as `events` shows it. With --area, only a file id."
        ),
    ],
    who: Annotated[str, typer.Option("--who", help="Who says so.")],
    why: Annotated[str, typer.Option("--why", help="Why they are the same issue.")],
    key: Annotated[
        str | None, typer.Argument(help="The key of the repeat, as `history` shows it.")
    ] = None,
    area: Annotated[
        int | None,
        typer.Option("--area", help="For a repeat that is not shown: which area of the report."),
    ] = None,
    earlier: Annotated[
        str | None, typer.Option("--earlier", help="The file id of the earlier report.")
    ] = None,
    earlier_area: Annotated[
        int | None, typer.Option("--earlier-area", help="Which area of the earlier report.")
    ] = None,
) -> None:
    """Record that two statements are the same issue; they are shown as a repeat from now on.

    Applies to messages, history, the website and exported tables. Sends no messages.
    Applies to every council whose reports have the same two statements. The command lists
    these councils if there is more than one. If a statement repeats several earlier ones, only one
    is shown.

    To record the opposite, run `not-same` with the same key.
    For a repeat that is not shown, give --area, --earlier and --earlier-area instead of its key.
    Areas are numbered as in the exported table `areas`.

    Example: inspection-watch same 50012345 k7f2m --who "A. Clerk" --why "the same service"
    """
    named = area, earlier, earlier_area
    which: ShownRepeat | NamedAreas
    if key is not None and named == (None, None, None):
        which = ShownRepeat(shown_in=report, key=key)
    elif key is None and area is not None and earlier is not None and earlier_area is not None:
        which = NamedAreas(
            later_file=report,
            later_area=area,
            earlier_file=earlier,
            earlier_area=earlier_area,
        )
    else:
        raise ConfigurationError(
            "give the key of a repeat, or all of --area, --earlier and --earlier-area"
        )
    with open_app(load_settings()) as app:
        recorded = record_confirmed_repeat(app, which, who=who, why=why)
    print_decision(recorded, "the same issue")
