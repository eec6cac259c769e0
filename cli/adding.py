"""Commands that bring in what is not on the site: `add` and `reconcile`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from cli.looking import AsJson, parse_day
from cli.output import in_words, out, print_json, uk_date
from cli.watching import word_of
from flows.pipeline.add import Added, add_document
from flows.pipeline.app import open_app
from flows.pipeline.differences import Difference, Reconciliation, differences_as_json
from flows.pipeline.reconcile import reconcile as compare_with_table
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import Kind


def add(
    file: Annotated[Path, typer.Argument(help="The document: PDF, text or Markdown.")],
    authority: Annotated[str, typer.Option("--authority", help="Whose it is: a name or URN.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="What it is, where it does not say so itself.")
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", help="When it came out (YYYY-MM-DD).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in a document that is not on the site; nobody is told.

    The same file is stored once. Exit 1 where it contradicts what was said of it, or could not be
    read with certainty.
    """
    _check_file(file)
    chosen = None if kind is None else word_of(kind, Kind, option="--kind")
    day = None if published is None else parse_day(published, option="--published")
    settings = load_settings()
    if day and day > settings.today():
        raise ConfigurationError(f"--published {published} has not come yet")
    with open_app(settings) as app:
        added = add_document(app, file, authority=authority, kind=chosen, published=day)
    if as_json:
        print_json(_added_as_json(added))
    else:
        _print_added(added)
    raise typer.Exit(1 if added.outcome.needs_person else 0)


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise ConfigurationError(f"{file} is not a file that can be read")


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


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="Ofsted's table of inspection outcomes, an .ods file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Compare the stored history with Ofsted's official outcomes table; changes nothing.

    Every difference is listed with both values and the report: the report is the authority, the
    table a check. Exit 1 where anything differs.
    """
    _check_file(file)
    with open_app(load_settings()) as app:
        result = compare_with_table(app, file)
    if as_json:
        print_json(_reconciled_as_json(result))
    else:
        _print_reconciled(result)
    raise typer.Exit(1 if result.differences else 0)


def _reconciled_as_json(result: Reconciliation) -> dict[str, object]:
    return {
        "file": result.file,
        "as_at": result.as_at.isoformat(),
        "compared": {
            "authorities": result.authorities,
            "inspections": result.inspections,
            "grades": result.grades,
            "dates": result.dates,
        },
        "rows_left_out": result.rows_left_out,
        "differences": differences_as_json(result.differences),
    }


def _print_reconciled(result: Reconciliation) -> None:
    out.print(result.summary, style="bold")
    for authority, differences in groupby(result.differences, key=lambda d: d.authority):
        out.print(f"\n{authority}", style="bold")
        for difference in differences:
            _print_difference(difference)


def _print_difference(difference: Difference) -> None:
    when = f" of {uk_date(difference.inspection_start)}" if difference.inspection_start else ""
    out.print(f"  {in_words(difference.kind)}{when}: {in_words(difference.what)}")
    official = in_words(difference.official) if difference.official else "not listed"
    stored = in_words(difference.stored) if difference.stored else "nothing"
    out.print(f"    table:  {official} ({'; '.join(difference.places) or '–'})")
    where = f"page {difference.page}, " if difference.page else ""
    out.print(f"    report: {stored} ({where}{difference.url or 'no report'})")
    if difference.note:
        out.print(f"    {difference.note}")
