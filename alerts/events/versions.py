"""Several documents for one inspection: published again, corrected, replaced.

Versions are in the order of their publication, not of reading. A document that was added by hand is
not a version of what Ofsted publishes: it neither hides events nor causes any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from alerts.events.detected import Detected, is_certain, reference
from alerts.events.priority_actions import priority_action, priority_areas
from alerts.events.types import EventType
from reports.model import Direction, Grade, ImprovementArea, Judgement, Reading
from reports.wording import judgement_words, short_grade_words, uk_date
from storage import facts
from storage.inspection_identity import describe_one_inspection
from storage.models import Event, Report, ReportState
from storage.pending_reports import is_file_of_other
from storage.versions import reports_of_inspection, version_order

COUNTS_AGAIN = "counts_again"
"""In the detail of an event about a report that left the site or returned: the grades that hold."""

_NOTE = "Corrected by Ofsted in a new file for the same inspection."


@dataclass(frozen=True)
class Versions:
    """The other documents of a report's inspection that were read, each list oldest first."""

    older: tuple[Report, ...] = ()
    newer: tuple[Report, ...] = ()

    @property
    def listed_newer(self) -> Report | None:
        """The newest of the newer versions that were read with certainty and are still listed on
        the site: it counts instead.
        """
        listed = (
            other
            for other in reversed(self.newer)
            if other.withdrawn_at is None and is_certain(facts.reading_of(other).problems)
        )
        return next(listed, None)

    @property
    def base(self) -> Report | None:
        """The newest of the older versions that were read with certainty."""
        certain = (
            other for other in reversed(self.older) if is_certain(facts.reading_of(other).problems)
        )
        return next(certain, None)

    @property
    def is_history(self) -> bool:
        """Whether the inspection was known before events were first detected."""
        return any(other.silent for other in self.older)


def versions_of(session: Session, report: Report) -> Versions:
    """Return the other versions of a report's inspection; none for a report added by hand."""
    if report.inspection is None or report.url is None:
        return Versions()
    others = [
        other
        for other in reports_of_inspection(session, report.inspection)
        if other.id != report.id and other.state == ReportState.READ and other.url is not None
    ]
    own = version_order(report)
    return Versions(
        older=tuple(other for other in others if version_order(other) < own),
        newer=tuple(other for other in others if version_order(other) > own),
    )


def listed_instead(session: Session, report: Report) -> Report | None:
    """Return the newest other version of a report's inspection that the site still lists."""
    versions = versions_of(session, report)
    listed = [v for v in (*versions.older, *versions.newer) if v.withdrawn_at is None]
    return listed[-1] if listed else None


def earlier_version_holds(report: Report, instead: Report) -> bool:
    """Return whether `instead` is an earlier version of `report` that says something else.

    Then recipients must know that it counts again. A report in doubt was never sent to them.
    """
    reading = facts.reading_of(report)
    return (
        version_order(instead) < version_order(report)
        and is_certain(reading.problems)
        and not same_facts(facts.reading_of(instead), reading)
    )


def counts_again(report: Report, instead: Report) -> str:
    """Return, as a sentence, what holds where an earlier version counts instead of a report."""
    day = f" published on {uk_date(instead.published)}" if instead.published else ""
    again = f"The version{day} counts again"
    earlier = facts.reading_of(instead)
    if not is_certain(earlier.problems):
        return f"{again}; its grades are uncertain."
    # The overall grade, the last one in a report, comes first: a message may cut the sentence.
    changed = sorted(
        _changes(facts.reading_of(report), earlier),
        key=lambda change: change["judgement"] != Judgement.OVERALL_EFFECTIVENESS,
    )
    if not changed:
        return f"{again}, with other areas for improvement."
    said = ", ".join(
        f"{judgement_words(change['judgement']).lower()} {_in_short(change['to'])}"
        f" (not {_in_short(change['from'])})"
        for change in changed
    )
    return f"{again}: {said}."


def _in_short(grade: str | None) -> str:
    return (short_grade_words(grade) or "not graded").lower()


def grades_that_count_again(instead: Report) -> dict[str, str | None]:
    """Return the grades of a version that counts again, for the detail of the event that says so.

    There are none where they are uncertain, or its file has not been read.
    """
    if instead.reading is None:
        return {}
    reading = facts.reading_of(instead)
    return _grades(reading) if is_certain(reading.problems) else {}


def are_grades_said(session: Session, report: Report, others: Iterable[Report]) -> bool:
    """Return whether the events of a report and of these others said last the grades it has."""
    said = _said_grades(session, [report, *others])
    grades = _grades(facts.reading_of(report))
    return said == {judgement: grade for judgement, grade in grades.items() if grade is not None}


def _said_grades(session: Session, reports: Iterable[Report]) -> dict[str, str]:
    """Return the grade of each judgement that the events of these reports said last."""
    said: dict[str, str | None] = {}
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
            said = dict(event.detail[COUNTS_AGAIN])
        # Of an ended judgement and a new one of the same name, the new one counts.
        changes = sorted(event.detail.get("changes", ()), key=lambda c: c["to"] is not None)
        said |= {change["judgement"]: change["to"] for change in changes}
    return {judgement: grade for judgement, grade in said.items() if grade is not None}


def same_facts(earlier: Reading, later: Reading) -> bool:
    """Return whether two versions have the same grades, and areas that differ at most in form."""
    if earlier.sha256 == later.sha256:
        return True
    return _grades(earlier) == _grades(later) and _areas(earlier) == _areas(later)


