"""The open problems after a poll, for the operators."""

from __future__ import annotations

import hashlib
import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.operators.alerts import OpenProblems, alert_operators
from flows.pipeline.app import App
from flows.pipeline.results import Found
from storage import watch_status
from storage.models import DeliveryState, PollKind
from storage.uncertain_council import is_council_uncertain

logger = logging.getLogger(__name__)

COUNCIL_UNCERTAIN = "Not used until you run: confirm {file_id} authority COUNCIL."

_REPORT = "report:"
_SITE = "site:"
_TITLE = "title:"
_POLL = "poll:"
_HELD = "held:"
_ORIGINALS = "originals:"


def alert_after_poll(app: App, found: Found) -> int:
    """Alert the operators to the open problems after a poll. Returns the number of messages.

    Only a full poll shows that the site's pages are understood again. An unknown title is reported
    once and cannot be solved.
    """
    checked = (
        *(_REPORT, _HELD, _POLL, _ORIGINALS),
        *((_SITE,) if found.kind == PollKind.FULL else ()),
    )
    problems = {
        f"{_TITLE if note in found.unknown_titles else _SITE}{_digest(note)}": note
        for note in found.notes
    }
    return _alert(app, problems, checked=checked)


def alert_after_failed_poll(app: App, error: Exception) -> int:
    """Alert the operators to a failed poll, once until a poll succeeds.

    The class of the error is part of the key: the next failure of that class is the same problem.
    """
    problem = {f"{_POLL}{type(error).__name__}": f"The site could not be checked: {error}"}
    return _alert(app, problem, checked=())


def _alert(app: App, problems: dict[str, str], *, checked: tuple[str, ...]) -> int:
    if not app.config.operators:
        return 0
    try:
        with app.database.write() as session:
            if _REPORT in checked:
                stored = {**_reports(session), **_held(session), **_originals(session)}
                problems = {**stored, **problems}
            deliveries = alert_operators(
                session,
                OpenProblems(problems=problems, checked=checked),
                app.alert_run(),
            )
            return len(deliveries)
    except IntegrityError:
        # Another process alerted to the same at this moment. The next poll covers what is left.
        logger.info("another process is alerting the operators")
        return 0


def _reports(session: Session) -> dict[str, str]:
    """Return a sentence for each report that needs review, with the reason."""
    found: dict[str, str] = {}
    for report in watch_status.stuck_reports(session):
        why = [problem.message for problem in report.problems] or [report.reason or ""]
        published = f" ({report.published})" if report.published else ""
        if is_council_uncertain(problem.code for problem in report.problems):
            why.insert(1, COUNCIL_UNCERTAIN.format(file_id=report.file_id))
        sentence = f"{report.authority.short}: {report.title}{published}: {' '.join(why)}"
        found[f"{_REPORT}{report.file_id}"] = sentence
    return found


def _held(session: Session) -> dict[str, str]:
    """Return a sentence that messages are held, if any are."""
    counted = watch_status.counts(session)
    kinds = ("deliveries", "notifications")
    number = sum(counted[kind].get(DeliveryState.HELD, 0) for kind in kinds)
    sentence = (
        "Messages are held because a check found unusually many reports. Run inspection-watch "
        "release to send them, or release --drop to drop them."
    )
    return {f"{_HELD}messages": sentence} if number else {}


def _originals(session: Session) -> dict[str, str]:
    """Return a sentence about reports whose originals are on another machine, if there are any."""
    number = len(watch_status.without_original(session))
    if not number:
        return {}
    said = "1 report" if number == 1 else f"{number} reports"
    sentence = (
        f"{said} could not be read again: the originals are not kept on the machine that tried. "
        "Let all machines keep them in one place (WATCH_ORIGINALS)."
    )
    return {f"{_ORIGINALS}missing": sentence}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
