"""The command `deploy`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.settings import load_settings, require_home


def deploy(
    automations: Annotated[
        bool,
        typer.Option(
            "--automations",
            help="Also mark runs whose host has died as crashed; the server needs PostgreSQL.",
        ),
    ] = False,
) -> None:
    """Create the work pool and the deployments on your own Prefect server.

    Set PREFECT_API_URL to its address, and PREFECT_API_AUTH_STRING to its password.

    Example: PREFECT_API_URL=https://prefect.example.gov.uk/api inspection-watch deploy
    """
    # Imported here: Prefect's parts take a second to import.
    from flows.serve.own_server import deploy as run

    settings = load_settings()
    require_home(settings)
    run(settings, automations=automations)
