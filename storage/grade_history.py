"""The graded inspections of councils in order, and the councils to compare it with. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from reports.analysis.timeline import Inspected
from reports.grade_comparison import grade_changes
from reports.model import Change, Framework, Grade, Judgement, JudgementReading, Kind, Reading
from reports.problems import grades_are_certain
from storage.models import Authority, Neighbour, Report, ReportState
from storage.versions import newest


@dataclass(frozen=True)
class Neighbours:
    """The statistical neighbours of a council, the closest first, and which edition says so."""

    edition: str
    authorities: tuple[Authority, ...]


def lines_of(
    session: Session,
    authority_ids: Collection[int],
    *,
    without: Collection[int] = frozenset(),
) -> dict[int, list[Report]]:
    """The documents that count for the graded inspections of councils, by the council's id.

    Each line is in the order of the inspections. Councils without any are missing. Documents whose
    grades could not be read are in it: what came before them is not the last inspection.
    `without` are the ids of reports that do not count.
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
            # What a report says in full is large, and not needed here.
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
    lines: defaultdict[int, list[Report]] = defaultdict(list)
    for documents in versions.values():
        counts = newest(documents)
        assert counts is not None, "all of them were read"
        lines[counts.authority_id].append(counts)
    return {key: sorted(line, key=_began) for key, line in lines.items()}


def _began(report: Report) -> tuple[object, int]:
    assert report.inspection is not None, "chosen by it"
    return report.inspection.start, report.id


def inspected(report: Report) -> Inspected:
    """What counts of a graded inspection; its grades are None where they are not certain."""
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
    """How each judgement moved from one graded inspection to another, as the store has them."""
    return grade_changes(_graded(earlier), _graded(later))


def _graded(report: Report) -> Reading:
    """As much of a reading as its grades need. The values were validated when they were stored."""
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


def neighbours_of(session: Session, authority_id: int) -> Neighbours | None:
    """The neighbours by the edition that was stored last; None where none are known."""
    last = (
        select(func.max(Neighbour.id)).where(Neighbour.authority_id == authority_id)
    ).scalar_subquery()
    edition = session.scalar(select(Neighbour.edition).where(Neighbour.id == last))
    if edition is None:
        return None
    found = session.scalars(
        select(Authority)
        .join(Neighbour, Neighbour.neighbour_id == Authority.id)
        .where(Neighbour.authority_id == authority_id, Neighbour.edition == edition)
        .order_by(Neighbour.rank)
    )
    return Neighbours(edition=edition, authorities=tuple(found))


def others_of_region(session: Session, authority: Authority) -> Sequence[Authority]:
    """The other present councils of a council's region."""
    return session.scalars(
        select(Authority)
        .where(
            Authority.region == authority.region,
            Authority.id != authority.id,
            Authority.valid_to.is_(None),
        )
        .order_by(Authority.name)
    ).all()
