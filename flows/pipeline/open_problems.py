"""The open problems after a poll, for the operators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.operators.alerts import OpenProblems, alert_operators
from flows.pipeline.app import App
from flows.pipeline.results import FILTER, SITE, Found
from reports.wording import counted, uk_date
from scrapers.errors import SiteError
from storage import watch_status
from storage.models import DeliveryState, PollKind
from storage.uncertain_council import is_council_uncertain

logger = logging.getLogger(__name__)

COUNCIL_UNCERTAIN = "Not used until you run: confirm {file_id} authority COUNCIL."

_REPORT = "report:"
_POLL = "poll:"
_HELD = "held:"
_ORIGINALS = "originals:"
_WAITING = "waiting:"


def alert_after_poll(app: App, found: Found) -> int:
    """Alert the operators to the open problems after a poll. Returns the number of messages.

    Only a full poll shows that the site's pages are understood again, and only a quick poll that
    the site heeds the date to search from. An unknown title is reported once and cannot be
    resolved.
    """
    site = SITE if found.kind == PollKind.FULL else FILTER
    checked = (_REPORT, _HELD, _POLL, _ORIGINALS, _WAITING, site)
    problems = {note.key: note.sentence for note in found.notes}
    return _alert(app, problems, checked=checked)


def alert_about_held(app: App) -> int:
    """Tell the operators that messages are held, or no longer are. Returns the number of alerts."""
    return _alert(app, {}, checked=(_HELD,))


def alert_after_failed_poll(app: App, error: Exception) -> int:
    """Alert the operators to a failed poll, once until a poll succeeds.

    The class of the error is part of the key: the next failure of that class is the same problem.
    """
    said = str(error) or type(error).__name__
    sentence = f"A check stopped before its end: {said}"
    if isinstance(error, SiteError):
        sentence = f"The site could not be checked. {said}"
    return _alert(app, {f"{_POLL}{type(error).__name__}": sentence}, checked=())


def _alert(app: App, problems: dict[str, str], *, checked: tuple[str, ...]) -> int:
    """Alert the operators to `problems`, and to those of the kinds in `checked` that are stored."""
    if not app.config.operators:
        return 0
    stored: dict[str, Callable[[Session], dict[str, str]]] = {
        _REPORT: _reports,
        _HELD: _held,
        _ORIGINALS: _originals,
        _WAITING: partial(_waiting, now=app.settings.instant()),
    }
    try:
        with app.database.write() as session:
            for kind, sentences in stored.items():
                if kind in checked:
                    problems = {**sentences(session), **problems}
            deliveries = alert_operators(
                session,
                OpenProblems(problems=problems, checked=checked),
                app.alert_run(),
            )
            return len(deliveries)
    except IntegrityError:
        # Another process sent the same alert at this moment. The next poll covers what is left.
        logger.info("another process is alerting the operators")
        return 0


def _reports(session: Session) -> dict[str, str]:
    """Return a sentence for each report that needs review, with the reason."""
    found: dict[str, str] = {}
    for report in watch_status.stuck_reports(session):
        why = [problem.message for problem in report.problems]
        about_council = [is_council_uncertain([problem.code]) for problem in report.problems]
        if any(about_council):
            after = about_council.index(True) + 1
            why.insert(after, COUNCIL_UNCERTAIN.format(file_id=report.file_id))
        if report.reason:
            why.append(report.reason)
        published = f" ({uk_date(report.published)})" if report.published else ""
        sentence = f"{report.authority.short}: {report.title}{published}: {' '.join(why)}"
        found[f"{_REPORT}{report.file_id}"] = sentence
    return found


def _held(session: Session) -> dict[str, str]:
    """Return a sentence that says that messages are held, if any are."""
    counts = watch_status.counts(session)
    kinds = ("deliveries", "notifications")
    number = sum(counts[kind].get(DeliveryState.HELD, 0) for kind in kinds)
    sentence = (
        "Messages are held, because a check found unusually many reports or changes, or because "
        "reports say something else now that they were read again. Run inspection-watch release to "
        "send them, or release --drop to drop them."
    )
    return {f"{_HELD}messages": sentence} if number else {}


def _originals(session: Session) -> dict[str, str]:
    """Return a sentence about reports whose originals are on another machine, if there are any."""
    number = len(watch_status.without_original(session))
    if not number:
        return {}
    sentence = (
        f"{counted(number, 'report')} could not be read again: the originals are not kept on the "
        "machine that tried. Let all machines keep them in one place (WATCH_ORIGINALS)."
    )
    return {f"{_ORIGINALS}missing": sentence}


def _waiting(session: Session, *, now: datetime) -> dict[str, str]:
    """Return a sentence about reports that have waited too long to be read, if there are any."""
    number = watch_status.overdue_reports(session, now=now)
    return {f"{_WAITING}reports": waited_too_long(number)} if number else {}


def waited_too_long(number: int) -> str:
    """Return the sentence about reports that have waited too long, as operators see it."""
    return (
        f"{counted(number, 'report has', 'reports have')} waited for more than a day to be read. "
        "Run inspection-watch poll to see why."
    )
