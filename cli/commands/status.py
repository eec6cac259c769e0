"""The command `status`: whether Inspection Watch itself works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import typer

from alerts.outbox.removed_subscriptions import WaitingFor
from cli.arguments import AsJson
from cli.called_as import command_for
from cli.output import out, print_json
from cli.views.stored_counts import count_lines
from cli.words import date_words, minute_words
from flows.pipeline.app import open_app
from flows.pipeline.open_problems import waited_too_long
from flows.pipeline.watch_state import WatchState, health, needs_review, watch_state
from flows.settings import home, load_settings
from reports.errors import ConfigurationError
from reports.london import LONDON
from reports.wording import counted, uk_time
from storage.models import DeliveryState, PollOutcome, ReportState

SHOWN_AT_MOST = 20

_OUTCOMES = {PollOutcome.GOOD.value: "successful", PollOutcome.PROBLEMS.value: "needs review"}
"""Other words for people: "good" would read like a grade, and "problems" like those of reports."""


def status(
    as_json: AsJson = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="One line for monitoring; exits 0 OK, 1 warning, 2 critical, 3 unknown.",
        ),
    ] = False,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="Print metrics in the text format of Prometheus.")
    ] = False,
) -> None:
    """Show the last checks, what is stored, what needs review, and whether the site can be read.

    Example: inspection-watch status --json
    """
    if metrics and (check or as_json):
        raise ConfigurationError("--metrics cannot be combined with --check or --json")
    if check:
        raise typer.Exit(_print_check(as_json=as_json))
    if metrics:
        _print_metrics()
        return
    data = _state()
    if as_json:
        print_json(data)
    else:
        _print(data)
    raise typer.Exit(1 if needs_review(data) else 0)


def _state() -> WatchState:
    with open_app(load_settings()) as app, app.database.read() as session:
        return watch_state(app, session)


def _print_check(*, as_json: bool) -> int:
    """Print one line as monitoring plugins do, and return the exit code of their convention."""
    found = health(lambda: open_app(load_settings()))
    if as_json:
        print_json(found.as_json())
    else:
        out.print(f"{found.level.name} - {found.sentence}")
    return found.level.value


def _print_metrics() -> None:
    # Imported here: only monitoring needs it.
    from flows.pipeline.metrics import metrics_of

    with open_app(load_settings()) as app:
        out.file.write(metrics_of(app).decode())


def _print(data: WatchState) -> None:
    """Print what `watch_state` has gathered: the checks, the counts, then what needs attention."""
    _print_checks(data)
    with_problems = sum(row["state"] == ReportState.READ for row in data["stuck"])
    for line in count_lines(data["stored"], with_problems=with_problems):
        out.print(line)
    if waiting := data["waiting"]:
        out.print(f"{counted(waiting, 'report waits', 'reports wait')} to be read.")
    for warning in (
        *_message_warnings(data),
        *_report_warnings(data),
        *map(_stuck_line, data["stuck"][:SHOWN_AT_MOST]),
    ):
        out.print(f"  ! {warning}")
    if len(data["stuck"]) > SHOWN_AT_MOST:
        out.print(f"  … and {len(data['stuck']) - SHOWN_AT_MOST} more; --json lists all")


def _print_checks(data: WatchState) -> None:
    """Print when the site was last checked, the last polls, and what they noted about the site."""
    if data["last_successful_poll"] is None:
        out.print(
            f"No successful check yet: run {command_for(home())} poll."
            if data["source_unavailable"]
            else "The first check of the site is running."
        )
    else:
        last = datetime.fromisoformat(data["last_successful_poll"])
        out.print(f"Last successful check: {uk_time(last)}")
        if data["source_unavailable"]:
            out.print("No successful check for over 3 weekdays.", style="bold red")
    for poll in data["polls"]:
        out.print(
            f"  {minute_words(datetime.fromisoformat(poll['started_at']))}  {poll['kind']:8} "
            f"{_OUTCOMES.get(poll['outcome'], poll['outcome']):12}  "
            f"{counted(poll['requests'], 'request')}, {counted(poll['new_reports'], 'new report')}"
            + (f" – {poll['error']}" if poll["error"] else "")
        )
    for note in data["notes"][:SHOWN_AT_MOST]:
        out.print(f"  ! {note}")
    if len(data["notes"]) > SHOWN_AT_MOST:
        out.print(f"  … and {len(data['notes']) - SHOWN_AT_MOST} more; --json lists all")


def _message_warnings(data: WatchState) -> Iterator[str]:
    """Yield what delays messages, or keeps them from being sent."""
    command = command_for(home())
    if overdue := data["overdue"]:
        yield waited_too_long(overdue)
    if failed := data["failed_lately"]:
        yield (
            f"{counted(failed, 'message')} failed in the last 7 days: run {command} "
            "deliveries --state failed"
        )
    if held := data["stored"]["deliveries"].get(DeliveryState.HELD.value):
        yield f"{counted(held, 'message is', 'messages are')} held: run {command} release"
    if reports := data["held_reports"]:
        yield (
            f"{counted(reports, 'report is', 'reports are')} held and not yet in a "
            f"message: run {command} release"
        )
    for waiting in data["without_subscription"]:
        yield WaitingFor(**waiting).sentence
    if missing := data["subscriptions_missing"]:
        yield missing
    yield from data["renamed"]
    yield from data["closed"]


def _report_warnings(data: WatchState) -> Iterator[str]:
    """Yield which councils' reports are missing, and how many could not be read again."""
    for page in data["not_filled"]:
        yield (
            f"{page['authority']}: not filled in yet, because its page has not opened since "
            f"{_in_london(page['since']):%-d %B %Y}: {page['error']}"
        )
    if missing := len(data["originals_missing"]):
        yield (
            f"{counted(missing, 'report')} could not be read again, because "
            "the original is not kept on the machine that tried: see WATCH_ORIGINALS"
        )


def _stuck_line(row: dict[str, Any]) -> str:
    """Return the line about a report that was not read or needs review, with the reason."""
    why = row["reason"] or "; ".join(problem["message"] for problem in row["problems"])
    day = row["published"]
    published = date_words(date.fromisoformat(day)) if day else "no date"
    return f"{row['authority']}: {row['title']} ({published}): {why}"


def _in_london(instant: str) -> datetime:
    """Return an instant in London time."""
    return datetime.fromisoformat(instant).astimezone(LONDON)
