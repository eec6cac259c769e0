"""Detect events: from the stored facts of a report to the facts worth an alert.

The rules are about inspections, not about texts. A new file for a known inspection is a version or
a correction. Grades are compared with those of the inspection before (`grade_events`). A fact is
*announced* when an event about it is stored: that is what recipients know.

Where no older version was read, a report announces its grades, its areas for priority action, its
repeats, and itself as new. What any other version announces (`_of_version`):

| the older versions of its inspection       | correction | grades | priority action              |
|--------------------------------------------|------------|--------|------------------------------|
| none has grades read with certainty        | no         | yes    | yes                          |
| some have; none was announced as new, or   | yes        | yes    | yes                          |
| only with changes unknown                  |            |        |                              |
| some have; one was announced as new, with  | yes        | no     | if the newest of them has no |
| its changes known                          |            |        | area for priority action     |
| one is history, whatever the others are    | yes        | no     | as in the row above          |

Repeats are announced if no older version has areas read with certainty, and none is history.

A correction needs grades read with certainty in both versions, and facts that differ. A version
whose own events gave its grades does not correct others. A version whose own file Ofsted has
replaced and corrected neither corrects others nor announces grades; it announces areas for priority
action only as in the third row. A version that announces none of this, and has no event yet, is
announced as new if all older versions have left the site and an event says so.

As of the day of publication (`as_published`), stored events and history do not count, and older
versions count as announced if one has grades read with certainty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import Session

from alerts.events.announced_grades import are_grades_announced
from alerts.events.corrections import correction_events
from alerts.events.detected import Detected, has_certain_grades, is_stored, titled
from alerts.events.grade_events import NoComparison, Unmoved, grade_events
from alerts.events.priority_actions import priority_action_events, priority_areas
from alerts.events.repeats import repeat_events
from alerts.events.replaced_files import is_corrected_in_place
from alerts.events.types import EventType
from alerts.events.versions import Versions, certain_reading, versions_of
from alerts.events.withdrawals import is_announced_withdrawn, is_withdrawn_without_replacement
from reports.london import london_date
from reports.model import Reading
from reports.problems import areas_are_certain
from reports.repeats.base_rates import BaseRates
from storage import facts
from storage.models import Authority, Event, Report, ReportState
from storage.polls import watching_since
from storage.repeats import compared_later
from storage.uncertain_council import is_council_uncertain
from storage.versions import current_report

LISTED_LATE_AT_MOST = timedelta(days=30)
"""A report appears on the site at most this long after the publication date shown there."""


def detect(
    session: Session,
    report: Report,
    *,
    as_published: bool = False,
    rates: BaseRates | None = None,
) -> list[Detected]:
    """Return the events of a report that has been read, most important first.

    It can be called at any time, for example after a value was corrected: `store` keeps each fact
    once. With `as_published` the result is that of the day of publication: newer versions do not
    count, and older ones count as announced where they were read with certainty. `rates` says how
    common each issue is. Pass it to avoid counting again for each of many reports.
    """
    found = _events_of(session, report, as_published=as_published, rates=rates)
    taken = _keys_of_moved_reports(session, report, [event.key for event in found])
    return [
        replace(event, key=f"{event.key}:{report.file_id}") if event.key in taken else event
        for event in found
    ]


def _keys_of_moved_reports(session: Session, report: Report, keys: Sequence[str]) -> frozenset[str]:
    """Return which of these keys belong to events of other reports that have moved since.

    A person has moved such a report to another council, so what the event said does not hold.
    """
    if not keys:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Event.key)
            .join(Event.report)
            .where(
                Event.key.in_(keys),
                Event.report_id != report.id,
                Event.authority_id != Report.authority_id,
            )
        )
    )


def _events_of(
    session: Session, report: Report, *, as_published: bool, rates: BaseRates | None
) -> list[Detected]:
    reading = facts.reading_of(report)
    if is_council_uncertain(problem.code for problem in reading.problems):
        return []
    if report.withdrawn_at is not None and not as_published:
        return []  # it no longer applies, whatever happens to the versions before it
    versions = versions_of(session, report)
    if as_published:
        versions = Versions(older=versions.older)
    if versions.listed_newer:
        return []
    if versions.older:
        return _of_version(
            session, report, reading, versions, as_published=as_published, rates=rates
        )
    events = priority_action_events(report, reading)
    detail: dict[str, Any] = {}
    is_corrected = not as_published and is_corrected_in_place(session, report)
    graded = [] if is_corrected else grade_events(session, report, reading)
    if isinstance(graded, NoComparison):
        detail["note"] = graded.reason
    elif isinstance(graded, Unmoved):
        detail.update(graded.detail)
    else:
        events.extend(_not_announced(session, report, versions.newer, graded))
    events.extend(repeat_events(session, report, reading, rates=rates))
    if not versions.newer or _is_new_to_recipients(session, report, versions.newer):
        events.append(_new_report(report, detail))
    return events


def _new_report(report: Report, detail: dict[str, Any]) -> Detected:
    return Detected(
        type=EventType.NEW_REPORT,
        key=_new_report_key(report),
        summary=f"{report.authority.short}: new report, {titled(report)}",
        detail=detail,
    )


def affected(session: Session, report: Report) -> list[Report]:
    """Return other reports whose events may change because of what `report` says.

    These are its newer versions, the report of the inspection after it, later reports whose areas
    are compared with its own, and later reports that were announced with changes unknown: it may be
    `report` that hid them. History has no events.
    """
    unknown = _with_changes_unknown(session, report)
    inspection = report.inspection
    if inspection is None:
        return unknown
    after = facts.next_inspection(
        session,
        authority_id=report.authority_id,
        kind=inspection.kind,
        after=inspection.start,
    )
    following = current_report(session, after) if after else None
    found = [
        *versions_of(session, report).newer,
        *([following] if following else []),
        *compared_later(session, report),
    ]
    return list(dict.fromkeys([*(other for other in found if not other.silent), *unknown]))


def _with_changes_unknown(session: Session, report: Report) -> list[Report]:
    """Return the later reports of the same title that were announced with changes unknown."""
    announced = select(Event.report_id).where(
        Event.type == EventType.NEW_REPORT,
        Event.authority_id == report.authority_id,
        Event.detail["note"].as_string().is_not(None),
    )
    waiting = set(session.scalars(announced)) - {report.id}
    if not waiting:
        return []
    later = later_of_title(session, report, authority_id=report.authority_id)
    return [other for other in later if other.id in waiting]


def is_history_listed_late(session: Session, report: Report, *, now: datetime) -> bool:
    """Return whether a report is from before the watch began, and was missing from the first poll.

    A page of the site may have been incomplete on that day, or a second page of its council may not
    have opened. The events of such a report would be old. The watch begins with the first complete
    poll, which may be yet to come. A report of a known inspection does not count: it may be a
    correction that has kept its date.
    """
    began = watching_since(session) or now
    if report.published is None or report.inspection is None:
        return False
    if report.published >= london_date(min(began, now)) - LISTED_LATE_AT_MOST:
        return False
    if report.published < report.inspection.start:
        return False  # no report is older than its inspection: the site's date is mistyped
    versions = versions_of(session, report)
    return not (versions.older or versions.newer or _has_events(session, report))


def later_of_title(session: Session, report: Report, *, authority_id: int) -> list[Report]:
    """Return a council's reports of the same title that came after `report` and may have events.

    `report` turned out to be about another council. While that was uncertain, later reports of the
    council with `authority_id` did not show what had changed.
    """
    later = select(Report).where(
        Report.authority_id == authority_id,
        Report.title == report.title,
        Report.state == ReportState.READ,
        ~Report.silent,
    )
    if report.published is not None:
        later = later.where(Report.published >= report.published)
    return list(session.scalars(later.order_by(Report.published, Report.id)))


def store(
    session: Session, report: Report, detected: Sequence[Detected], *, now: datetime
) -> list[Event]:
    """Store the events that are not known yet, and return them. Never commits."""
    stored: list[Event] = []
    for found in detected:
        if is_stored(session, found.key):
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
    session: Session,
    report: Report,
    reading: Reading,
    versions: Versions,
    *,
    as_published: bool,
    rates: BaseRates | None,
) -> list[Detected]:
    """Return the events of a version that has older ones, by the table at the top of the module."""
    corrects = _can_correct_others(session, report, reading, as_published=as_published)
    announces_grades = _announces_grades(session, report, versions, as_published=as_published)
    announces_priority = announces_grades or _had_no_priority_area(versions.newest_certain_older)
    announces_repeats = _announces_repeats(versions, as_published=as_published)
    events = [
        *(priority_action_events(report, reading) if announces_priority else ()),
        *(_new_grades(session, report, reading, versions.newer) if announces_grades else ()),
        *(correction_events(session, report, versions) if corrects else ()),
        *(repeat_events(session, report, reading, rates=rates) if announces_repeats else ()),
    ]
    if events or as_published or _has_events(session, report):
        return events
    return [_new_report(report, {})] if _are_withdrawn(session, versions.older) else []


def _can_correct_others(
    session: Session, report: Report, reading: Reading, *, as_published: bool
) -> bool:
    """Return whether a version corrects older ones where it says something else."""
    if not has_certain_grades(reading):
        return False
    if as_published:
        return True
    # If its own events already announced its grades, there is nothing to correct.
    return not (is_corrected_in_place(session, report) or _has_grade_events(session, report))


def _announces_grades(
    session: Session, report: Report, versions: Versions, *, as_published: bool
) -> bool:
    """Return whether a version announces the grades of its inspection.

    It does so only if no older version did so or is history, and its own file was not corrected.
    """
    if as_published:
        return versions.newest_certain_older is None
    if versions.is_history or is_corrected_in_place(session, report):
        return False
    was_announced = any(_was_announced_as_new(session, other) for other in versions.older)
    return versions.newest_certain_older is None or not was_announced


def _announces_repeats(versions: Versions, *, as_published: bool) -> bool:
    """Return whether no older version could announce what it raises again, and none is history."""
    if versions.is_history and not as_published:
        return False
    return not any(
        areas_are_certain(problem.code for problem in other.problems) for other in versions.older
    )


def _had_no_priority_area(older: Report | None) -> bool:
    """Return whether there is an older version, and it names no area for priority action."""
    before = None if older is None else certain_reading(older)
    return before is not None and not priority_areas(before)


def _new_grades(
    session: Session, report: Report, reading: Reading, newer: Sequence[Report]
) -> list[Detected]:
    """Return the grade events of a version; none where its grades cannot be compared."""
    graded = grade_events(session, report, reading)
    return _not_announced(session, report, newer, graded) if isinstance(graded, list) else []


def _not_announced(
    session: Session, report: Report, newer: Sequence[Report], graded: Sequence[Detected]
) -> list[Detected]:
    """Return the grade events of a report, unless the versions that replaced it announced them.

    Its grades hold while no newer version is both listed and read with certainty. The key of a
    grade event is that of the inspection, so a newer version may have used it for another grade.
    """
    if not newer:
        return list(graded)
    if are_grades_announced(session, report, newer):
        return []
    return [
        replace(found, key=f"{found.key}:{report.file_id}")
        if _is_of_any(session, found.key, newer)
        else found
        for found in graded
    ]


def _is_of_any(session: Session, key: str, reports: Sequence[Report]) -> bool:
    ids = [report.id for report in reports]
    return bool(session.scalar(select(exists().where(Event.key == key, Event.report_id.in_(ids)))))


def _is_new_to_recipients(session: Session, report: Report, newer: Sequence[Report]) -> bool:
    """Return whether a report without events has newer versions that recipients know to be gone."""
    are_gone = all(other.withdrawn_at is not None for other in newer)
    return (
        are_gone
        and any(is_withdrawn_without_replacement(session, other) for other in newer)
        and not _has_events(session, report)
    )


def _has_events(session: Session, report: Report) -> bool:
    return bool(session.scalar(select(exists().where(Event.report_id == report.id))))


def _are_withdrawn(session: Session, older: Sequence[Report]) -> bool:
    """Return whether none of these is on the site, and an event says so.

    Recipients then do not know that the same report is there again under another number.
    """
    are_gone = all(other.withdrawn_at is not None for other in older)
    return are_gone and any(is_announced_withdrawn(session, other) for other in older)


def _has_grade_events(session: Session, report: Report) -> bool:
    about_grades = Event.type.in_((EventType.GRADE_CHANGE, EventType.FIRST_GRADE))
    return bool(session.scalar(select(exists().where(Event.report_id == report.id, about_grades))))


def _was_announced_as_new(session: Session, report: Report) -> bool:
    """Return whether a report was announced as new, without a note that changes are unknown."""
    event = session.scalars(select(Event).where(Event.key == _new_report_key(report))).one_or_none()
    return event is not None and "note" not in event.detail


def _new_report_key(report: Report) -> str:
    # The key has the council: a file that could not be read may turn out to be about another.
    return f"{EventType.NEW_REPORT}:{report.authority.key}:{report.file_id}"


def is_stored_as_new() -> ColumnElement[bool]:
    """Return the condition that a report was announced as new, to query Report and Authority."""
    key = literal(f"{EventType.NEW_REPORT}:") + Authority.key + ":" + Report.file_id
    return exists().where(Event.key == key)
