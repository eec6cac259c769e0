"""Reports that the site listed under the wrong council, and later under the one they are about.

Functions take a session and never commit.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from reports.problems import ProblemCode
from storage.base_rates import update_issue_counts
from storage.facts import reading_of
from storage.models import Authority, Report, ReportState


def move_to_right_council(session: Session, report: Report, authority_id: int) -> None:
    """Move a report that was listed under the wrong authority to the authority it is about.

    `authority_id` is an authority whose page also lists the report, or lists it now instead. If
    this is the authority that the report names, the report is read again and its messages name that
    authority.
    """
    if report.authority_id == authority_id or report.state != ReportState.READ:
        return
    if all(problem.code != ProblemCode.AUTHORITY_MISMATCH for problem in report.problems):
        return
    named, listing = reading_of(report).authority, session.get_one(Authority, authority_id)
    if named is not None and named.urn == listing.urn:
        report.authority = listing
        report.state = ReportState.FETCHED
        update_issue_counts(session, [report])
