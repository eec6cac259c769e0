"""A report whose file Ofsted has replaced under the same number: it corrects itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from alerts.events.corrections import difference_events
from alerts.events.detected import Detected, has_certain_grades
from alerts.events.priority_actions import priority_action_events, priority_areas
from alerts.events.types import EventType
from alerts.events.versions import versions_of
from reports.model import Reading
from storage import facts
from storage.inspection_identity import are_of_one_inspection
from storage.models import Event, Report
from storage.pending_reports import is_file_of_other


def can_correct(session: Session, report: Report, before: Reading) -> bool:
    """Return whether a report can correct what an earlier file under its number said.

    Both files must be certain and about one inspection of one council, and the earlier file must
    not be that of another report. Otherwise the report is treated as read for the first time.
    """
    reading = facts.reading_of(report)
    return (
        has_certain_grades(before)
        and has_certain_grades(reading)
        and before.authority == reading.authority
        and are_of_one_inspection(before, reading)
        and not is_file_of_other(session, report, before.sha256)
    )


def correction_in_place_events(session: Session, report: Report, before: Reading) -> list[Detected]:
    """Return the events of a report whose file Ofsted has replaced under the same number.

    `before` is what the earlier file said (`can_correct`). There are none where a newer version has
    replaced the report.
    """
    reading = facts.reading_of(report)
    if versions_of(session, report).listed_newer:
        return []
    found = difference_events(report, before, report, key=_key_in_place(session, report, reading))
    return found if priority_areas(before) else [*priority_action_events(report, reading), *found]


def _key_in_place(session: Session, report: Report, reading: Reading) -> str:
    """Return the key of a correction in place, numbered from the second time.

    Ofsted may put a file back and replace it by the same one again. Each time is an event.
    """
    key = f"{EventType.CORRECTION}:{report.file_id}:{reading.sha256[:16]}"
    times = select(func.count()).where(
        or_(Event.key == key, Event.key.startswith(f"{key}:", autoescape=True))
    )
    before = session.scalar(times) or 0
    return f"{key}:{before + 1}" if before else key


def is_corrected_in_place(session: Session, report: Report) -> bool:
    """Return whether an event says what changed when Ofsted replaced the file of a report."""
    here = Event.report_id == report.id, Event.earlier_report_id == report.id
    return bool(session.scalar(select(exists().where(*here, Event.type == EventType.CORRECTION))))


def is_replaced_since(session: Session, report: Report, events: Sequence[Event]) -> bool:
    """Return whether Ofsted has replaced the file of a report since these events of it.

    False where Ofsted has put the file back: then what the events say is true again. Events that
    are not stored (`alerts.subscriptions.replay`) were detected in the file of today.
    """
    stored = [event.id for event in events if event.id is not None]
    if not stored:
        return False
    later = session.scalars(
        select(Event)
        .where(
            Event.report_id == report.id,
            Event.earlier_report_id == report.id,
            Event.type == EventType.CORRECTION,
            Event.id > max(stored),
        )
        .order_by(Event.id)
        .limit(1)
    ).one_or_none()
    return later is not None and later.detail["earlier_sha256"] != facts.reading_of(report).sha256
