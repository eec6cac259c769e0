"""The window in which a council's next inspection is likely: in words, and as an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from alerts.events.detected import Detected, fact_key
from alerts.events.types import EventType
from reports.analysis.next_inspection import DueWindow, due_windows
from reports.wording import estimate_words, month_words
from storage.inspections import ReportedInspection, graded_inspections
from storage.models import Report

RECENT = timedelta(days=14)
"""A window that opened longer ago has no event. Two weeks cover a service that was down for a
while."""


@dataclass(frozen=True)
class DueSoon:
    """A window that has opened, with the last graded report."""

    report: Report
    detected: Detected


def window_of(session: Session, authority: str, *, today: date) -> DueWindow | None:
    """Return the window of one council (by its key); None where there is too little data."""
    known = [graded.inspection for graded in graded_inspections(session)]
    return due_windows(known, today=today).get(authority)


def window_sentence(window: DueWindow, *, today: date) -> str:
    """Describe the window and what it is estimated from."""
    likely = "was likely" if window.latest < today else "is likely"
    reason = estimate_words(window.grade, gaps=window.gaps, waiting_longer=window.waiting_longer)
    return (
        f"The next inspection {likely} {_between(window)}. {reason}"
        f"{' It may come sooner, because a grade is inadequate.' if window.maybe_sooner else ''}"
    )


def window_as_json(window: DueWindow) -> dict[str, object]:
    """Return the window as JSON."""
    return {
        "earliest": window.earliest.isoformat(),
        "middle": window.middle.isoformat(),
        "latest": window.latest.isoformat(),
        "after_inspection": window.last.isoformat(),
        "after_grade": window.grade,
        "gaps": window.gaps,
        "gaps_of_earlier_frameworks": window.gaps_of_earlier_frameworks,
        "waiting_longer": window.waiting_longer,
    }


def due_soon(session: Session, *, today: date, since: date) -> list[DueSoon]:
    """Return the councils whose window opened recently, not before `since`."""
    known = graded_inspections(session)
    windows = due_windows((graded.inspection for graded in known), today=today)
    return opened_lately(known, windows, today=today, since=since)


def opened_lately(
    known: Iterable[ReportedInspection],
    windows: Mapping[str, DueWindow],
    *,
    today: date,
    since: date,
) -> list[DueSoon]:
    """Return what `due_soon` does, from the given graded inspections and their windows. Pure."""
    first = max(since, today - RECENT)
    found: list[DueSoon] = []
    for graded in known:
        window = windows.get(graded.inspection.authority)
        if window is None or window.last != graded.inspection.start:
            continue
        if not first <= window.earliest <= today or graded.report.authority.valid_to is not None:
            continue
        found.append(DueSoon(graded.report, _detected(graded.report, window, today)))
    return found


def _detected(report: Report, window: DueWindow, today: date) -> Detected:
    return Detected(
        type=EventType.DUE_SOON,
        key=fact_key(EventType.DUE_SOON, report),
        summary=f"{report.authority.short}: next inspection likely {_between(window)}",
        detail={**window_as_json(window), "note": window_sentence(window, today=today)},
    )


def _between(window: DueWindow) -> str:
    return f"between {month_words(window.earliest)} and {month_words(window.latest)}"
