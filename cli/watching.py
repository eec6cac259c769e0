"""Commands that look at the site and send: `poll`, `backfill`, `deliver`, `release`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from alerts.backfill_digest import Tally
from alerts.entries import drop_left_behind, held_reports
from alerts.outbox import SendSummary, try_again
from alerts.outbox import release as release_held
from cli.looking import parse_day
from cli.output import complain, err, out, print_json, uk_date
from flows.pipeline.app import open_app
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest, Region
from flows.pipeline.deliver import deliver as deliver_due
from flows.pipeline.poll import poll as look
from flows.pipeline.results import ReportOutcome
from flows.settings import load_settings
from reports.errors import ConfigurationError
from reports.model import Kind

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def poll(
    full: Annotated[
        bool, typer.Option("--full", help="Walk every authority's page, not only what moved.")
    ] = False,
) -> None:
    """One look at the site now: find, read, store, detect, queue and send what is due."""
    with open_app(load_settings()) as app:
        result = look(app, full=full, on_outcome=_tell)
    out.print(result.summary)
    for note in result.found.notes:
        complain(f"Note: {note}")
    if result.sent:
        _tell_sent(result.sent)
    raise typer.Exit(1 if result.needs_person else 0)


def backfill(
    authority: Annotated[
        list[str] | None, typer.Option("--authority", help="Only this authority; repeatable.")
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
        bool, typer.Option("--reparse", help="Read the kept originals again.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell subscribers; says first how many messages.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --notify: send without asking.")] = False,
) -> None:
    """Fill or repair history; silent unless --notify.

    With --notify it says how many messages there are, asks, and sends each subscription one digest
    of what it was not told of before.
    """
    request = _request(
        authorities=authority or [],
        regions=[word_of(value, Region, option="--region") for value in region or []],
        kinds=[word_of(value, Kind, option="--kind") for value in kind or []],
        since=parse_day(since, option="--since") if since else None,
        until=parse_day(until, option="--until") if until else None,
        reparse=reparse,
        notify=notify,
        dry_run=dry_run,
        yes=yes,
    )
    if request.is_unconfirmed and not sys.stdin.isatty():
        raise ConfigurationError(
            "--notify sends messages and there is no terminal to ask at; say --yes to send them, "
            "or --dry-run to count them"
        )
    with open_app(load_settings()) as app:
        plan = plan_backfill(app, request)
        out.print(plan.summary)
        if dry_run:
            return
        result = run_backfill(app, plan, on_outcome=_tell, confirm=lambda t: yes or _ask(t))
        out.print(result.summary)
        sent = deliver_due(app) if result.queued else None
    if sent:
        _tell_sent(sent)
    needs_person = result.needs_person or (sent is not None and sent.needs_person)
    raise typer.Exit(1 if needs_person else 0)


def deliver(
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Also failed messages of the last 14 days, after their reason was put right. Not "
            "those that may have arrived.",
        ),
    ] = False,
    doubtful: Annotated[
        bool,
        typer.Option(
            "--doubtful",
            help="Also messages of the last 14 days that may have arrived: their recipients may "
            "get them twice.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due now."""
    with open_app(load_settings()) as app:
        with app.database.write() as session:
            now = datetime.now(UTC)
            if again:
                try_again(session, now=now)
            count = try_again(session, now=now, may_have_arrived=True) if doubtful else 0
        if count:
            complain(
                f"Sending again what may have arrived already, so recipients may get it twice: "
                f"{count} message{'' if count == 1 else 's'}."
            )
        sent = deliver_due(app)
    if as_json:
        print_json(asdict(sent))
    else:
        _tell_sent(sent)
    raise typer.Exit(1 if sent.needs_person else 0)


def release(
    drop: Annotated[
        bool, typer.Option("--drop", help="Do not send them; they are marked as muted.")
    ] = False,
) -> None:
    """Send, or drop, messages that were held because a poll found suspiciously much.

    With --drop also what waits for subscriptions that are not in watch.yaml any more.
    """
    with open_app(load_settings()) as app:
        names = [one.name for one in app.config.subscriptions]
        with app.database.write() as session:
            gone = drop_left_behind(session, names) if drop else 0
            reports = held_reports(session) + gone
            count = release_held(session, drop=drop, now=datetime.now(UTC))
        said = f"{count} held message{'' if count == 1 else 's'}"
        if reports:
            said += f" and {reports} report{'' if reports == 1 else 's'} that no message has yet"
        out.print(f"{said} {'dropped' if drop else 'released'}.")
        if drop:
            return
        sent = deliver_due(app)
    _tell_sent(sent)
    raise typer.Exit(1 if sent.needs_person else 0)


def _request(**values: object) -> BackfillRequest:
    try:
        return BackfillRequest.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error


Word = TypeVar("Word", bound=StrEnum)


def word_of(text: str, vocabulary: type[Word], *, option: str) -> Word:
    """A word of a closed vocabulary, in any case. Raises ConfigurationError with the nearest."""
    by_name = {str(word).casefold(): word for word in vocabulary}
    found = by_name.get(text.casefold())
    if found is None:
        near = get_close_matches(text.casefold(), by_name, n=1, cutoff=0.5)
        hint = (
            f"did you mean {str(by_name[near[0]])!r}?"
            if near
            else f"known are {', '.join(vocabulary)}"
        )
        raise ConfigurationError(f"{option} does not know {text!r}; {hint}")
    return found


def _ask(tally: Tally) -> bool:
    return typer.confirm(f"{tally.sentence}. Send?", err=True)


def _tell(outcome: ReportOutcome) -> None:
    line = f"{outcome.authority}: {outcome.title}, {uk_date(outcome.published)}: {outcome.state}"
    err.print(line)
    for problem in outcome.problems:
        err.print(f"  ! {problem}")
    for event in outcome.events:
        err.print(f"  → {event}")


def _tell_sent(sent: SendSummary) -> None:
    out.print(sent.summary)
