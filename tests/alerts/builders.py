"""Stored reports and events to make messages from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.message import Message
from alerts.messages.sites import Sites
from storage.models import (
    Area,
    Authority,
    DeliveryState,
    Event,
    Inspection,
    Notification,
    Report,
    ReportState,
    StoredJudgement,
    StoredProblem,
)

NOW = datetime(2026, 8, 20, 9, 30, tzinfo=UTC)
SITE = "https://reports.ofsted.gov.uk"
SITES = Sites(ofsted=SITE)
NO_OVERALL = "Ofsted no longer gives an overall grade."
FILES = "https://files.ofsted.gov.uk/v1/file"

GRADES_2023 = (
    ("overall_effectiveness", "inadequate"),
    ("impact_of_leaders", "inadequate"),
    ("help_and_protection", "inadequate"),
    ("in_care", "requires_improvement"),
    ("care_leavers", "good"),
)
AREAS = (
    "The quality and timeliness of assessments, including pre-birth assessments.",
    "Management oversight and supervision, so that plans for children are not left to drift.",
    "The sufficiency of suitable homes for children in care, and the use of unregistered homes.",
    "The response to children who go missing from home or care.",
)


def change(
    judgement: str, before: str | None, after: str | None, direction: str, note: str = ""
) -> dict[str, Any]:
    """One entry of `detail.changes`."""
    return {
        "judgement": judgement,
        "from": before,
        "to": after,
        "direction": direction,
        "note": note,
    }


CHANGES = (
    change("overall_effectiveness", "good", "inadequate", "worse"),
    change("impact_of_leaders", "good", "inadequate", "worse"),
    change("help_and_protection", "requires_improvement", "inadequate", "worse"),
    change(
        "in_care",
        "requires_improvement",
        "requires_improvement",
        "same",
        "Narrower judgement: until 2022 one grade covered children in care and care leavers.",
    ),
    change(
        "care_leavers",
        None,
        "good",
        "first",
        "New separate grade; from 2018 to 2022 it was joint with children in care.",
    ),
)
EARLIER = {
    "title": "Inspection of children's services",
    "url": f"{FILES}/50004250",
    "published": "2021-03-05",
    "inspection_start": "2021-01-25",
    "inspection_end": "2021-02-05",
}


def _council(name: str, *, region: str, urn: str) -> Authority:
    return Authority(
        key=name.lower()[:80],
        name=name[:200],
        short=name,
        urn=urn,
        region=region,
        la_type="Unitary Authority",
    )


def _areas(plain: Sequence[str], priority: Sequence[str]) -> list[Area]:
    texts = [(text, False) for text in plain] + [(text, True) for text in priority]
    return [
        Area(
            position=n,
            text=text,
            heading="What needs to improve",
            priority_action=is_priority,
            target="authority",
            themes=[],
        )
        for n, (text, is_priority) in enumerate(texts)
    ]


def make_report(
    *,
    file_id: str = "50252261",
    authority: str = "Marlbury",
    region: str = "West Midlands",
    urn: str = "80999",
    title: str = "Inspection of local authority children's services",
    kind: str = "inspection",
    url: str | None = None,
    grades: Sequence[tuple[str, str | None]] = GRADES_2023,
    areas: Sequence[str] = AREAS,
    priority: Sequence[str] = (),
    problems: Sequence[str] = (),
    start: date | None = date(2024, 4, 22),
    end: date | None = date(2024, 5, 3),
    periods: Sequence[tuple[str, str]] = (),
) -> Report:
    """A report that was read, with its authority; not in any session."""
    council = _council(authority, region=region, urn=urn)
    inspection = None
    if start is not None:
        inspection = Inspection(
            authority=council, kind=kind, start=start, end=end, framework="ilacs_2023"
        )
    return Report(
        file_id=file_id,
        url=url or f"{FILES}/{file_id}",
        authority=council,
        title=title,
        published=date(2024, 7, 12),
        state=ReportState.READ,
        kind=kind,
        first_seen_at=NOW,
        last_seen_at=NOW,
        reading={"inspection_periods": [{"start": a, "end": b} for a, b in periods]},
        inspection=inspection,
        judgements=[
            StoredJudgement(
                position=n, judgement=key, label=key, grade=grade, as_printed=grade or ""
            )
            for n, (key, grade) in enumerate(grades)
        ],
        areas=_areas(areas, priority),
        problems=[
            StoredProblem(position=n, code="grade_disagreement", message=text)
            for n, text in enumerate(problems)
        ],
    )


def make_event(
    report: Report,
    event_type: EventType,
    *,
    changes: Sequence[dict[str, Any]] | None = None,
    earlier: dict[str, Any] | None = None,
    **detail: Any,
) -> Event:
    """An event of a report; with `changes`, its detail has them and the report before."""
    if event_type == EventType.DUE_SOON:
        detail = {"earliest": "2026-01-12", "latest": "2028-03-20"} | detail
    if changes is not None:
        detail |= {"changes": list(changes), "earlier": earlier}
    return Event(
        key=f"{event_type}:{report.file_id}",
        type=event_type,
        authority=report.authority,
        report=report,
        detected_at=NOW,
        summary=f"{report.authority.short}: {event_type}",
        detail=detail,
    )


def hold(session: Session, report: Report) -> None:
    """Hold the messages about a new report, as a poll does that finds too many."""
    report.held = True
    event = make_event(report, EventType.NEW_REPORT)
    session.add(event)
    session.flush()
    session.add(
        Notification(
            subscription="Everything",
            event_id=event.id,
            collected_at=NOW,
            urgent=False,
            state=DeliveryState.HELD,
        )
    )
    session.flush()


def fall_events(report: Report) -> list[Event]:
    """What a fall with a first grade for care leavers gives."""
    first = [entry for entry in CHANGES if entry["direction"] == "first"]
    return [
        make_event(report, EventType.GRADE_CHANGE, changes=CHANGES, earlier=EARLIER),
        make_event(report, EventType.FIRST_GRADE, changes=first, earlier=EARLIER),
        make_event(report, EventType.NEW_REPORT),
    ]


def a_repeat(strength: str = "likely", **more: Any) -> dict[str, Any]:
    """One entry of `detail.repeats`."""
    return {
        "theme": "supervision_oversight",
        "name": "Supervision",
        "later": "The quality of supervision.",
        "earlier": "The pace of supervision.",
        "strength": strength,
        "base_rate": 0.03,
        "earlier_report": {"published": "2021-03-05", "url": None},
        **more,
    }


def unread_report(
    like: Report, *, published: date, file_id: str = "50300001", title: str | None = None
) -> Report:
    """A report that has not been read, of the council of `like` and, without `title`, its title."""
    return Report(
        file_id=file_id,
        url=f"{FILES}/{file_id}",
        authority=like.authority,
        title=title or like.title,
        published=published,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def stored(session: Session, report: Report, events: Sequence[Event]) -> None:
    """Put a report and its events into the database."""
    session.add(report)
    session.add_all(events)
    session.flush()


def of_changes(*changes: dict[str, Any], **facts: Any) -> Message:
    """The message of a grade change."""
    report = make_report(**facts)
    event = make_event(report, EventType.GRADE_CHANGE, changes=changes, earlier=EARLIER)
    return compose(report, [event], sites=SITES)
