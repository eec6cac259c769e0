"""How many reports raise each issue, counted as the reports are stored.

How common an issue is belongs to every repeat. Counting it anew for each report would take longer
the more history there is. So the table `issue_count` follows every change of what a report says,
in the same transaction, and each report keeps what of it has been counted (`counted_issues`).

A name in the table is a family of reports (`council`) or an issue in it (`council workforce`). A
report counts where it has been read, is not withdrawn, is the newest version of its inspection and
says how common an issue is (`reports.repeats.counts_for_base_rates`).

Changes are kept with the session and written last (`storage.database`), because a row that has been
changed is locked until the transaction ends, and reports of other councils change the same rows.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, load_only, selectinload

from reports.model import Framework, ImprovementArea, Kind, Reading, Target, ThemeTag
from reports.repeats import (
    BaseRates,
    ReportFamily,
    counts_for_base_rates,
    report_family,
    report_keys,
)
from reports.themes.taxonomy import THEMES_FILE
from storage.models import Area, Fingerprint, IssueCount, Report, ReportState
from storage.versions import newest

_FINGERPRINT = "issue counts"
# The version of the counting, apart from the taxonomy: raise it where counts change.
_VERSION = 1
_AT_A_TIME = 500
# Where a session keeps its changes.
_CHANGES = "issue counts"


def base_rates(session: Session) -> BaseRates:
    """How common each issue is among the reports that count."""
    reports: dict[ReportFamily, int] = {}
    named: dict[tuple[ReportFamily, str], int] = {}
    counted: Counter[str] = Counter()
    for row in session.execute(select(IssueCount.name, IssueCount.reports)):
        counted[row.name] = row.reports
    counted.update(session.info.get(_CHANGES, {}))
    for name, number in sorted(counted.items()):
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
    """Count what these reports say now, and what other versions of their inspections say.

    To be called after a change of what a report says, of its state, its inspection, or of what
    decides which version counts.
    """
    session.flush()
    for versions in _by_inspection(session, reports):
        counting = newest(versions)
        for report in versions:
            _count(session, report, _issues(report) if report is counting else [])


def discount_issues(session: Session, report: Report) -> None:
    """Take a report out of the counts, before it is deleted."""
    _count(session, report, [])


def are_issues_counted(session: Session) -> bool:
    """Whether the counts are those of this version of the program and its taxonomy."""
    mark = session.get(Fingerprint, _FINGERPRINT)
    return mark is not None and mark.value == _fingerprint()


def count_all_issues(session: Session) -> None:
    """Count anew, where the counts are not those of this version of the program."""
    if are_issues_counted(session):
        return
    session.flush()
    session.info.pop(_CHANGES, None)
    session.execute(delete(IssueCount))
    session.execute(update(Report).values(counted_issues=None))
    ids = session.scalars(select(Report.id).order_by(Report.id)).all()
    for start in range(0, len(ids), _AT_A_TIME):
        chunk = select(Report).where(Report.id.in_(ids[start : start + _AT_A_TIME]))
        reports = session.scalars(chunk.options(*_NEEDED))
        update_issue_counts(session, reports)
        session.flush()
        session.expunge_all()
    session.merge(Fingerprint(name=_FINGERPRINT, value=_fingerprint()))
    session.flush()


def _fingerprint() -> str:
    return hashlib.sha256(b"%d %s" % (_VERSION, THEMES_FILE.read_bytes())).hexdigest()


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
    selectinload(Report.areas).load_only(Area.report_id, Area.target, Area.themes),
)


def _by_inspection(session: Session, reports: Iterable[Report]) -> Iterable[list[Report]]:
    """The reports with all versions of their inspections, those of one inspection together.

    A report without an inspection is alone.
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
    """The names in the table that a report adds to, each once."""
    if report.state != ReportState.READ or report.withdrawn_at is not None:
        return []
    # Built without validation: these values were validated when they were stored.
    reading = Reading.model_construct(
        file="",
        sha256="",
        pages=0,
        kind=Kind(report.kind or Kind.UNKNOWN),
        framework=Framework(report.framework or Framework.UNKNOWN),
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
    family = report_family(reading)
    keys = sorted(report_keys(reading))
    return [family.value, *(f"{family} {key}" for key in keys)] if keys else []


def _count(session: Session, report: Report, issues: list[str]) -> None:
    counted = report.counted_issues or []
    if counted != issues:
        changes: Counter[str] = session.info.setdefault(_CHANGES, Counter())
        changes.update(issues)
        changes.subtract(counted)
        report.counted_issues = issues or None


def write_issue_counts(session: Session) -> None:
    """Write the changes of this session, always in the same order, so that none waits for ever."""
    changes: Counter[str] = session.info.pop(_CHANGES, Counter())
    rows = [{"name": name, "reports": more} for name, more in sorted(changes.items()) if more]
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    new = sqlite.insert(IssueCount) if is_sqlite else postgresql.insert(IssueCount)
    together = IssueCount.reports + new.excluded.reports
    session.execute(
        new.on_conflict_do_update(index_elements=[IssueCount.name], set_={"reports": together}),
        rows,
    )
