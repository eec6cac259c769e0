"""Corrections: a new version of a report that differs from the version before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.events.announced_grades import announced_grades
from alerts.events.detected import Detected, reference
from alerts.events.types import EventType
from alerts.events.version_differences import (
    changed_areas,
    changed_grades,
    grades_of,
    same_facts,
)
from alerts.events.versions import Versions, certain_reading
from reports.model import Grade, Reading
from storage import facts
from storage.models import Event, Report


def correction_events(session: Session, report: Report, versions: Versions) -> list[Detected]:
    """Return the event of a corrected version; none where it says what recipients know already.

    It must have been read with certainty, and so must one of the older versions.
    """
    earlier = _known_version(session, versions)
    if earlier is None:
        return []
    before = _as_announced(session, report, earlier, versions.older)
    key = f"{EventType.CORRECTION}:{report.file_id}"
    return difference_events(report, before, earlier, key=key)


def _known_version(session: Session, versions: Versions) -> Report | None:
    """Return the older version that holds as far as recipients know.

    They know that a version has left the site if an event says so.
    """
    withdrawn = [other.id for other in versions.older if other.withdrawn_at is not None]
    announced = set(
        session.scalars(
            select(Event.report_id).where(
                Event.report_id.in_(withdrawn), Event.type == EventType.WITHDRAWN
            )
        )
    )
    holding = tuple(other for other in versions.older if other.id not in announced)
    return Versions(older=holding).newest_certain_older or versions.newest_certain_older


def _as_announced(
    session: Session, report: Report, earlier: Report, older: Sequence[Report]
) -> Reading:
    """Return what `earlier` says, with the grades that the events of the older versions gave last.

    A person may have corrected its grades since, and recipients get no message about that. Where a
    person has corrected the same mistake in `report` itself, Ofsted has corrected nothing.
    """
    announced = announced_grades(session, older)
    own, as_read = grades_of(facts.reading_of(report)), grades_of(facts.as_read(report))
    for judgement in [name for name, grade in announced.items() if own.get(name) != grade]:
        if as_read.get(judgement) == announced[judgement]:
            del announced[judgement]
    reading = certain_reading(earlier)
    assert reading is not None, "recipients know only versions with a certain reading"
    judgements = tuple(
        row.model_copy(update={"grade": Grade(announced[row.judgement])})
        if row.judgement in announced
        else row
        for row in reading.judgements
    )
    return reading.model_copy(update={"judgements": judgements})


def difference_events(
    report: Report, before: Reading, earlier: Report, *, key: str
) -> list[Detected]:
    """Return the event that a report differs from `before`, which is what `earlier` said."""
    reading = facts.reading_of(report)
    if same_facts(before, reading):
        return []
    return [
        Detected(
            type=EventType.CORRECTION,
            key=key,
            summary=f"{report.authority.short}: Ofsted replaced a report with a corrected version",
            detail={
                "changes": changed_grades(before, reading),
                "earlier": reference(earlier),
                "earlier_sha256": before.sha256,
                **changed_areas(before, reading),
            },
            earlier_report_id=earlier.id,
        )
    ]


def is_corrected(session: Session, report: Report) -> bool:
    """Return whether an event says that Ofsted has corrected a report or another version of it."""
    of_inspection = select(Report.id).where(Report.inspection_id == report.inspection_id)
    here = Event.report_id == report.id, Event.report_id.in_(of_inspection)
    found = select(Event.id).where(Event.type == EventType.CORRECTION, or_(*here))
    return bool(session.scalar(select(found.exists())))
