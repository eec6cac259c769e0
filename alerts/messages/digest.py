"""What a digest contains: the reports of a period, and how often the site was checked.

A pure record. `alerts.outbox.digests` fills it; the modules of the channels show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from alerts.events.types import EventType
from alerts.messages.digest_schedule import DigestPeriod
from alerts.messages.grades import NOT_CERTAIN, GradesInBrief
from alerts.messages.message import OVERALL, GradeLine, Link, Message
from reports.london import LONDON
from reports.model import Direction
from reports.wording import capitalised, counted, uk_date, uk_period

_CHANGED = frozenset(
    {
        Direction.BETTER,
        Direction.WORSE,
        Direction.FIRST,
        Direction.NOT_GIVEN_ANY_MORE,
        Direction.NOT_COMPARABLE,
    }
)
"""What counts as a change; grades that did not move share one line."""

_OF_THE_PAST = frozenset({EventType.DUE_SOON, EventType.WITHDRAWN, EventType.RETURNED})
"""Events of a report whose statements recipients have known for a long time."""

_TEXT_LIMIT = 150_000
"""Characters of statements in one message. Ten reports have some 20,000. A larger message could be
refused for its size, and then nothing would arrive."""

_PRIORITY_LIMIT = 700
"""Characters of areas for priority action. In chat, each report must leave room for the others."""


@dataclass(frozen=True, kw_only=True)
class DigestRow:
    """One report with what changed. `sent_before`: the subscription has had a message about it."""

    message: Message
    sent_before: bool = False

    @property
    def grades(self) -> tuple[GradeLine, ...]:
        """The judgements that changed, each with a line of its own."""
        return tuple(line for line in self.message.grades if line.direction in _CHANGED)

    @property
    def unchanged(self) -> str:
        """The grades of a new report that did not change, in one line; empty where there are none.

        Where no earlier grades are known, the line has the grades without a comparison.
        """
        if EventType.NEW_REPORT not in self.message.events:
            return ""
        lines = [line for line in self.message.grades if line.direction not in _CHANGED]
        if lines and all(line.after == NOT_CERTAIN for line in lines):
            return f"Grades: {NOT_CERTAIN}"
        grades = ", ".join(f"{line.label} ({line.after})" for line in lines)
        compared = any(line.direction is not None for line in self.message.grades)
        return f"{'Unchanged' if compared else 'Grades'}: {grades}" if grades else ""

    @property
    def marks(self) -> str:
        """Whether it is urgent and whether it was sent before, in words."""
        marks = ["Urgent"] if self.message.urgent else []
        marks += ["already sent to you"] if self.sent_before else []
        text = ", ".join(marks)
        return capitalised(text)

    @property
    def other_links(self) -> tuple[Link, ...]:
        """Links to further pages, without the report."""
        return tuple(link for link in self.message.links if link != self.message.report)

    @property
    def others_in_brief(self) -> tuple[str, ...]:
        """The grades of other councils, a line for each group; only where the row shows grades.

        Without an overall grade, the lines cover the judgements that the row shows.
        """
        others = self.message.others if self.grades else None
        shown = {OVERALL, *(line.label for line in self.grades)}
        by_group: dict[str, list[str]] = {}
        for line in others.short if others else ():
            if line.judgement in shown:
                by_group.setdefault(line.group, []).append(f"{line.judgement}: {line.said}.")
        return tuple(" ".join([f"{group}.", *counts]) for group, counts in by_group.items())

    @property
    def length(self) -> int:
        """The number of characters of the statements."""
        message = self.message
        repeats = message.repeats.lines if message.repeats else ()
        return sum(len(area.said) for area in message.areas) + sum(
            len(line.later) + len(line.earlier) for line in repeats
        )

    @property
    def priority_words(self) -> tuple[str, ...]:
        """The areas for priority action that fit, and how many more there are. None is cut.

        They are shown even where other areas are only counted.
        """
        lines: list[str] = []
        room, areas = _PRIORITY_LIMIT, self.message.priority_actions
        for area in areas:
            room -= len(area.said)
            if room < 0:
                break
            lines.append(f"❗ Area for priority action: {area.said}")
        rest = len(areas) - len(lines)
        if rest and lines:
            lines.append(f"❗ … and {rest} more for priority action in the report")
        elif rest:
            are = "area for priority action is" if rest == 1 else "areas for priority action are"
            lines.append(f"❗ {rest} {are} in the report, too long to show here")
        return tuple(lines)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What could not be read with certainty."""
        return tuple(f"⚠ Needs review: {problem}" for problem in self.message.problems)

    @property
    def about(self) -> str:
        """The report, its dates, and the number of its areas, in one line."""
        parts = [self.message.document, self.message.dates, self.counted]
        return " · ".join(part for part in parts if part)

    @property
    def counted(self) -> str:
        """The number of areas of each sort; empty where the report names none."""
        message = self.message
        if message.areas_need_review:
            return "areas for improvement need review"
        areas = message.counted_areas
        if areas and message.repeat_count:
            areas += f", {message.repeat_count} raised again"
        return areas


