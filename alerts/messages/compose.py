"""Compose one message from a stored report and its events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from alerts.events.reinstated_versions import COUNTS_AGAIN
from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType, most_important_first
from alerts.messages.context import ReportContext
from alerts.messages.council_background import background
from alerts.messages.grades import NOT_CERTAIN
from alerts.messages.grades_over_time import grades_context
from alerts.messages.headline import Moved, headline
from alerts.messages.lengths import LONGEST_NAME, LONGEST_NOTE, LONGEST_TITLE
from alerts.messages.message import AreaLine, GradeLine, Link, Message
from alerts.messages.other_councils import other_councils
from alerts.messages.repeats import repeat_section
from alerts.messages.sites import NO_SITES, Sites
from reports.model import Direction, Kind
from reports.monitoring import monitoring_words
from reports.safe_text import host_of, plain_line, shortened, web_address
from reports.wording import (
    KINDS,
    SIGNS,
    addressee_words,
    capitalised,
    counted,
    direction_words,
    grade_words,
    judgement_words,
    month_words,
    overall_first,
    uk_date,
    uk_periods,
    uncapitalised,
)
from storage.facts import monitoring_of
from storage.grade_history import are_grades_certain
from storage.history import event_as_json
from storage.models import Event, Report
from storage.problems import areas_are_shown, areas_review_note
from website import addresses

_MOST_CORRECTED = 3
"""Areas quoted from each version. A corrected version seldom has other areas. Where all are new,
people can compare them in the report."""


def compose(
    report: Report,
    events: Sequence[Event],
    *,
    sites: Sites = NO_SITES,
    context: ReportContext | None = None,
    possible: bool = False,
) -> Message:
    """Compose the message about `events` of `report`. Links lead to the pages of `sites`.

    `context` has the council's other grades and those of other councils. `possible` says whether
    the subscription asks for possible repeats, which are otherwise only counted.

    Grades are compared only as the events say. A report without a comparison shows its grades
    alone. Areas that need review are left out. So are links to hosts other than the report's own
    and the site's.
    """
    found = ReportEvents(report, tuple(events))
    holding = _that_hold(events)
    changes = _changes(events)
    types = _types_that_hold(holding, changes)
    kind = KINDS.get(report.kind or Kind.UNKNOWN, KINDS[Kind.UNKNOWN])
    name = shortened(plain_line(report.authority.short), LONGEST_NAME)
    is_first = EventType.FIRST_GRADE in types and not any(e.detail.get("earlier") for e in events)
    hosts = {host for host in (host_of(report.url), host_of(sites.ofsted)) if host}
    repeats = repeat_section(events, hosts, possible=possible)
    raised_again = repeats is not None and repeats.says_raised_again
    note = areas_review_note(report)
    named = [each for each in types if each is not EventType.THEME_REPEAT or raised_again]
    return Message(
        headline=headline(
            name,
            named,
            changes,
            kind=kind,
            likely=_likely(events),
            priority_areas=_priority_areas(events),
        ),
        events=types,
        urgent=found.urgent,
        authority=name,
        region=shortened(plain_line(report.authority.region), LONGEST_NAME),
        title=shortened(plain_line(report.title), LONGEST_TITLE),
        inspected=_inspected(report),
        published=uk_date(report.published) if report.published else None,
        kind=Kind(report.kind or Kind.UNKNOWN),
        grades=_grade_lines(report, changes),
        earlier_version_counts=any(
            event.type == EventType.WITHDRAWN and COUNTS_AGAIN in event.detail for event in holding
        ),
        remarks=(
            *_topic(report),
            *([note] if note else monitoring_words(monitoring_of(report))),
            *_remarks(holding, changes),
            *(background(name, context, is_first=is_first) if context else ()),
        ),
        over_time=grades_context(context.timeline) if context else None,
        others=other_councils(context, hosts) if context else None,
        areas=_areas(report, events),
        areas_need_review=bool(note),
        repeats=repeats,
        problems=tuple(_note(problem.message) for problem in report.problems),
        report=_link(_report_label(types), report.url, hosts),
        earlier=_earlier_link(report, events, hosts) or _inspection_before(context, hosts),
        council=_council_link(report, sites.ofsted, hosts),
        pages=_our_pages(report, sites.public),
        records=tuple(event_as_json(event) for event in events),
    )


def _priority_areas(events: Sequence[Event]) -> int:
    """Return the number of areas for priority action that the events announce."""
    return sum(
        len(event.detail.get("areas", ()))
        for event in events
        if event.type == EventType.PRIORITY_ACTION
    )


def _that_hold(events: Sequence[Event]) -> list[Event]:
    """Return the events that no later event of a digest has overtaken.

    Only the last withdrawal or return, and only the last correction, says what holds now.
    """
    overtaken: list[Event] = []
    for types in ((EventType.WITHDRAWN, EventType.RETURNED), (EventType.CORRECTION,)):
        turns = [event for event in events if event.type in types]
        last = max(turns, key=_in_order, default=None)
        overtaken += [event for event in turns if event is not last]
    return [event for event in events if event not in overtaken]


def _in_order(event: Event) -> tuple[int, datetime]:
    """Return a sort key for the order of detection.

    The id comes first, because the clock may have been wrong at one of the events. Events that are
    not stored, as in a preview, have no id.
    """
    return event.id or 0, event.detected_at


def _types_that_hold(events: Sequence[Event], changes: Sequence[Moved]) -> tuple[EventType, ...]:
    """Return each type once, without those that do not apply any more.

    A new report has not returned: nobody knew it before it was withdrawn. Where all grades that
    moved have been corrected since, only the correction says what they are.
    """
    types = most_important_first(EventType(event.type) for event in events)
    left_out = set()
    if EventType.NEW_REPORT in types:
        left_out.add(EventType.RETURNED)
    steps = (Direction.BETTER, Direction.WORSE)
    if EventType.CORRECTION in types and all(each.direction not in steps for each in changes):
        left_out.add(EventType.GRADE_CHANGE)
    return tuple(each for each in types if each not in left_out)


def _changes(events: Sequence[Event]) -> tuple[Moved, ...]:
    """Return the last change of each judgement, from all events that have changes.

    A digest may have several corrections of one report.
    """
    found: dict[tuple[str, bool], Moved] = {}
    for event in sorted(events, key=_in_order, reverse=True):
        for change in event.detail.get("changes", ()):
            moved = Moved(
                judgement=change["judgement"],
                earlier=change["from"],
                later=change["to"],
                direction=Direction(change["direction"]),
                note=_note(change.get("note") or ""),
                corrected=event.type == EventType.CORRECTION,
            )
            # An ended judgement and a new one of the same name get separate lines.
            found.setdefault((moved.judgement, moved.later is None), moved)
    return tuple(found.values())


def _grade_lines(report: Report, changes: Sequence[Moved]) -> tuple[GradeLine, ...]:
    """Return the lines: overall effectiveness, the other judgements, then those no longer given.

    Of a report in doubt, only the grades that its events gave are shown.
    """
    shared = _shared_notes(changes)
    given = {change.judgement: change for change in changes if change.later is not None}
    lines = []
    are_certain = are_grades_certain(report)
    for judgement in sorted(report.judgements, key=overall_first):
        change = given.pop(judgement.judgement, None)
        if change is not None:
            lines.append(_changed_line(change, shared))
        else:
            after = grade_words(judgement.grade) if are_certain else None
            label = judgement_words(judgement.judgement)
            lines.append(GradeLine(label=label, after=after or NOT_CERTAIN))
    ended = [change for change in changes if change.later is None]
    lines.extend(_changed_line(change, shared) for change in (*given.values(), *ended))
    return tuple(lines)


def _changed_line(change: Moved, shared: frozenset[str]) -> GradeLine:
    before, after = grade_words(change.earlier), grade_words(change.later) or ""
    moved = direction_words(change.direction, change.earlier, change.later)
    note = "" if change.note in shared else change.note
    was = f"was {before}" if before else ""
    if change.later is None:
        ended = Direction.NOT_GIVEN_ANY_MORE if change.corrected else change.direction
        before, after, moved = None, direction_words(ended, change.earlier, None), was
    elif change.direction == Direction.NOT_COMPARABLE:
        # No arrow: it would look like a step on one scale.
        before, moved = None, was
    elif change.direction == Direction.FIRST and note:
        moved, note = _phrase(note), ""
    return GradeLine(
        label=judgement_words(change.judgement),
        before=before,
        after=after,
        direction=change.direction,
        sign=SIGNS[change.direction],
        moved=moved,
        note=note,
    )


def _phrase(sentence: str) -> str:
    """Return a sentence as a phrase for use in brackets."""
    return uncapitalised(sentence).rstrip(".")


def _shared_notes(changes: Sequence[Moved]) -> frozenset[str]:
    """Return the notes that apply to several judgements: they are shown once, below the grades."""
    times = Counter(change.note for change in changes if change.note)
    return frozenset(note for note, count in times.items() if count > 1)


def _remarks(events: Sequence[Event], changes: Sequence[Moved]) -> tuple[str, ...]:
    shared = _shared_notes(changes)
    notes = [change.note for change in changes if change.note in shared]
    notes += [_note(event.detail["note"]) for event in events if event.detail.get("note")]
    notes += [line for event in events for line in _corrected_areas(event)]
    if any(event.type == EventType.WITHDRAWN for event in events):
        notes.append("This message shows what the report said")
    return tuple(dict.fromkeys(_sentence(note) for note in notes))


def _corrected_areas(event: Event) -> Iterator[str]:
    """Quote the areas for improvement that only one version of a corrected report has."""
    for key, what in (("areas_added", "Only in this"), ("areas_removed", "Only in the previous")):
        areas = event.detail.get(key, ())
        for area in areas[:_MOST_CORRECTED]:
            yield f"{what} version: “{_note(area).rstrip('.')}”"
        if (more := len(areas) - _MOST_CORRECTED) > 0:
            yield f"{what} version: {counted(more, 'more area')} for improvement"


def _topic(report: Report) -> tuple[str, ...]:
    """Return the topic of a focused visit. A monitoring visit has `monitoring_words` instead."""
    topic = (report.reading or {}).get("topic")
    if not topic or report.kind != Kind.FOCUSED_VISIT:
        return ()
    return (f"Topic of the visit: {_note(topic).rstrip('.')}.",)


def _note(text: str) -> str:
    return shortened(plain_line(text), LONGEST_NOTE)


def _sentence(text: str) -> str:
    text = capitalised(text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _areas(report: Report, events: Sequence[Event]) -> tuple[AreaLine, ...]:
    """Return the areas, those for priority action first.

    Of areas that need review, only those that the events gave are shown, because they are certain.
    """
    are_shown = areas_are_shown(report)
    given = {
        area["text"]
        for event in events
        if event.type == EventType.PRIORITY_ACTION
        for area in event.detail.get("areas", ())
    }
    lines = [
        AreaLine(
            text=plain_line(area.text),
            priority=area.priority_action,
            page=area.page,
            addressee=shortened(
                addressee_words(
                    area.target, plain_line(area.responsible_body or ""), kind=report.kind
                ),
                LONGEST_TITLE,
            ),
        )
        for area in report.areas
        if are_shown or area.text in given
    ]
    return tuple(sorted(lines, key=lambda line: not line.priority))


def _inspected(report: Report) -> str | None:
    inspection = report.inspection
    if inspection is None:
        return None
    periods: list[dict[str, Any]] = (report.reading or {}).get("inspection_periods") or []
    if len(periods) < 2:
        return uk_periods([(inspection.start, inspection.end)])
    return uk_periods([(_day(period["start"]), _day(period["end"])) for period in periods])


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _link(label: str, url: str | None, hosts: set[str]) -> Link | None:
    address = web_address(url, hosts)
    return Link(label=label, url=address) if address else None


def _report_label(types: Sequence[EventType]) -> str:
    if EventType.WITHDRAWN in types:
        return "Read the report, if it still opens"
    return "Read the last report" if EventType.DUE_SOON in types else "Read the report"


def _likely(events: Sequence[Event]) -> str:
    """Return when the next inspection is likely: "between May 2025 and March 2028"."""
    due = next((event for event in events if event.type == EventType.DUE_SOON), None)
    if due is None:
        return ""
    first, last = (month_words(_day(due.detail[edge])) for edge in ("earliest", "latest"))
    return f"between {first} and {last}"


def _earlier_link(report: Report, events: Sequence[Event], hosts: set[str]) -> Link | None:
    """Link to the earlier report: the one before, or the version before a correction.

    There is no link to a file that Ofsted has replaced: its address leads to the corrected one.
    """
    for event in events:
        earlier = event.detail.get("earlier")
        if not earlier or earlier.get("url") == report.url:
            continue
        is_version = event.type == EventType.CORRECTION
        label = "Report before the correction" if is_version else "Previous report"
        if earlier.get("published"):
            label += f" ({uk_date(_day(earlier['published']))})"
        return _link(label, earlier.get("url"), hosts)
    return None


def _inspection_before(context: ReportContext | None, hosts: set[str]) -> Link | None:
    """Link to the last graded inspection before a report that is not compared with it (a visit)."""
    before = context.inspection_before if context else None
    if before is None:
        return None
    when = f" ({uk_date(before.published)})" if before.published else ""
    return _link(f"Previous inspection report{when}", before.url, hosts)


def _council_link(report: Report, site_url: str | None, hosts: set[str]) -> Link | None:
    urn = report.authority.urn
    if not site_url or not urn or not re.fullmatch(r"[0-9A-Za-z]{1,20}", urn):
        return None
    name = shortened(plain_line(report.authority.short), LONGEST_NAME)
    return _link(f"{name} on Ofsted's site", f"{site_url.rstrip('/')}/provider/44/{urn}", hosts)


def _our_pages(report: Report, public_url: str | None) -> tuple[Link, ...]:
    """Link to the pages of the report and the council on our own website, where it is published."""
    if public_url is None:
        return ()
    name = shortened(plain_line(report.authority.short), LONGEST_NAME)
    pages = (
        ("What this report says", addresses.report_page(report.file_id)),
        (f"{name}: all inspections", addresses.council_page(report.authority.key)),
    )
    return tuple(
        Link(label=label, url=addresses.public(page, public_url=public_url))
        for label, page in pages
    )
