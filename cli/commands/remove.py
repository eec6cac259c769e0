"""The command `remove`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.arguments import AsJson
from cli.output import out, print_json
from flows.pipeline.app import open_app
from flows.pipeline.remove import remove_document
from flows.settings import load_settings


def remove(
    document: Annotated[str, typer.Argument(help="The id of an added document, or its file.")],
    as_json: AsJson = False,
) -> None:
    """Remove a document that was added, and everything stored from it.

    Example: inspection-watch remove update.pdf
    """
    with open_app(load_settings()) as app:
        removed = remove_document(app, document)
    if as_json:
        print_json({"removed": [asdict(gone) for gone in removed]})
        return
    for gone in removed:
        out.print(f"{gone.authority}: {gone.title}: removed ({gone.file_id})")
