"""What polls would have told of the past: the same detection, on facts that are stored. Only reads.

The history is filled in silently, so nothing was stored of what it would have told. Each report is
asked as on the day it was published, except that how common an issue is comes from all that is
stored now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.events.next_inspection import DueSoon, opened_lately
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.message import Message
from alerts.subscriptions.matching import ReportMatch, themes_of
from alerts.subscriptions.periods import LONDON, ONE_DAY, midnight
from reports.analysis.next_inspection import DueWindow, due_windows
from reports.repeats import BaseRates
from storage import themes
from storage.inspections import graded_inspections
from storage.models import Event, Report, ReportState


@dataclass(frozen=True, kw_only=True)
class PastEvents:
    """What one report would have told on one day. `events` are their natural keys, by type."""

    day: date
    report_id: int
    file_id: str
    events: dict[EventType, str]
    news: ReportMatch
    message: Message


def past_events(
    session: Session, *, first: date, last: date, site_url: str | None = None, due: bool = True
) -> list[PastEvents]:
    """What was to be told from `first` to `last`, both included, in the order of days.

    `due` False leaves out the windows of next inspections, for whom nobody may have asked.
    """
    rates = themes.base_rates(session)
    found = [
        *_published(session, first, last, rates, site_url),
        *_withdrawn(session, first, last, site_url),
    ]
    if due:
        found += _due(session, first, last, site_url)
    return sorted(found, key=lambda one: (one.day, one.file_id, one.message.headline))


def matches_of_report(
    report: Report, detected: Sequence[Detected], *, day: date, site_url: str | None
) -> PastEvents | None:
    """The news of a report's events that are not stored; None where there are none."""
    if not detected:
        return None
    told = [unstored(report, one, at=midnight(day)) for one in detected]
    return matches_of_events(report, told, day=day, site_url=site_url)


def unstored(report: Report, found: Detected, *, at: datetime) -> Event:
    """What was detected in the shape of an event, which must never be added to a session."""
    return Event(
        key=found.key,
        type=found.type,
        authority_id=report.authority_id,
        authority=report.authority,
        report_id=report.id,
        report=report,
        earlier_report_id=found.earlier_report_id,
        detected_at=at,
        summary=found.summary,
        detail=found.detail,
    )


def matches_of_events(
    report: Report, told: Sequence[Event], *, day: date, site_url: str | None
) -> PastEvents:
    """The news of events that are told together."""
    told = sorted(told, key=lambda event: event.key)
    message = compose(report, told, site_url=site_url)
    return PastEvents(
        day=day,
        report_id=report.id,
        file_id=report.file_id,
        events={EventType(event.type): event.key for event in told},
        news=ReportMatch(
            authority=report.authority.key,
            events=frozenset(message.events),
            urgent=message.urgent,
            themes=themes_of(told),
        ),
        message=message,
    )


def _published(
    session: Session, first: date, last: date, rates: BaseRates, site_url: str | None
) -> Iterator[PastEvents]:
    """What polls would have found: not what a person has added."""
    reports = session.scalars(
        select(Report)
        .where(
            Report.state == ReportState.READ,
            Report.url.is_not(None),
            Report.published.between(first, last),
        )
        .options(
            joinedload(Report.authority),
            joinedload(Report.inspection),
            selectinload(Report.judgements),
            selectinload(Report.areas),
            selectinload(Report.problems),
        )
    )
    for report in reports:
        assert report.published is not None, "chosen by it"
        detected = detection.detect(session, report, as_published=True, rates=rates)
        found = matches_of_report(report, detected, day=report.published, site_url=site_url)
        if found is not None:
            yield found


def _withdrawn(
    session: Session, first: date, last: date, site_url: str | None
) -> Iterator[PastEvents]:
    reports = session.scalars(
        select(Report).where(
            Report.withdrawn_at >= midnight(first), Report.withdrawn_at < midnight(last + ONE_DAY)
        )
    )
    for report in reports:
        assert report.withdrawn_at is not None, "chosen by it"
        day = report.withdrawn_at.astimezone(LONDON).date()
        detected = detection.withdrawn(session, report)
        found = matches_of_report(report, detected, day=day, site_url=site_url)
        if found is not None:
            yield found


def _due(session: Session, first: date, last: date, site_url: str | None) -> Iterator[PastEvents]:
    """Each window on the first day on which what was published by then shows that it is open."""
    known = graded_inspections(session)
    windows: dict[str, DueWindow] = {}
    counted = -1
    told: set[str] = set()
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        shown = [one for one in known if one.report.published and one.report.published <= day]
        if len(shown) != counted:
            counted = len(shown)
            windows = due_windows((one.inspection for one in shown), today=day)
        for due in opened_lately(shown, windows, today=day, since=first):
            if due.detected.key not in told:
                told.add(due.detected.key)
                yield _due_news(due, day=day, site_url=site_url)


def _due_news(due: DueSoon, *, day: date, site_url: str | None) -> PastEvents:
    found = matches_of_report(due.report, [due.detected], day=day, site_url=site_url)
    assert found is not None, "there is an event"
    return found
