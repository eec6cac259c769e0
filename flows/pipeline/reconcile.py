"""The stored history beside Ofsted's official table: a check, never a source.

Ofsted's table has had errors that the report itself put right, so nothing is changed here: every
difference is listed with both values and the place in the report, for a person to look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from flows.pipeline.app import App
from flows.pipeline.official import OfficialRow, OfficialTable, read_official_table
from reports.model import Framework, Judgement, Kind
from storage import facts
from storage.models import Authority, Inspection, Report, ReportState

_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
_ILACS = (Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026)
# An inspection whose start differs by no more than this is the same one with another date.
_SAME = timedelta(days=31)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value that the official table and the store do not agree on. None: not there.

    `what` is a judgement, `inspection_start`, `published`, or `inspection` for one that only one
    side knows. `places` are the sheets and rows of the table.
    """

    authority: str
    urn: str | None
    kind: Kind
    inspection_start: date | None
    what: str
    official: str | None
    stored: str | None
    places: tuple[str, ...] = ()
    page: int | None = None
    url: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What came of a comparison. Each inspection and value counts once, in however many tables."""

    file: str
    as_at: date
    authorities: int
    inspections: int
    grades: int
    dates: int
    rows_left_out: int
    differences: tuple[Difference, ...]

    @property
    def summary(self) -> str:
        """The comparison in one or two sentences."""
        compared = (
            f"{self.grades} grades and {self.dates} dates of {self.inspections} inspections and "
            f"visits of {self.authorities} authorities were compared"
        )
        number = len(self.differences)
        found = "they all agree" if not number else f"{number} differ or are on one side only"
        left = f" {self.rows_left_out} rows are about authorities of which nothing is stored."
        return f"{compared}: {found}.{left if self.rows_left_out else ''}"


@dataclass(frozen=True)
class _Stored:
    """One stored inspection or visit: the report that counts, and all its versions."""

    inspection: Inspection
    report: Report
    published: tuple[date, ...]

    def grade(self, judgement: Judgement) -> tuple[str | None, int | None]:
        """A grade and its page. One grade for children in care and care leavers stands for both."""
        wanted: tuple[Judgement, ...] = (judgement,)
        if judgement == Judgement.IN_CARE:
            wanted = (judgement, Judgement.CARE_AND_CARE_LEAVERS)
        for row in self.report.judgements:
            if row.judgement in wanted:
                return row.grade, row.page
        return None, None


@dataclass
class _Tally:
    """What has been compared; differences by what they are about, so that each counts once."""

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
    """Compare what is stored with the table in `path`. Raises ConfigurationError for another file.

    Only authorities of which at least one report is stored are compared.
    """
    table = read_official_table(path, register=app.register)
    with app.database.read() as session:
        return _compare(session, table, file=path.name)


def _compare(session: Session, table: OfficialTable, *, file: str) -> Reconciliation:
    authorities = {
        authority.key: authority
        for authority in session.scalars(
            select(Authority).where(Authority.id.in_(select(Report.authority_id)))
        )
    }
    stored = _stored_inspections(session)
    tally = _Tally()
    rows = [row for row in table.rows if row.key in authorities]
    for row in rows:
        authority = authorities[row.key or ""]
        found = _match(row, stored[authority.id, row.kind])
        _compare_row(session, row, authority, found, tally)
    for inspections in stored.values():
        for one in inspections:
            if one.inspection.id not in tally.matched and _belongs(one, table):
                tally.differ(_only_stored(one))
    return Reconciliation(
        file=file,
        as_at=table.as_at,
        authorities=len({row.key for row in rows}),
        inspections=len(tally.inspections),
        grades=len(tally.grades),
        dates=len(tally.dates),
        rows_left_out=len(table.rows) - len(rows),
        differences=tuple(sorted(tally.differences.values(), key=_in_order)),
    )


def _stored_inspections(session: Session) -> dict[tuple[int, Kind], list[_Stored]]:
    """The inspections and visits that such a table lists, by authority and kind."""
    inspections = session.scalars(
        select(Inspection)
        .where(Inspection.kind.in_(_KINDS))
        .order_by(Inspection.start)
        .options(
            joinedload(Inspection.authority),
            selectinload(Inspection.reports).selectinload(Report.judgements),
        )
    ).all()
    found: dict[tuple[int, Kind], list[_Stored]] = defaultdict(list)
    for inspection in inspections:
        report = facts.current_report(session, inspection)
        if report is None:
            continue
        if inspection.kind == Kind.INSPECTION and inspection.framework not in _ILACS:
            continue
        published = tuple(version.published for version in inspection.reports if version.published)
        entry = _Stored(inspection, report, published)
        found[inspection.authority_id, Kind(inspection.kind)].append(entry)
    return found


def _match(row: OfficialRow, stored: Sequence[_Stored]) -> _Stored | None:
    """The stored inspection that a row is about: by its start, its publication, or nearly."""
    for one in stored:
        if row.start is not None and one.inspection.start == row.start:
            return one
    for one in stored:
        if row.published is not None and row.published in one.published:
            return one
    near = [one for one in stored if row.start and abs(one.inspection.start - row.start) <= _SAME]
    return near[0] if len(near) == 1 else None


def _compare_row(
    session: Session, row: OfficialRow, authority: Authority, found: _Stored | None, tally: _Tally
) -> None:
    place = f"{row.sheet}, row {row.row}"
    if found is None:
        tally.differ(_only_official(session, row, authority), place=place)
        return
    key = (authority.key, row.kind, str(found.inspection.start))
    tally.matched.add(found.inspection.id)
    tally.inspections.add(key)

    def check(what: str, official: str | None, stored: str | None, page: int | None) -> None:
        if official != stored:
            tally.differ(
                _difference(found, what=what, official=official, stored=stored, page=page),
                place=place,
            )

    if row.start is not None:
        tally.dates.add((*key, "inspection_start"))
        check("inspection_start", row.start.isoformat(), found.inspection.start.isoformat(), 1)
    if row.published is not None and row.published not in found.published:
        first = min(found.published, default=None)
        check("published", row.published.isoformat(), first.isoformat() if first else None, None)
    if row.published is not None:
        tally.dates.add((*key, "published"))
    for judgement in _graded(row, found):
        grade, page = found.grade(judgement)
        tally.grades.add((*key, judgement))
        check(judgement, row.grades.get(judgement), grade, page)


def _graded(row: OfficialRow, found: _Stored) -> list[Judgement]:
    """Judgements that either side gives; a table without a column for one says nothing of it."""
    if row.kind != Kind.INSPECTION:
        return []
    given = {Judgement(judgement.judgement) for judgement in found.report.judgements}
    if Judgement.CARE_AND_CARE_LEAVERS in given:
        given = given - {Judgement.CARE_AND_CARE_LEAVERS} | {Judgement.IN_CARE}
    return [judgement for judgement in Judgement if judgement in given | set(row.grades)]


def _difference(
    found: _Stored, *, what: str, official: str | None, stored: str | None, page: int | None
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
    """An inspection that only the table has, and the document that may be about it."""
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
        official=when.isoformat() if when else None,
        stored=None,
        url=unread.url if unread is not None else None,
        note=note,
    )


def _only_stored(one: _Stored) -> Difference:
    return replace(
        _difference(
            one,
            what="inspection",
            official=None,
            stored=one.inspection.start.isoformat(),
            page=1,
        ),
        note=_doubt(one.report) or "The table does not list it.",
    )


def _belongs(one: _Stored, table: OfficialTable) -> bool:
    """Whether a stored inspection should stand in the table: visits are listed for one year."""
    start = one.inspection.start
    if start > table.as_at or not one.published or min(one.published) > table.published_by:
        return False
    return one.inspection.kind == Kind.INSPECTION or start > table.as_at - _YEAR


def _in_order(difference: Difference) -> tuple[str, str, str, str]:
    return (
        difference.authority,
        str(difference.inspection_start or difference.official),
        difference.kind,
        difference.what,
    )


def differences_as_json(differences: Iterable[Difference]) -> list[dict[str, object]]:
    """Differences as other programs read them."""
    return [
        {
            "authority": d.authority,
            "urn": d.urn,
            "kind": d.kind,
            "inspection_start": d.inspection_start.isoformat() if d.inspection_start else None,
            "what": d.what,
            "official": d.official,
            "stored": d.stored,
            "page": d.page,
            "report_url": d.url,
            "places": list(d.places),
            "note": d.note,
        }
        for d in differences
    ]
