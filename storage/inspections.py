"""All graded inspections, for questions about many councils. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from reports.analysis.next_inspection import GradedInspection
from reports.model import Framework, Grade, Judgement, Kind
from storage.grade_history import are_grades_certain, may_be_between, unplaced_reports
from storage.models import Report, ReportState
from storage.versions import version_order


@dataclass(frozen=True)
class ReportedInspection:
    """A graded inspection with the report that counts for it."""

    inspection: GradedInspection
    report: Report


def graded_inspections(
    session: Session, *, without: Collection[int] = frozenset()
) -> list[ReportedInspection]:
    """Return every graded inspection that was read, with the newest version of its report.

    Inspections whose grades could not be read are included as not certain: otherwise an earlier
    inspection would pass as the last. `without` are the ids of reports that do not count.
    """
    reports = session.scalars(
        select(Report)
        .where(
            Report.state == ReportState.READ,
            Report.kind == Kind.INSPECTION,
            Report.inspection_id.is_not(None),
            or_(Report.judgements.any(), Report.problems.any()),
        )
        .options(
            # The full reading is large, and not needed here.
            defer(Report.reading),
            defer(Report.as_read),
            joinedload(Report.inspection),
            joinedload(Report.authority),
            selectinload(Report.judgements),
            selectinload(Report.problems),
        )
    )
    newest: dict[int, Report] = {}
    for report in sorted(reports, key=lambda r: (r.withdrawn_at is None, version_order(r))):
        if report.id not in without:
            newest[report.inspection_id or 0] = report
    unplaced = unplaced_reports(session, without=without)
    return [ReportedInspection(_graded(report, unplaced), report) for report in newest.values()]


def _graded(report: Report, unplaced: Sequence[Report]) -> GradedInspection:
    inspection = report.inspection
    assert inspection is not None, "only reports of an inspection are chosen"
    overall = next(
        (j.grade for j in report.judgements if j.judgement == Judgement.OVERALL_EFFECTIVENESS), None
    )
    return GradedInspection(
        authority=report.authority.key,
        start=inspection.start,
        framework=Framework(inspection.framework),
        grade=Grade(overall) if overall else None,
        certain=are_grades_certain(report),
        inadequate=any(j.grade == Grade.INADEQUATE for j in report.judgements),
        awaits_next=report.authority.valid_to is None and not may_be_between(unplaced, report),
    )
