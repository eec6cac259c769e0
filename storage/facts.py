"""Store what a report says, and load it again.

Functions take a session and never commit: the caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from reports.london import london_date
from reports.model import AuthorityRef, Monitoring, Reading
from storage.base_rates import discount_issues, update_issue_counts
from storage.confirmable_fields import Field
from storage.confirmed_values import with_confirmed_values
from storage.field_values import read_value
from storage.inspection_identity import check_days, inspection_of
from storage.models import (
    WAITING,
    Area,
    Authority,
    ConfirmedValue,
    DeliveryState,
    Event,
    Inspection,
    Notification,
    Report,
    ReportState,
    StoredJudgement,
    StoredProblem,
)
from storage.uncertain_council import is_council_uncertain, without_facts
from storage.versions import newest, reports_of_inspection

WITH_PARTS = (
    joinedload(Report.authority),
    joinedload(Report.inspection),
    selectinload(Report.judgements),
    selectinload(Report.areas),
    selectinload(Report.problems),
    selectinload(Report.confirmed_values),
)
"""Query options that load all parts of each report, for queries of many reports."""


def lock_report(session: Session, report_id: int) -> Report:
    """Load a report, locked against other writers until the transaction ends."""
    return session.scalars(
        select(Report).where(Report.id == report_id).with_for_update(of=Report)
    ).one()


def store_reading(session: Session, report: Report, reading: Reading, *, now: datetime) -> None:
    """Replace the facts of `report` with those of `reading`, and apply the confirmed values.

    `report.sha256` is that of the file. Values that were confirmed for another file count only if
    this one says the same.
    """
    if report.reading is not None:
        _carry_over_confirmed_values(report, before=as_read(report), reading=reading)
    report.reader_version = reading.reader_version
    report.read_at = now
    report.state = ReportState.READ
    report.reason = None
    report.original_missed_at = None
    report.not_reread_at = None
    _store(session, report, reading)


def _carry_over_confirmed_values(report: Report, *, before: Reading, reading: Reading) -> None:
    """Let the confirmed values count for a new file that says the same as the one before."""
    parts = ("sha256", "file", "reader_version")
    if before.model_copy(update={name: getattr(reading, name) for name in parts}) == reading:
        for row in report.confirmed_values:
            if row.sha256 == before.sha256:
                row.sha256 = report.sha256


def confirm(
    session: Session,
    report: Report,
    *,
    field: str,
    value: str | None,
    who: str,
    why: str,
    now: datetime,
) -> ConfirmedValue:
    """Put a value in place of what the reader read, now and at every later reading of this file.

    `field` and `value` have been checked (`storage.field_values.checked_value`). Returns the new
    row.
    """
    read = as_read(report)
    confirmed = ConfirmedValue(
        field=field,
        read_value=read_value(read, field),
        value=value,
        who=who,
        why=why,
        confirmed_at=now,
        sha256=report.sha256,
    )
    report.confirmed_values.append(confirmed)
    if field == Field.DOCUMENT:
        report.reason = None  # the person has seen the file that the site has now
    session.flush()
    _store(session, report, read)
    return confirmed


def keep_replaced(report: Report, before: Reading | None) -> None:
    """Keep `before`, the reading of a file that Ofsted has replaced. None deletes what was kept."""
    report.replaced_reading = None if before is None else _as_json(before)


def replaced_reading(report: Report) -> Reading | None:
    """Return the kept reading of a file that Ofsted has replaced; None where none is kept.

    It is kept while it cannot be compared with what the new file says.
    """
    kept = report.replaced_reading
    return None if kept is None else Reading.model_validate(kept)


def _store(session: Session, report: Report, read: Reading) -> None:
    """Store a reading with the confirmed values applied, also as rows that can be queried.

    Where the council is uncertain, only the problems count (`storage.uncertain_council`). Where it
    is certain, a problem is added if the report may be about a known inspection with other days.
    """
    rows = report.confirmed_values
    confirmed = {field: row.value for field, row in report.confirmed.items()}
    earlier = {row.field: row.value for row in rows if row.sha256 != report.sha256}
    authority = None
    if key := confirmed.get(Field.AUTHORITY):
        report.authority = session.scalars(select(Authority).where(Authority.key == key)).one()
        authority = AuthorityRef(name=report.authority.short, urn=report.authority.urn or "")
    last = replaced_reading(report) or (reading_of(report) if report.reading else None)
    reading = with_confirmed_values(read, confirmed, authority=authority, earlier=earlier)
    if report.url is None and confirmed.get(Field.PUBLISHED):
        # No listing of the site says when a document was published that a person added.
        report.published = reading.published
    if is_council_uncertain(problem.code for problem in reading.problems):
        reading = without_facts(reading)
    else:
        reading = check_days(session, report, reading, read=read)
    report.kind = reading.kind
    report.framework = reading.framework
    report.reading = _as_json(reading)
    report.as_read = _as_json(read) if reading != read else None
    _replace_parts(session, report, reading)
    before = report.inspection
    report.inspection = inspection_of(session, report, reading, before=last)
    session.flush()
    concerned = [report]
    for inspection in dict.fromkeys((before, report.inspection)):
        if inspection is not None:
            concerned += _describe(session, inspection)
    update_issue_counts(session, concerned)


def _as_json(reading: Reading) -> dict[str, Any]:
    return reading.model_dump(mode="json", by_alias=True)


def _replace_parts(session: Session, report: Report, reading: Reading) -> None:
    report.judgements.clear()
    report.areas.clear()
    report.problems.clear()
    session.flush()
    report.judgements.extend(
        StoredJudgement(position=position, **judgement.model_dump(mode="json"))
        for position, judgement in enumerate(reading.judgements)
    )
    report.areas.extend(
        Area(position=position, **area.model_dump(mode="json"))
        for position, area in enumerate(reading.improvement_areas)
    )
    report.problems.extend(
        StoredProblem(position=position, **problem.model_dump())
        for position, problem in enumerate(reading.problems)
    )


def _describe(session: Session, inspection: Inspection) -> Sequence[Report]:
    """Update an inspection from its newest version, or delete it if it has no report left.

    Returns its reports.
    """
    versions = reports_of_inspection(session, inspection)
    current = newest(versions)
    if current is None:
        if not versions:
            session.delete(inspection)
            session.flush()
        return versions
    reading = reading_of(current)
    if reading.inspection_start is None:
        return versions  # a file in doubt: what the file before it said stays
    inspection.start = reading.inspection_start
    inspection.end = reading.inspection_end
    inspection.framework = reading.framework
    inspection.lead_inspector = reading.lead_inspector
    session.flush()
    return versions


def describe_inspections(session: Session, reports: Iterable[Report]) -> None:
    """Update the inspections of reports after another version may count for them: one has left the
    site, has returned, or is listed with another date.
    """
    concerned = list(reports)
    for inspection in dict.fromkeys(report.inspection for report in concerned):
        if inspection is not None:
            _describe(session, inspection)
    update_issue_counts(session, concerned)


def monitoring_of(report: Report) -> Monitoring | None:
    """Return what the report of a visit says about areas that an earlier inspection named.

    None for other reports.
    """
    found = (report.reading or {}).get("monitoring")
    return Monitoring.model_validate(found) if found else None


def remove_report(session: Session, report: Report) -> None:
    """Delete a report and its facts. Events about it stay, without a link to it.

    Notifications of these events that still wait for a message are muted: there is nothing left to
    say.
    """
    inspection = report.inspection
    about_it = select(Event.id).where(Event.report_id == report.id)
    session.execute(
        update(Notification)
        .where(
            Notification.event_id.in_(about_it),
            Notification.state.in_(WAITING),
        )
        .values(state=DeliveryState.MUTED)
    )
    for column in (Event.report_id, Event.earlier_report_id):
        session.execute(update(Event).where(column == report.id).values({column: None}))
    discount_issues(session, report)
    session.delete(report)
    session.flush()
    if inspection is not None:
        update_issue_counts(session, _describe(session, inspection))


def reading_of(report: Report) -> Reading:
    """Return the stored reading of a report. Raises ValueError where it has not been read."""
    if report.reading is None:
        raise ValueError(f"report {report.file_id} has not been read")
    return Reading.model_validate(report.reading)


def as_read(report: Report) -> Reading:
    """Return what the reader said of a report, without confirmed values. It has all facts, even if
    the report's council is uncertain.
    """
    return Reading.model_validate(report.as_read or report.reading)


def previous_inspection(
    session: Session, *, authority_id: int, kind: str, before: date
) -> Inspection | None:
    """Return the last inspection of this kind and authority that began before a date."""
    others = _inspections(authority_id, kind).where(Inspection.start < before)
    return session.scalar(others.order_by(Inspection.start.desc()).limit(1))


def next_inspection(
    session: Session, *, authority_id: int, kind: str, after: date
) -> Inspection | None:
    """Return the first inspection of this kind and authority that began after a date."""
    others = _inspections(authority_id, kind).where(Inspection.start > after)
    return session.scalar(others.order_by(Inspection.start).limit(1))


def _inspections(authority_id: int, kind: str) -> Select[Inspection]:
    return select(Inspection).where(
        Inspection.authority_id == authority_id, Inspection.kind == kind
    )


def unplaced_report_between(session: Session, report: Report, *, since: Report | None) -> bool:
    """Return whether a report of the same title, older than `report` and newer than `since`, has
    not been read or is not about a dated inspection.

    A report that the site no longer lists, or says no longer exists, does not count. Another report
    without a date may be from any time, so it always counts. If `report` itself has no date, the
    day on which it was first seen is used.
    """
    before = report.published or london_date(report.first_seen_at)
    after = (since.published if since else None) or date.min
    between = and_(Report.published > after, Report.published < before)
    query = select(
        exists().where(
            Report.authority_id == report.authority_id,
            Report.id != report.id,
            Report.title == report.title,
            or_(Report.published.is_(None), between),
            Report.inspection_id.is_(None),
            Report.withdrawn_at.is_(None),
            Report.state != ReportState.MISSING,
        )
    )
    return bool(session.scalar(query))
