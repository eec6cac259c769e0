"""The command `confirm`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import AsJson
from cli.output import out, print_json
from cli.words import date_words, field_words, value_words
from flows.pipeline.app import open_app
from flows.pipeline.confirm import Confirmed, confirm_value
from flows.settings import load_settings
from reports.wording import counted
from storage.confirmable_fields import FIELDS, Field


def confirm(
    report: Annotated[str, typer.Argument(help="The report's file id or address.")],
    field: Annotated[
        str, typer.Argument(help=f"What is confirmed: {', '.join(str(f) for f in FIELDS)}.")
    ],
    value: Annotated[
        str | None,
        typer.Argument(help="Correct value. Omit to confirm what was read."),
    ] = None,
    *,
    who: Annotated[str, typer.Option("--who", help="Who confirms it.")],
    why: Annotated[
        str, typer.Option("--why", help="Where the value is in the report, or how you know it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Confirm or correct a value of a report. The value is kept when the report is read again.

    `grades`, `areas` and `document` take no value: you confirm that they are right and complete.
    For `document`, this also means that the file belongs to this report.

    This resolves the problems about that value. Events that follow from it are detected, and their
    messages queued, once. Messages already sent are not corrected.

    Exits with 1 while the report has other problems.

    Example: inspection-watch confirm 50012345 in_care good --who "A. Clerk" --why "page 1, table"
    """
    with open_app(load_settings()) as app:
        result = confirm_value(app, report, field=field, value=value, who=who, why=why)
    if as_json:
        print_json(_as_json(result))
    else:
        _print_confirmed(result)
    raise typer.Exit(1 if result.outcome.needs_review else 0)


def _as_json(result: Confirmed) -> dict[str, object]:
    return {
        "field": result.field,
        "read_value": result.read_value,
        "value": result.value,
        "problems_left": list(result.outcome.problems),
        "events": list(result.outcome.events),
        "messages_queued": result.outcome.queued - result.outcome.held,
        "messages_held": result.outcome.held,
    }


def _print_confirmed(result: Confirmed) -> None:
    outcome = result.outcome
    # The stored value of a council is its key.
    is_council = result.field == Field.AUTHORITY
    value = outcome.authority if is_council else value_words(result.field, result.value)
    read = value_words(result.field, result.read_value)
    verb = "are" if result.field in (Field.GRADES, Field.AREAS) else "is"
    said = f"{verb} confirmed: {value}"
    if is_corrected := value != read:
        was = f"“{read}” was read" if result.read_value else "no value was read"
        said = f"is corrected to “{value}” ({was})"
    out.print(
        f"{outcome.authority}, {outcome.title}, {date_words(outcome.published)}: "
        f"{field_words(result.field)} {said}"
    )
    if result.sent_before and is_corrected:
        out.print("  Messages already sent are not corrected.")
    for event in outcome.events:
        out.print(f"  → {event}")
    if due := outcome.queued - outcome.held:
        out.print(f"  {counted(due, 'message')} queued; `deliver` sends them.")
    if outcome.held:
        out.print(f"  {counted(outcome.held, 'message')} held; `release` sends them.")
    for problem in outcome.problems:
        out.print(f"  ! still open: {problem}", style="red")
