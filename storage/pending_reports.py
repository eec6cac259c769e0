"""The reports to ingest: new ones, those that could not be fetched, and those to fetch again.

Functions take a session and never commit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from reports.london import london_date
from reports.model import Reading
from reports.problems import ProblemCode
from storage.confirmable_fields import Field
from storage.models import ConfirmedValue, Report, ReportState, StoredProblem
from storage.polls import CLOCKS_DIFFER

MISSING_AGAIN = timedelta(days=30)
"""How often a document that the site says no longer exists is asked for again."""

FRESH = timedelta(days=3)
"""How long after its publication such a document, or a file that could not be fetched, is asked
for in every poll: a page may appear before its documents, and a fault may pass. A new report that
is listed late is asked for as long after it was first seen."""

MAY_BE_REPLACED = timedelta(days=60)
RECENT_AT_MOST = 5
RECENT_AGAIN = timedelta(hours=20)
"""Ofsted may replace a file soon after its publication. The site gives no sign of that, so recent
files are fetched again: in full polls, a few at a time, and none twice on one day."""

DOUBTFUL = frozenset(
    {
        ProblemCode.AUTHORITY_MISMATCH,
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
"""Problems that make a file doubtful (it is damaged, or the wrong one), or only this reading of it.
Dates may be implausible because this machine's clock was wrong."""


def is_file_doubtful(reading: Reading) -> bool:
    """Return whether the file of a reading, or the reading itself, is not to be relied on."""
    return bool(_doubts(reading))


def is_file_worse(reading: Reading, before: Reading) -> bool:
    """Return whether a file is doubtful for a reason for which the file before it was not."""
    return not _doubts(reading) <= _doubts(before)


def _doubts(reading: Reading) -> set[str]:
    return {problem.code for problem in reading.problems} & DOUBTFUL


def pending_reports(session: Session, *, is_full: bool, now: datetime) -> list[int]:
    """Return the ids of reports to ingest, in order: those not read yet, and those to fetch again.

    Those that have failed before come later, and those to fetch again last, so that they do not
    delay the others. Documents that the site said do not exist, and those that failed, are asked
    for again in every poll for FRESH after publication. Only full polls (`is_full`) ask for the
    others. They ask for all that failed. They ask for those that do not exist every time until
    MISSING_AGAIN after they were first seen, then once in each MISSING_AGAIN.
    """
    again = _due_again(Report.tried_at, now=now, is_full=is_full)
    wanted = or_(
        Report.state.in_((ReportState.LISTED, ReportState.FETCHED)),
        Report.fetch_again,
        and_(Report.state.in_((ReportState.MISSING, ReportState.FAILED)), again),
    )
    if is_full:
        wanted = or_(wanted, Report.state == ReportState.FAILED)
    return list(
        session.scalars(
            select(Report.id)
            .where(wanted)
            .order_by(
                Report.fetch_again,
                Report.tries,
                Report.published,
                Report.authority_id,
                Report.file_id,
            )
        )
    )


def fetch_doubtful_files_again(session: Session, *, now: datetime, is_full: bool) -> None:
    """Queue the reports whose file is doubtful to be fetched again.

    These are reports with a problem of DOUBTFUL, those whose new file on the site cannot be read,
    and those with the same file as another report: the site may have sent the wrong one. By now it
    may have the right file, or a complete one. Each is fetched as often as a document that does not
    exist (`pending_reports`). A person who has confirmed the document has seen that its file is its
    own. What was read counts until a different file arrives: otherwise the report would pass as
    new.
    """
    doubtful = Report.problems.any(StoredProblem.code.in_(DOUBTFUL))
    other = aliased(Report)
    has_file_of_other = (
        select(other.id)
        .where(
            other.sha256 == Report.sha256,
            other.id != Report.id,
            other.url.is_not(None),
            # History that was stored before its copy is taken to be right.
            or_(other.id < Report.id, ~Report.silent),
        )
        .exists()
    )
    is_confirmed = Report.confirmed_values.any(ConfirmedValue.field == Field.DOCUMENT)
    reports = session.scalars(
        select(Report).where(
            Report.state == ReportState.READ,
            Report.url.is_not(None),
            or_(doubtful, Report.reason.is_not(None), and_(has_file_of_other, ~is_confirmed)),
            _due_again(func.coalesce(Report.tried_at, Report.read_at), now=now, is_full=is_full),
        )
    )
    for report in reports:
        report.fetch_again = True


def fetch_recent_files_again(session: Session, *, now: datetime) -> None:
    """Queue a few recent reports to be fetched again, those asked for longest ago first."""
    today = london_date(now)
    asked = func.coalesce(Report.tried_at, Report.fetched_at)
    recent = session.scalars(
        select(Report)
        .where(
            Report.state == ReportState.READ,
            Report.url.is_not(None),
            Report.withdrawn_at.is_(None),
            Report.published >= today - MAY_BE_REPLACED,
            Report.published <= today,
            ~Report.fetch_again,
            _long_ago(asked, RECENT_AGAIN, now=now),
        )
        .order_by(asked, Report.id)
        .limit(RECENT_AT_MOST)
    )
    for report in recent:
        report.fetch_again = True


def is_file_of_other(session: Session, report: Report, sha256: str) -> bool:
    """Return whether a report of the site about another inspection has this file."""
    other = or_(Report.inspection_id.is_(None), Report.inspection_id != report.inspection_id)
    others = Report.sha256 == sha256, Report.id != report.id, Report.url.is_not(None), other
    return bool(session.scalar(select(exists().where(*others))))


def _due_again(
    tried: SQLColumnExpression[datetime | None], *, now: datetime, is_full: bool
) -> ColumnElement[bool]:
    """Return, for a query, whether to ask again for a document last asked for at `tried`."""
    is_news = and_(~Report.silent, Report.first_seen_at > now - FRESH)
    fresh = or_(Report.published >= london_date(now) - FRESH, is_news)
    if not is_full:
        return fresh
    is_new = Report.first_seen_at > now - MISSING_AGAIN
    return or_(fresh, is_new, _long_ago(tried, MISSING_AGAIN, now=now))


def _long_ago(
    asked: SQLColumnExpression[datetime | None], pause: timedelta, *, now: datetime
) -> ColumnElement[bool]:
    """Return, for a query, whether `pause` has passed since a document was last asked for.

    A later date was written while the clock was wrong.
    """
    return or_(asked < now - pause, asked > now + CLOCKS_DIFFER)
