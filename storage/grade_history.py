"""The graded inspections of councils. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from reports.analysis.timeline import Inspected
from reports.grade_comparison import grade_changes
from reports.model import Change, Framework, Grade, Judgement, JudgementReading, Kind, Reading
from reports.problems import grades_are_certain
from storage.models import Report, ReportState
from storage.versions import newest


def graded_reports_by_council(
    session: Session,
    authority_ids: Collection[int],
    *,
    without: Collection[int] = frozenset(),
) -> dict[int, list[Report]]:
    """Return the documents that count for the graded inspections of councils, by the council's id.

    Each council's documents are in the order of the inspections. A council without any is missing.
    Documents whose grades could not be read are included: otherwise an earlier inspection would
    pass as the last. `without` are the ids of reports that do not count.
    """
    reports = session.scalars(
        select(Report)
        .where(
            Report.authority_id.in_(authority_ids),
            Report.state == ReportState.READ,
            Report.kind == Kind.INSPECTION,
            Report.inspection_id.is_not(None),
        )
        .options(
            # The full reading is large, and not needed here.
            defer(Report.reading),
            defer(Report.as_read),
            joinedload(Report.inspection),
            selectinload(Report.judgements),
            selectinload(Report.problems),
        )
    )
    versions: defaultdict[int, list[Report]] = defaultdict(list)
    for report in reports:
        if report.id not in without:
            versions[report.inspection_id or 0].append(report)
    by_council: defaultdict[int, list[Report]] = defaultdict(list)
    for documents in versions.values():
        counting = newest(documents)
        assert counting is not None, "all of them were read"
        by_council[counting.authority_id].append(counting)
    return {council: sorted(found, key=_began) for council, found in by_council.items()}


def _began(report: Report) -> tuple[object, int]:
    assert report.inspection is not None, "chosen by it"
    return report.inspection.start, report.id


def inspected(report: Report) -> Inspected:
    """Return the start, framework and grades of a graded inspection; uncertain grades are None."""
    assert report.inspection is not None, "chosen by it"
    certain = grades_are_certain(problem.code for problem in report.problems)
    return Inspected(
        start=report.inspection.start,
        framework=Framework(report.inspection.framework),
        grades={
            Judgement(row.judgement): Grade(row.grade) if row.grade and certain else None
            for row in report.judgements
        },
    )


def changes_between(earlier: Report, later: Report) -> tuple[Change, ...]:
    """Return how each judgement moved from one graded inspection to another."""
    return grade_changes(_graded(earlier), _graded(later))


def _graded(report: Report) -> Reading:
    """Return a reading with the grades only. The values were validated when they were stored."""
    return Reading.model_construct(
        file="",
        sha256="",
        pages=0,
        framework=Framework(report.framework or Framework.UNKNOWN),
        judgements=tuple(
            JudgementReading.model_construct(
                judgement=Judgement(row.judgement),
                label=row.label,
                grade=Grade(row.grade) if row.grade else None,
                as_printed=row.as_printed,
            )
            for row in report.judgements
        ),
    )
