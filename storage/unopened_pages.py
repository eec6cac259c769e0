"""Pages that no poll has been able to open, so that the reports on them are not known.

Functions take a session and never commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from storage.models import Authority, UnopenedPage


def note_failure(
    session: Session,
    authority: Authority,
    *,
    urn: str,
    name: str,
    href: str,
    latest_report: date | None,
    error: str,
    now: datetime,
) -> bool:
    """Keep a page for later polls, as the search listed it. Returns False, and keeps nothing, if it
    was opened before.
    """
    if authority.first_opened_at is not None:
        return False
    row = session.get(UnopenedPage, authority.id)
    if row is None:
        row = UnopenedPage(authority_id=authority.id, since=now)
        session.add(row)
    row.urn = urn
    row.name = name
    row.href = href
    row.latest_report = latest_report
    row.error = error
    row.tried_at = now
    session.flush()
    return True


def waiting_pages(session: Session) -> Sequence[UnopenedPage]:
    """Return the pages that wait to be opened, those that were tried longest ago first."""
    return session.scalars(
        select(UnopenedPage)
        .join(UnopenedPage.authority)
        .where(Authority.first_opened_at.is_(None))
        .order_by(UnopenedPage.tried_at, UnopenedPage.authority_id)
        .options(joinedload(UnopenedPage.authority))
    ).all()


def forget_opened(session: Session) -> None:
    """Drop the pages that have been opened since."""
    opened = select(Authority.id).where(Authority.first_opened_at.is_not(None))
    session.execute(delete(UnopenedPage).where(UnopenedPage.authority_id.in_(opened)))


def forget_unlisted(session: Session, *, full_poll: datetime) -> None:
    """Drop the pages that a complete full poll, which began at `full_poll`, did not list.

    Such a poll tries every page that it lists.
    """
    session.execute(delete(UnopenedPage).where(UnopenedPage.tried_at < full_poll))
