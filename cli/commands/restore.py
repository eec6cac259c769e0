"""The command `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import out
from flows.settings import load_settings
from storage.archive import open_archive
from storage.backup import UNSUBSCRIBE_KEY, restore_backup


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
) -> None:
    """Restore a backup into an empty database, on this machine or another.

    Add .env (settings and secrets) again. An existing watch.yaml stays. What was sent after the
    backup was made may be sent again, also to those who have unsubscribed since. After an
    interruption, run it again.

    Example: inspection-watch --home /srv/watch restore /backup/watch-2026-11-28.tar.gz
    """
    settings = load_settings()
    has_key = restore_backup(
        file,
        database_url=settings.database,
        archive=open_archive(settings.archive),
        config=settings.config,
        data_folder=settings.data_dir,
    )
    out.print(f"Restored {file}")
    out.print("Add .env again: its settings and secrets are not part of a backup.")
    out.print(
        "What was sent after this backup was made may be sent again, also to those who have "
        "unsubscribed since: run inspection-watch unsubscribe for them."
    )
    if not has_key:
        out.print(
            "This backup has no key for links to unsubscribe. If emails with such links were sent, "
            f"copy {UNSUBSCRIBE_KEY} from the old data folder to {settings.data_dir}: without it "
            "those links no longer work."
        )
