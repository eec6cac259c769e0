"""Grade events: the grades of an inspection compared with those of the one before it.

Grades are compared judgement by judgement, as the frameworks allow (`reports.grade_comparison`). A
report that was not read with certainty has no grade event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from alerts.events.detected import Detected, fact_key, has_certain_grades, reference
from alerts.events.types import EventType
from reports.grade_comparison import grade_changes
from reports.model import Change, Direction, Kind, Reading
from reports.wording import grade_words, judgement_words, overall_first, uncapitalised
from storage import facts
from storage.models import Report
from storage.versions import current_report


@dataclass(frozen=True)
class NoComparison:
    """No comparison is possible. `reason` says why, in a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Unmoved:
    """A comparison in which no grade moved and none is new. It is shown with the new report."""

    detail: dict[str, Any]


def grade_events(
    session: Session, report: Report, reading: Reading
) -> list[Detected] | NoComparison | Unmoved:
    """Return the grade events of a report, or why there are none, or the comparison if none moved.

    There are none where it has no dated, graded inspection, or was not read with certainty.
    """
    graded = reading.kind == Kind.INSPECTION and reading.judgements and report.inspection
    if not graded or not has_certain_grades(reading):
        return []
    earlier = _report_before(session, report)
    if isinstance(earlier, NoComparison):
        return earlier
    if earlier is None:
        return [_first_grades(report, reading)]
    changes = grade_changes(facts.reading_of(earlier), reading)
    found = _from_changes(report, earlier, changes)
    return found or Unmoved({"changes": _as_json(changes), "earlier": reference(earlier)})


def _report_before(session: Session, report: Report) -> Report | None | NoComparison:
    """Return the report of the graded inspection before this one.

    None if there is none. NoComparison if its grades are uncertain, or if a report in between
    could not be read.
    """
    earlier = None
    inspection = report.inspection
    while inspection is not None and earlier is None:
        inspection = facts.previous_inspection(
            session,
            authority_id=report.authority_id,
            kind=inspection.kind,
            before=inspection.start,
        )
        earlier = current_report(session, inspection) if inspection else None
    if facts.unplaced_report_between(session, report, since=earlier):
        return NoComparison(
            "An inspection report before this one could not be read, so what changed is not shown."
        )
    if earlier is not None and not has_certain_grades(facts.reading_of(earlier)):
        return NoComparison(
            "The report before this one was not read with certainty, so what changed is not shown."
        )
    return earlier


def _first_grades(report: Report, reading: Reading) -> Detected:
    changes = [
        Change(
            judgement=judgement.judgement,
            earlier=None,
            later=judgement.grade,
            direction=Direction.FIRST,
            note="first full inspection of this council that we know of",
        )
        for judgement in reading.judgements
    ]
    outcome = f"first grades, {_in_words(changes)}"
    return _event(EventType.FIRST_GRADE, report, None, changes, outcome=outcome)


def _from_changes(report: Report, earlier: Report, changes: Sequence[Change]) -> list[Detected]:
    moved = [c for c in changes if c.direction in (Direction.BETTER, Direction.WORSE)]
    first = [c for c in changes if c.direction == Direction.FIRST]
    events: list[Detected] = []
    if moved:
        outcome = _in_words(moved)
        events.append(_event(EventType.GRADE_CHANGE, report, earlier, changes, outcome=outcome))
    if first:
        outcome = f"new separate grade, {_in_words(first)}"
        # Without a grade change, this event alone says that the other grades are the same.
        shown = first if moved else changes
        events.append(_event(EventType.FIRST_GRADE, report, earlier, shown, outcome=outcome))
    return events


def _event(
    event_type: EventType,
    report: Report,
    earlier: Report | None,
    changes: Sequence[Change],
    *,
    outcome: str,
) -> Detected:
    return Detected(
        type=event_type,
        key=fact_key(event_type, report),
        summary=f"{report.authority.short}: {outcome}",
        detail={"changes": _as_json(changes), "earlier": reference(earlier) if earlier else None},
        earlier_report_id=earlier.id if earlier else None,
    )


def _as_json(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [change.model_dump(mode="json", by_alias=True) for change in changes]


def _in_words(changes: Sequence[Change]) -> str:
    """Return each judgement with its grades, such as "care leavers Good → Inadequate".

    As in messages, the overall grade is first.
    """
    parts = []
    for change in sorted(changes, key=overall_first):
        label = judgement_words(change.judgement)
        grades = [words for g in (change.earlier, change.later) if (words := grade_words(g))]
        parts.append(f"{uncapitalised(label)} {' → '.join(grades)}")
    return ", ".join(parts)
