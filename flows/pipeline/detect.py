"""From a stored reading to events and notifications, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.outbox.queue import queue_messages
from flows.pipeline.app import App
from storage import facts
from storage.models import Event, Report, ReportState


@dataclass(frozen=True, kw_only=True)
class StoredEvents:
    """The events that are new, how many recipients get a message about them, and how many do not
    because it is muted.

    Several reports of one poll go to a recipient as one message.
    """

    events: tuple[Event, ...] = ()
    recipients: int = 0
    muted: int = 0

    def __add__(self, other: StoredEvents) -> StoredEvents:
        return StoredEvents(
            events=self.events + other.events,
            recipients=self.recipients + other.recipients,
            muted=self.muted + other.muted,
        )


def detect_and_queue(app: App, session: Session, report: Report) -> StoredEvents:
    """Detect the events of a report that was read, and queue messages. Each fact is stored once."""
    return detect_for_report(app, session, report, detection.detect(session, report))


def detect_for_report(
    app: App,
    session: Session,
    report: Report,
    detected: Sequence[Detected],
    *,
    held: bool | None = None,
) -> StoredEvents:
    """Store detected events of a report, and keep notifications for the subscriptions that want
    them.

    `held` None: as was decided when the report was listed.
    """
    stored = detection.store(session, report, list(detected), now=app.settings.instant())
    queued = queue_messages(
        session,
        stored,
        app.alert_run(),
        held=report.held if held is None else held,
    )
    return StoredEvents(events=tuple(stored), recipients=queued.waiting, muted=len(queued.muted))


def detect_with_affected(app: App, session: Session, report: Report) -> StoredEvents:
    """Detect as `detect_and_queue`, also for other reports that `report` affects.

    History (`silent`) has no events itself. But a report that comes late can be the predecessor of
    the next inspection, or an older version of one that has events.
    """
    found = StoredEvents() if report.silent else detect_and_queue(app, session, report)
    for other in detection.affected(session, report):
        locked = facts.lock_report(session, other.id)
        if locked.state == ReportState.READ:
            found += detect_and_queue(app, session, locked)
    return found
