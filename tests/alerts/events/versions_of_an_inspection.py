"""Documents of one inspection that are listed and read in some order, and what they make."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.events.detected import Detected
from alerts.events.replaced_files import can_correct, correction_in_place_events
from reports.model import Framework, Judgement, Kind, Reading
from storage import facts
from storage.models import Event, Report
from tests.storage.readings import GRADES, NOW, RI, a_reading, a_report

SUMMER, AUTUMN, WINTER = date(2024, 7, 12), date(2024, 9, 2), date(2024, 12, 2)
FALLEN = {**GRADES, Judgement.IN_CARE: RI}
LETTER: dict[str, Any] = {
    "kind": Kind.FOCUSED_VISIT,
    "framework": Framework.FOCUSED_VISIT,
    "grades": {},
}
FIRST_DAY = a_reading(sha256="1" * 64).inspection_start or date.min
FIRST = ("50000001", SUMMER, a_reading(sha256="1" * 64))
SAME = ("50000002", AUTUMN, a_reading(sha256="2" * 64, areas=["The  quality of plans"]))
OTHER = ("50000003", WINTER, a_reading(sha256="3" * 64, grades=FALLEN))


def detected_events(session: Session, report: Report) -> list[Event]:
    """As a poll does: the report's own events, and those of reports that it affects."""
    found = [] if report.silent else [report]
    found += detection.affected(session, report)
    return [
        event
        for one in found
        for event in detection.store(session, one, detection.detect(session, one), now=NOW)
    ]


def ingested(
    session: Session,
    documents: Sequence[tuple[str, date, Reading]],
    order: Sequence[int],
    *,
    silent: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """List documents, read them in an order; the types and files of the events."""
    rows = [
        a_report(session, file_id, published=published, silent=file_id in silent)
        for file_id, published, _ in documents
    ]
    for index in order:
        facts.store_reading(session, rows[index], documents[index][2], now=NOW)
        detected_events(session, rows[index])
    stored = session.query(Event).order_by(Event.key).all()
    return [(event.type, event.report.file_id) for event in stored if event.report]


def replaced_in_place(session: Session, report: Report, reading: Reading) -> list[Detected]:
    """The events of a report whose file has been replaced under its number."""
    before = facts.reading_of(report)
    facts.store_reading(session, report, reading, now=NOW)
    if not can_correct(session, report, before):
        return []
    return correction_in_place_events(session, report, before)
