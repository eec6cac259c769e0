"""Questions about what is stored: an authority's reports, events and polls. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from reports.wording import iso
from storage.grade_history import are_grades_certain
from storage.models import (
    Area,
    Authority,
    AuthorityRelation,
    ConfirmedValue,
    Event,
    Inspection,
    Poll,
    PollKind,
    PollOutcome,
    Report,
    StoredJudgement,
)
from storage.problems import areas_are_shown
from storage.repeat_decisions import repeat_key
from storage.versions import newest


def reports_of(session: Session, authority_id: int) -> Sequence[Report]:
    """Return all reports on an authority, in the order of the inspections they describe.

    A report without a known inspection is placed by the inspection date that the site lists, or
    else by its publication date. Reports without any date come first.
    """
    return session.scalars(_in_order().where(Report.authority_id == authority_id)).all()


def reports_by_authority(
    session: Session, authority_ids: Collection[int]
) -> dict[int, list[Report]]:
    """Return the reports on some authorities, by authority id, ordered as in `reports_of`."""
    found: defaultdict[int, list[Report]] = defaultdict(list)
    for report in session.scalars(_in_order().where(Report.authority_id.in_(authority_ids))):
        found[report.authority_id].append(report)
    return dict(found)


def _in_order() -> Select[Report]:
    when = func.coalesce(Inspection.start, Report.listed_inspection_date, Report.published)
    return (
        select(Report)
        .outerjoin(Report.inspection)
        .order_by(when.nulls_first(), Report.published.nulls_first(), Report.id)
        .options(
            joinedload(Report.inspection),
            selectinload(Report.judgements),
            selectinload(Report.areas),
            selectinload(Report.problems),
            selectinload(Report.confirmed_values),
        )
    )


def events(
    session: Session, *, since: datetime | None = None, authority_id: int | None = None
) -> Sequence[Event]:
    """Return the detected events, oldest first."""
    query = select(Event).options(joinedload(Event.authority), joinedload(Event.report))
    if since is not None:
        query = query.where(Event.detected_at >= since)
    if authority_id is not None:
        query = query.where(Event.authority_id == authority_id)
    return session.scalars(query.order_by(Event.detected_at, Event.id)).all()


def event_as_json(event: Event) -> dict[str, Any]:
    """Return an event as JSON. Other programs rely on its names."""
    return {
        "id": event.id,
        "type": event.type,
        "authority": event.authority.short,
        "urn": event.authority.urn,
        "report_url": event.report.url if event.report else None,
        "detected_at": event.detected_at.isoformat(),
        "summary": event.summary,
        "detail": _with_repeat_keys(event.detail),
    }


def _with_repeat_keys(detail: dict[str, Any]) -> dict[str, Any]:
    """Return an event's detail with the keys by which `same` and `not-same` know its repeats."""
    if "repeats" not in detail:
        return detail
    keys = (repeat_key(repeat["later"], repeat["earlier"]) for repeat in detail["repeats"])
    named = zip(keys, detail["repeats"], strict=True)
    return {**detail, "repeats": [{"key": key, **repeat} for key, repeat in named]}


@dataclass(frozen=True)
class Relations:
    """Whom an authority replaced, who replaced it, and who delivers its services.

    Grades never pass from a predecessor to its successor.
    """

    predecessors: tuple[Authority, ...]
    successors: tuple[Authority, ...]
    delivered_by: tuple[AuthorityRelation, ...]


def relations_of(session: Session, authority: Authority) -> Relations:
    """Return the relations of an authority, as the register has them."""
    is_succession = AuthorityRelation.kind == "successor"
    earlier = select(AuthorityRelation.authority_id).where(
        is_succession, AuthorityRelation.other == authority.key
    )
    later = select(AuthorityRelation.other).where(
        is_succession, AuthorityRelation.authority_id == authority.id
    )
    by_name = select(Authority).order_by(Authority.name)
    trusts = session.scalars(
        select(AuthorityRelation)
        .where(
            AuthorityRelation.kind == "delivered_by",
            AuthorityRelation.authority_id == authority.id,
        )
        .order_by(AuthorityRelation.valid_from, AuthorityRelation.id)
    )
    return Relations(
        predecessors=tuple(session.scalars(by_name.where(Authority.id.in_(earlier)))),
        successors=tuple(session.scalars(by_name.where(Authority.key.in_(later)))),
        delivered_by=tuple(trusts),
    )


