"""The messages of `backfill --notify`: counted first, then one digest for each subscription.

Neither the first poll nor a backfill stores events. They are detected here, as on the day on which
each report was published. The events and the digests about them are stored in one transaction: a
process that is killed has stored both or neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.events.version_differences import same_facts
from alerts.events.versions import versions_of
from alerts.outbox.backfill_digests import Tally, digests, queue_digests, tally
from alerts.outbox.enqueue import AlertRun
from alerts.subscriptions.replay import detect_as_published, unstored
from flows.pipeline.app import App
from storage import facts
from storage.chunks import chunks
from storage.models import (
    Delivery,
    DeliveryEvent,
    DeliveryState,
    Event,
    Report,
    ReportState,
)


@dataclass(frozen=True)
class Findings:
    """The events detected in each report, by the report's id. They are not stored yet."""

    detected: dict[int, tuple[Detected, ...]]

    def only(self, report_ids: Collection[int]) -> Findings:
        """Return the findings of these reports."""
        return Findings({key: found for key, found in self.detected.items() if key in report_ids})

    def without(self, report_ids: Collection[int]) -> Findings:
        """Return the findings of all other reports."""
        return Findings(
            {key: found for key, found in self.detected.items() if key not in report_ids}
        )


def findings(app: App, report_ids: Sequence[int]) -> Findings:
    """Detect the events of these reports, and add the stored events about what happened to them
    later. Only reads.

    A report that was not read, or whose facts no longer hold, has only the later events. A document
    that was added by hand has none. Two versions of a report may have the same event: it is that of
    the first.
    """
    with app.database.read() as session:
        later = _later_events(session, report_ids)
        reports = (
            report
            for report in _reports(session, report_ids)
            if report.url is not None
            and report.state == ReportState.READ
            and _holds(session, report)
        )
        found: dict[int, tuple[Detected, ...]] = {}
        keys: set[str] = set()
        for report, detected in detect_as_published(session, reports):
            found[report.id] = tuple(event for event in detected if event.key not in keys)
            keys.update(event.key for event in detected)
        return Findings(
            {
                report_id: (*found.get(report_id, ()), *later.get(report_id, ()))
                for report_id in dict.fromkeys((*found, *later))
            }
        )


def _later_events(session: Session, report_ids: Sequence[int]) -> dict[int, list[Detected]]:
    """Return stored events by the report's id: those about a file that Ofsted replaced, and those
    about a report that left the site or returned, if a message about that failed.

    They cannot be detected afterwards.
    """
    failed = (
        select(DeliveryEvent.event_id)
        .join(Delivery, Delivery.id == DeliveryEvent.delivery_id)
        .where(Delivery.state == DeliveryState.FAILED)
    )
    found: dict[int, list[Detected]] = {}
    for ids in chunks(report_ids):
        events = session.scalars(
            select(Event)
            .join(Event.report)
            .where(
                Event.report_id.in_(ids),
                Event.authority_id == Report.authority_id,
                or_(
                    Event.earlier_report_id == Event.report_id,
                    and_(
                        Event.type.in_((EventType.WITHDRAWN, EventType.RETURNED)),
                        Event.id.in_(failed),
                    ),
                ),
            )
            .order_by(Event.id)
        )
        for event in events:
            assert event.report_id is not None, "the query selects by it"
            found.setdefault(event.report_id, []).append(
                Detected(
                    type=EventType(event.type),
                    key=event.key,
                    summary=event.summary,
                    detail=event.detail,
                    earlier_report_id=event.earlier_report_id,
                )
            )
    return found


def _holds(session: Session, report: Report) -> bool:
    """Return whether what a report says still holds. A digest would not show that it does not.

    Ofsted may have withdrawn it, or replaced it with a version that says something else. That
    version has an event of its own.
    """
    newer = versions_of(session, report).listed_newer
    if newer is None:
        return report.withdrawn_at is None
    return same_facts(facts.reading_of(report), facts.reading_of(newer))


def count_messages(app: App, found: Findings) -> Tally:
    """Count the messages that digests about these events would make. Only reads."""
    run = app.alert_run()
    with app.database.read() as session:
        return tally(digests(session, _as_now(session, found, run), run), run)


def notify(app: App, found: Findings, *, held: bool = False) -> int:
    """Store these events and the digests about them, and return the number of messages.

    With `held` the messages wait for the command `release`.
    """
    run = app.alert_run()
    with app.database.write() as session:
        chosen = digests(session, _as_now(session, found, run), run)
        for report in _reports(session, list(found.detected)):
            detection.store(session, report, list(found.detected[report.id]), now=run.now)
        stored = _stored(session, [event for events in found.detected.values() for event in events])
        made = [digest.about(stored) for digest in chosen]
        return len(queue_digests(session, made, run, held=held))


def _as_now(session: Session, found: Findings, run: AlertRun) -> list[ReportEvents]:
    """Return these events of each report, with the report as it is now.

    Stored events may be older than a value that a person has confirmed. Which subscriptions want a
    report depends on its present values.
    """
    return [
        unstored(report, found.detected[report.id], at=run.now)
        for report in _reports(session, list(found.detected))
    ]


def _reports(session: Session, report_ids: Sequence[int]) -> Iterator[Report]:
    for ids in chunks(report_ids):
        yield from session.scalars(select(Report).where(Report.id.in_(ids)).order_by(Report.id))


def _stored(session: Session, detected: Sequence[Detected]) -> dict[str, Event]:
    """Return the stored ones of these events, by key."""
    keys = [event.key for event in detected]
    return {
        event.key: event
        for some in chunks(keys)
        for event in session.scalars(select(Event).where(Event.key.in_(some)))
    }
