"""What a poll detected, as Prefect events, so that Prefect's automations can react.

This is best effort and separate from the delivery of messages: an error here stops no message and
no poll. Each event has the same id however often it is emitted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.events import emit_event
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from alerts.events.types import EventType
from flows.pipeline.app import App
from reports.errors import InspectionWatchError
from storage.history import event_as_json
from storage.models import Event

logger = logging.getLogger(__name__)

NAMES = {
    EventType.PRIORITY_ACTION: "priority-action",
    EventType.GRADE_CHANGE: "grade-changed",
    EventType.CORRECTION: "report-corrected",
    EventType.WITHDRAWN: "report-withdrawn",
    EventType.RETURNED: "report-returned",
    EventType.FIRST_GRADE: "first-grade",
    EventType.THEME_REPEAT: "raised-again",
    EventType.NEW_REPORT: "new-report",
    EventType.DUE_SOON: "inspection-due",
}
_PREFIX = "inspection-watch"

Emit = Callable[..., object]


@contextmanager
def emitting(app: App, *, emit: Emit = emit_event) -> Iterator[None]:
    """Emit the events detected within the block, even if the block fails."""
    with app.database.read() as session:
        before = session.scalar(select(func.max(Event.id))) or 0
    try:
        yield
    finally:
        try:
            with app.database.read() as session:
                for event in _since(session, before):
                    emit(**prefect_event(event))
        except InspectionWatchError as error:
            logger.warning("What was detected could not be given to Prefect as events: %s", error)
        except Exception:
            logger.exception("What was detected could not be given to Prefect as events")


def prefect_event(event: Event) -> dict[str, Any]:
    """Return a stored event as the arguments of `emit_event`: name, resources and payload."""
    council = event.authority
    report = event.report
    related = [
        {
            "prefect.resource.id": f"{_PREFIX}.council.{council.key}",
            "prefect.resource.role": "council",
            "prefect.resource.name": council.short,
        }
    ]
    return {
        "event": f"{_PREFIX}.{NAMES[EventType(event.type)]}",
        "resource": {
            "prefect.resource.id": f"{_PREFIX}.report.{report.file_id if report else 'unknown'}",
            "prefect.resource.name": event.summary,
            f"{_PREFIX}.council": council.short,
            f"{_PREFIX}.region": council.region,
        },
        "related": related,
        "occurred": event.detected_at,
        "payload": event_as_json(event),
        "id": uuid5(NAMESPACE_URL, f"{_PREFIX}:{event.key}"),
    }


def _since(session: Session, before: int) -> Iterator[Event]:
    yield from session.scalars(
        select(Event)
        .where(Event.id > before)
        .order_by(Event.id)
        .options(joinedload(Event.report), joinedload(Event.authority))
    )
