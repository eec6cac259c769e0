"""The reports still to be ingested: new ones, and those that could not be fetched before.

Functions take a session and never commit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reports.problems import ProblemCode
from storage.base_rates import update_issue_counts
from storage.correctable_fields import AUTHORITY_MISMATCH
from storage.facts import reading_of
from storage.models import Authority, Report, ReportState, StoredProblem

# A document that the site says no longer exists is asked for again this often.
MISSING_AGAIN = timedelta(days=30)
# … and in every poll for as long after its publication: a page may be there before its documents.
FRESH = timedelta(days=3)
# Problems with the file as it came (damaged, or another one), or with one reading of it. Dates are
# implausible where the clock was wrong.
DAMAGED = frozenset(
    {
        AUTHORITY_MISMATCH,
        ProblemCode.DATES_IMPLAUSIBLE,
        ProblemCode.EMPTY,
        ProblemCode.ENCRYPTED,
        ProblemCode.NOT_A_PDF,
        ProblemCode.NOT_FOUND_PAGE,
        ProblemCode.TRUNCATED,
        ProblemCode.UNREADABLE,
        ProblemCode.READING_FAILED,
        ProblemCode.READER_STOPPED,
    }
)


def pending_reports(session: Session, *, is_full: bool, now: datetime) -> list[int]:
    """Return the ids of reports that are listed but not read yet, in the order of ingestion.

    Those that have failed before come last, so that they do not delay the others. Documents of
    which the site said that they do not exist are asked for again in every poll while they are
    fresh; `is_full` adds those that are recent, once a month all others, and all that failed.
    """
    again = _due_again(Report.tried_at, now=now, is_full=is_full)
    wanted: ColumnElement[bool] = Report.state.in_((ReportState.LISTED, ReportState.FETCHED))
    wanted = or_(wanted, and_(Report.state == ReportState.MISSING, again))
    if is_full:
        wanted = or_(wanted, Report.state == ReportState.FAILED)
    return list(
        session.scalars(
            select(Report.id)
            .where(wanted)
            .order_by(Report.tries, Report.published, Report.authority_id, Report.file_id)
        )
    )


def fetch_damaged_again(session: Session, *, now: datetime, is_full: bool) -> None:
    """Let reports be fetched and read anew whose file was damaged, or whose reading was cut short.

    What came was stored with its problem; a whole file may lie there now. As often as for documents
    that do not exist (`pending_reports`), and never where a person has confirmed values.
    """
    damaged = Report.problems.any(StoredProblem.code.in_(DAMAGED))
    reports = session.scalars(
        select(Report).where(
            Report.state == ReportState.READ,
            Report.url.is_not(None),
            damaged,
            ~Report.corrections.any(),
            _due_again(Report.read_at, now=now, is_full=is_full),
        )
    ).all()
    for report in reports:
        report.state, report.sha256 = ReportState.LISTED, None
    update_issue_counts(session, reports)


def bring_home(session: Session, report: Report, authority_id: int) -> None:
    """Give a report that was listed under the wrong authority to the one that it is about.

    `authority_id` is whose page lists it too, or lists it now. It is read again,
    and its messages name that authority.
    """
    if report.authority_id == authority_id or report.state != ReportState.READ:
        return
    if all(problem.code != AUTHORITY_MISMATCH for problem in report.problems):
        return
    named, home = reading_of(report).authority, session.get_one(Authority, authority_id)
    if named is not None and named.urn == home.urn:
        report.authority = home
        report.state = ReportState.FETCHED
        update_issue_counts(session, [report])


def _due_again(
    tried: InstrumentedAttribute[datetime | None], *, now: datetime, is_full: bool
) -> ColumnElement[bool]:
    """Whether it is time to ask once more for a document that could not be had at `tried`."""
    fresh = Report.published >= now.date() - FRESH
    if not is_full:
        return fresh
    return or_(fresh, Report.first_seen_at > now - MISSING_AGAIN, tried < now - MISSING_AGAIN)
