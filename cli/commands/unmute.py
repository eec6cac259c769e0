"""The command `unmute`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import out
from cli.views.muted import muted_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.errors import ConfigurationError
from storage import mutes as stored


def unmute(
    number: Annotated[int, typer.Argument(help="The mute's number, as `mutes` lists it.")],
) -> None:
    """End a mute early. Messages that it has muted are still not sent.

    Example: inspection-watch unmute 3
    """
    with open_app(load_settings()) as app, app.database.write() as session:
        lifted = stored.lift_mute(session, number, now=app.settings.instant())
        if lifted is None:
            raise ConfigurationError(f"There is no mute {number} to end; `mutes` lists them")
        out.print(f"{muted_words(lifted, app.register)} is no longer muted.")
