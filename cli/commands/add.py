"""The command `add`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.arguments import AsJson, Pages, check_file, parse_day, word_of
from cli.output import out, print_json
from flows.pipeline.add import Added, add_document
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import KNOWN_KINDS
from reports.page_range import WHOLE, PageRange


def add(
    file: Annotated[Path, typer.Argument(help="The document: PDF, text or Markdown.")],
    authority: Annotated[
        str,
        typer.Option("--council", "--authority", help="The council: a name or URN."),
    ],
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="The kind of document, where the document does not say it."),
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", help="The day it was published (YYYY-MM-DD).")
    ] = None,
    pages: Pages = None,
    as_json: AsJson = False,
) -> None:
    """Store a document that is not on the site, without sending messages.

    The same file is stored once. Exits with 1 if the document contradicts the options or could not
    be read with certainty.

    Example: inspection-watch add update.pdf --council Havering
    """
    check_file(file)
    chosen = None if kind is None else word_of(kind, KNOWN_KINDS, option="--kind")
    day = None if published is None else parse_day(published, option="--published")
    part = PageRange.parse(pages) if pages is not None else WHOLE
    settings = load_settings()
    if day and day > settings.today():
        raise ConfigurationError(f"--published {published} is in the future")
    with open_app(settings) as app:
        added = add_document(app, file, authority=authority, kind=chosen, published=day, pages=part)
    if as_json:
        print_json(_added_as_json(added))
    else:
        _print_added(added)
    raise typer.Exit(1 if added.outcome.needs_review else 0)


def _added_as_json(added: Added) -> dict[str, object]:
    return {
        "file_id": added.file_id,
        "added": added.is_new,
        "authority": added.outcome.authority,
        "problems": list(added.outcome.problems),
    }


def _print_added(added: Added) -> None:
    outcome = added.outcome
    said = "added" if added.is_new else "stored already, nothing added"
    out.print(f"{outcome.authority}: {outcome.title}: {said} ({added.file_id})")
    for problem in outcome.problems:
        out.print(f"  ! {problem}", style="red")
