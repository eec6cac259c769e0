"""Record a person's decision that two statements are the same issue, or that they are not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.repeats import repeat_events, repeat_summary
from alerts.events.types import EventType
from flows.pipeline.app import App
from flows.pipeline.who_and_why import who_and_why
from reports.errors import ConfigurationError
from reports.repeats.base_rates import own_areas
from reports.safe_text import quoted
from reports.wording import counted
from storage import facts, repeats
from storage.models import Area, Authority, Event, Report
from storage.repeat_decisions import (
    confirm_repeat,
    decided_pairs,
    fingerprint,
    pair,
    reject_repeat,
    repeat_key,
)

Pair = tuple[str, str]
"""A later and an earlier statement."""


@dataclass(frozen=True, kw_only=True)
class ShownRepeat:
    """A repeat as a user sees it: its `key` (`repeat_key`), and the report or event that has it.

    `shown_in` is the file id of the report, whose repeats `history` lists, or the event's number.
    """

    shown_in: str
    key: str


@dataclass(frozen=True, kw_only=True)
class NamedAreas:
    """An area of a later and one of an earlier report, by their numbers in the table `areas`."""

    later_file: str
    later_area: int
    earlier_file: str
    earlier_area: int


class RecordedDecision(NamedTuple):
    """The later and the earlier statement of a decision, and the councils that have both.

    `councils` are short names, in alphabetical order.
    """

    later: str
    earlier: str
    councils: tuple[str, ...]


def record_rejected_repeat(app: App, shown: ShownRepeat, *, who: str, why: str) -> RecordedDecision:
    """Reject a repeat.

    If an event has the repeat, the next surest repeat of the later statement takes its place.
    Raises ConfigurationError where there is no such repeat, or where `who` or `why` is empty.
    """
    who, why = who_and_why(who, why)
    with app.database.write() as session:
        later, earlier = _shown_pair(session, shown)
        now = app.settings.instant()
        reject_repeat(session, later=later, earlier=earlier, who=who, why=why, now=now)
        return _recorded(session, later, earlier)


def record_confirmed_repeat(
    app: App, which: ShownRepeat | NamedAreas, *, who: str, why: str
) -> RecordedDecision:
    """Confirm a repeat.

    If the later report has an event about repeats, the repeat is added to it. No new event is
    stored, so nothing is sent. Raises ConfigurationError as `record_rejected_repeat` does.
    """
    who, why = who_and_why(who, why)
    with app.database.write() as session:
        if isinstance(which, NamedAreas):
            later, earlier = _named_pair(session, which)
        else:
            later, earlier = _shown_pair(session, which)
        now = app.settings.instant()
        confirm_repeat(session, later=later, earlier=earlier, who=who, why=why, now=now)
        return _recorded(session, later, earlier)


def _recorded(session: Session, later: str, earlier: str) -> RecordedDecision:
    """Bring events up to date with a decision that is stored, and return the decision."""
    saying_later, saying_earlier = (
        _reports_with(session, statement) for statement in (later, earlier)
    )
    _update_events(session, later, saying_later)
    both = set(saying_later.values()) & set(saying_earlier.values())
    return RecordedDecision(later, earlier, tuple(sorted(both)))


def _reports_with(session: Session, statement: str) -> dict[int, str]:
    """Return the ids of the reports that have a statement, each with its council's short name."""
    rows = session.execute(
        select(Area.report_id, Authority.short, Area.text)
        .join(Report, Report.id == Area.report_id)
        .join(Report.authority)
    )
    wanted = fingerprint(statement)
    return {report_id: short for report_id, short, text in rows if fingerprint(text) == wanted}


def _shown_pair(session: Session, shown: ShownRepeat) -> Pair:
    found = _repeats_of_event(session, shown.shown_in)
    if found is None:
        report = _report(session, shown.shown_in)
        areas = facts.reading_of(report).improvement_areas if report.reading else ()
        # A decision can be taken back by the same key, although what was rejected is shown no more,
        # and of several confirmed repeats of a statement only one is shown.
        found = _repeats_of_report(session, shown.shown_in)
        found += decided_pairs(session, [area.text for area in areas])
    for later, earlier in found:
        if repeat_key(later, earlier) == shown.key.lower():
            return later, earlier
    raise ConfigurationError(
        f"{shown.shown_in} has no repeat {quoted(shown.key)}. `history` shows the key of each "
        "repeat, such as k7f2m."
    )


def _named_pair(session: Session, named: NamedAreas) -> Pair:
    later, earlier = (_report(session, file) for file in (named.later_file, named.earlier_file))
    statements = _area(later, named.later_area), _area(earlier, named.earlier_area)
    _check_compared(session, later, earlier)
    return statements


