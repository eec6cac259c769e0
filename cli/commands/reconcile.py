"""The command `reconcile`."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from cli.arguments import AsJson, check_file
from cli.output import out, print_json
from cli.words import date_words, in_words
from flows.pipeline.app import open_app
from flows.pipeline.differences import Difference, Reconciliation, differences_as_json
from flows.pipeline.reconcile import reconcile as compare_with_table
from flows.settings import load_settings
from reports.wording import judgement_words


def reconcile(
    file: Annotated[
        Path, typer.Argument(help="Ofsted's table of inspection outcomes, an .ods file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Compare the stored history with Ofsted's official outcomes table; changes nothing.

    Every difference is listed with both values and the report. The report counts, not the
    table. Exits with 1 if anything differs.

    Example: inspection-watch reconcile outcomes.ods
    """
    check_file(file)
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
        "unknown_names": list(result.unknown_names),
        "differences": differences_as_json(result.differences),
    }


def _print_reconciled(result: Reconciliation) -> None:
    out.print(result.summary, style="bold")
    for authority, differences in groupby(result.differences, key=lambda d: d.authority):
        out.print(f"\n{authority}", style="bold")
        for difference in differences:
            _print_difference(difference)


def _print_difference(difference: Difference) -> None:
    when = f" of {date_words(difference.inspection_start)}" if difference.inspection_start else ""
    out.print(f"  {in_words(difference.kind)}{when}: {judgement_words(difference.what)}")
    official = _value_words(difference.official) if difference.official else "not listed"
    stored = _value_words(difference.stored) if difference.stored else "nothing"
    out.print(f"    table:  {official} ({'; '.join(difference.places) or '–'})")
    where = f"page {difference.page}, " if difference.page else ""
    out.print(f"    report: {stored} ({where}{difference.url or 'no report'})")
    if difference.note:
        out.print(f"    {difference.note}")


def _value_words(value: str) -> str:
    """Return a date or a grade as people write it."""
    return date_words(date.fromisoformat(value)) if value[0].isdecimal() else in_words(value)
