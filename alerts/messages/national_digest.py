"""A digest for people who watch many councils: counts and changes first, details behind links.

Councils are grouped by what happened. A pure record; each channel shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.events.types import EventType
from alerts.messages.digest import DigestMessage, DigestRow, noun_of
from alerts.messages.grades import GradesInBrief
from alerts.messages.message import Link
from reports.model import Direction, Kind
from reports.wording import counted, uncapitalised

_THE_SAME = frozenset({Direction.SAME, Direction.NOT_GIVEN_ANY_MORE})

_VISITS = (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)

_KINDS = {
    Kind.INSPECTION: ("full inspection", "full inspections"),
    Kind.FOCUSED_VISIT: ("focused visit", "focused visits"),
    Kind.MONITORING_VISIT: ("monitoring visit", "monitoring visits"),
    Kind.JOINT_INSPECTION: ("joint inspection", "joint inspections"),
    Kind.AREA_SEND: ("area SEND inspection", "area SEND inspections"),
}
"""Singular and plural of each kind, in the order in which they are counted."""


class DigestForm(StrEnum):
    """What a digest looks like. reports: each report separately. national: grouped and counted."""

    REPORTS = "reports"
    NATIONAL = "national"


@dataclass(frozen=True, kw_only=True)
class DigestLine:
    """One report in a group: its headline, what else to know, the report and our page about it."""

    headline: str
    also: str
    report: Link | None = None
    details: Link | None = None


@dataclass(frozen=True, kw_only=True)
class DigestGroup:
    """The reports to which the same thing happened, under a heading with their number."""

    heading: str
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, kw_only=True)
class NationalDigest(DigestMessage):
    """A digest whose reports are counted and grouped. `counts` are sentences."""

    counts: tuple[str, ...] = ()
    groups: tuple[DigestGroup, ...] = ()

    def grades_in_brief(self, row: DigestRow) -> GradesInBrief | None:
        """None: it has no pictures."""
        return None

    def shows_statements(self, row: DigestRow) -> bool:
        """Never: the statements are behind the links."""
        return False


def national_digest(digest: DigestMessage) -> NationalDigest:
    """Return a digest in its national form."""
    return NationalDigest(
        headline=f"National {uncapitalised(digest.headline)}",
        summary=digest.summary,
        rows=digest.rows,
        sections=digest.sections,
        counts=tuple(_counts(digest.rows)),
        groups=tuple(_groups(digest.rows)),
    )


def has_new(rows: Iterable[DigestRow]) -> bool:
    """Return whether any report is new: a national digest then says how many are."""
    return any(map(_is_new, rows))


def _moved(row: DigestRow, direction: Direction) -> bool:
    message = row.message
    return message.grades_hold and any(line.direction == direction for line in message.grades)


def _has(row: DigestRow, *types: EventType) -> bool:
    return any(event in row.message.events for event in types)


def _is_new(row: DigestRow) -> bool:
    return _has(row, EventType.NEW_REPORT)


def _is_new_inspection(row: DigestRow) -> bool:
    return _is_new(row) and row.message.kind == Kind.INSPECTION


def _is_unchanged(row: DigestRow) -> bool:
    """Return whether the grades were compared, and those that are still given are the same."""
    directions = {line.direction for line in row.message.grades}
    return Direction.SAME in directions and directions <= _THE_SAME


def _says_raised_again(row: DigestRow) -> bool:
    """Return whether anything is more than possibly raised again, or the inspectors say so."""
    repeats = row.message.repeats
    return repeats is not None and repeats.says_raised_again


_HAPPENED: tuple[tuple[str, Callable[[DigestRow], bool]], ...] = (
    ("Areas for priority action", lambda row: _has(row, EventType.PRIORITY_ACTION)),
    (
        "Corrected, replaced or withdrawn",
        lambda row: (
            _has(row, EventType.CORRECTION, EventType.WITHDRAWN) or not row.message.grades_hold
        ),
    ),
    ("Published again", lambda row: _has(row, EventType.RETURNED)),
    (
        "Some grades better, some worse",
        lambda row: _moved(row, Direction.WORSE) and _moved(row, Direction.BETTER),
    ),
    ("Grades worse", lambda row: _moved(row, Direction.WORSE)),
    ("Grades better", lambda row: _moved(row, Direction.BETTER)),
    ("First grades", lambda row: _has(row, EventType.FIRST_GRADE)),
    (
        "Inspected, no grade changed",
        lambda row: _is_new_inspection(row) and _is_unchanged(row),
    ),
    ("Inspected, grades not compared", _is_new_inspection),
    ("Visits", lambda row: _is_new(row) and row.message.kind in _VISITS),
    ("Other inspections", _is_new),
    ("Next inspection likely soon", lambda row: _has(row, EventType.DUE_SOON)),
    ("Raised again", _says_raised_again),
    ("Compared with earlier reports", lambda row: True),
)
"""The headings, each with its condition. Every report is in the first group that applies to it."""


def _groups(rows: Sequence[DigestRow]) -> Iterator[DigestGroup]:
    placed: dict[str, list[DigestRow]] = {heading: [] for heading, _ in _HAPPENED}
    for row in rows:
        placed[next(heading for heading, applies in _HAPPENED if applies(row))].append(row)
    for heading, members in placed.items():
        if members:
            lines = tuple(_line(row) for row in members)
            yield DigestGroup(heading=f"{heading} ({len(lines)})", lines=lines)


def _line(row: DigestRow) -> DigestLine:
    message = row.message
    about = row.counted if _is_new(row) else ""
    also = [row.marks.lower(), about, "needs review" if message.problems else ""]
    also.append(message.since.rstrip("."))
    return DigestLine(
        headline=message.headline,
        also="; ".join(part for part in also if part),
        report=message.report,
        details=message.pages[0] if message.pages else None,
    )


def _counts(rows: Sequence[DigestRow]) -> Iterator[str]:
    new = [row for row in rows if _is_new(row)]
    if new:
        councils = len({row.message.authority for row in new})
        kinds = Counter(row.message.kind for row in new)
        said = [counted(kinds[kind], *words) for kind, words in _KINDS.items() if kinds[kind]]
        if other := sum(number for kind, number in kinds.items() if kind not in _KINDS):
            said.append(counted(other, "other report"))
        reports = counted(len(new), "new report")
        yield f"{reports} on {counted(councils, 'council')}: {', '.join(said)}."
    worse = sum(_moved(row, Direction.WORSE) for row in rows)
    better = sum(_moved(row, Direction.BETTER) for row in rows)
    if worse or better:
        yield (
            f"Grades became worse in {counted(worse, 'report')} and better in "
            f"{counted(better, 'report')}."
        )
    if due := sum(_has(row, EventType.DUE_SOON) for row in rows):
        yield f"{counted(due, 'council')}: next inspection likely soon."
    if urgent := sum(row.message.urgent for row in rows):
        noun = noun_of(rows)
        yield f"{counted(urgent, f'{noun} is', f'{noun}s are')} urgent."
    if again := sum(row.message.repeat_count for row in rows):
        yield f"{counted(again, 'issue was', 'issues were')} raised again."
