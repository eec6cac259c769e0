"""The inspections and visits in the store that Ofsted's official table should list as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from flows.pipeline.official_table import OfficialRow
from reports.model import Framework, Judgement, Kind
from storage.models import Inspection, Report
from storage.versions import current_report

_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)
_ILACS = (Framework.ILACS_2018, Framework.ILACS_2023, Framework.ILACS_2026)

_NEAR = timedelta(days=31)
"""An inspection whose start differs by no more than this may be the same one with another date."""


@dataclass(frozen=True)
class StoredInspection:
    """One stored inspection or visit: its current report, and when each version was published."""

    inspection: Inspection
    report: Report
    published: tuple[date, ...]

    def grade(self, judgement: Judgement) -> tuple[str | None, int | None]:
        """Return a grade and its page. A shared grade for care and care leavers counts for care."""
        wanted: tuple[Judgement, ...] = (judgement,)
        if judgement == Judgement.IN_CARE:
            wanted = (judgement, Judgement.CARE_AND_CARE_LEAVERS)
        for row in self.report.judgements:
            if row.judgement in wanted:
                return row.grade, row.page
        return None, None


def stored_inspections(session: Session) -> dict[tuple[int, Kind], list[StoredInspection]]:
    """Return the inspections and visits that the table should list, by authority and kind."""
    inspections = session.scalars(
        select(Inspection)
        .where(Inspection.kind.in_(_KINDS))
        .order_by(Inspection.start)
        .options(
            joinedload(Inspection.authority),
            selectinload(Inspection.reports).selectinload(Report.judgements),
        )
    ).all()
    found: dict[tuple[int, Kind], list[StoredInspection]] = defaultdict(list)
    for inspection in inspections:
        report = current_report(session, inspection)
        if report is None:
            continue
        if inspection.kind == Kind.INSPECTION and inspection.framework not in _ILACS:
            continue
        published = tuple(version.published for version in inspection.reports if version.published)
        entry = StoredInspection(inspection, report, published)
        found[inspection.authority_id, Kind(inspection.kind)].append(entry)
    return found


def matching_inspection(
    row: OfficialRow, stored: Sequence[StoredInspection]
) -> StoredInspection | None:
    """Return the stored inspection that a row is about; None where that is not certain.

    It is the only one with its start, or with its publication, or that began within a month of it.
    """
    same_start = [found for found in stored if found.inspection.start == row.start]
    same_published = [found for found in stored if row.published in found.published]
    near = [
        found
        for found in stored
        if row.start is not None and abs(found.inspection.start - row.start) <= _NEAR
    ]
    candidates = (same_start, same_published, near)
    return next((found[0] for found in candidates if len(found) == 1), None)
