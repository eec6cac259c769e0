"""Compare the stored history with Ofsted's official table: a check, never a source.

Ofsted's table has had errors where the report itself was right, so nothing is changed here. Every
difference is listed with both values, for an operator to check. Grades also have their page in the
report. The pages of dates are not stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from flows.pipeline.differences import Difference, Reconciliation, in_order
from flows.pipeline.official_table import OfficialRow, OfficialTable, read_official_table
from flows.pipeline.stored_inspections import (
    StoredInspection,
    matching_inspection,
    stored_inspections,
)
from reports.model import Judgement, Kind
from reports.wording import iso
from storage.models import Authority, Report, ReportState

_YEAR = timedelta(days=365)


@dataclass
class _Tally:
    """What has been compared. The keys say what a difference is about, so that each counts once."""

    matched: set[int] = field(default_factory=set)
    inspections: set[tuple[str, ...]] = field(default_factory=set)
    grades: set[tuple[str, ...]] = field(default_factory=set)
    dates: set[tuple[str, ...]] = field(default_factory=set)
    differences: dict[tuple[str, ...], Difference] = field(default_factory=dict)

    def differ(self, difference: Difference, *, place: str = "") -> None:
        """Note a difference, or one more place where the table says the same."""
        key = tuple(
            str(part)
            for part in (
                difference.authority,
                difference.kind,
                difference.inspection_start,
                difference.what,
                difference.official,
            )
        )
        known = self.differences.get(key, difference)
        places = (*known.places, place) if place else known.places
        self.differences[key] = replace(known, places=places)


def reconcile(app: App, path: Path) -> Reconciliation:
    """Compare what is stored with the table in `path`.

    Only authorities of which at least one report is stored are compared. Raises ConfigurationError
    for a file that is not that table.
    """
    table = read_official_table(path, register=app.register, cells=app.reader.cells)
    with app.database.read() as session:
        return _compare(session, table, file=path.name)


def _compare(session: Session, table: OfficialTable, *, file: str) -> Reconciliation:
    authorities = {
        authority.key: authority
        for authority in session.scalars(
            select(Authority).where(Authority.id.in_(select(Report.authority_id)))
        )
    }
    stored = stored_inspections(session)
    tally = _Tally()
    rows = [row for row in table.rows if row.key in authorities]
    for row in rows:
        authority = authorities[row.key or ""]
        found = matching_inspection(row, stored[authority.id, row.kind])
        _compare_row(session, row, authority, found, tally)
    for inspections in stored.values():
        for entry in inspections:
            if entry.inspection.id not in tally.matched and _belongs(entry, table):
                tally.differ(_only_stored(entry))
    return Reconciliation(
        file=file,
        as_at=table.as_at,
        authorities=len({row.key for row in rows}),
        inspections=len(tally.inspections),
        grades=len(tally.grades),
        dates=len(tally.dates),
        rows_left_out=len(table.rows) - len(rows),
        unknown_names=tuple(sorted({row.name for row in table.rows if row.key is None})),
        differences=tuple(sorted(tally.differences.values(), key=in_order)),
    )


def _compare_row(
    session: Session,
    row: OfficialRow,
    authority: Authority,
    found: StoredInspection | None,
    tally: _Tally,
) -> None:
    place = f"{row.sheet}, row {row.row}"
    if found is None:
        tally.differ(_only_official(session, row, authority), place=place)
        return
    key = (authority.key, row.kind, str(found.inspection.start))
    tally.matched.add(found.inspection.id)
    tally.inspections.add(key)

    def check(what: str, official: str | None, stored: str | None, page: int | None = None) -> None:
        if official != stored:
            tally.differ(
                _difference(found, what=what, official=official, stored=stored, page=page),
                place=place,
            )

    if row.start is not None:
        tally.dates.add((*key, "inspection_start"))
        check("inspection_start", row.start.isoformat(), found.inspection.start.isoformat())
    if row.published is not None and row.published not in found.published:
        first = min(found.published, default=None)
        check("published", row.published.isoformat(), iso(first))
    if row.published is not None:
        tally.dates.add((*key, "published"))
    for judgement in _graded(row, found):
        grade, page = found.grade(judgement)
        tally.grades.add((*key, judgement))
        check(judgement, row.grades.get(judgement), grade, page)


def _graded(row: OfficialRow, found: StoredInspection) -> list[Judgement]:
    """Return the judgements that the report or the table gives: none for a visit."""
    if row.kind != Kind.INSPECTION:
        return []
    given = {Judgement(judgement.judgement) for judgement in found.report.judgements}
    if Judgement.CARE_AND_CARE_LEAVERS in given:
        # The table has the joint grade as that of children in care.
        given = given - {Judgement.CARE_AND_CARE_LEAVERS} | {Judgement.IN_CARE}
    return [judgement for judgement in Judgement if judgement in given | set(row.grades)]


def _difference(
    found: StoredInspection,
    *,
    what: str,
    official: str | None,
    stored: str | None,
    page: int | None = None,
) -> Difference:
    authority = found.inspection.authority
    return Difference(
        authority=authority.short,
        urn=authority.urn,
        kind=Kind(found.inspection.kind),
        inspection_start=found.inspection.start,
        what=what,
        official=official,
        stored=stored,
        page=page,
        url=found.report.url,
        note=_doubt(found.report),
    )


def _doubt(report: Report) -> str:
    if not report.problems:
        return ""
    return f"The report was not read with certainty: {report.problems[0].message}"


def _only_official(session: Session, row: OfficialRow, authority: Authority) -> Difference:
    """Return the difference for an inspection that only the table has.

    If a report published on that day is stored without an inspection, the address and note are
    about it.
    """
    unread = None
    if row.published is not None:
        unread = session.scalars(
            select(Report)
            .where(
                Report.authority_id == authority.id,
                Report.inspection_id.is_(None),
                Report.published == row.published,
            )
            .limit(1)
        ).first()
    note = "No report on it is stored."
    if unread is not None:
        why = "could not be read" if unread.state != ReportState.READ else "gave no dates"
        note = f"A report published on that day is stored, but it {why}."
    when = row.start or row.published
    return Difference(
        authority=authority.short,
        urn=authority.urn,
        kind=row.kind,
        inspection_start=row.start,
        what="inspection",
        official=iso(when),
        stored=None,
        url=unread.url if unread is not None else None,
        note=note,
    )


def _only_stored(entry: StoredInspection) -> Difference:
    return replace(
        _difference(
            entry,
            what="inspection",
            official=None,
            stored=entry.inspection.start.isoformat(),
        ),
        note=_doubt(entry.report) or "The table does not list it.",
    )


def _belongs(entry: StoredInspection, table: OfficialTable) -> bool:
    """Return whether a stored inspection should be in the table, which has one year of visits."""
    start = entry.inspection.start
    if start > table.as_at or not entry.published or min(entry.published) > table.published_by:
        return False
    return entry.inspection.kind == Kind.INSPECTION or start > table.as_at - _YEAR
