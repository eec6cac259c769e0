"""The state of Inspection Watch itself, for `status` and for monitoring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypedDict

from sqlalchemy.orm import Session

from alerts.operators.weekday_time import is_source_unavailable
from alerts.outbox.notifications import held_reports
from alerts.outbox.removed_subscriptions import waiting_for_removed
from flows.pipeline.app import App
from flows.pipeline.subscriptions import missing_subscriptions
from reports.errors import InspectionWatchError
from reports.wording import iso, uk_time
from storage import unopened_pages, watch_status
from storage.models import DeliveryState, Poll, PollOutcome, Report, UnopenedPage
from storage.poll_owner import is_gone
from storage.polls import CUT_OFF, last_complete_poll

LAST_POLLS = 5


class HealthLevel(Enum):
    """Whether Inspection Watch works, with the exit codes of monitoring plugins."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True)
class Health:
    """A level, the sentence that explains it, and when the site was last checked (ISO format)."""

    level: HealthLevel
    sentence: str
    last_successful_poll: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return the health as `/health` and `status --check --json` give it."""
        return {
            "state": self.level.name.lower(),
            "message": self.sentence,
            "last_successful_poll": self.last_successful_poll,
        }


class WatchState(TypedDict):
    """The state of the watch, as `status --json` prints it. Times are in ISO format, in UTC."""

    last_successful_poll: str | None
    source_unavailable: bool
    polls: list[dict[str, Any]]
    """The last polls, the newest first."""
    notes: list[str]
    """What polls have noted about the site since the last full poll."""
    waiting: int
    """Reports that wait to be read; `overdue` of them for more than a day."""
    overdue: int
    stored: dict[str, dict[str, int]]
    """The numbers of stored rows, by kind and then by state or type."""
    failed_lately: int
    not_filled: list[dict[str, Any]]
    """Councils whose page has never been opened, so that their history is not stored."""
    held_reports: int
    without_subscription: list[dict[str, Any]]
    """What waits to be sent for subscriptions that `watch.yaml` no longer has."""
    renamed: list[str]
    """Sentences about subscribers and unsubscriptions whose names `watch.yaml` no longer has."""
    closed: list[str]
    """Sentences about subscriptions to a council that no longer exists."""
    subscriptions_missing: str
    """Why there are no subscriptions; empty where there are some."""
    originals_missing: list[dict[str, Any]]
    stuck: list[dict[str, Any]]
    """Reports that were not read, or need review."""


def health(open_watch: Callable[[], AbstractContextManager[App]]) -> Health:
    """Return whether Inspection Watch works: unknown if the settings or database cannot be read."""
    try:
        with open_watch() as app, app.database.read() as session:
            data = watch_state(app, session)
    except InspectionWatchError as error:
        return Health(HealthLevel.UNKNOWN, str(error))
    return health_of(data)


def health_of(data: WatchState) -> Health:
    """Return the health of an Inspection Watch in the state that `watch_state` returned."""
    last = data["last_successful_poll"]
    if data["source_unavailable"]:
        since = "for over 3 weekdays" if last else "yet"
        sentence = f"no successful check of the site {since}"
        return Health(HealthLevel.CRITICAL, sentence, last)
    if missing := data["subscriptions_missing"]:
        return Health(HealthLevel.CRITICAL, missing, last)
    if needs_review(data):
        sentence = "something needs review: run inspection-watch status"
        return Health(HealthLevel.WARNING, sentence, last)
    if not last:
        return Health(HealthLevel.OK, "the first check of the site is running")
    last_check = f"last successful check {uk_time(datetime.fromisoformat(last))}"
    return Health(HealthLevel.OK, last_check, last)


def needs_review(data: WatchState) -> bool:
    """Return whether something in this state needs an operator."""
    held = data["stored"]["deliveries"].get(DeliveryState.HELD.value)
    return bool(held) or any(
        (
            data["source_unavailable"],
            data["notes"],
            data["not_filled"],
            data["stuck"],
            data["held_reports"],
            data["without_subscription"],
            data["subscriptions_missing"],
            data["originals_missing"],
            data["overdue"],
            data["failed_lately"],
        )
    )


def watch_state(app: App, session: Session) -> WatchState:
    """Return the last polls, what is stored and what needs review, as `status --json` prints it."""
    now = app.settings.instant()
    last = last_complete_poll(session, now=now)
    polls = watch_status.last_polls(session, count=LAST_POLLS)
    return {
        "last_successful_poll": iso(last),
        "source_unavailable": is_unavailable_now(last, polls, now=now),
        "polls": [_poll_as_json(poll) for poll in polls],
        "notes": watch_status.site_notes(session),
        "waiting": watch_status.waiting_reports(session),
        "overdue": watch_status.overdue_reports(session, now=now),
        "stored": watch_status.counts(session),
        "failed_lately": watch_status.failed_lately(session, now=datetime.now(UTC)),
        "not_filled": [
            _page_as_json(page)
            for page in unopened_pages.waiting_pages(session, now=now)
            if page.authority.first_opened_at is None
        ],
        "held_reports": held_reports(session),
        "without_subscription": [
            asdict(waiting)
            for waiting in waiting_for_removed(
                session,
                [subscription.name for subscription in app.config.subscriptions],
                read_at=app.config_read_at,
            )
        ],
        "renamed": list(app.config.renamed.values()),
        "closed": list(app.config.closed.values()),
        "subscriptions_missing": missing_subscriptions(app, session),
        "originals_missing": [
            _missing_as_json(report) for report in watch_status.without_original(session)
        ],
        "stuck": [_stuck_as_json(report) for report in watch_status.stuck_reports(session)],
    }


def is_unavailable_now(last: datetime | None, polls: Sequence[Poll], *, now: datetime) -> bool:
    """Return whether the last successful check is too long ago, or there was none.

    `polls` are the latest polls, the newest first. While the first one runs, it is not known
    whether the site can be read, so it does not count as unavailable. Only the newest can say so:
    a poll that was killed in a container, or on another machine, counts as running for hours.
    """
    if last is None and any(_outcome(poll) == PollOutcome.RUNNING for poll in polls[:1]):
        return False
    return is_source_unavailable(last, now=now)


def _outcome(poll: Poll) -> PollOutcome:
    return outcome_now(poll.outcome, poll.owner)


def outcome_now(outcome: PollOutcome, owner: str | None) -> PollOutcome:
    """Return the outcome of a poll: failed where its process was killed before it stored one."""
    is_cut_off = outcome == PollOutcome.RUNNING and is_gone(owner)
    return PollOutcome.FAILED if is_cut_off else outcome


def _poll_as_json(poll: Poll) -> dict[str, Any]:
    outcome = _outcome(poll)
    return {
        "id": poll.id,
        "kind": poll.kind,
        "started_at": poll.started_at.isoformat(),
        "finished_at": iso(poll.finished_at),
        "outcome": outcome,
        "requests": poll.requests,
        "authorities_listed": poll.authorities_listed,
        "authorities_opened": poll.authorities_opened,
        "new_reports": poll.new_reports,
        "held": poll.held,
        "notes": poll.notes,
        "error": poll.error if outcome == poll.outcome else CUT_OFF,
    }


def _page_as_json(page: UnopenedPage) -> dict[str, Any]:
    return {
        "authority": page.authority.short,
        "since": page.since.isoformat(),
        "tried_at": page.tried_at.isoformat(),
        "error": page.error,
    }


def _missing_as_json(report: Report) -> dict[str, Any]:
    assert report.original_missed_at is not None, "the query selects by it"
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
        "published": iso(report.published),
        "url": report.url,
        "state": report.state,
        "reason": report.reason,
        "problems": [
            {"code": problem.code, "message": problem.message} for problem in report.problems
        ],
    }
