"""The command `backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.wording import counted
from storage.backup import write_backup


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as watch.tar.gz.")],
) -> None:
    """Write the database, the original files and watch.yaml into one file.

    Works even while Inspection Watch is running. The settings and secrets of .env are not in the
    file. Keep it safe: it has the addresses of recipients and the key of their links to
    unsubscribe.

    Example: inspection-watch backup /backup/watch-2026-11-28.tar.gz
    """
    with open_app(load_settings()) as app:
        lacking = write_backup(
            file,
            database=app.database,
            archive=app.archive,
            config=app.settings.config,
            data_folder=app.settings.data_dir,
        )
    out.print(f"Wrote {file}")
    if lacking:
        files = counted(lacking, "original file")
        out.print(f"Not in the backup, because missing or damaged: {files}.")
        raise typer.Exit(1)