def _area(report: Report, number: int) -> str:
    reading = facts.reading_of(report) if report.reading else None
    areas = reading.improvement_areas if reading else ()
    if not 1 <= number <= len(areas):
        raise ConfigurationError(
            f"{report.file_id} has no area number {number}; it has {counted(len(areas), 'area')}"
        )
    area = areas[number - 1]
    if reading and area not in own_areas(reading):
        raise ConfigurationError(
            f"area number {number} of {report.file_id} is for another body than the one inspected; "
            "such areas are not compared"
        )
    return area.text


def _check_compared(session: Session, later: Report, earlier: Report) -> None:
    found = repeats.repeats_of_report(session, later, facts.reading_of(later))
    if found is not None and earlier in found.compared_with:
        return
    if found is None:
        reason = "its areas need review, or it is not about an inspection with a known date"
    elif earlier in found.not_compared:
        reason = f"the areas of {earlier.file_id} need review"
    else:
        reason = (
            "a full inspection or a visit is compared with the full inspection before it and the "
            "visits since, any other inspection with the one of its kind before it"
        )
    raise ConfigurationError(f"{later.file_id} is not compared with {earlier.file_id}: {reason}")


def _update_events(session: Session, later: str, saying_later: Collection[int]) -> None:
    """Bring the events up to date that a decision about a pair concerns.

    They are those of the reports that have the `later` statement (`saying_later`), and those that
    say that the issue of a repeat had been raised there. Their messages are still to be composed.
    """
    decided = fingerprint(later)
    for event in session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT)):
        if event.report_id not in saying_later and decided not in _older_statements(event.detail):
            continue
        if (report := event.report) is not None and not event.is_of_another_council:
            for found in repeat_events(session, report, facts.reading_of(report)):
                event.detail = _brought_up_to_date(event.detail, found.detail, decided)
            event.summary = repeat_summary(
                report,
                (
                    (repeat["strength"], repeat["name"])
                    for repeat in event.detail["repeats"]
                    if not repeat.get("rejected")
                ),
                stated=bool(event.detail["stated"]),
            )


def _older_statements(detail: Mapping[str, Any]) -> set[str]:
    """Return the fingerprints of the statements of earlier reports in an event's detail."""
    repeats_listed = detail["repeats"]
    older = [each for repeat in repeats_listed for each in repeat.get("raised_before", ())]
    said = [repeat["earlier"] for repeat in repeats_listed] + [each["statement"] for each in older]
    return {fingerprint(statement) for statement in said}


def _brought_up_to_date(
    detail: Mapping[str, Any], now: Mapping[str, Any], decided: str
) -> dict[str, Any]:
    """Return an event's detail, with what is raised again `now` in place of what was detected.

    Rejected repeats stay, marked as such. New ones are added only for the later statement that the
    decision is about (its fingerprint is `decided`): another instead of one that was rejected, or
    one that was confirmed.
    """
    known, by_pair = _by_pair(detail["repeats"]), _by_pair(now["repeats"])
    kept = [
        repeat if repeat.get("rejected") else by_pair.get(key, repeat)
        for key, repeat in known.items()
        # Each statement has one repeat: the surest.
        if repeat.get("rejected") or key[0] != decided or key in by_pair
    ]
    new = [repeat for key, repeat in by_pair.items() if key[0] == decided and key not in known]
    return {**detail, "repeats": [*kept, *new], "no_longer_named": now["no_longer_named"]}


def _by_pair(repeats_listed: Sequence[Mapping[str, Any]]) -> dict[Pair, Mapping[str, Any]]:
    """Return the repeats of an event's detail by the fingerprints of their statements."""
    return {pair(later=each["later"], earlier=each["earlier"]): each for each in repeats_listed}


def _repeats_of_event(session: Session, number: str) -> list[Pair] | None:
    """Return the repeats of an event; None where no event has this number.

    File ids can be numbers too, but are longer.
    """
    event = session.get(Event, int(number)) if number.isdecimal() and len(number) < 8 else None
    if event is None:
        return None
    return [(each["later"], each["earlier"]) for each in event.detail.get("repeats", [])]


def _report(session: Session, file_id: str) -> Report:
    report = session.scalars(select(Report).where(Report.file_id == file_id)).one_or_none()
    if report is None:
        raise ConfigurationError(
            f"no event and no report {quoted(file_id)} is stored; `events` shows the numbers of "
            "events, and `history` the ids of reports"
        )
    return report


def _repeats_of_report(session: Session, file_id: str) -> list[Pair]:
    report = _report(session, file_id)
    if report.reading is None:
        return []
    found = repeats.repeats_of_report(session, report, facts.reading_of(report))
    return [(repeat.later, repeat.earlier) for _, repeat in found.repeats] if found else []
