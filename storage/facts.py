"""Storing what a report says, and asking for it again.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reports.model import Kind, Problem
from reports.model import Report as Reading
from storage.models import Area, Inspection, Judgement, Report, ReportState
from storage.models import Problem as ProblemRow

# Kinds that describe one dated visit; the others are documents about a council.
DATED_KINDS = frozenset(
    {
        Kind.INSPECTION,
        Kind.FOCUSED_VISIT,
        Kind.MONITORING_VISIT,
        Kind.JOINT_INSPECTION,
        Kind.AREA_SEND,
        Kind.UNANNOUNCED_INSPECTION,
    }
)


def lock_report(session: Session, report_id: int) -> Report:
    """The report's row, locked against other writers until the transaction ends."""
    return session.scalars(
        select(Report).where(Report.id == report_id).with_for_update(of=Report)
    ).one()


def store_reading(session: Session, report: Report, reading: Reading, *, now: datetime) -> None:
    """Replace what we know of the document `report` by `reading`."""
    report.kind = reading.kind
    report.framework = reading.framework
    report.reading = reading.model_dump(mode="json", by_alias=True)
    report.reader_version = reading.reader_version
    report.read_at = now
    report.state = ReportState.READ
    report.reason = None
    report.judgements.clear()
    report.areas.clear()
    report.problems.clear()
    session.flush()
    report.judgements.extend(
        Judgement(position=position, **judgement.model_dump(mode="json"))
        for position, judgement in enumerate(reading.judgements)
    )
    report.areas.extend(
        Area(position=position, **area.model_dump(mode="json"))
        for position, area in enumerate(reading.improvement_areas)
    )
    report.problems.extend(
        ProblemRow(position=position, **problem.model_dump())
        for position, problem in enumerate(reading.problems)
    )
    report.inspection = _inspection(session, report, reading)
    session.flush()


def _inspection(session: Session, report: Report, reading: Reading) -> Inspection | None:
    if reading.kind not in DATED_KINDS or reading.inspection_start is None:
        return None
    inspection = session.scalars(
        select(Inspection).where(
            Inspection.authority_id == report.authority_id,
            Inspection.kind == reading.kind,
            Inspection.start == reading.inspection_start,
        )
    ).one_or_none()
    if inspection is None:
        inspection = Inspection(
            authority_id=report.authority_id, kind=reading.kind, start=reading.inspection_start
        )
        session.add(inspection)
    inspection.end = reading.inspection_end
    inspection.framework = reading.framework
    inspection.lead_inspector = reading.lead_inspector
    return inspection


def reading_of(report: Report) -> Reading:
    """The stored reading of a report that has been read."""
    if report.reading is None:
        raise ValueError(f"report {report.file_id} has not been read")
    return Reading.model_validate(report.reading)


def with_problem(reading: Reading, problem: Problem) -> Reading:
    """The same reading with one more problem."""
    return reading.model_copy(update={"problems": (*reading.problems, problem)})


def reports_of_inspection(session: Session, inspection: Inspection) -> Sequence[Report]:
    """All documents that describe one inspection, oldest publication first."""
    return session.scalars(
        select(Report)
        .where(Report.inspection_id == inspection.id)
        .order_by(Report.published, Report.id)
    ).all()


def previous_inspection(
    session: Session, *, authority_id: int, kind: str, before: date
) -> Inspection | None:
    """The last inspection of this kind and authority that began before a date."""
    return session.scalars(
        select(Inspection)
        .where(
            Inspection.authority_id == authority_id,
            Inspection.kind == kind,
            Inspection.start < before,
        )
        .order_by(Inspection.start.desc())
        .limit(1)
    ).one_or_none()


def current_report(session: Session, inspection: Inspection) -> Report | None:
    """The document that counts for an inspection: its newest version that was read."""
    return session.scalars(
        select(Report)
        .where(Report.inspection_id == inspection.id, Report.state == ReportState.READ)
        .order_by(Report.published.desc(), Report.id.desc())
        .limit(1)
    ).one_or_none()


def unplaced_report_between(session: Session, report: Report, *, since: Report | None) -> bool:
    """Whether a report of the same title exists, older than `report` and newer than `since`,
    that could not be read or tied to a dated inspection.

    A document that the site itself says no longer exists does not count.
    """
    query = select(
        exists().where(
            Report.authority_id == report.authority_id,
            Report.id != report.id,
            Report.title == report.title,
            Report.published < report.published,
            Report.inspection_id.is_(None),
            Report.state != ReportState.MISSING,
            *([Report.published > since.published] if since and since.published else []),
        )
    )
    return bool(session.scalar(query))
