"""When a report counts as withdrawn: full polls in a row no longer list it.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.confirmable_fields import Field
from storage.facts import describe_inspections
from storage.listings import Listing
from storage.models import ConfirmedValue, Report

WITHDRAWN_AFTER_POLLS = 3
"""The number of full polls in a row that must miss a report before it counts as withdrawn: in the
past, pages have been incomplete for a day."""


def note_missed(
    session: Session,
    *,
    complete: Collection[int],
    unread_since: Mapping[int, datetime],
    all_complete: bool,
    listed: Collection[str],
    today: date,
    now: datetime,
) -> list[Report]:
    """Count the reports that a full poll did not list; return those that are now withdrawn.

    `complete` are the authorities whose pages were read completely, `listed` the file ids on all
    pages. A report counts as withdrawn when WITHDRAWN_AFTER_POLLS full polls in a row, on at least
    two days, did not list it. A page that was not read completely proves nothing, and the count
    starts again.

    `unread_since` are the authorities with a page that could not be opened, and since when. Such a
    page may be dead for good, so it says nothing about reports that another page has listed since.
    `all_complete` says whether every page that was opened was read completely: a report whose
    authority a person has confirmed may be on the page of another.
    """
    expected = _expected(session, complete, unread_since)
    missed = {report_id for file_id, report_id in expected.items() if file_id not in listed}
    if unread_since or not all_complete:
        unproved = select(Report.id).where(
            Report.confirmed_values.any(ConfirmedValue.field == Field.AUTHORITY)
        )
        if all_complete:
            unproved = unproved.where(Report.last_seen_at < max(unread_since.values()))
        missed -= set(session.scalars(unproved))
    counted = select(Report.id).where(Report.times_missed > 0, Report.withdrawn_at.is_(None))
    concerned = missed | set(session.scalars(counted))
    withdrawn: list[Report] = []
    for report in session.scalars(
        select(Report).where(Report.id.in_(concerned)).order_by(Report.id)
    ):
        if report.id not in missed:
            report.times_missed, report.missed_since = 0, None
            continue
        report.times_missed += 1
        report.missed_since = min(report.missed_since or today, today)
        if report.times_missed >= WITHDRAWN_AFTER_POLLS and report.missed_since < today:
            report.withdrawn_at = now
            report.times_withdrawn += 1
            withdrawn.append(report)
    session.flush()
    describe_inspections(session, withdrawn)
    return withdrawn


def count_missed(
    session: Session,
    *,
    complete: Collection[int],
    unread_since: Mapping[int, datetime],
    listed: Collection[str],
) -> tuple[int, int]:
    """Return how many reports of these authorities are not listed, and how many should be.

    `unread_since` is that of `note_missed`.
    """
    expected = _expected(session, complete, unread_since)
    return len(expected.keys() - set(listed)), len(expected)


def _expected(
    session: Session, authority_ids: Collection[int], unread_since: Mapping[int, datetime]
) -> dict[str, int]:
    """Return the ids of the reports that the pages of these authorities should list, by file id."""
    rows = session.execute(
        select(Report.file_id, Report.id, Report.authority_id, Report.last_seen_at).where(
            Report.authority_id.in_(authority_ids),
            Report.withdrawn_at.is_(None),
            Report.url.is_not(None),
        )
    )
    return {
        row.file_id: row.id
        for row in rows
        if row.last_seen_at >= unread_since.get(row.authority_id, row.last_seen_at)
    }


def listed_again(session: Session, listings: Iterable[Listing]) -> list[Report]:
    """Return the reports that count as withdrawn although `listings` has them."""
    listed = [listing.file_id for listing in listings]
    return list(
        session.scalars(
            select(Report)
            .where(Report.file_id.in_(listed), Report.withdrawn_at.is_not(None))
            .order_by(Report.id)
        )
    )
