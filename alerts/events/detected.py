"""An event before it is stored, and what all rules for events share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alerts.events.types import EventType
from reports.model import Reading
from reports.problems import grades_are_certain
from reports.wording import uk_date
from storage.models import Event, Report


@dataclass(frozen=True, kw_only=True)
class Detected:
    """An event before it is stored. `key` names the fact: the same fact always has the same key.

    `compared_with` are the ids of all reports with which it compares its own.
    """

    type: EventType
    key: str
    summary: str
    detail: dict[str, Any] = field(default_factory=dict)
    earlier_report_id: int | None = None
    compared_with: frozenset[int] = frozenset()


def has_certain_grades(reading: Reading) -> bool:
    """Return whether the grades of a reading are certain enough for an event.

    This is also true where it has none.
    """
    return grades_are_certain(problem.code for problem in reading.problems)


def fact_key(event_type: EventType, report: Report) -> str:
    """Return the key of a fact about an inspection. The fact is its own, not its file's."""
    inspection = report.inspection
    assert inspection is not None, "only reports on dated inspections have such facts"
    first = inspection.first_start.isoformat()
    return f"{event_type}:{report.authority.key}:{inspection.kind}:{first}"


def reference(report: Report) -> dict[str, Any]:
    """Describe an earlier report for the detail of an event."""
    inspection = report.inspection
    return {
        "title": report.title,
        "url": report.url,
        "published": report.published.isoformat() if report.published else None,
        "inspection_start": inspection.start.isoformat() if inspection else None,
        "inspection_end": inspection.end.isoformat() if inspection and inspection.end else None,
    }


def is_stored(session: Session, key: str) -> bool:
    """Return whether an event with this key is stored."""
    return bool(session.scalar(select(exists().where(Event.key == key))))


def titled(report: Report) -> str:
    """Return the title and the day of publication, for the summary of an event."""
    when = f", published {uk_date(report.published)}" if report.published else ""
    return f"{report.title}{when}"
