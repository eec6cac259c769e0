"""The graded inspections of councils. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from reports.analysis.timeline import Inspected
from reports.grade_comparison import grade_changes
from reports.london import london_date
from reports.model import Change, Framework, Grade, Judgement, JudgementReading, Kind, Reading
from reports.problems import grades_are_certain
from reports.wording import overall_first
from storage.models import Report, ReportState
from storage.versions import newest


def graded_reports_by_council(
    session: Session,
    authority_ids: Collection[int],
    *,
    without: Collection[int] = frozenset(),
) -> dict[int, list[Report]]:
    """Return the reports that count for the graded inspections of councils, by the council's id.

    Each council has the reports that `graded_reports` returns for it. A council without any report
    is missing. `without` are the ids of reports that do not count.
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
    by_council: defaultdict[int, list[Report]] = defaultdict(list)
    for report in reports:
        if report.id not in without:
            by_council[report.authority_id].append(report)
    return {council: graded_reports(found) for council, found in by_council.items()}


def graded_reports(reports: Iterable[Report]) -> list[Report]:
    """Return the reports of a council that count for its graded inspections, in their order.

    Reports whose grades could not be read are included: otherwise an earlier inspection would
    pass as the last.
    """
    versions: defaultdict[int, list[Report]] = defaultdict(list)
    for report in reports:
        graded = report.state == ReportState.READ and report.kind == Kind.INSPECTION
        if graded and report.inspection_id is not None:
            versions[report.inspection_id].append(report)
    counting = (newest(reports) for reports in versions.values())
    return sorted((report for report in counting if report is not None), key=_began)


def _began(report: Report) -> tuple[object, int]:
    assert report.inspection is not None, "only reports of an inspection are chosen"
    return report.inspection.start, report.id


def unplaced_reports(
    session: Session, *, of: int | None = None, without: Collection[int] = frozenset()
) -> list[Report]:
    """Return the listed reports of which it is not known which inspection they are about.

    `of` is the id of a council; without it, those on all councils are returned. `without` are the
    ids of reports that do not count.
    """
    found = session.scalars(
        select(Report)
        .where(
            Report.inspection_id.is_(None),
            Report.withdrawn_at.is_(None),
            Report.state != ReportState.MISSING,
            *([Report.authority_id == of] if of is not None else []),
        )
        .options(defer(Report.reading), defer(Report.as_read))
    )
    return [report for report in found if report.id not in without]


def may_be_between(reports: Iterable[Report], earlier: Report, later: Report | None = None) -> bool:
    """Return whether one of these reports may be about an inspection between two others, or after
    `earlier` where there is no `later`.

    A report that has left the site does not count. `storage.facts.unplaced_report_between` asks the
    same of the database, for events.
    """
    after = earlier.published or date.min
    before = (later.published or london_date(later.first_seen_at)) if later else date.max
    return any(
        other.authority_id == earlier.authority_id
        and other.inspection_id is None
        and other.withdrawn_at is None
        and other.state != ReportState.MISSING
        and other.title == (later or earlier).title
        and (other.published is None or after < other.published < before)
        for other in reports
    )


def are_grades_certain(report: Report) -> bool:
    """Return whether the grades of a report may be used, or need review first."""
    return grades_are_certain(problem.code for problem in report.problems)


def inspected(report: Report) -> Inspected:
    """Return the start, framework and grades of a graded inspection, the overall grade first.

    Uncertain grades are None.
    """
    assert report.inspection is not None, "only reports of an inspection are chosen"
    certain = are_grades_certain(report)
    return Inspected(
        start=report.inspection.start,
        framework=Framework(report.inspection.framework),
        grades={
            Judgement(row.judgement): Grade(row.grade) if row.grade and certain else None
            for row in sorted(report.judgements, key=overall_first)
        },
    )


def inspected_in_turn(reports: Sequence[Report], every: Iterable[Report]) -> list[Inspected]:
    """Return what `inspected` does for a council's graded reports, and which follow an unread one.

    `every` are all reports on the council, or those of `unplaced_reports`.
    """
    every = list(every)
    return [
        replace(
            inspected(report),
            follows_unread=before is not None and may_be_between(every, before, report),
        )
        for before, report in zip([None, *reports], reports, strict=False)
    ]


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
