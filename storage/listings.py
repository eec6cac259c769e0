"""What the site lists: reports seen, and the polls that saw them.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import extract, func, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from reports.london import london_date
from reports.safe_text import quoted
from storage.facts import describe_inspections
from storage.held_reports import are_too_many, hold
from storage.misplaced_reports import move_to_right_council
from storage.models import Authority, Poll, Report, ReportState
from storage.polls import watching_since

LISTED_SUMS = (
    func.count(Report.published),
    func.sum(extract("epoch", Report.published)),
    func.sum(extract("epoch", Report.listed_inspection_date)),
    func.sum(func.length(Report.title)),
    func.sum(func.length(Report.url)),
)
"""Columns for a query: what the site says of reports, as numbers that a change moves.

A title or an address of the same length makes no difference, nor do dates that move in opposite
directions by as much.
"""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One report as an authority's page lists it."""

    authority_id: int
    file_id: str
    url: str
    title: str
    published: date | None
    inspection_date: date | None


def newest_published(session: Session, *, today: date) -> date | None:
    """Return the newest publication date of all reports that the site has listed.

    Dates in the future are mistakes of the site, and are ignored.
    """
    return session.scalar(
        select(func.max(Report.published)).where(Report.url.is_not(None), Report.published <= today)
    )


def newest_published_by_authority(session: Session, *, today: date) -> dict[int, date]:
    """Return the newest publication date of each authority's reports, by the authority's id.

    Dates in the future are ignored.
    """
    rows = session.execute(
        select(Report.authority_id, func.max(Report.published))
        .where(Report.url.is_not(None), Report.published <= today)
        .group_by(Report.authority_id)
    )
    return {authority_id: published for authority_id, published in rows if published}


def published_since(session: Session, since: date) -> int:
    """Return the number of authorities with a report that was published on or after `since`.

    Reports that the last full poll did not find do not count.
    """
    wanted = (
        Report.url.is_not(None),
        Report.published >= since,
        Report.times_missed == 0,
        Report.withdrawn_at.is_(None),
    )
    counted = select(func.count(Report.authority_id.distinct())).where(*wanted)
    return session.scalar(counted) or 0


def record_listings(
    session: Session,
    listings: Sequence[Listing],
    *,
    poll: Poll,
    now: datetime,
    opened: Iterable[Authority],
    hold_over: int,
    leave_new: bool = False,
) -> list[Report]:
    """Store what was listed; return the reports that were not stored before.

    A report is history (`silent`) if its authority's page was never opened before and it has no
    date or was published no later than the day of the first complete poll. Until that poll, its
    date makes no difference. All other reports are new. More than `hold_over` new reports at once
    are `held` for an operator (0: never). With `leave_new`, new reports are not stored at all, so
    that the next poll finds them and sends messages about them.
    """
    known = _known(session, listings)
    never_opened = {a.id for a in opened if a.first_opened_at is None}
    since = watching_since(session)
    began = london_date(min(since, now)) if since else date.max
    new: list[Report] = []
    reordered: list[Report] = []
    for listing in listings:
        report = known.get(listing.file_id)
        if report is not None:
            if leave_new and report.withdrawn_at is not None:
                continue  # its return is an event, which the next poll detects
            if _update(report, listing, now=now):
                reordered.append(report)
            move_to_right_council(session, report, listing.authority_id)
            continue
        is_history = listing.authority_id in never_opened and (
            listing.published is None or listing.published <= began
        )
        if leave_new and not is_history:
            continue
        report = _first_seen(listing, poll=poll, now=now, silent=is_history)
        known[listing.file_id] = report
        new.append(report)
    new, refused = _add(session, new)
    poll.notes = [*poll.notes, *(_not_stored(report) for report in refused)]
    notified = [report for report in new if not report.silent]
    if are_too_many(notified, hold_over=hold_over):
        hold(notified, poll)
    for authority in opened:
        authority.first_opened_at = authority.first_opened_at or now
        authority.last_opened_at = now
    poll.new_reports = len(new)
    poll.first_poll = bool(new) and not notified
    session.flush()
    describe_inspections(session, reordered)
    return new


def _add(session: Session, reports: Sequence[Report]) -> tuple[list[Report], list[Report]]:
    """Add reports. Return those that were added, and those that the database refuses."""
    try:
        with session.begin_nested():
            session.add_all(reports)
    except (DataError, UnicodeError, ValueError):
        # One of them cannot be stored. The others still must be: try each half by itself.
        if len(reports) <= 1:
            return [], list(reports)
        halves = (reports[: len(reports) // 2], reports[len(reports) // 2 :])
        (first, not_first), (second, not_second) = (_add(session, half) for half in halves)
        return [*first, *second], [*not_first, *not_second]
    return list(reports), []


def _not_stored(report: Report) -> str:
    return f"The report {quoted(report.file_id[:40])} of the site cannot be stored."


def _known(session: Session, listings: Sequence[Listing]) -> dict[str, Report]:
    file_ids = [listing.file_id for listing in listings]
    found = session.scalars(select(Report).where(Report.file_id.in_(file_ids)))
    return {report.file_id: report for report in found}


def _first_seen(listing: Listing, *, poll: Poll, now: datetime, silent: bool) -> Report:
    return Report(
        file_id=listing.file_id,
        url=listing.url,
        authority_id=listing.authority_id,
        title=listing.title,
        published=_believable(listing.published, now=now),
        listed_inspection_date=listing.inspection_date,
        state=ReportState.LISTED,
        silent=silent,
        poll_id=poll.id,
        first_seen_at=now,
        last_seen_at=now,
    )


def _believable(published: date | None, *, now: datetime) -> date | None:
    """Return a date as the site shows it; None if it is later than tomorrow.

    No message may state such a mistake as a fact. Tomorrow is allowed, because this machine's clock
    may be slow.
    """
    tomorrow = london_date(now) + timedelta(days=1)
    return None if published is not None and published > tomorrow else published


def _update(report: Report, listing: Listing, *, now: datetime) -> bool:
    """Store what the site lists now. Returns whether another version may count now."""
    before = report.withdrawn_at, report.url is None, report.published
    report.last_seen_at = now
    report.times_missed = 0
    report.missed_since = None
    report.withdrawn_at = None
    report.url = listing.url
    report.title = listing.title
    report.published = _believable(listing.published, now=now) or report.published
    report.listed_inspection_date = listing.inspection_date or report.listed_inspection_date
    return before != (None, False, report.published)
