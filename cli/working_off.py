"""Commands for people who look after what the program could not do alone.

`problems`, `confirm` and `not-same`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.looking import AsJson
from cli.output import in_words, out, print_json, uk_date
from flows.pipeline.app import open_app
from flows.pipeline.confirm import Confirmed, confirm_value
from flows.pipeline.names import authority_named
from flows.pipeline.not_same import say_not_same
from flows.settings import load_settings
from storage.fields import FIELDS
from storage.problems import OpenProblem, open_problems, problems_as_json


def problems(
    authority: Annotated[
        str | None, typer.Option("--authority", help="Only this authority.")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="Only this kind of problem.")] = None,
    as_json: AsJson = False,
) -> None:
    """What could not be read with certainty, report by report, and what would settle it.

    Exit 1 while anything is open. Look at the report, then use `confirm`.
    """
    with open_app(load_settings()) as app, app.database.read() as session:
        authority_id = authority_named(app, session, authority).id if authority else None
        rows = open_problems(session, authority_id=authority_id, code=code)
        data = problems_as_json(rows)
        if as_json:
            print_json(data)
        else:
            _print_problems(rows)
    raise typer.Exit(1 if rows else 0)


def _print_problems(rows: list[OpenProblem]) -> None:
    if not rows:
        out.print("Nothing is open.")
        return
    data = problems_as_json(rows)
    reports = "1 report" if data["reports"] == 1 else f"{data['reports']} reports"
    kinds = ", ".join(f"{number} {code}" for code, number in data["counts"].items())
    out.print(f"{reports} with open problems: {kinds}", style="bold")
    before = None
    for row in rows:
        report = row.report
        if report is not before:
            out.print(
                f"\n{report.authority.short} · {report.title} · {uk_date(report.published)} · "
                f"{report.file_id}",
                style="bold",
            )
            out.print(f"  {report.url or 'added by a person'}")
            before = report
        page = f" (page {row.page})" if row.page else ""
        out.print(f"  ! {row.message}{page} [{row.code}]", style="red")
        if row.confirm:
            out.print(f"    to settle it, confirm: {', '.join(row.confirm)}")


def confirm(
    report: Annotated[str, typer.Argument(help="The report's file id or address.")],
    field: Annotated[
        str, typer.Argument(help=f"What is confirmed: {', '.join(str(f) for f in FIELDS)}.")
    ],
    value: Annotated[
        str | None,
        typer.Argument(help="The right value; left out: what was read is right."),
    ] = None,
    *,
    who: Annotated[str, typer.Option("--who", help="Who has looked.")],
    why: Annotated[str, typer.Option("--why", help="Where it stands, or how it was found out.")],
    as_json: AsJson = False,
) -> None:
    """Confirm or correct a value of a report; it stays through every later reading.

    Example: confirm 50012345 in_care good --who "A. Clerk" --why "page 1, table". The problems
    about that value are settled, and what the report tells then is queued, once. Exit 1 while the
    report has other problems.
    """
    with open_app(load_settings()) as app:
        result = confirm_value(app, report, field=field, value=value, who=who, why=why)
    if as_json:
        print_json(_as_json(result))
    else:
        _print_confirmed(result)
    raise typer.Exit(1 if result.outcome.needs_person else 0)


def _as_json(result: Confirmed) -> dict[str, object]:
    return {
        "field": result.field,
        "read_value": result.read_value,
        "value": result.value,
        "problems_left": list(result.outcome.problems),
        "events": list(result.outcome.events),
        "messages_queued": result.outcome.queued,
    }


def _print_confirmed(result: Confirmed) -> None:
    outcome = result.outcome
    was = f" (read: {result.read_value or 'nothing'})" if result.read_value != result.value else ""
    value = in_words(result.value) if result.value else "as read"
    out.print(
        f"{outcome.authority}, {outcome.title}, {uk_date(outcome.published)}: "
        f"{result.field} is confirmed: {value}{was}"
    )
    for event in outcome.events:
        out.print(f"  → {event}")
    if outcome.queued:
        out.print(f"  {outcome.queued} messages queued; `deliver` sends them.")
    for problem in outcome.problems:
        out.print(f"  ! still open: {problem}", style="red")


def not_same(
    document: Annotated[
        str, typer.Argument(help="A report's file id, or the number of a theme_repeat event.")
    ],
    number: Annotated[
        int, typer.Argument(help="Which repeat of it, as `history` or the message numbers them.")
    ],
    who: Annotated[str, typer.Option("--who", help="Who says so.")],
    why: Annotated[str, typer.Option("--why", help="Why it is not the same.")],
) -> None:
    """Say that two statements are not the same issue: nothing will say so again.

    Example: not-same 50012345 2 --who "A. Clerk" --why "another service". It counts for messages,
    history and exported tables alike.
    """
    with open_app(load_settings()) as app:
        later, earlier = say_not_same(app, document, number=number, who=who, why=why)
    out.print(f"Kept: “{later}” is not “{earlier}”.")
