"""The headline of a message: the one line that people read first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.events.types import EventType
from reports.model import Direction, Grade, Judgement
from reports.wording import (
    grade_words,
    judgement_words,
    number_words,
    short_grade_words,
    uncapitalised,
)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One judgement's change as the events have it: keys of the vocabularies, not words."""

    judgement: str
    earlier: str | None
    later: str | None
    direction: Direction
    note: str = ""
    corrected: bool = False
    """Whether Ofsted has corrected the grade, so that the change is not that of an inspection."""


def headline(
    authority: str,
    events: Sequence[EventType],
    changes: Sequence[Moved],
    *,
    kind: str,
    likely: str = "",
    priority_areas: int = 1,
) -> str:
    """Return what happened, in one line, from the most important events of a report.

    A priority action, a grade change and a withdrawal are all named. Less important events are not
    added to them. Without any event that still applies, it is the headline of a new report.
    `kind` is the kind of the report in words. `likely` says when the next inspection is likely:
    "between May 2025 and March 2028". `priority_areas` is the number of areas for priority action.
    """
    parts = []
    if EventType.PRIORITY_ACTION in events:
        parts.append(
            f"{number_words(priority_areas)} areas for priority action"
            if priority_areas > 1
            else "area for priority action"
        )
    if EventType.GRADE_CHANGE in events and (moved := _grade_change(changes)):
        parts.append(moved)
    if not parts:
        first = events[0] if events else EventType.NEW_REPORT
        parts.append(_of_type(first, changes, kind=kind, likely=likely))
    gone = _of_type(EventType.WITHDRAWN, changes, kind=kind, likely=likely)
    text = f"{authority}: {', and '.join(parts)}"
    return text if EventType.WITHDRAWN not in events or gone in parts else f"{text}; the {gone}"


def _grade_change(changes: Sequence[Moved]) -> str:
    """Return which grades rise and fall; empty where none does."""
    moved = [c for c in changes if c.direction in (Direction.BETTER, Direction.WORSE)]
    overall = [c for c in moved if c.judgement == Judgement.OVERALL_EFFECTIVENESS]
    if overall or len(moved) == 1:
        change = (overall or moved)[0]
        what = "overall grade" if overall else f"grade for {_judgement(change)}"
        verb = "rises" if change.direction == Direction.BETTER else "falls"
        # Not "from Requires improvement to be good to Good".
        earlier, later = short_grade_words(change.earlier), short_grade_words(change.later)
        return f"{what} {verb} from {earlier} to {later}{_other_falls(change, moved)}"
    if not moved:
        return ""
    worse = [c for c in moved if c.direction == Direction.WORSE]
    better = len(moved) - len(worse)
    if not worse:
        return f"{_grades(better)} rise"
    falls = f"{_grades(len(worse))} {'falls' if len(worse) == 1 else 'fall'}{_how_far(worse)}"
    if not better:
        return falls.rstrip(",")
    return f"{falls} and {number_words(better)} {'rises' if better == 1 else 'rise'}"


def _other_falls(overall: Moved, moved: Sequence[Moved]) -> str:
    """Return which other grades fall to Inadequate, where the overall grade does not."""
    word = grade_words(Grade.INADEQUATE)
    falls = [c for c in moved if c.direction == Direction.WORSE and c.later == Grade.INADEQUATE]
    if not falls or overall in falls:
        return ""
    joined = "but" if overall.direction == Direction.BETTER else "and"
    if len(falls) == 1:
        return f", {joined} grade for {_judgement(falls[0])} falls to {word}"
    return f", {joined} {number_words(len(falls))} other grades fall to {word}"


def _grades(number: int) -> str:
    return f"{number_words(number)} {'grade' if number == 1 else 'grades'}"


def _how_far(moved: Sequence[Moved]) -> str:
    """Return what makes changes urgent: how many of the grades are now Inadequate.

    Ends in a comma where the sentence may go on after it.
    """
    number = sum(change.later == Grade.INADEQUATE for change in moved)
    word = grade_words(Grade.INADEQUATE)
    if number in (0, len(moved)):
        return f" to {word}" if number else ""
    return f", {number_words(number)} of them to {word},"


def _of_type(event: EventType, changes: Sequence[Moved], *, kind: str, likely: str) -> str:
    match event:
        case EventType.FIRST_GRADE:
            return _first_grade(changes)
        case EventType.CORRECTION:
            start = f"Ofsted has replaced its {kind} with a corrected version"
            return f"{start}{_corrected(changes)}"
        case EventType.WITHDRAWN:
            return f"{kind} is no longer on Ofsted's site"
        case EventType.RETURNED:
            return f"{kind} is on Ofsted's site again"
        case EventType.THEME_REPEAT:
            return f"areas for improvement raised again in a new {kind}"
        case EventType.DUE_SOON:
            return f"next inspection is likely {likely}"
        case _:
            same = changes and all(change.direction == Direction.SAME for change in changes)
            return f"new {kind}, no grade changed" if same else f"new {kind}"


def _corrected(changes: Sequence[Moved]) -> str:
    """Return which grades are different in the corrected version.

    A digest may have the grades of the inspection too; those are left out.
    """
    corrected = [change for change in changes if change.corrected]
    if not corrected:
        return ""
    if len(corrected) == 1 and (later := grade_words(corrected[0].later)):
        return f": grade for {_judgement(corrected[0])} is now {later}"
    return f": {_grades(len(corrected))} changed{_how_far(corrected)}".rstrip(",")


def _first_grade(changes: Sequence[Moved]) -> str:
    first = [c for c in changes if c.direction == Direction.FIRST]
    overall = [c for c in first if c.judgement == Judgement.OVERALL_EFFECTIVENESS]
    if overall:
        return f"first overall grade is {grade_words(overall[0].later)}"
    if len(first) == 1:
        grade = grade_words(first[0].later)
        return f"new separate grade for {_judgement(first[0])} is {grade}"
    return "first grades"


def _judgement(change: Moved) -> str:
    """Return the judgement as it is in the middle of a sentence."""
    return uncapitalised(judgement_words(change.judgement))
