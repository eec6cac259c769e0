"""Which inspection a report describes: that of its council and kind whose days it shares.

A re-issued report may correct the first or last day. It is still about the same inspection, so the
days need only overlap. They need not even overlap where the report otherwise says the same. Where
it says nearly the same under a new number, a person decides (`check_days`).
Writers take turns (`storage.database`), so no two can create the same inspection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Problem, Reading
from reports.problems import ProblemCode
from reports.wording import uk_period
from storage.confirmable_fields import DATES
from storage.kinds import DATED_KINDS
from storage.models import Inspection, Report

_FURTHEST = timedelta(days=366)
"""The furthest that a correction moves the first day: its year was misprinted."""

_ALIKE = 0.8
"""The share of words, in order, from which two lists of areas may be one list. Those of two real
inspections of a council have less than half in common."""

_FEWEST_AREAS = 2
"""One area may be raised again word for word. Two reports that share several are about one
inspection."""


@dataclass(frozen=True)
class _Days:
    """First and last day that one report gives for an inspection."""

    first: date
    last: date

    def overlap(self, other: _Days) -> bool:
        return self.first <= other.last and other.first <= self.last


def inspection_of(
    session: Session, report: Report, reading: Reading, *, before: Reading | None
) -> Inspection | None:
    """Return the inspection that `reading` of `report` describes, a new one where none is known.

    Returns None for a report that is not about a dated inspection. But where the reading has
    problems, the report keeps its inspection, if that is of the same council. Where the reading
    shares days with several inspections, it describes the one whose first day is nearest. `before`
    is the last certain reading of the report, or else the last one. Never commits.
    """
    if reading.kind not in DATED_KINDS or reading.inspection_start is None:
        own = report.inspection
        is_of_council = own is not None and own.authority_id == report.authority.id
        return own if reading.problems and is_of_council else None
    days = _days(reading.inspection_start, reading.inspection_end)
    known = [
        (abs(other.first - days.first), inspection.id, inspection)
        for inspection, other in _known_days(session, report, reading)
        if days.overlap(other)
    ]
    if known:
        return min(known, key=lambda entry: entry[:2])[2]
    for other, other_reading in _reports_near(session, report, reading):
        if is_issued_again(other_reading, reading):
            return other.inspection
    own = report.inspection
    if (
        own is not None
        and (own.authority_id, own.kind) == (report.authority.id, reading.kind)
        and before is not None
        and are_of_one_inspection(before, reading)
        and _is_listed_for(session, report, own)
    ):
        return own
    inspection = Inspection(
        authority_id=report.authority.id,
        kind=reading.kind,
        start=days.first,
        framework=reading.framework,
    )
    session.add(inspection)
    return inspection


def check_days(session: Session, report: Report, reading: Reading, *, read: Reading) -> Reading:
    """Return the reading, with a problem if it may be about a known inspection with other days.

    `reading` has the confirmed values; `read` has the days that were read. The problem is settled
    when a person confirms both days: those of the other report, or as printed if it is another
    inspection. There is no problem if the days of the other report are in doubt or confirmed,
    because one decision is enough for both.
    """
    if all(field in report.confirmed for field in DATES):
        return reading
    printed = reading.model_copy(update={field.value: getattr(read, field) for field in DATES})
    near = list(_reports_near(session, report, printed))
    if any(share_days(found, printed) or is_issued_again(found, printed) for _, found in near):
        return reading
    for other, found in near:
        if found.inspection_start and _are_alike(found, printed) and not _needs_no_problem(other):
            days = uk_period(found.inspection_start, found.inspection_end)
            message = (
                f"It says nearly the same as report {other.file_id} on {days}; "
                "it may be about the same inspection."
            )
            problem = Problem(code=ProblemCode.DATES_UNCLEAR, message=message)
            return reading.with_problem(problem)
    return reading


def is_issued_again(earlier: Reading, later: Reading) -> bool:
    """Return whether two reports on a council differ in the days of their inspection alone."""
    earlier_start, later_start = earlier.inspection_start, later.inspection_start
    return (
        earlier_start is not None
        and later_start is not None
        and abs(later_start - earlier_start) <= _FURTHEST
        and earlier.kind == later.kind
        and len(later.improvement_areas) >= _FEWEST_AREAS
        and _facts(earlier) == _facts(later)
    )


def are_of_one_inspection(earlier: Reading, later: Reading) -> bool:
    """Return whether two readings of one report are about the same inspection, or neither is about
    a dated one.
    """
    if earlier.kind == later.kind and _facts(earlier) == _facts(later) != ((), ()):
        return True  # the days were mistyped, if they differ
    return share_days(earlier, later)


def share_days(earlier: Reading, later: Reading) -> bool:
    """Return whether two readings are of the same kind and share a day, or both have none."""
    if earlier.kind != later.kind:
        return False
    if earlier.inspection_start is None or later.inspection_start is None:
        return earlier.inspection_start == later.inspection_start
    return _days(earlier.inspection_start, earlier.inspection_end).overlap(
        _days(later.inspection_start, later.inspection_end)
    )


def _known_days(
    session: Session, report: Report, reading: Reading
) -> list[tuple[Inspection, _Days]]:
    """Return the inspections of the same council and kind, with the days that other reports give.

    An inspection that only `report` describes has the days of its last reading.
    """
    rows = session.execute(
        select(
            Inspection,
            Report.reading["inspection_start"].as_string(),
            Report.reading["inspection_end"].as_string(),
        )
        .join(Report.inspection)
        .where(
            Inspection.authority_id == report.authority.id,
            Inspection.kind == reading.kind,
            Report.id != report.id,
        )
    )
    known = [
        (
            inspection,
            _days(date.fromisoformat(first), date.fromisoformat(last) if last else None)
            if first
            else _days(inspection.start, inspection.end),  # a file in doubt gives none
        )
        for inspection, first, last in rows
    ]
    own = report.inspection
    is_own_kind = own is not None and (own.authority_id, own.kind) == (
        report.authority.id,
        reading.kind,
    )
    if own is not None and is_own_kind and all(inspection is not own for inspection, _ in known):
        known.append((own, _days(own.start, own.end)))
    return known


def _reports_near(
    session: Session, report: Report, reading: Reading
) -> Iterator[tuple[Report, Reading]]:
    """Yield each other report on the council, of this kind and within a year, with its reading.

    There are none where `reading` has too few areas to compare.
    """
    start = reading.inspection_start
    if start is None or len(reading.improvement_areas) < _FEWEST_AREAS:
        return
    others = session.scalars(
        select(Report)
        .join(Report.inspection)
        .where(
            Inspection.authority_id == report.authority.id,
            Inspection.kind == reading.kind,
            Inspection.start.between(start - _FURTHEST, start + _FURTHEST),
            Report.id != report.id,
        )
        .order_by(Report.id)
    )
    for other in others:
        yield other, Reading.model_validate(other.reading)


def _are_alike(earlier: Reading, later: Reading) -> bool:
    """Return whether the areas of two reports have nearly the same words."""
    first, second = (
        " ".join(area.text for area in reading.improvement_areas).casefold().split()
        for reading in (earlier, later)
    )
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _needs_no_problem(report: Report) -> bool:
    """Return whether the days of a report are in doubt already, or a person has confirmed one."""
    in_doubt = any(problem.code == ProblemCode.DATES_UNCLEAR for problem in report.problems)
    return in_doubt or any(field in DATES for field in report.confirmed)


def _is_listed_for(session: Session, report: Report, inspection: Inspection) -> bool:
    """Return whether an inspection has no other report, or the site lists one of its other reports
    with the same inspection date as `report`.
    """
    others = session.scalars(
        select(Report.listed_inspection_date).where(
            Report.inspection_id == inspection.id, Report.id != report.id
        )
    ).all()
    return not others or report.listed_inspection_date in [day for day in others if day]


def _facts(reading: Reading) -> tuple[tuple[object, ...], tuple[str, ...]]:
    """Return what a report says, apart from its days: the grades, and the areas word for word."""
    grades = tuple((row.judgement, row.grade) for row in reading.judgements)
    return grades, tuple(area.text for area in reading.improvement_areas)


def _days(first: date, last: date | None) -> _Days:
    return _Days(first, max(first, last or first))
