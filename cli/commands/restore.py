"""The command `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import out
from flows.settings import load_settings
from storage.archive import open_archive
from storage.backup import restore_backup
from storage.database import Database


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
) -> None:
    """Bring back a backup into an empty database, on this machine or another.

    Write the secrets into .env again. An existing watch.yaml stays.

    Example: inspection-watch --home /srv/watch restore /backup/watch-2026-11-28.tar.gz
    """
    settings = load_settings()
    database = Database(settings.database)
    try:
        restore_backup(
            file, database=database, archive=open_archive(settings.archive), config=settings.config
        )
    finally:
        database.close()
    out.print(f"Restored {file}")
