"""A person says that two statements are not the same issue."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.app import App
from reports.errors import ConfigurationError
from storage import facts, repeats
from storage.models import Event, Report
from storage.themes import reject_repeat


def record_rejected_repeat(
    app: App, document: str, *, number: int, who: str, why: str
) -> tuple[str, str]:
    """Keep it, and return the later and the earlier statement.

    `document` is a report's file id, and `number` counts the repeats that `history` shows below it;
    or it is the number of an event, and `number` counts the repeats of the event. Raises
    ConfigurationError where there is no such repeat, or where it is not said who says so, and why.
    """
    if not who.strip() or not why.strip():
        raise ConfigurationError("say who says that they are not the same, and why")
    with app.database.write() as session:
        found = _repeats_of_event(session, document)
        if found is None:
            found = _repeats_of_report(session, document)
        if not 1 <= number <= len(found):
            raise ConfigurationError(
                f"{document} has no repeat number {number}; it has {len(found)}"
            )
        later, earlier = found[number - 1]
        now = app.settings.instant()
        reject_repeat(
            session, later=later, earlier=earlier, who=who.strip(), why=why.strip(), now=now
        )
        return later, earlier


def _repeats_of_event(session: Session, number: str) -> list[tuple[str, str]] | None:
    """None where no event has this number; file ids are far longer."""
    event = session.get(Event, int(number)) if number.isdecimal() and len(number) < 8 else None
    if event is None:
        return None
    return [(one["later"], one["earlier"]) for one in event.detail.get("repeats", [])]


def _repeats_of_report(session: Session, file_id: str) -> list[tuple[str, str]]:
    report = session.scalars(select(Report).where(Report.file_id == file_id)).one_or_none()
    if report is None:
        raise ConfigurationError(
            f"no event and no report {file_id!r} is stored; `events` and `history` show them"
        )
    if report.reading is None:
        return []
    found = repeats.repeats_of_report(session, report, facts.reading_of(report))
    return [(one.later, one.earlier) for _, one in found.repeats] if found else []
