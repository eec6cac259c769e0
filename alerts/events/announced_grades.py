"""The grades that events announced last: what recipients know of an inspection."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.reinstated_versions import COUNTS_AGAIN
from alerts.events.version_differences import grades_of
from storage import facts
from storage.models import Event, Report


def are_grades_announced(session: Session, report: Report, others: Iterable[Report]) -> bool:
    """Return whether a report has the grades that its events, or those of `others`, gave last."""
    announced = announced_grades(session, [report, *others])
    grades = grades_of(facts.reading_of(report))
    return announced == {
        judgement: grade for judgement, grade in grades.items() if grade is not None
    }


def announced_grades(session: Session, reports: Iterable[Report]) -> dict[str, str]:
    """Return the grade of each judgement that the events of these reports gave last."""
    announced: dict[str, str | None] = {}
    events = (
        select(Event)
        .join(Event.report)
        .where(Event.report_id.in_([report.id for report in reports]))
        # A report may have had events about the wrong council.
        .where(Event.authority_id == Report.authority_id)
        .order_by(Event.id)
    )
    for event in session.scalars(events):
        if COUNTS_AGAIN in event.detail:
            announced = dict(event.detail[COUNTS_AGAIN])
        # Where a judgement ended and a new one has the same name, the new one counts.
        changes = sorted(event.detail.get("changes", ()), key=lambda c: c["to"] is not None)
        announced |= {change["judgement"]: change["to"] for change in changes}
    return {judgement: grade for judgement, grade in announced.items() if grade is not None}
