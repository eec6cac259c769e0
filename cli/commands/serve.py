"""The command `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.called_as import command_for
from cli.output import complain, out
from flows.settings import Settings, home, load_settings, require_home
from reports.errors import ConfigurationError, InspectionWatchError


def serve(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port of the Prefect UI.")
    ] = 4200,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Address to listen on. Set your own password if this is not 127.0.0.1.",
        ),
    ] = "127.0.0.1",
) -> None:
    """Run the Prefect server and UI, the schedules and a worker, until Ctrl-C.

    Example: inspection-watch serve --port 4200
    """
    settings = load_settings()
    require_home(settings)
    if settings.clock_warning:
        complain(settings.clock_warning)
    raise typer.Exit(serve_until_stopped(settings, host=host, port=port))


def serve_until_stopped(settings: Settings, *, host: str = "127.0.0.1", port: int) -> int:
    """Run everything until Ctrl-C and return the exit code.

    Raises ConfigurationError for wrong settings.
    """
    # Imported here: it takes a second, and few other commands need it.
    from flows.serve import serve as run

    try:
        return run(
            settings,
            host=host,
            port=port,
            say=lambda line: out.print(line),
            command=command_for(home()),
        )
    except ConfigurationError:
        raise
    except InspectionWatchError as error:
        complain(str(error))
        return 1
