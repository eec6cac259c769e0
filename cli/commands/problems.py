"""The command `problems`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import AsJson
from cli.output import out, print_json
from cli.words import date_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.problems import ProblemCode
from reports.suggestions import known_value
from reports.wording import counted
from storage.authorities import authority_named
from storage.confirmable_fields import WHOLE
from storage.problems import FILE_UNAVAILABLE, OpenProblem, open_problems, problems_as_json


def problems(
    authority: Annotated[
        str | None, typer.Option("--council", "--authority", help="Only this council.")
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            "--code",
            help="Only this kind of problem: the code in square brackets after each problem.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what could not be read with certainty, report by report, and what would settle it.

    Exits with 1 if it lists any report. Look at the report, then use `confirm`.

    Example: inspection-watch problems --council Havering
    """
    # A mistyped code would find nothing, which would look as if there were no problems.
    codes = {word: word for word in (FILE_UNAVAILABLE, *map(str, ProblemCode))}
    wanted = None if code is None else known_value(code, codes, what="code", lists_all=True)
    with open_app(load_settings()) as app, app.database.read() as session:
        council = None if authority is None else authority_named(session, app.register, authority)
        rows = open_problems(
            session, authority_id=None if council is None else council.id, code=wanted
        )
        data = problems_as_json(rows)
        if as_json:
            print_json(data)
        else:
            _print_problems(rows)
    raise typer.Exit(1 if rows else 0)


def _print_problems(rows: list[OpenProblem]) -> None:
    if not rows:
        out.print("No open problems.")
        return
    data = problems_as_json(rows)
    reports = counted(data["reports"], "report")
    kinds = ", ".join(f"{number} {code}" for code, number in data["counts"].items())
    out.print(f"{reports} with open problems, by code: {kinds}", style="bold")
    before = None
    for row in rows:
        report = row.report
        if report is not before:
            out.print(
                f"\n{report.authority.short} · {report.title} · {date_words(report.published)} · "
                f"{report.file_id}",
                style="bold",
            )
            out.print(f"  {report.url or 'added by hand'}")
            before = report
        page = f" (page {row.page})" if row.page else ""
        out.print(f"  ! {row.message}{page} [{row.code}]", style="red")
        for field in row.confirm:
            value = "" if field in WHOLE else " VALUE"
            out.print(
                f"    to settle it: inspection-watch confirm {report.file_id} {field}{value} "
                "--who NAME --why REASON"
            )
