"""From facts to events: what in a report is worth telling.

The rules are those of the field, not of a text comparison: grades are compared judgement by
judgement with the inspection that began before this one, by what the frameworks allow
(`reports.compare`); a new file for a known inspection is a version or a correction; a report
that could not be read with certainty raises no grade event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reports.compare import compare
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alerts.event_types import EventType
from reports.model import Change, Comparison, Direction, Kind, Problem
from reports.model import Report as Reading
from reports.problems import ProblemCode
from storage import facts
from storage.models import Event, Report, ReportState

# Problems that leave the grades, the inspection and the authority beyond doubt.
HARMLESS_PROBLEMS = frozenset(
    {ProblemCode.LEAD_UNCLEAR, ProblemCode.AREAS_EMPTY, ProblemCode.AREAS_UNCLEAR}
)


@dataclass(frozen=True, kw_only=True)
class Detected:
    """An event before it is stored. `key` is the fact's own name: the same fact, the same key."""

    type: EventType
    key: str
    summary: str
    detail: dict[str, Any] = field(default_factory=dict)
    earlier_report_id: int | None = None


@dataclass(frozen=True)
class Doubt:
    """Why nothing may be said of what changed; a sentence for people."""

    reason: str


def is_certain(problems: tuple[Problem, ...]) -> bool:
    """Whether grades read beside these problems may be told as grades."""
    return all(problem.code in HARMLESS_PROBLEMS for problem in problems)


def detect(session: Session, report: Report) -> list[Detected]:
    """The events that a report which has just been read gives, most important first."""
    reading = facts.reading_of(report)
    versions = _other_versions(session, report)
    if versions:
        return _correction(report, reading, facts.reading_of(versions[-1]), versions[-1])
    events: list[Detected] = []
    detail: dict[str, Any] = {}
    if reading.kind == Kind.INSPECTION and reading.judgements and is_certain(reading.problems):
        earlier = _predecessor(session, report)
        if isinstance(earlier, Doubt):
            detail["note"] = earlier.reason
        elif earlier is None:
            events.append(_first_grades(report, reading))
        else:
            comparison = compare(facts.reading_of(earlier), reading)
            events.extend(_from_comparison(report, earlier, comparison))
    events.append(
        Detected(
            type=EventType.NEW_REPORT,
            key=f"new_report:{report.file_id}",
            summary=f"{report.authority.short}: new report, {_title(report)}",
            detail=detail,
        )
    )
    return events


def store(
    session: Session, report: Report, detected: list[Detected], *, now: datetime
) -> list[Event]:
    """Store the events that are not known yet, and return them. Never commits."""
    stored: list[Event] = []
    for found in detected:
        if session.scalar(select(exists().where(Event.key == found.key))):
            continue
        event = Event(
            key=found.key,
            type=found.type,
            authority_id=report.authority_id,
            report_id=report.id,
            earlier_report_id=found.earlier_report_id,
            detected_at=now,
            summary=found.summary,
            detail=found.detail,
        )
        session.add(event)
        stored.append(event)
    session.flush()
    return stored


def _other_versions(session: Session, report: Report) -> list[Report]:
    """Earlier known documents of the same inspection, oldest first."""
    if report.inspection is None:
        return []
    return [
        other
        for other in facts.reports_of_inspection(session, report.inspection)
        if other.id != report.id and other.state == ReportState.READ
    ]


def _predecessor(session: Session, report: Report) -> Report | None | Doubt:
    """The document of the graded inspection before this one, where there is no doubt about it."""
    document = None
    inspection = report.inspection
    while inspection is not None and document is None:
        inspection = facts.previous_inspection(
            session,
            authority_id=report.authority_id,
            kind=inspection.kind,
            before=inspection.start,
        )
        document = facts.current_report(session, inspection) if inspection else None
    if facts.unplaced_report_between(session, report, since=document):
        return Doubt(
            "An inspection report before this one could not be read, so what changed is not shown."
        )
    if document is not None and not is_certain(facts.reading_of(document).problems):
        return Doubt(
            "The report before this one was not read with certainty, so what changed is not shown."
        )
    return document


