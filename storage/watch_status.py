"""The state of the watch: its last looks, how much is stored, what is stuck. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from storage.models import Authority, Delivery, Event, Notification, Poll, Report, ReportState


def last_polls(session: Session, *, count: int) -> Sequence[Poll]:
    """Return the latest polls, newest first, whatever the clock said when they began."""
    return session.scalars(select(Poll).order_by(Poll.id.desc()).limit(count)).all()


def counts(session: Session) -> dict[str, dict[str, int]]:
    """How much is stored, by kind of thing and state."""
    return {
        "authorities": {
            "in_register": _count(session, select(func.count(Authority.id))),
            "watched": _count(
                session,
                select(func.count(Authority.id)).where(Authority.last_opened_at.is_not(None)),
            ),
        },
        "reports": _by(session, select(Report.state, func.count()).group_by(Report.state)),
        "events": _by(session, select(Event.type, func.count()).group_by(Event.type)),
        "deliveries": _by(session, select(Delivery.state, func.count()).group_by(Delivery.state)),
        # What digests will tell (due), wait to be allowed to tell (held), or have told (sent).
        "notifications": _by(
            session, select(Notification.state, func.count()).group_by(Notification.state)
        ),
    }


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def _by(session: Session, query: Any) -> dict[str, int]:
    return {str(key): number for key, number in session.execute(query)}


def _waits() -> ColumnElement[bool]:
    """Whether a report's first turn is still to come, as for most during the first fill."""
    is_open = Report.state.in_((ReportState.LISTED, ReportState.FETCHED))
    return and_(is_open, Report.tries == 0)


def waiting_reports(session: Session) -> int:
    """Return how many reports are listed and wait for their first turn to be read."""
    return _count(session, select(func.count(Report.id)).where(_waits()))


def stuck_reports(session: Session) -> Sequence[Report]:
    """Reports that could not be read or were read with problems, newest first.

    What only waits for its turn is not among them (`waiting_reports`).
    """
    unread = Report.state.in_((ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED))
    return session.scalars(
        select(Report)
        .where(or_(and_(unread, ~_waits()), _gone_or_doubtful()))
        .order_by(Report.published.desc(), Report.id.desc())
        .options(joinedload(Report.authority), selectinload(Report.problems))
    ).all()


def _gone_or_doubtful() -> ColumnElement[bool]:
    # Old links to documents that are gone are known on the real site; new ones are not.
    gone = and_(Report.state == ReportState.MISSING, ~Report.silent)
    return or_(gone, Report.problems.any())


def without_original(session: Session) -> Sequence[Report]:
    """Reports that were to be read again, and whose original was not found, oldest first."""
    return session.scalars(
        select(Report)
        .where(Report.original_missed_at.is_not(None))
        .order_by(Report.published, Report.id)
        .options(joinedload(Report.authority))
    ).all()
