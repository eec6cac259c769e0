"""Pages that polls cannot open, so that the reports on them, or new ones, are not known.

Functions take a session and never commit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, joinedload

from storage.models import Authority, UnopenedPage

GAP_AT_MOST = timedelta(days=1)
"""How long a page that was opened before keeps polls from being complete. It may be a passing
fault, and the next poll searches from the same day. After that, the page waits like one that has
never been opened: it must not make it seem that the whole site cannot be read."""


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
    """Keep a page for later polls, as the search listed it. Returns whether it waits; if it does
    not, the poll has a gap.
    """
    row = session.get(UnopenedPage, urn)
    if row is None:
        row = UnopenedPage(urn=urn, since=now)
        session.add(row)
    row.authority_id = authority.id
    row.name = name
    row.href = href
    row.latest_report = latest_report
    row.error = error
    row.tried_at = now
    session.flush()
    return authority.first_opened_at is None or row.since <= now - GAP_AT_MOST


def waiting_pages(session: Session, *, now: datetime) -> Sequence[UnopenedPage]:
    """Return the pages that wait to be opened, those that were tried longest ago first."""
    return session.scalars(
        select(UnopenedPage)
        .join(UnopenedPage.authority)
        .where(or_(Authority.first_opened_at.is_(None), UnopenedPage.since <= now - GAP_AT_MOST))
        .order_by(UnopenedPage.tried_at, UnopenedPage.urn)
        .options(joinedload(UnopenedPage.authority))
    ).all()


def unopened_since(session: Session, urns: Collection[str]) -> dict[str, datetime]:
    """Return since when each of the pages with these URNs could not be opened, by its URN."""
    rows = select(UnopenedPage.urn, UnopenedPage.since).where(UnopenedPage.urn.in_(urns))
    return {row.urn: row.since for row in session.execute(rows)}


def forget_opened(session: Session, urns: Collection[str]) -> None:
    """Drop the pages with these URNs, which have been opened."""
    session.execute(delete(UnopenedPage).where(UnopenedPage.urn.in_(urns)))


def forget_unlisted(session: Session, *, full_poll: datetime) -> None:
    """Drop the pages that a complete full poll, which began at `full_poll`, did not list.

    Such a poll tries every page that it lists.
    """
    session.execute(delete(UnopenedPage).where(UnopenedPage.tried_at < full_poll))