def _first_grades(report: Report, reading: Reading) -> Detected:
    changes = [
        Change(
            judgement=judgement.judgement,
            earlier=None,
            later=judgement.grade,
            direction=Direction.FIRST,
            note="first inspection of this council that we know of",
        )
        for judgement in reading.judgements
    ]
    return Detected(
        type=EventType.FIRST_GRADE,
        key=_fact_key(EventType.FIRST_GRADE, report),
        summary=f"{report.authority.short}: first grades",
        detail={"changes": _as_json(changes), "earlier": None},
    )


def _from_comparison(report: Report, earlier: Report, comparison: Comparison) -> list[Detected]:
    moved = [c for c in comparison.changes if c.direction in (Direction.BETTER, Direction.WORSE)]
    first = [c for c in comparison.changes if c.direction == Direction.FIRST]
    events: list[Detected] = []
    if moved:
        events.append(
            Detected(
                type=EventType.GRADE_CHANGE,
                key=_fact_key(EventType.GRADE_CHANGE, report),
                summary=f"{report.authority.short}: {_counts(moved)}",
                detail={
                    "changes": _as_json(list(comparison.changes)),
                    "earlier": _reference(earlier),
                },
                earlier_report_id=earlier.id,
            )
        )
    if first:
        events.append(
            Detected(
                type=EventType.FIRST_GRADE,
                key=_fact_key(EventType.FIRST_GRADE, report),
                summary=f"{report.authority.short}: first separate grade",
                detail={"changes": _as_json(first), "earlier": _reference(earlier)},
                earlier_report_id=earlier.id,
            )
        )
    return events


def _correction(
    report: Report, reading: Reading, before: Reading, earlier: Report
) -> list[Detected]:
    """A new file for a known inspection: silent where it says the same, else a correction."""
    grades = {j.judgement: j.grade for j in reading.judgements}
    grades_before = {j.judgement: j.grade for j in before.judgements}
    areas = [area.text for area in reading.improvement_areas]
    if grades == grades_before and areas == [area.text for area in before.improvement_areas]:
        return []
    if not (is_certain(reading.problems) and is_certain(before.problems)):
        return []
    changes = [
        {
            "judgement": judgement,
            "from": grades_before.get(judgement),
            "to": grades.get(judgement),
            "direction": Direction.NOT_COMPARABLE,
            "note": "corrected by Ofsted in a new file for the same inspection",
        }
        for judgement in dict.fromkeys([*grades_before, *grades])
        if grades_before.get(judgement) != grades.get(judgement)
    ]
    return [
        Detected(
            type=EventType.CORRECTION,
            key=f"correction:{report.file_id}",
            summary=f"{report.authority.short}: Ofsted replaced a report by a corrected one",
            detail={"changes": changes, "earlier": _reference(earlier)},
            earlier_report_id=earlier.id,
        )
    ]


def _fact_key(type_: EventType, report: Report) -> str:
    """The inspection, not the file, is what a grade belongs to."""
    inspection = report.inspection
    assert inspection is not None, "only dated inspections have grades"
    return f"{type_}:{report.authority.key}:{inspection.kind}:{inspection.start.isoformat()}"


def _reference(report: Report) -> dict[str, Any]:
    inspection = report.inspection
    return {
        "title": report.title,
        "url": report.url,
        "published": report.published.isoformat() if report.published else None,
        "inspection_start": inspection.start.isoformat() if inspection else None,
        "inspection_end": inspection.end.isoformat() if inspection and inspection.end else None,
    }


def _as_json(changes: list[Change]) -> list[dict[str, Any]]:
    return [change.model_dump(mode="json", by_alias=True) for change in changes]


def _counts(moved: list[Change]) -> str:
    better = sum(change.direction == Direction.BETTER for change in moved)
    worse = len(moved) - better
    words = []
    if worse:
        words.append(f"{worse} judgement{'s' if worse > 1 else ''} fell")
    if better:
        words.append(f"{better} judgement{'s' if better > 1 else ''} rose")
    return " and ".join(words)


def _title(report: Report) -> str:
    when = f", published {report.published:%-d %B %Y}" if report.published else ""
    return f"{report.title}{when}"
