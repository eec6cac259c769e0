"""What a digest says: the reports of a period, and how well the watch could see.

A pure record; `alerts.outbox.digests` fills it, the modules of the channels show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.events.types import EventType
from alerts.messages.grades import GradesInBrief
from alerts.messages.message import OVERALL, GradeLine, Link, Message
from alerts.subscriptions.periods import DigestPeriod
from reports.london import LONDON
from reports.model import Direction
from reports.wording import counted, uk_date, uk_period

# What did not move is not repeated in a digest; the report's page has it.
_TOLD = frozenset(
    {
        Direction.BETTER,
        Direction.WORSE,
        Direction.FIRST,
        Direction.NOT_GIVEN_ANY_MORE,
        Direction.NOT_COMPARABLE,
    }
)
# What is told of a report whose words have been known for long.
_OF_THE_PAST = frozenset({EventType.DUE_SOON, EventType.WITHDRAWN, EventType.RETURNED})
# Characters of statements in one message. Ten reports have some 20,000; a message without bounds
# could be refused for its size, and then nobody would be told anything.
_TEXT_LIMIT = 150_000
# In chat, one report among several must leave room for the others.
_PRIORITY_LIMIT = 700


@dataclass(frozen=True, kw_only=True)
class DigestRow:
    """One report with what changed. `told`: its subscribers have had a message already."""

    message: Message
    told: bool = False

    @property
    def grades(self) -> tuple[GradeLine, ...]:
        """The judgements of which something is to be said."""
        return tuple(line for line in self.message.grades if line.direction in _TOLD)

    @property
    def marks(self) -> str:
        """Whether it is urgent and whether it is known, in words."""
        marks = ["Urgent"] if self.message.urgent else []
        marks += ["you were told at once"] if self.told else []
        text = ", ".join(marks)
        return text[:1].upper() + text[1:]

    @property
    def other_links(self) -> tuple[Link, ...]:
        """Where to read on beside the report."""
        return tuple(link for link in self.message.links if link != self.message.report)

    @property
    def beside(self) -> tuple[str, ...]:
        """How other councils stand, in a line for each group; only where grades are told.

        Without an overall grade that is said of the judgements of which something is to be said.
        """
        others = self.message.others if self.grades else None
        told = {OVERALL, *(line.label for line in self.grades)}
        said: dict[str, list[str]] = {}
        for line in others.short if others else ():
            if line.judgement in told:
                said.setdefault(line.group, []).append(f"{line.judgement}: {line.said}.")
        return tuple(" ".join([f"{group}.", *counts]) for group, counts in said.items())

    @property
    def length(self) -> int:
        """Characters of the statements."""
        message = self.message
        again = message.again.lines if message.again else ()
        return sum(len(area.text) for area in message.areas) + sum(
            len(line.later) + len(line.earlier) for line in again
        )

    @property
    def priority_words(self) -> tuple[str, ...]:
        """Areas for priority action, also where others are only counted; whole ones only."""
        said: list[str] = []
        room, areas = _PRIORITY_LIMIT, self.message.priority_actions
        for area in areas:
            room -= len(area.text)
            if room < 0:
                break
            said.append(f"❗ Area for priority action: {area.text}")
        if said and len(said) < len(areas):
            said.append(f"❗ … and {len(areas) - len(said)} more for priority action in the report")
        return tuple(said)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What could not be read with certainty."""
        return tuple(f"⚠ Not certain: {problem}" for problem in self.message.problems)

    @property
    def about(self) -> str:
        """The document, its dates, and how much it asks for, in one line."""
        parts = [self.message.document, self.message.dates, self.counted]
        return " · ".join(part for part in parts if part)

    @property
    def counted(self) -> str:
        """How much the report asks for; empty where it names no area for improvement."""
        message = self.message
        if not message.areas:
            return ""
        count = len(message.areas)
        said = f"{counted(count, 'area')} for improvement"
        if urgent := len(message.priority_actions):
            said += f", {urgent} of them for priority action"
        if message.again and message.again.lines:
            said += f", {len(message.again.lines)} named again"
        return said


@dataclass(frozen=True, kw_only=True)
class DigestSection:
    """What a digest says beside its reports: a heading, and lines of words that are safe."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DigestMessage:
    """One digest of one subscription."""

    headline: str
    sight: str
    """How often the site was looked at and what came of it: one sentence."""
    rows: tuple[DigestRow, ...] = ()
    sections: tuple[DigestSection, ...] = ()

    def line_of(self, row: DigestRow) -> GradesInBrief | None:
        """The council's line, where the row tells of a grade: a digest says what has changed."""
        grades = row.message.through_time
        return grades.brief if grades and row.grades else None

    def needs_words(self, row: DigestRow) -> bool:
        """Whether mail shows the statements of a row: not where they are no news to its readers."""
        return not row.told and not _OF_THE_PAST.issuperset(row.message.events)

    @property
    def in_full(self) -> frozenset[int]:
        """The numbers of the rows whose statements are shown word for word, not only counted."""
        room, shown = _TEXT_LIMIT, set()
        for number, row in enumerate(self.rows):
            if self.needs_words(row):
                room -= row.length
                if room < 0:
                    break
                shown.add(number)
        return frozenset(shown)

    @property
    def urgent(self) -> bool:
        """Never: what is urgent has been told at once."""
        return False


@dataclass(frozen=True, kw_only=True)
class SourceChecks:
    """How well the watch saw in a period: complete looks, and the last one ever."""

    looks: int
    last: datetime | None


def digest_headline(name: str, period: DigestPeriod, rows: Sequence[DigestRow]) -> str:
    """The subject: which digest, for when, and how much is in it."""
    what = counted(len(rows), "report") if rows else "nothing new"
    urgent = sum(row.message.urgent for row in rows)
    if urgent:
        what += f", {urgent} urgent"
    return f"{name} digest, {period_words(period)}: {what}"


def period_words(period: DigestPeriod) -> str:
    """A period as people write it: a single day with its weekday."""
    if period.first == period.last:
        return f"{period.first:%A} {uk_date(period.first)}"
    return uk_period(period.first, period.last)


def sight_words(sight: SourceChecks, *, found: str, councils: str) -> str:
    """ "65 looks, the last at 13:02 on Friday 19 June, no new reports for your 12 councils"."""
    if sight.looks:
        assert sight.last is not None, "a look has a time"
        last = sight.last.astimezone(LONDON)
        seen = f"{counted(sight.looks, 'look')}, the last at {moment_words(last)}"
        return f"{seen}, {found} for {councils}."
    before = "there has been none yet"
    if sight.last is not None:
        last = sight.last.astimezone(LONDON)
        before = f"the last was at {moment_words(last)} {last.year}"
    return (
        f"No look at Ofsted's site was complete in this time ({before}), so something may be "
        f"missing here; {found} for {councils}."
    )


def moment_words(local: datetime) -> str:
    """A moment in London without its year: 13:02 on Friday 19 June."""
    return f"{local:%H:%M} on {local:%A} {_day_and_month(local.date())}"


def councils_words(number: int | None) -> str:
    """Whose reports these are; None: every council's."""
    if number is None:
        return "all councils"
    return "your council" if number == 1 else f"your {number} councils"


def found_words(reports: int, *, hears_of_all: bool) -> str:
    """How many reports are told. `hears_of_all`: the subscription is told of every new one."""
    if not reports:
        return "no new reports" if hears_of_all else "nothing of what this subscription asks for"
    return f"{counted(reports, 'report')} to tell of"


def _day_and_month(day: date) -> str:
    return uk_date(day).rsplit(" ", 1)[0]
