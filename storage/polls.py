"""The polls that have been made: when each began, and how it ended.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from storage.models import Notification, Poll, PollKind, PollOutcome
from storage.poll_owner import is_gone, new_owner

LONGEST_POLL = timedelta(hours=12)
"""No poll takes this long: Prefect ends a full poll after six hours."""

CLOCKS_DIFFER = timedelta(hours=1)
"""Clocks of two machines may differ by minutes; a later date was written while the clock was
wrong."""

SUCCESSFUL = (PollOutcome.GOOD, PollOutcome.PROBLEMS)

CUT_OFF = "It was stopped before it finished"


def start_poll(
    session: Session,
    *,
    kind: PollKind,
    now: datetime,
    since: date | None,
    subscriptions: int | None = None,
) -> Poll:
    """Store and return a new poll of this process. Polls that can no longer end are marked failed.

    Those are the polls whose process is certainly gone, and those that began too long ago or in the
    future. `subscriptions` is the number of subscriptions in `watch.yaml`.
    """
    for before in session.scalars(select(Poll).where(Poll.outcome == PollOutcome.RUNNING)):
        is_recent = now - LONGEST_POLL <= before.started_at <= now + CLOCKS_DIFFER
        if is_gone(before.owner) or not is_recent:
            before.outcome, before.error = PollOutcome.FAILED, CUT_OFF
    poll = Poll(
        kind=kind,
        started_at=now,
        since=since,
        subscriptions=subscriptions,
        outcome=PollOutcome.RUNNING,
        owner=new_owner(),
        notes=[],
    )
    session.add(poll)
    session.flush()
    return poll


def subscriptions_before(session: Session, *, by_command: str) -> int:
    """Return how many subscriptions `watch.yaml` had when the site was last checked.

    Earlier versions did not store the number. After those, all subscriptions with notifications are
    counted, except those whose names begin with `by_command`: they are not in the file.
    """
    known = select(Poll.subscriptions).where(Poll.subscriptions.is_not(None))
    number = session.scalar(known.order_by(Poll.id.desc()).limit(1))
    if number is not None:
        return number
    stored = select(func.count(Notification.subscription.distinct())).where(
        ~Notification.subscription.startswith(by_command)
    )
    return session.scalar(stored) or 0


def fail_poll(
    session: Session, poll_id: int, *, error: Exception, now: datetime, requests: int
) -> None:
    """Store that a poll has ended with an error, so that nothing may be concluded from it."""
    poll = session.get_one(Poll, poll_id)
    poll.outcome = PollOutcome.FAILED
    poll.error = str(error) or type(error).__name__
    poll.finished_at = now
    poll.requests = requests


def last_complete_poll(session: Session, *, now: datetime) -> datetime | None:
    """Return when the last successful poll that left nothing out had stored what the site lists;
    None before the first such poll.

    A poll that is dated in the future ran while the clock was wrong: its date is ignored.
    """
    return session.scalar(
        select(func.max(Poll.listed_at)).where(
            Poll.kind.in_((PollKind.QUICK, PollKind.FULL)),
            Poll.outcome.in_(SUCCESSFUL),
            Poll.listed_at <= now,
        )
    )


def last_full_poll_began(session: Session, *, now: datetime) -> datetime | None:
    """Return when the last full poll began, however it ended; None before the first.

    A poll that is dated in the future ran while the clock was wrong: its date is ignored.
    """
    return session.scalar(
        select(func.max(Poll.started_at)).where(
            Poll.kind == PollKind.FULL, Poll.started_at <= now + CLOCKS_DIFFER
        )
    )


def ended_without_success(session: Session, *, since: datetime) -> bool:
    """Return whether a poll that began later than `since` has failed, or left something out."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Poll.kind.in_((PollKind.QUICK, PollKind.FULL)),
                    Poll.started_at > since,
                    Poll.outcome != PollOutcome.RUNNING,
                    or_(Poll.outcome == PollOutcome.FAILED, Poll.listed_at.is_(None)),
                )
            )
        )
    )


def watching_since(session: Session) -> datetime | None:
    """Return when the first poll was complete; None before that. Older reports are history."""
    return session.scalar(select(func.min(Poll.listed_at)))


def last_full_listing(session: Session) -> int:
    """Return the number of authorities that the last complete full poll listed; 0 if none."""
    return (
        session.scalar(
            select(Poll.authorities_listed)
            .where(Poll.kind == PollKind.FULL, Poll.listed_at.is_not(None))
            .order_by(Poll.id.desc())
            .limit(1)
        )
        or 0
    )
