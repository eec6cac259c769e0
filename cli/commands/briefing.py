"""The command `briefing`: one sheet on a council for a committee."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.arguments import check_folder
from cli.output import out
from flows.pipeline.app import open_app
from flows.pipeline.publish import REPEATS, SITE, current_snapshot
from flows.settings import load_settings
from reports.errors import ConfigurationError
from storage.authorities import authority_named
from storage.whole_files import write_file


def briefing(
    council: Annotated[str, typer.Argument(help="The council's name or URN.")],
    to: Annotated[Path, typer.Option("--to", help="The file: .docx, .pdf or .html.")],
) -> None:
    """Write a one-page briefing on a council: grades, areas, what was raised again, questions.

    Example: inspection-watch briefing Havering --to havering.docx
    """
    from storage.kept_repeats import KeptRepeats
    from website.documents.files import briefing_file, ending_of

    ending = ending_of(to)
    with open_app(load_settings()) as app:
        # Comparing the statements of all councils takes most of the time: what the service's
        # website has found is used again.
        kept = KeptRepeats.load(app.settings.data_dir / SITE / REPEATS)
        with app.database.read() as session:
            key = authority_named(session, app.register, council).key
            snapshot = current_snapshot(app, session, kept=kept)
        data = briefing_file(snapshot, snapshot.councils[key], ending=ending)
        check_folder(to.parent, named=to)
        if to.is_dir():
            raise ConfigurationError(f"--to {to} cannot be written: it is a folder")
        write_file(to, data)
    out.print(f"The briefing on {snapshot.councils[key].name} is in {to}")
