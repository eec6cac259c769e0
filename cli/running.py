"""Commands that run the whole: `demo` and `serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import complain, out
from flows.settings import Settings, load_settings
from reports.errors import ConfigurationError, InspectionWatchError


def demo(
    folder: Annotated[
        Path, typer.Option("--to", help="Where to put the database and the messages.")
    ] = Path("demo-output"),
    keep_serving: Annotated[
        bool,
        typer.Option("--serve", help="Afterwards run the Prefect UI on the sample site."),
    ] = False,
) -> None:
    """The whole job, start to end, on a sample site; no network, no account."""
    # Imported here: it draws PDFs, and no other command needs that.
    from cli import showing

    showing.prepare(folder)
    with showing.sample_world(folder) as world:
        showing.run(world)
        if keep_serving:
            raise typer.Exit(_serve(showing.serve_settings(world), port=4200))


def serve(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port of the Prefect UI.")
    ] = 4200,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Address to listen on; other than loopback needs a password of your own."
        ),
    ] = "127.0.0.1",
) -> None:
    """Prefect server and UI, the schedules and a worker, until Ctrl-C."""
    raise typer.Exit(_serve(load_settings(), host=host, port=port))


def _serve(settings: Settings, *, host: str = "127.0.0.1", port: int) -> int:
    # Imported here: Prefect takes a second to import, and no other command needs it.
    from flows.serve import serve as run

    try:
        return run(settings, host=host, port=port, say=lambda line: out.print(line))
    except ConfigurationError:
        raise
    except InspectionWatchError as error:
        complain(str(error))
        return 1
