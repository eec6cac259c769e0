"""The command `status`: how the watch itself is doing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from alerts.operators.source_unavailable import is_source_unavailable
from alerts.outbox.notifications import (
    held_reports,
    without_subscription,
    without_subscription_words,
)
from alerts.outbox.owner import is_gone
from cli.output import out, print_json
from cli.words import in_words
from flows.pipeline.app import open_app
from flows.settings import load_settings
from reports.errors import InspectionWatchError
from reports.london import LONDON
from reports.wording import counted
from storage import listings, unopened_pages, watch_status
from storage.models import Poll, PollOutcome, Report, UnopenedPage

SHOWN_STUCK = 20


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="One line for monitoring; exits 0 OK, 1 warning, 2 critical, 3 unknown.",
        ),
    ] = False,
) -> None:
    """Last polls, what is stored, what is stuck, whether the site can be read.

    Example: inspection-watch status --json
    """
    if check:
        raise typer.Exit(_print_check())
    data = _state()
    if as_json:
        print_json(data)
    else:
        _print(data)
    raise typer.Exit(1 if _needs_review(data) else 0)


def _state() -> dict[str, Any]:
    settings = load_settings()
    with open_app(settings) as app, app.database.read() as session:
        last = listings.last_complete_poll(session, now=settings.instant())
        data: dict[str, Any] = {
            "last_successful_poll": last.isoformat() if last else None,
            "source_unavailable": is_source_unavailable(last, now=settings.instant()),
            "polls": [_poll_as_json(poll) for poll in watch_status.last_polls(session, count=5)],
            "stored": watch_status.counts(session),
            "not_filled": [_page_as_json(page) for page in unopened_pages.unopened_since(session)],
            "held_reports": held_reports(session),
            "without_subscription": [
                {"subscription": name, "reports": reports}
                for name, reports in without_subscription(
                    session, [one.name for one in app.config.subscriptions]
                ).items()
            ],
            "originals_missing": [
                _missing_as_json(report) for report in watch_status.without_original(session)
            ],
            "stuck": [_stuck_as_json(report) for report in watch_status.stuck_reports(session)],
        }
    return data


def _print_check() -> int:
    """Print one line as monitoring plugins do, and return the exit code of their convention."""
    try:
        data = _state()
    except InspectionWatchError as error:
        out.print(f"UNKNOWN - {error}")
        return 3
    if data["source_unavailable"]:
        out.print("CRITICAL - no successful check of the site for over 3 working days")
        return 2
    if _needs_review(data):
        out.print("WARNING - something needs review: run inspection-watch status")
        return 1
    out.print(f"OK - last successful check {data['last_successful_poll']}")
    return 0


def _needs_review(data: dict[str, Any]) -> bool:
    deliveries = data["stored"]["deliveries"]
    reports = (
        "source_unavailable",
        "not_filled",
        "stuck",
        "held_reports",
        "without_subscription",
        "originals_missing",
    )
    return any(deliveries.get(state) for state in ("held", "given_up")) or any(
        data[thing] for thing in reports
    )


def _poll_as_json(poll: Poll) -> dict[str, Any]:
    # A killed process cannot say that its poll has ended.
    is_cut_off = poll.outcome == PollOutcome.RUNNING and is_gone(poll.owner)
    return {
        "id": poll.id,
        "kind": poll.kind,
        "started_at": poll.started_at.isoformat(),
        "finished_at": poll.finished_at.isoformat() if poll.finished_at else None,
        "outcome": PollOutcome.FAILED if is_cut_off else poll.outcome,
        "requests": poll.requests,
        "authorities_listed": poll.authorities_listed,
        "authorities_opened": poll.authorities_opened,
        "new_reports": poll.new_reports,
        "held": poll.held,
        "notes": poll.notes,
        "error": listings.CUT_OFF if is_cut_off else poll.error,
    }


def _page_as_json(page: UnopenedPage) -> dict[str, Any]:
    return {
        "authority": page.authority.short,
        "since": page.since.isoformat(),
        "tried_at": page.tried_at.isoformat(),
        "error": page.error,
    }


def _missing_as_json(report: Report) -> dict[str, Any]:
    assert report.original_missed_at is not None, "chosen by it"
    return {
        "file_id": report.file_id,
        "authority": report.authority.short,
        "title": report.title,
        "since": report.original_missed_at.isoformat(),
    }


def _stuck_as_json(report: Report) -> dict[str, Any]:
    return {
        "authority": report.authority.short,
        "title": report.title,
        "published": report.published.isoformat() if report.published else None,
        "url": report.url,
        "state": report.state,
        "reason": report.reason,
        "problems": [
            {"code": problem.code, "message": problem.message} for problem in report.problems
        ],
    }


def _print(data: dict[str, Any]) -> None:
    if data["last_successful_poll"] is None:
        out.print("No successful check yet: run inspection-watch poll.")
    else:
        last = _in_london(data["last_successful_poll"])
        out.print(f"Last successful check: {last:%A} {last.day} {last:%B %Y, %H:%M}")
        if data["source_unavailable"]:
            out.print("No successful check for over 3 working days.", style="bold red")
    for poll in data["polls"]:
        out.print(
            f"  {_in_london(poll['started_at']):%d %b %Y, %H:%M}  {poll['kind']:8} "
            f"{poll['outcome']:9} "
            f"{poll['requests']} requests, {poll['new_reports']} new reports"
            + (f" – {poll['error']}" if poll["error"] else "")
        )
    if data["polls"]:
        for note in data["polls"][0]["notes"][:SHOWN_STUCK]:
            out.print(f"  ! {note}")
    for thing, by in data["stored"].items():
        listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in by.items())
        out.print(f"{in_words(thing)}: {listed or 'none'}")
    if held := data["held_reports"]:
        out.print(
            f"  ! {counted(held, 'report is', 'reports are')} held for a person, and in no "
            "message yet: inspection-watch release"
        )
    for gone in data["without_subscription"]:
        out.print(f"  ! {without_subscription_words(gone['subscription'], gone['reports'])}")
    for page in data["not_filled"]:
        out.print(
            f"  ! {page['authority']}: not filled in yet, because its page has not opened since "
            f"{page['since'][:10]}: {page['error']}"
        )
    if missing := len(data["originals_missing"]):
        out.print(
            f"  ! {missing} report{'' if missing == 1 else 's'} could not be read again, because "
            "the original is not kept on the machine that tried: see WATCH_ORIGINALS"
        )
    for row in data["stuck"][:SHOWN_STUCK]:
        why = row["reason"] or "; ".join(problem["message"] for problem in row["problems"])
        out.print(f"  ! {row['authority']}: {row['title']} ({row['published']}): {why}")
    if len(data["stuck"]) > SHOWN_STUCK:
        out.print(f"  … and {len(data['stuck']) - SHOWN_STUCK} more; --json lists all")


def _in_london(instant: str) -> datetime:
    """An instant as clocks show it where the reports come out."""
    return datetime.fromisoformat(instant).astimezone(LONDON)
