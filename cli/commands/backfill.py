"""The command `backfill`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from alerts.outbox.backfill_digests import Tally
from cli.arguments import parse_day, word_of
from cli.output import complain, out
from cli.views.outcomes import print_outcome, print_sent
from flows.pipeline.app import open_app
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest, Region
from flows.pipeline.deliver import deliver as deliver_due
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import Kind


def backfill(
    authority: Annotated[
        list[str] | None,
        typer.Option("--council", "--authority", help="Only this council; repeatable."),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Only this region; repeatable.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind of report; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Published on or after this date (YYYY-MM-DD).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Published on or before this date.")
    ] = None,
    reparse: Annotated[
        bool, typer.Option("--reparse", help="Also read stored originals again.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Send messages; shows their number first.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --notify: send without asking.")] = False,
) -> None:
    """Fill or repair history. Sends nothing without --notify.

    One exception: --reparse makes messages about what was uncertain before and is certain now.
    They are held until you run release, unless WATCH_HOLD_OVER is 0.

    With --notify: shows how many messages it would send, asks you to confirm, then sends each
    subscription one digest of reports it has not received.

    Example: inspection-watch backfill --region London --since 2018-01-01
    """
    request = _request(
        authorities=authority or [],
        regions=[word_of(value, Region, option="--region") for value in region or []],
        kinds=[word_of(value, Kind, option="--kind") for value in kind or []],
        since=None if since is None else parse_day(since, option="--since"),
        until=None if until is None else parse_day(until, option="--until"),
        reparse=reparse,
        notify=notify,
        dry_run=dry_run,
        yes=yes,
    )
    if request.is_unconfirmed and not sys.stdin.isatty():
        raise ConfigurationError(
            "--notify sends messages and there is no terminal to ask at; use --yes to send them, "
            "or --dry-run to count them"
        )
    with open_app(load_settings()) as app:
        plan = plan_backfill(app, request)
        out.print(plan.summary)
        if dry_run:
            return
        result = run_backfill(app, plan, on_outcome=print_outcome, confirm=lambda t: yes or _ask(t))
        out.print(result.summary)
        for note in result.notes:
            complain(f"Note: {note}")
        sent = deliver_due(app) if result.queued or result.held else None
    if sent:
        print_sent(sent)
    needs_review = result.needs_review or (sent is not None and sent.needs_review)
    raise typer.Exit(1 if needs_review else 0)


def _request(**values: object) -> BackfillRequest:
    try:
        return BackfillRequest.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


def _ask(tally: Tally) -> bool:
    """Ask whether to send. No answer (Ctrl-C or Ctrl-D) means no: all else has been done."""
    try:
        return typer.confirm(f"{tally.sentence()}. Send?", err=True)
    except typer.Abort:
        return False
