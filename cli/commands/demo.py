"""The command `demo`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import check_folder, folder_of
from cli.commands.serve import serve_until_stopped
from reports.errors import ConfigurationError

EXTRA_PACKAGE = "aiosmtpd"
"""Receives the mail of the demonstration; only the extra `demo` installs it."""


def demo(
    to: Annotated[
        str, typer.Option("--to", help="Where to put the database and the messages.")
    ] = "demo-output",
    keep_serving: Annotated[
        bool,
        typer.Option("--serve", help="Afterwards run the Prefect UI on the sample site."),
    ] = False,
) -> None:
    """Run a full demonstration on a sample site. Needs no network or account.

    Example: inspection-watch demo --to demo-output
    """
    folder = folder_of(to, option="--to")
    try:
        # Imported here: it needs the extra `demo`, and packages that few commands load.
        from cli import demonstration
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != EXTRA_PACKAGE:
            raise
        raise ConfigurationError(
            f"`demo` needs the package {EXTRA_PACKAGE}: install 'inspection-watch[demo]'"
        ) from error

    check_folder(folder)
    demonstration.prepare(folder)
    with demonstration.sample_world(folder) as world:
        demonstration.run(world, keeps_serving=keep_serving)
        if keep_serving:
            raise typer.Exit(serve_until_stopped(demonstration.serve_settings(world), port=4200))