@dataclass(frozen=True, kw_only=True)
class DigestSection:
    """A further part of a digest: a heading, and lines of safe text."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DigestMessage:
    """One digest of one subscription."""

    headline: str
    summary: str
    """How often the site was checked and what was found: one sentence."""
    rows: tuple[DigestRow, ...] = ()
    sections: tuple[DigestSection, ...] = ()

    def grades_in_brief(self, row: DigestRow) -> GradesInBrief | None:
        """Return the council's grades in brief; None where the row shows no grade that changed."""
        grades = row.message.over_time
        return grades.brief if grades and row.grades else None

    def shows_statements(self, row: DigestRow) -> bool:
        """Return whether emails show a row's statements: not those that recipients already know."""
        return not row.sent_before and not _OF_THE_PAST.issuperset(row.message.events)

    @cached_property
    def in_full(self) -> frozenset[int]:
        """The numbers of the rows whose statements are shown word for word, not only counted."""
        room, shown = _TEXT_LIMIT, set()
        for number, row in enumerate(self.rows):
            if self.shows_statements(row):
                room -= row.length
                if room < 0:
                    break
                shown.add(number)
        return frozenset(shown)

    @property
    def urgent(self) -> bool:
        """Never: urgent events have been sent before."""
        return False


@dataclass(frozen=True, kw_only=True)
class SourceChecks:
    """How often the site was checked: the number of complete polls in a period.

    `last` is the last complete poll before the period's end, even if the period has none.
    """

    polls: int
    last: datetime | None


def digest_headline(
    name: str,
    period: DigestPeriod,
    rows: Sequence[DigestRow],
    *,
    checked: bool = True,
    waiting: int = 0,
) -> str:
    """Return the headline: which digest, for which days, and how many reports it has.

    `checked`: whether Ofsted's site could be checked at all. `waiting`: the number of reports
    that are not in it yet.
    """
    nothing = "nothing new" if checked else "Ofsted's site could not be checked"
    if waiting:
        nothing = counted(waiting, "report not included yet", "reports not included yet")
    what = counted(len(rows), noun_of(rows)) if rows else nothing
    urgent = sum(row.message.urgent for row in rows)
    if urgent:
        what += f", {urgent} urgent"
    return f"{name}, {period_words(period)}: {what}"


def noun_of(rows: Sequence[DigestRow]) -> str:
    """Return the noun for counting rows: "item" if a row is not about a new report, or "report"."""
    return "report" if all(_is_report(row) for row in rows) else "item"


def left_out_words(number: int, rows: Sequence[DigestRow]) -> str:
    """Return how many of the rows a message leaves out, and where to find them."""
    noun = noun_of(rows)
    more = counted(number, f"more {noun}")
    return f"… and {more}. To list all {noun}s, run inspection-watch events."


def only_titles_words(number: int, rows: Sequence[DigestRow]) -> str:
    """Return how many of the rows a message shows only by their titles, and where the rest is."""
    said = counted(number, f"{noun_of(rows)} has", f"{noun_of(rows)}s have")
    whose = "its" if number == 1 else "their"
    return f"For lack of room, {said} only {whose} title here. To read more, follow the link."


def _is_report(row: DigestRow) -> bool:
    """Return whether a row is about what a report says, not about its withdrawal or what is due."""
    events = row.message.events
    return EventType.NEW_REPORT in events or _OF_THE_PAST.isdisjoint(events)


def period_words(period: DigestPeriod) -> str:
    """Return a period in words: a single day with its weekday."""
    if period.first == period.last:
        return f"{period.first:%A} {uk_date(period.first)}"
    return uk_period(period.first, period.last)


def checks_words(checks: SourceChecks) -> str:
    """Return in words how often and when last the site was checked."""
    if checks.polls:
        assert checks.last is not None, "a poll has a time"
        last = moment_words(checks.last.astimezone(LONDON))
        return f"Ofsted's site was checked {_times(checks.polls)} at {last}."
    before = "never"
    if checks.last is not None:
        before = moment_in_year(checks.last)
    return (
        "Ofsted's site could not be checked in this period (last successful check: "
        f"{before}), so reports may be missing."
    )


def moment_words(local: datetime) -> str:
    """Return a moment in London without its year: 13:02 on Friday 19 June."""
    return f"{local:%H:%M} on {local:%A} {_day_and_month(local.date())}"


def moment_in_year(moment: datetime) -> str:
    """Return a moment in London with its year: 13:02 on Friday 19 June 2026."""
    local = moment.astimezone(LONDON)
    return f"{moment_words(local)} {local.year}"


def councils_words(number: int | None, *, found: int) -> str:
    """Return the councils of a subscription in words: "for your 12 councils".

    The words follow the number of reports, `found`. `number` is how many councils there are; None
    means every council.
    """
    if number is None:
        return "across all councils" if found else "on any council"
    return "for your council" if number == 1 else f"for your {number} councils"


def found_words(number: int, *, noun: str, wants_all: bool) -> str:
    """Return the number of reports in words. `noun` is from `noun_of`.

    `wants_all`: the subscription gets every new report, and none is left out.
    """
    if not number:
        return "no new reports" if wants_all else "no reports matching this subscription"
    return counted(number, noun)


def _times(number: int) -> str:
    return {1: "once,", 2: "twice, last"}.get(number, f"{number} times, last")


def _day_and_month(day: date) -> str:
    return uk_date(day).rsplit(" ", 1)[0]
