"""The command `export`: tables for Excel, Power BI and notebooks."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import check_folder, folder_of, word_of
from cli.output import out
from flows.pipeline.app import open_app
from flows.settings import load_settings
from storage.export import Format
from storage.export import export as write_tables
from storage.held_messages import hidden_reports


def export(
    form: Annotated[str, typer.Option("--format", help="csv, json or xlsx.")],
    to: Annotated[str, typer.Option("--to", help="The folder to write into.")],
) -> None:
    """Write what is stored as tables: one file for each (csv, json), or one workbook (xlsx).

    docs/export.md and the export itself explain every column. Files of an earlier export
    are replaced; other files in the folder stay.

    Example: inspection-watch export --format xlsx --to tables
    """
    chosen = word_of(form, Format, option="--format")
    folder = folder_of(to, option="--to")
    settings = load_settings()
    with open_app(settings) as app, app.database.read() as session:
        check_folder(folder)
        written = write_tables(
            session,
            folder,
            form=chosen,
            today=settings.today(),
            now=settings.instant(),
            held=hidden_reports(session),
        )
    for path in written:
        out.print(str(path))
