"""The state of Inspection Watch: the last polls, how much is stored, what is stuck. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from storage.models import (
    Authority,
    Delivery,
    DeliveryState,
    Event,
    Notification,
    Poll,
    PollKind,
    PollOutcome,
    Report,
    ReportState,
)
from storage.polls import SUCCESSFUL

OVERDUE_AFTER = timedelta(days=1)
"""A report that has not been tried this long after it was first listed needs review."""

FAILED_LATELY = timedelta(days=7)
"""How long a failed message needs review. Operators got an alert when it failed."""


def last_polls(session: Session, *, count: int) -> Sequence[Poll]:
    """Return the latest polls, newest first, whatever the clock said when they began."""
    return session.scalars(select(Poll).order_by(Poll.id.desc()).limit(count)).all()


def site_notes(session: Session) -> list[str]:
    """Return what polls have noted about the site since the last successful full poll, that poll
    included. Only a full poll shows that pages can be read again.
    """
    full = select(func.max(Poll.id)).where(Poll.kind == PollKind.FULL, Poll.outcome.in_(SUCCESSFUL))
    noted = session.scalars(
        select(Poll.notes)
        .where(Poll.id >= func.coalesce(full.scalar_subquery(), 0))
        .order_by(Poll.id)
    )
    return list(dict.fromkeys(note for notes in noted for note in notes))


def counts(session: Session) -> dict[str, dict[str, int]]:
    """Return the number of authorities, reports, events, deliveries and notifications, each by
    state or type.
    """
    return {
        "authorities": {
            "in_register": _count(session, select(func.count(Authority.id))),
            "today": _count(
                session, select(func.count(Authority.id)).where(Authority.valid_to.is_(None))
            ),
            "watched": _count(
                session,
                select(func.count(Authority.id)).where(Authority.last_opened_at.is_not(None)),
            ),
        },
        "reports": _by(session, select(Report.state, func.count()).group_by(Report.state)),
        "events": _by(session, select(Event.type, func.count()).group_by(Event.type)),
        "deliveries": _by(session, select(Delivery.state, func.count()).group_by(Delivery.state)),
        # Due: in no message yet. Held: waiting for an operator. Sent: in a message.
        "notifications": _by(
            session, select(Notification.state, func.count()).group_by(Notification.state)
        ),
    }


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def _by(session: Session, query: Any) -> dict[str, int]:
    return {str(key): number for key, number in session.execute(query)}


def stuck_reports(session: Session) -> Sequence[Report]:
    """Return the reports that could not be read or were read with problems, and those whose new
    file on the site cannot be read, newest first.

    Withdrawn reports are not among them: they cannot be fetched again, and no message depends on
    them. Those that have not been tried yet are not among them either (`waiting_reports`).
    """
    return session.scalars(
        select(Report)
        .where(_is_stuck())
        .order_by(Report.published.desc().nulls_last(), Report.id.desc())
        .options(joinedload(Report.authority), selectinload(Report.problems))
    ).all()


def stuck_count(session: Session) -> int:
    """Return the number of reports that `stuck_reports` returns."""
    return _count(session, select(func.count(Report.id)).where(_is_stuck()))


def _is_stuck() -> ColumnElement[bool]:
    unread = Report.state.in_((ReportState.LISTED, ReportState.FETCHED, ReportState.FAILED))
    # Ofsted's site has old links to documents that are gone; a new link like that needs review.
    gone = and_(Report.state == ReportState.MISSING, ~Report.silent)
    replaced = and_(Report.state == ReportState.READ, Report.reason.is_not(None))
    needs_review = or_(and_(unread, ~_waits()), gone, replaced, Report.problems.any())
    return and_(Report.withdrawn_at.is_(None), needs_review)


def waiting_reports(session: Session) -> int:
    """Return the number of reports that are listed and have not been tried yet."""
    return _count(session, select(func.count(Report.id)).where(_waits()))


def overdue_reports(session: Session, *, now: datetime) -> int:
    """Return the number of reports that have waited longer than any poll takes."""
    listed_before = Report.first_seen_at < now - OVERDUE_AFTER
    return _count(session, select(func.count(Report.id)).where(_waits(), listed_before))


def _waits() -> ColumnElement[bool]:
    """Return, for a query, whether a report has not been tried yet, as during the first poll."""
    is_open = Report.state.in_((ReportState.LISTED, ReportState.FETCHED))
    return and_(is_open, Report.tries == 0)


def polls_by_outcome(session: Session) -> Sequence[tuple[PollKind, PollOutcome, str | None, int]]:
    """Return the number of polls by kind, outcome and owner (None once it has ended)."""
    running = Poll.outcome == PollOutcome.RUNNING
    owner = case((running, Poll.owner), else_=None)
    query = select(Poll.kind, Poll.outcome, owner, func.count()).group_by(
        Poll.kind, Poll.outcome, owner
    )
    return [(kind, outcome, by, count) for kind, outcome, by, count in session.execute(query)]


def last_durations(session: Session) -> dict[str, float]:
    """Return the duration in seconds of the last poll of each kind that has ended."""
    last = select(func.max(Poll.id)).where(Poll.finished_at.is_not(None)).group_by(Poll.kind)
    return {
        poll.kind: (poll.finished_at - poll.started_at).total_seconds()
        for poll in session.scalars(select(Poll).where(Poll.id.in_(last)))
        if poll.finished_at is not None
    }


def oldest_due_delivery(session: Session) -> datetime | None:
    """Return when the oldest delivery that is due was made; None where none is due."""
    due = select(func.min(Delivery.created_at)).where(Delivery.state == DeliveryState.DUE)
    return session.scalar(due)


def failed_lately(session: Session, *, now: datetime) -> int:
    """Return the number of messages that failed in the last seven days. `now` is real time."""
    failed_at = Delivery.next_attempt_at
    query = select(func.count(Delivery.id)).where(
        Delivery.state == DeliveryState.FAILED,
        failed_at > now - FAILED_LATELY,
        # A later date was written while the clock was wrong.
        failed_at < now + FAILED_LATELY,
    )
    return _count(session, query)


def without_original(session: Session) -> Sequence[Report]:
    """Return the reports to be read again whose original was not found, oldest first."""
    return session.scalars(
        select(Report)
        .where(Report.original_missed_at.is_not(None))
        .order_by(Report.published.nulls_first(), Report.id)
        .options(joinedload(Report.authority))
    ).all()
