"""From facts to events: what in a report is worth telling.

The rules are those of the field, not of a text comparison: grades are compared judgement by
judgement with the inspection that began before this one, by what the frameworks allow
(`reports.compare`); a new file for a known inspection is a version or a correction; a report
that could not be read with certainty raises no grade event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alerts.detected import Detected, fact_key, is_certain, reference
from alerts.event_types import EventType
from alerts.messages.words import grade_words, judgement_words
from alerts.named_again import named_again
from alerts.priority import priority_action, priority_areas
from alerts.versions import Versions, correction, is_replaced, versions_of
from reports.compare import compare
from reports.model import Change, Comparison, Direction, Kind
from reports.model import Report as Reading
from reports.repeats import BaseRates
from storage import facts
from storage.models import Event, Report, ReportState


@dataclass(frozen=True)
class Doubt:
    """Why nothing may be said of what changed; a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Unmoved:
    """A comparison in which no grade moved and none is new: shown with the new report."""

    detail: dict[str, Any]


def detect(
    session: Session,
    report: Report,
    *,
    as_published: bool = False,
    rates: BaseRates | None = None,
) -> list[Detected]:
    """The events that a report which has been read gives, most important first.

    It may be asked again at any time, for example when a person has corrected a value: `store`
    keeps each fact once. With `as_published` it answers as on the day of publication: nothing of
    newer versions, and older ones count as told where they were read with certainty. `rates` saves
    counting how common each issue is, where many reports are asked about.
    """
    reading = facts.reading_of(report)
    versions = versions_of(session, report)
    if as_published:
        versions = Versions(older=versions.older)
    if versions.is_superseded:
        return []
    if versions.older:
        return _of_version(session, report, reading, versions, as_published=as_published)
    events = priority_action(report, reading)
    detail: dict[str, Any] = {}
    graded = _grade_events(session, report, reading)
    if isinstance(graded, Doubt):
        detail["note"] = graded.reason
    elif isinstance(graded, Unmoved):
        detail.update(graded.detail)
    else:
        events.extend(graded)
    events.extend(named_again(session, report, reading, rates=rates))
    if not versions.newer:
        events.append(
            Detected(
                type=EventType.NEW_REPORT,
                key=_new_report_key(report),
                summary=f"{report.authority.short}: new report, {_title(report)}",
                detail=detail,
            )
        )
    return events


def withdrawn(session: Session, report: Report) -> list[Detected]:
    """The event of a report that the site no longer lists.

    Not where another version of it is still there, nor for one that was never to be had.
    """
    if report.state == ReportState.MISSING or is_replaced(session, report):
        return []
    last = report.last_seen_at.date()
    return [
        Detected(
            type=EventType.WITHDRAWN,
            key=f"withdrawn:{report.file_id}",
            summary=f"{report.authority.short}: no longer on Ofsted's site: {_title(report)}",
            detail={
                "last_seen": last.isoformat(),
                "note": f"It was last seen there on {last:%-d %B %Y}.",
            },
        )
    ]


def affected(session: Session, report: Report) -> list[Report]:
    """Reports of which something else may be told now that `report` says what it says.

    Its newer versions, and the inspection that comes after it; history stays silent.
    """
    inspection = report.inspection
    if inspection is None:
        return []
    after = facts.next_inspection(
        session,
        authority_id=report.authority_id,
        kind=inspection.kind,
        after=inspection.start,
    )
    following = facts.current_report(session, after) if after else None
    found = [*versions_of(session, report).newer, *([following] if following else [])]
    return [other for other in found if not other.silent]


def store(
    session: Session, report: Report, detected: list[Detected], *, now: datetime
) -> list[Event]:
    """Store the events that are not known yet, and return them. Never commits."""
    stored: list[Event] = []
    for found in detected:
        if _is_told(session, found.key):
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


def _of_version(
    session: Session, report: Report, reading: Reading, versions: Versions, *, as_published: bool
) -> list[Detected]:
    """A new file for an inspection of which another was read. It is no new report.

    Its grades are told as those of the inspection only where no older version has done so: none was
    read with certainty, or they came late, or were in doubt when they were told.
    """
    base = versions.base
    found: list[Detected] = []
    if base is not None and is_certain(reading.problems):
        found = correction(report, base)
    speaks = base is None
    if not as_published:
        told = any(_was_told(session, other) for other in versions.older)
        speaks = (base is None or not told) and not versions.is_history
    if speaks:
        graded = _grade_events(session, report, reading)
        found = [*(graded if isinstance(graded, list) else []), *found]
    had_none = base is not None and not priority_areas(facts.reading_of(base))
    if had_none or speaks:
        found = [*priority_action(report, reading), *found]
    return found


def _was_told(session: Session, report: Report) -> bool:
    """Whether a report was told of as new, and without a doubt about what changed."""
    event = session.scalars(select(Event).where(Event.key == _new_report_key(report))).one_or_none()
    return event is not None and "note" not in event.detail


def _new_report_key(report: Report) -> str:
    return f"{EventType.NEW_REPORT}:{report.file_id}"


def _is_told(session: Session, key: str) -> bool:
    return bool(session.scalar(select(exists().where(Event.key == key))))


def _grade_events(
    session: Session, report: Report, reading: Reading
) -> list[Detected] | Doubt | Unmoved:
    """What the grades of an inspection tell; nothing where they were not read with certainty."""
    graded = reading.kind == Kind.INSPECTION and reading.judgements and report.inspection
    if not graded or not is_certain(reading.problems):
        return []
    earlier = _predecessor(session, report)
    if isinstance(earlier, Doubt):
        return earlier
    if earlier is None:
        return [_first_grades(report, reading)]
    comparison = compare(facts.reading_of(earlier), reading)
    found = _from_comparison(report, earlier, comparison)
    changes = _as_json(list(comparison.changes))
    return found or Unmoved({"changes": changes, "earlier": reference(earlier)})


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
        key=fact_key(EventType.FIRST_GRADE, report),
        summary=f"{report.authority.short}: first grades, {_in_words(changes)}",
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
                key=fact_key(EventType.GRADE_CHANGE, report),
                summary=f"{report.authority.short}: {_in_words(moved)}",
                detail={
                    "changes": _as_json(list(comparison.changes)),
                    "earlier": reference(earlier),
                },
                earlier_report_id=earlier.id,
            )
        )
    if first:
        events.append(
            Detected(
                type=EventType.FIRST_GRADE,
                key=fact_key(EventType.FIRST_GRADE, report),
                summary=f"{report.authority.short}: first separate grade, {_in_words(first)}",
                detail={"changes": _as_json(first), "earlier": reference(earlier)},
                earlier_report_id=earlier.id,
            )
        )
    return events


def _as_json(changes: list[Change]) -> list[dict[str, Any]]:
    return [change.model_dump(mode="json", by_alias=True) for change in changes]


def _in_words(changes: list[Change]) -> str:
    """Each judgement with its grades, such as "care leavers Good → Inadequate"."""
    said = []
    for change in changes:
        label = judgement_words(change.judgement)
        grades = [words for g in (change.earlier, change.later) if (words := grade_words(g))]
        said.append(f"{label[:1].lower()}{label[1:]} {' → '.join(grades)}")
    return ", ".join(said)


def _title(report: Report) -> str:
    when = f", published {report.published:%-d %B %Y}" if report.published else ""
    return f"{report.title}{when}"
