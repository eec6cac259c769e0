"""The events that polls would have found in the past: the same detection, on stored facts.

The first poll of the history stores no events. Each report is examined as on the day on which it
was published. Two things differ: all reports stored now count towards how common an issue is, and
how many councils have waited longer is as of the last report before that day. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from alerts.events import detection, withdrawals
from alerts.events.detected import Detected
from alerts.events.next_inspection import opened_lately
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.digest_schedule import ONE_DAY
from alerts.messages.message import Message
from alerts.messages.sites import Sites
from alerts.subscriptions.matching import ReportMatch
from alerts.subscriptions.model import Subscription
from reports.analysis.next_inspection import DueWindow, due_windows
from reports.london import london_date, midnight
from reports.repeats.base_rates import BaseRates
from storage import facts
from storage.base_rates import base_rates
from storage.inspections import graded_inspections
from storage.models import Event, Report, ReportState


@dataclass(frozen=True)
class DatedEvents:
    """A report's events, on the day on which a poll found them or would have found them."""

    day: date
    found: ReportEvents

    @cached_property
    def match(self) -> ReportMatch:
        """The properties by which subscriptions choose."""
        return ReportMatch.of(self.found)

    @property
    def keys(self) -> dict[EventType, str]:
        """The natural keys of the events, by type."""
        return {EventType(event.type): event.key for event in self.found.events}

    def message(self, subscription: Subscription, *, sites: Sites) -> Message:
        """Compose a subscription's message about these events alone."""
        return compose(
            self.found.report,
            self.found.events,
            sites=sites,
            possible=subscription.possible_repeats,
        )


def past_events(
    session: Session, *, first: date, last: date, due: bool = True, detected: bool = True
) -> list[DatedEvents]:
    """Return the events of the days `first` to `last`, both included, in the order of days.

    Without `due`, the windows of next inspections are left out, because working them out takes a
    while. Without `detected`, reports whose `new_report` event is stored are left out too, except
    where an inspection has several versions.
    """
    found = [
        *_published(session, first, last, detected=detected),
        *_withdrawn(session, first, last),
    ]
    if due:
        found += _due(session, first, last)
    return sorted(found, key=_order)


def _order(dated: DatedEvents) -> tuple[date | str, ...]:
    return dated.day, dated.found.report.file_id, *dated.keys.values()


def detect_as_published(
    session: Session, reports: Iterable[Report]
) -> Iterator[tuple[Report, list[Detected]]]:
    """Detect the events of each report as on the day on which it was published.

    Reports that were not read have none, and are left out.
    """
    rates: BaseRates | None = None
    for report in reports:
        if report.state == ReportState.READ:
            rates = base_rates(session) if rates is None else rates
            yield report, detection.detect(session, report, as_published=True, rates=rates)


def unstored(report: Report, detected: Sequence[Detected], *, at: datetime) -> ReportEvents:
    """Return detected events in the shape of stored ones. They must never be added to a session."""
    return ReportEvents(
        report,
        tuple(
            Event(
                key=event.key,
                type=event.type,
                authority_id=report.authority_id,
                authority=report.authority,
                report_id=report.id,
                report=report,
                earlier_report_id=event.earlier_report_id,
                detected_at=at,
                summary=event.summary,
                detail=event.detail,
            )
            for event in sorted(detected, key=lambda event: event.key)
        ),
    )


def _dated(report: Report, detected: Sequence[Detected], day: date) -> Iterator[DatedEvents]:
    if detected:
        yield DatedEvents(day, unstored(report, detected, at=midnight(day)))


def _published(
    session: Session, first: date, last: date, *, detected: bool
) -> Iterator[DatedEvents]:
    """Yield the events of reports on the site. Polls do not find documents added by hand."""
    wanted: list[ColumnElement[bool]] = [
        Report.state == ReportState.READ,
        Report.url.is_not(None),
        Report.published.between(first, last),
    ]
    if not detected:
        # A report that is one of several versions may have other events.
        other = aliased(Report)
        versions = exists().where(
            other.inspection_id == Report.inspection_id, other.id != Report.id
        )
        wanted.append(or_(~detection.is_stored_as_new(), versions))
    reports = session.scalars(
        select(Report)
        .join(Report.authority)
        .where(*wanted)
        .order_by(Report.id)
        .options(*facts.WITH_PARTS)
    )
    for report, found in detect_as_published(session, reports):
        assert report.published is not None, "the query requires it"
        yield from _dated(report, found, report.published)


def _withdrawn(session: Session, first: date, last: date) -> Iterator[DatedEvents]:
    reports = session.scalars(
        select(Report).where(
            Report.withdrawn_at >= midnight(first), Report.withdrawn_at < midnight(last + ONE_DAY)
        )
    )
    for report in reports:
        assert report.withdrawn_at is not None, "the query requires it"
        day = london_date(report.withdrawn_at)
        yield from _dated(report, withdrawals.withdrawn_events(session, report), day)


def _due(session: Session, first: date, last: date) -> Iterator[DatedEvents]:
    """Yield each window on the first day on which the reports published by then show it is open."""
    known = graded_inspections(session)
    windows: dict[str, DueWindow] = {}
    counted = -1
    seen: set[str] = set()
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        shown = [
            inspected
            for inspected in known
            if inspected.report.published and inspected.report.published <= day
        ]
        # The days of a window change only with the inspections.
        if len(shown) != counted:
            counted = len(shown)
            windows = due_windows((inspected.inspection for inspected in shown), today=day)
        for due in opened_lately(shown, windows, today=day, since=first):
            if due.detected.key not in seen:
                seen.add(due.detected.key)
                yield from _dated(due.report, [due.detected], day)
