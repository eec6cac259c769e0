"""The command `worker`."""

from __future__ import annotations

from flows.settings import load_settings, require_home


def worker() -> None:
    """Run the deployments of your own Prefect server, until Ctrl-C.

    Workers on several machines need one WATCH_DATABASE_URL (PostgreSQL) and one WATCH_ORIGINALS.

    Example: PREFECT_API_URL=https://prefect.example.gov.uk/api inspection-watch worker
    """
    # Imported here: Prefect's parts take a second to import.
    from flows.serve.own_server import work as run

    settings = load_settings()
    require_home(settings)
    run(settings)
