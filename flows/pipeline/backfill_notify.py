"""The messages of `backfill --notify`: counted first, then one digest for each subscription.

Neither the first fill nor a backfill stores events. They are detected here, as on the day on which
each report was published. The events and the digests about them are stored in one transaction: a
process that is killed has stored both or neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.events.report_events import ReportEvents
from alerts.events.versions import same_facts, versions_of
from alerts.outbox.backfill_digests import Tally, digests, queue_digests, tally
from alerts.subscriptions.replay import detect_as_published, unstored
from flows.pipeline.app import App
from storage import facts
from storage.models import Event, Report, ReportState

_CHUNK = 500


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
    """Detect the events of these reports. Only reads.

    Reports that were not read have none, and neither have those whose facts hold no more.
    """
    with app.database.read() as session:
        reports = (
            report
            for report in _reports(session, report_ids)
            if report.state == ReportState.READ and _holds(session, report)
        )
        found = detect_as_published(session, reports)
        return Findings({report.id: tuple(detected) for report, detected in found})


def _holds(session: Session, report: Report) -> bool:
    """Return whether what a report says still holds: nobody who reads a digest could know.

    Ofsted may have withdrawn it, or replaced it with a version that says something else, which has
    an event of its own.
    """
    newer = versions_of(session, report).listed_newer
    if newer is None:
        return report.withdrawn_at is None
    return same_facts(facts.reading_of(report), facts.reading_of(newer))


def count_messages(app: App, found: Findings) -> Tally:
    """Count the messages that digests about these events would make. Only reads."""
    run = app.alert_run()
    with app.database.read() as session:
        known = _known(session, [each for detected in found.detected.values() for each in detected])
        events = [
            _as_stored(report, found.detected[report.id], known, now=run.now)
            for report in _reports(session, list(found.detected))
        ]
        return tally(digests(session, events, run), run)


def notify(app: App, found: Findings, *, held: bool = False) -> int:
    """Store these events and the digests about them, and return the number of messages.

    With `held` the messages wait for the command `release`.
    """
    run = app.alert_run()
    with app.database.write() as session:
        events = [
            _stored(session, report, found.detected[report.id], now=run.now)
            for report in _reports(session, list(found.detected))
        ]
        return len(queue_digests(session, digests(session, events, run), run, held=held))


def _reports(session: Session, report_ids: Sequence[int]) -> Iterator[Report]:
    for start in range(0, len(report_ids), _CHUNK):
        ids = report_ids[start : start + _CHUNK]
        yield from session.scalars(select(Report).where(Report.id.in_(ids)).order_by(Report.id))


def _stored(
    session: Session, report: Report, detected: Sequence[Detected], *, now: datetime
) -> ReportEvents:
    """Store the events that are new, and return all of them."""
    detection.store(session, report, list(detected), now=now)
    events = _known(session, detected).values()
    return ReportEvents(report, tuple(sorted(events, key=lambda event: event.key)))


def _as_stored(
    report: Report, detected: Sequence[Detected], known: Mapping[str, Event], *, now: datetime
) -> ReportEvents:
    """Return the same, without storing the new ones. A person may have confirmed a value since the
    others were stored, but they stay as they are.
    """
    new = unstored(report, [found for found in detected if found.key not in known], at=now).events
    stored = [known[found.key] for found in detected if found.key in known]
    return ReportEvents(report, tuple(sorted((*stored, *new), key=lambda event: event.key)))


def _known(session: Session, detected: Sequence[Detected]) -> dict[str, Event]:
    """Return those of these events that are stored, by their keys."""
    keys = [event.key for event in detected]
    return {
        event.key: event
        for start in range(0, len(keys), _CHUNK)
        for event in session.scalars(
            select(Event).where(Event.key.in_(keys[start : start + _CHUNK]))
        )
    }