def superseded(reports: Sequence[Report]) -> frozenset[int]:
    """Return the ids of those reports that do not count for their inspection: another version does,
    or none was read.

    `reports` must include all versions of each inspection.
    """
    by_inspection: dict[int, list[Report]] = {}
    for report in reports:
        if report.inspection_id is not None:
            by_inspection.setdefault(report.inspection_id, []).append(report)
    return frozenset(
        report.id
        for versions in by_inspection.values()
        for report in versions
        if report is not newest(versions)
    )


def all_superseded(session: Session, *, without: Collection[int] = frozenset()) -> frozenset[int]:
    """Return the ids of all stored reports for which another version counts.

    `without` are the ids of reports that do not count.
    """
    several = (
        select(Report.inspection_id)
        .where(Report.inspection_id.is_not(None))
        .group_by(Report.inspection_id)
        .having(func.count() > 1)
    )
    found = session.scalars(select(Report).where(Report.inspection_id.in_(several)))
    return superseded([report for report in found if report.id not in without])


def council_reports_as_json(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """Return all reports on an authority as JSON; `superseded` where another version counts."""
    old = superseded(reports)
    return [{**report_as_json(report), "superseded": report.id in old} for report in reports]


def report_as_json(report: Report) -> dict[str, Any]:
    """Return a stored report as JSON. Other programs rely on its names.

    Grades that need review are None; `as_printed` is what the report prints. Areas that need review
    are given as they were read.
    """
    inspection = report.inspection
    certain = are_grades_certain(report)
    reading = report.reading or {}
    return {
        "file_id": report.file_id,
        "url": report.url,
        "title": report.title,
        "published": iso(report.published),
        "state": report.state,
        "reason": report.reason,
        "kind": report.kind,
        "framework": report.framework,
        "inspection_start": iso(inspection.start) if inspection else None,
        "inspection_end": iso(inspection.end) if inspection else None,
        "lead_inspector": inspection.lead_inspector if inspection else None,
        "topic": reading.get("topic"),
        "monitoring": reading.get("monitoring"),
        "judgements": [
            _judgement_as_json(judgement, is_certain=certain) for judgement in report.judgements
        ],
        "improvement_areas": [_area_as_json(area) for area in report.areas],
        "areas_need_review": not areas_are_shown(report),
        "problems": [
            {"code": problem.code, "message": problem.message, "page": problem.page}
            for problem in report.problems
        ],
        "added": report.url is None,
        "withdrawn_at": iso(report.withdrawn_at),
        "confirmed_values": [_confirmed_value_as_json(row) for row in report.confirmed_values],
    }


def _judgement_as_json(judgement: StoredJudgement, *, is_certain: bool) -> dict[str, Any]:
    return {
        "judgement": judgement.judgement,
        "label": judgement.label,
        "grade": judgement.grade if is_certain else None,
        "as_printed": judgement.as_printed,
        "page": judgement.page,
    }


def _area_as_json(area: Area) -> dict[str, Any]:
    return {
        "text": area.text,
        "heading": area.heading,
        "page": area.page,
        "priority_action": area.priority_action,
        "target": area.target,
        "responsible_body": area.responsible_body,
        "themes": area.themes,
    }


def _confirmed_value_as_json(confirmed: ConfirmedValue) -> dict[str, Any]:
    return {
        "field": confirmed.field,
        "read_value": confirmed.read_value,
        "value": confirmed.value,
        "who": confirmed.who,
        "why": confirmed.why,
        "confirmed_at": confirmed.confirmed_at.isoformat(),
        "sha256": confirmed.sha256,
    }


def polls_between(
    session: Session, *, start: datetime, end: datetime
) -> tuple[int, datetime | None]:
    """Return the number of complete polls between two instants, and when the last one before `end`
    had listed the reports; None where there was none.

    A poll that failed after it had listed the reports left some unread: it does not count.
    """
    complete = (
        Poll.kind.in_((PollKind.QUICK, PollKind.FULL)),
        Poll.outcome != PollOutcome.FAILED,
        Poll.listed_at < end,
    )
    number = session.scalar(select(func.count(Poll.id)).where(*complete, Poll.listed_at >= start))
    last = session.scalar(select(func.max(Poll.listed_at)).where(*complete))
    return number or 0, last