def correction(session: Session, report: Report, versions: Versions) -> list[Detected]:
    """Return the event of a corrected version; none where it says what readers know already.

    It must have been read with certainty, and so must one of the older versions.
    """
    earlier = _known_version(session, versions)
    if earlier is None:
        return []
    before = _as_said(session, report, earlier, versions.older)
    key = f"{EventType.CORRECTION}:{report.file_id}"
    return _correction(report, before, earlier, key=key)


def _known_version(session: Session, versions: Versions) -> Report | None:
    """Return the older version that holds as far as readers know: of one that has gone, an event
    may say so.
    """
    gone = [other.id for other in versions.older if other.withdrawn_at is not None]
    is_withdrawal = Event.type == EventType.WITHDRAWN
    said = select(Event.report_id).where(Event.report_id.in_(gone), is_withdrawal)
    reported = set(session.scalars(said))
    left = tuple(other for other in versions.older if other.id not in reported)
    return Versions(older=left).base or versions.base


def _as_said(session: Session, report: Report, earlier: Report, older: Sequence[Report]) -> Reading:
    """Return what `earlier` says, with the grades that the events of the older versions said last.

    A person may have corrected them since, of which readers get no message. Where a person has
    corrected the same mistake in `report` itself, Ofsted has corrected nothing.
    """
    said = _said_grades(session, older)
    own, as_read = _grades(facts.reading_of(report)), _grades(facts.as_read(report))
    for judgement in [name for name, grade in said.items() if own.get(name) != grade]:
        if as_read.get(judgement) == said[judgement]:
            del said[judgement]
    reading = facts.reading_of(earlier)
    judgements = tuple(
        row.model_copy(update={"grade": Grade(said[row.judgement])})
        if row.judgement in said
        else row
        for row in reading.judgements
    )
    return reading.model_copy(update={"judgements": judgements})


def can_correct(session: Session, report: Report, before: Reading) -> bool:
    """Return whether a report can correct what an earlier file under its number said.

    Both are certain and about one inspection, and the earlier file was not that of another report.
    Else the report has its events as one that is read for the first time.
    """
    reading = facts.reading_of(report)
    return (
        is_certain(before.problems)
        and is_certain(reading.problems)
        and describe_one_inspection(before, reading)
        and not is_file_of_other(session, report, before.sha256)
    )


def correction_in_place(session: Session, report: Report, before: Reading) -> list[Detected]:
    """Return the events of a report whose file Ofsted has replaced under the same number.

    `before` is what the earlier file said (`can_correct`). A version that a newer one replaces has
    none.
    """
    reading = facts.reading_of(report)
    if versions_of(session, report).listed_newer:
        return []
    found = _correction(report, before, report, key=_key_in_place(session, report, reading))
    return found if priority_areas(before) else [*priority_action(report, reading), *found]


def _key_in_place(session: Session, report: Report, reading: Reading) -> str:
    """Return the key of a correction in place. A file may be put back, and replaced again by the
    same one: each time is an event.
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

    It may have put the file back by now: then what they say holds again.
    """
    later = session.scalars(
        select(Event)
        .where(
            Event.report_id == report.id,
            Event.earlier_report_id == report.id,
            Event.type == EventType.CORRECTION,
            Event.id > max(event.id for event in events),
        )
        .order_by(Event.id)
        .limit(1)
    ).one_or_none()
    return later is not None and later.detail["earlier_sha256"] != facts.reading_of(report).sha256


def _correction(report: Report, before: Reading, earlier: Report, *, key: str) -> list[Detected]:
    reading = facts.reading_of(report)
    if same_facts(before, reading):
        return []
    return [
        Detected(
            type=EventType.CORRECTION,
            key=key,
            summary=f"{report.authority.short}: Ofsted replaced a report with a corrected version",
            detail={
                "changes": _changes(before, reading),
                "earlier": reference(earlier),
                "earlier_sha256": before.sha256,
                **_changed_areas(before, reading),
            },
            earlier_report_id=earlier.id,
        )
    ]


def _changes(before: Reading, after: Reading) -> list[dict[str, Any]]:
    """Return the grades that differ. A correction is not a rise or fall, so it has no direction."""
    old, new = _grades(before), _grades(after)
    return [
        {
            "judgement": judgement,
            "from": old.get(judgement),
            "to": new.get(judgement),
            "direction": Direction.NOT_COMPARABLE,
            "note": _NOTE,
        }
        for judgement in dict.fromkeys([*old, *new])
        if old.get(judgement) != new.get(judgement)
    ]


def _changed_areas(before: Reading, after: Reading) -> dict[str, list[str]]:
    """Return the areas for improvement that only one of the versions has, word for word."""
    return {
        "areas_added": _only_in(after.improvement_areas, before.improvement_areas),
        "areas_removed": _only_in(before.improvement_areas, after.improvement_areas),
    }


def _only_in(these: Sequence[ImprovementArea], those: Sequence[ImprovementArea]) -> list[str]:
    known = {_plain(area) for area in those}
    return [area.text for area in these if _plain(area) not in known]


def _grades(reading: Reading) -> dict[str, str | None]:
    return {judgement.judgement: judgement.grade for judgement in reading.judgements}


def _areas(reading: Reading) -> list[tuple[str, bool]]:
    return [_plain(area) for area in reading.improvement_areas]


def _plain(area: ImprovementArea) -> tuple[str, bool]:
    """Return an area without case, spaces and punctuation, which may differ in a new file."""
    return "".join(c for c in area.text.casefold() if c.isalnum()), area.priority_action
