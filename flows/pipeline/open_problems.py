"""What stands open after a look at the site, for those who look after the watch."""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.operators.alerts import OpenConcerns, alert_operators
from flows.pipeline.app import App
from flows.pipeline.results import Found
from storage import watch_status
from storage.models import DeliveryState, PollKind
from storage.quarantine import is_quarantined

logger = logging.getLogger(__name__)

IN_QUARANTINE = "Not used until you run: confirm {file_id} authority COUNCIL."

_REPORT = "report:"
_SITE = "site:"
_TITLE = "title:"
_LOOK = "look:"
_HELD = "held:"
_ORIGINALS = "originals:"


def alert_after_poll(app: App, found: Found) -> int:
    """Tell the operators how things stand after a look; how many messages were queued.

    Only a full walk can tell that what a look could not make sense of is no longer so. A title met
    for the first time is told, and nothing can solve it.
    """
    judged = (
        *(_REPORT, _HELD, _LOOK, _ORIGINALS),
        *((_SITE,) if found.kind == PollKind.FULL else ()),
    )
    concerns = {
        f"{_TITLE if note in found.unknown_titles else _SITE}{_digest(note)}": note
        for note in found.notes
    }
    return _tell(app, concerns, judged=judged)


def alert_after_failed_poll(app: App, error: Exception) -> int:
    """Tell the operators of a look from which nothing can be concluded: once, until one succeeds.

    The kind of error is its name: the next failure of the same kind is the same concern.
    """
    concern = {f"{_LOOK}{type(error).__name__}": f"The site could not be looked at: {error}"}
    return _tell(app, concern, judged=())


def _tell(app: App, concerns: dict[str, str], *, judged: tuple[str, ...]) -> int:
    if not app.config.operators:
        return 0
    try:
        with app.database.write() as session:
            if _REPORT in judged:
                concerns = {
                    **_reports(session),
                    **_held(session),
                    **_originals(session),
                    **concerns,
                }
            deliveries = alert_operators(
                session,
                OpenConcerns(concerns=concerns, judged=judged),
                config=app.config,
                now=app.settings.instant(),
                real_now=datetime.now(UTC),
            )
            return len(deliveries)
    except IntegrityError:
        # Another process has told the same at the same moment; what is left, the next look tells.
        logger.info("the operators are being told by another process")
        return 0


def _reports(session: Session) -> dict[str, str]:
    """Every report that needs a person, and why."""
    standing: dict[str, str] = {}
    for report in watch_status.stuck_reports(session):
        why = [problem.message for problem in report.problems] or [report.reason or ""]
        if not why[0]:
            continue  # listed a moment ago and not tried yet
        published = f" ({report.published})" if report.published else ""
        if is_quarantined(problem.code for problem in report.problems):
            why.insert(1, IN_QUARANTINE.format(file_id=report.file_id))
        sentence = f"{report.authority.short}: {report.title}{published}: {' '.join(why)}"
        standing[f"{_REPORT}{report.file_id}"] = sentence
    return standing


def _held(session: Session) -> dict[str, str]:
    """Messages that wait for somebody to release or drop them."""
    counted = watch_status.counts(session)
    kinds = ("deliveries", "notifications")
    number = sum(counted[kind].get(DeliveryState.HELD, 0) for kind in kinds)
    sentence = (
        "Messages are held because a look found suspiciously much; inspection-watch release "
        "sends them, release --drop does not."
    )
    return {f"{_HELD}messages": sentence} if number else {}


def _originals(session: Session) -> dict[str, str]:
    """Reports that a machine could not read again, because another keeps their originals."""
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
