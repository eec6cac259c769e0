"""Which stored reports count when we say how common an issue is, and the base rates from them.

A report counts where it has been read, is not withdrawn, is the newest version of its inspection
and can be compared (`reports.repeats.base_rates.counts_for_base_rates`). It adds to the count of
its family (`council`) and of each issue that it raises (`council workforce`).
`storage.issue_counts` keeps the counts, and `reports.repeats.base_rates` computes the rates.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from reports.model import Framework, ImprovementArea, Kind, Problem, Reading, Target, ThemeTag
from reports.repeats.base_rates import (
    BaseRates,
    ReportFamily,
    counts_for_base_rates,
    report_family,
    report_keys,
)
from storage.chunks import chunks
from storage.issue_counts import (
    are_issues_counted,
    count_issues,
    forget_issue_counts,
    issue_counts,
    mark_issues_counted,
)
from storage.models import Area, Inspection, Report, ReportState, StoredProblem
from storage.versions import newest


def base_rates(session: Session) -> BaseRates:
    """Return how common each issue is among the reports that count: shares from 0 to 1."""
    reports: dict[ReportFamily, int] = {}
    named: dict[tuple[ReportFamily, str], int] = {}
    for name, number in sorted(issue_counts(session).items()):
        family, _, issue = name.partition(" ")
        if number <= 0:
            continue
        if issue:
            named[ReportFamily(family), issue] = number
        else:
            reports[ReportFamily(family)] = number
    return BaseRates(
        rates={pair: number / reports[pair[0]] for pair, number in named.items()},
        reports=reports,
    )


def update_issue_counts(session: Session, reports: Iterable[Report]) -> None:
    """Update the counts for these reports and for the other versions of their inspections.

    Call this after a change to what a report says, to its state or inspection, or to anything that
    decides which version counts.
    """
    session.flush()
    for versions in _by_inspection(session, reports):
        counting = newest(versions)
        for report in versions:
            count_issues(session, report, _issues(report) if report is counting else [])


def discount_issues(session: Session, report: Report) -> None:
    """Take a report out of the counts, before it is deleted."""
    count_issues(session, report, [])


def count_all_issues(session: Session) -> None:
    """Count all reports again if the program or the taxonomy has changed since the last count."""
    if are_issues_counted(session):
        return
    forget_issue_counts(session)
    ids = session.scalars(select(Report.id).order_by(Report.id)).all()
    for some in chunks(ids):
        chunk = select(Report).where(Report.id.in_(some))
        reports = session.scalars(chunk.options(*_NEEDED))
        update_issue_counts(session, reports)
        session.flush()
        session.expunge_all()
    mark_issues_counted(session)


_NEEDED = (
    load_only(
        Report.file_id,
        Report.url,
        Report.published,
        Report.state,
        Report.withdrawn_at,
        Report.kind,
        Report.framework,
        Report.inspection_id,
        Report.counted_issues,
    ),
    joinedload(Report.inspection).load_only(Inspection.start),
    selectinload(Report.areas).load_only(Area.report_id, Area.target, Area.themes),
    selectinload(Report.problems).load_only(StoredProblem.report_id, StoredProblem.code),
)


def _by_inspection(session: Session, reports: Iterable[Report]) -> Iterable[list[Report]]:
    """Yield, for each inspection of the reports, a list of all its versions.

    A report without an inspection is in a list by itself.
    """
    given = list(reports)
    yield from ([report] for report in given if report.inspection_id is None)
    ids = sorted({report.inspection_id for report in given if report.inspection_id is not None})
    if not ids:
        return
    found: dict[int | None, list[Report]] = {}
    stored = select(Report).where(Report.inspection_id.in_(ids)).order_by(Report.id)
    for report in session.scalars(stored.options(*_NEEDED)):
        found.setdefault(report.inspection_id, []).append(report)
    yield from found.values()


def _issues(report: Report) -> list[str]:
    """Return the names under which a report is counted, each once; none if it does not count."""
    inspection = report.inspection
    if report.state != ReportState.READ or report.withdrawn_at is not None or inspection is None:
        return []
    # Built without validation: these values were validated when they were stored.
    reading = Reading.model_construct(
        file="",
        sha256="",
        pages=0,
        kind=Kind(report.kind or Kind.UNKNOWN),
        framework=Framework(report.framework or Framework.UNKNOWN),
        inspection_start=inspection.start,
        problems=tuple(
            Problem.model_construct(code=problem.code, message="") for problem in report.problems
        ),
        improvement_areas=tuple(
            ImprovementArea.model_construct(
                text="",
                heading="",
                target=Target(area.target),
                themes=tuple(ThemeTag.model_construct(**theme) for theme in area.themes),
            )
            for area in report.areas
        ),
    )
    if not counts_for_base_rates(reading):
        return []
    family = report_family(reading.framework)
    keys = sorted(report_keys(reading))
    return [family.value, *(f"{family} {key}" for key in keys)]
