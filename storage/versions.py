"""The reports of one inspection: their order, and which of them counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Inspection, Report, ReportState


def version_order(report: Report) -> tuple[bool, date, int, str]:
    """Return a sort key for the reports of one inspection: the oldest version comes first.

    A report that a person added comes before those of the site. The site's file ids grow with
    time.
    """
    published = report.published or date.min
    return report.url is not None, published, len(report.file_id), report.file_id


def reports_of_inspection(session: Session, inspection: Inspection) -> Sequence[Report]:
    """Return all reports that describe one inspection, the oldest version first."""
    found = session.scalars(select(Report).where(Report.inspection_id == inspection.id))
    return sorted(found, key=version_order)


def current_report(session: Session, inspection: Inspection) -> Report | None:
    """Return the report that counts for an inspection: its newest version that was read.

    A withdrawn version counts only if no other was read.
    """
    return newest(reports_of_inspection(session, inspection))


def newest(versions: Iterable[Report]) -> Report | None:
    """Return the one of an inspection's reports that counts; None where none was read.

    See `current_report`.
    """
    return max(
        (report for report in versions if report.state == ReportState.READ),
        key=lambda report: (report.withdrawn_at is None, version_order(report)),
        default=None,
    )
