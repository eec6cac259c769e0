"""Record a person's decision that two statements are the same issue, or that they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events.repeats import repeat_events, repeat_summary
from alerts.events.types import EventType
from flows.pipeline.app import App
from flows.pipeline.who_and_why import who_and_why
from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.wording import counted
from storage import facts, repeats
from storage.models import Area, Event, Report
from storage.repeat_decisions import confirm_repeat, reject_repeat, rejected_pairs, repeat_key

Pair = tuple[str, str]
"""A later and an earlier statement."""


@dataclass(frozen=True, kw_only=True)
class ShownRepeat:
    """A repeat as a user sees it: its `key` (`repeat_key`), and the report or event that has it.

    `document` is the file id of the report, whose repeats `history` lists, or the event's number.
    """

    document: str
    key: str


@dataclass(frozen=True, kw_only=True)
class NamedAreas:
    """An area of a later and one of an earlier report, by their numbers in the table `areas`."""

    later_file: str
    later_area: int
    earlier_file: str
    earlier_area: int


def record_rejected_repeat(app: App, shown: ShownRepeat, *, who: str, why: str) -> Pair:
    """Reject a repeat, and return the later and the earlier statement.

    If an event has the repeat, the next surest repeat of the later statement takes its place.
    Raises ConfigurationError where there is no such repeat, or where `who` or `why` is empty.
    """
    who, why = who_and_why(who, why)
    with app.database.write() as session:
        later, earlier = _shown_pair(session, shown)
        now = app.settings.instant()
        reject_repeat(session, later=later, earlier=earlier, who=who, why=why, now=now)
        _update_events(session, (later, earlier))
        return later, earlier


def record_confirmed_repeat(
    app: App, which: ShownRepeat | NamedAreas, *, who: str, why: str
) -> Pair:
    """Confirm a repeat, and return the later and the earlier statement.

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
        if isinstance(which, NamedAreas):
            _check_compared(session, _report(session, which.later_file), (later, earlier))
        _update_events(session, (later, earlier))
        return later, earlier


def _shown_pair(session: Session, shown: ShownRepeat) -> Pair:
    found = _repeats_of_event(session, shown.document)
    if found is None:
        report = _report(session, shown.document)
        areas = facts.reading_of(report).improvement_areas if report.reading else ()
        # What was rejected is shown no more, but the decision can be taken back by the same key.
        found = _repeats_of_report(session, shown.document)
        found += rejected_pairs(session, [area.text for area in areas])
    for pair in found:
        if repeat_key(*pair) == shown.key.lower():
            return pair
    raise ConfigurationError(
        f"{shown.document} has no repeat {quoted(shown.key)}. `history` shows the key of each "
        "repeat, such as k7f2m."
    )


def _named_pair(session: Session, named: NamedAreas) -> Pair:
    later, earlier = (_report(session, file) for file in (named.later_file, named.earlier_file))
    return _area(later, named.later_area), _area(earlier, named.earlier_area)


def _area(report: Report, number: int) -> str:
    areas = facts.reading_of(report).improvement_areas if report.reading else ()
    if not 1 <= number <= len(areas):
        raise ConfigurationError(
            f"{report.file_id} has no area number {number}; it has {counted(len(areas), 'area')}"
        )
    return areas[number - 1].text


def _check_compared(session: Session, report: Report, pair: Pair) -> None:
    if pair not in _repeats_of_report(session, report.file_id):
        raise ConfigurationError(
            f"{report.file_id} is not compared with that area: a full inspection is compared with "
            "the one before it and the visits since, in the areas addressed to the council"
        )


def _update_events(session: Session, pair: Pair) -> None:
    """Bring the events up to date that a decision about a pair concerns.

    They are those of the reports that have the later statement, and those that say that the issue
    of a repeat had been raised there. Their messages are still to be composed.
    """
    later, _ = pair
    having = session.scalars(select(Area.report_id).where(Area.text == later)).all()
    for event in session.scalars(select(Event).where(Event.type == EventType.THEME_REPEAT)):
        if event.report_id not in having and later not in _older_statements(event.detail):
            continue
        if (report := event.report) is not None and not event.is_of_another_council:
            for found in repeat_events(session, report, facts.reading_of(report)):
                event.detail = _brought_up_to_date(event.detail, found.detail, later)
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
    """Return the statements of earlier reports in an event's detail."""
    repeats_listed = detail["repeats"]
    older = [each for repeat in repeats_listed for each in repeat.get("raised_before", ())]
    return {repeat["earlier"] for repeat in repeats_listed} | {each["statement"] for each in older}


def _brought_up_to_date(
    detail: Mapping[str, Any], now: Mapping[str, Any], later: str
) -> dict[str, Any]:
    """Return an event's detail, with what is raised again `now` in place of what was detected.

    Rejected repeats stay, marked as such. New ones are added only for the `later` statement that
    the decision is about: another instead of one that was rejected, or one that was confirmed.
    """
    by_pair = dict(zip(_pairs_of(now["repeats"]), now["repeats"], strict=True))
    known = _pairs_of(detail["repeats"])
    kept = [
        repeat if repeat.get("rejected") else by_pair.get(pair, repeat)
        for pair, repeat in zip(known, detail["repeats"], strict=True)
        # Each statement has one repeat: the surest.
        if repeat.get("rejected") or pair[0] != later or pair in by_pair
    ]
    new = [repeat for pair, repeat in by_pair.items() if pair[0] == later and pair not in known]
    return {**detail, "repeats": [*kept, *new], "no_longer_named": now["no_longer_named"]}


def _pairs_of(repeats_listed: Sequence[Mapping[str, str]]) -> list[Pair]:
    return [(repeat["later"], repeat["earlier"]) for repeat in repeats_listed]


def _repeats_of_event(session: Session, number: str) -> list[Pair] | None:
    """Return the repeats of an event; None where no event has this number.

    File ids can be numbers too, but are longer.
    """
    event = session.get(Event, int(number)) if number.isdecimal() and len(number) < 8 else None
    if event is None:
        return None
    return _pairs_of(event.detail.get("repeats", []))


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
