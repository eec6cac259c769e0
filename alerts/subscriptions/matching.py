"""What subscriptions choose reports by: councils, events, themes and severity. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from reports.model import Direction
from reports.safe_text import plain_line
from storage.models import Event


class Severity(StrEnum):
    """How much a message matters, the least first.

    info: something new to read. change: grades were given or moved, a report was corrected or
    withdrawn, or an issue was raised again. urgent: an area for priority action, or a grade that
    fell to inadequate, also where a corrected report says so.
    """

    INFO = "info"
    CHANGE = "change"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


class RepeatTier(StrEnum):
    """How certain a repeat must be for a subscription; each tier has those before it too.

    stated: the inspectors say so. likely: nine in ten are the same issue. possible: most are.
    """

    STATED = "stated"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def holds(self, other: RepeatTier) -> bool:
        """Whether a repeat of another tier is certain enough for this one."""
        tiers = list(RepeatTier)
        return tiers.index(other) <= tiers.index(self)


_NEW_GRADES = (Direction.BETTER, Direction.WORSE, Direction.FIRST)
_INFO = frozenset({EventType.NEW_REPORT, EventType.DUE_SOON})


@dataclass(frozen=True, kw_only=True)
class ReportMatch:
    """What subscriptions choose by.

    `themes` are those of stated and likely repeats, `possible_themes` of possible ones. `repeats`
    is the tier of the most certain one.
    """

    authority: str
    events: frozenset[EventType]
    kind: str | None = None
    judgements: frozenset[str] = frozenset()
    """Those whose grade moved, or that have their first one."""
    areas: tuple[str, ...] = ()
    """The areas for improvement, word for word."""
    urgent: bool = False
    themes: frozenset[str] = frozenset()
    possible_themes: frozenset[str] = frozenset()
    repeats: RepeatTier = RepeatTier.LIKELY

    @classmethod
    def of(cls, found: ReportEvents) -> ReportMatch:
        """Return what subscriptions choose by, from a report's events."""
        themes = _themes_by_tier(found.events)
        certain = themes[RepeatTier.STATED] | themes[RepeatTier.LIKELY]
        return cls(
            authority=found.report.authority.key,
            events=frozenset(found.types),
            kind=found.report.kind,
            judgements=_graded(found.events),
            areas=tuple(plain_line(area.text) for area in found.report.areas),
            urgent=found.urgent,
            themes=certain,
            possible_themes=themes[RepeatTier.POSSIBLE],
            repeats=_most_certain(found.events, themes),
        )

    @property
    def severity(self) -> Severity:
        """That of the most important event."""
        if self.urgent:
            return Severity.URGENT
        return Severity.INFO if self.events <= _INFO else Severity.CHANGE

    def themes_for(self, tier: RepeatTier) -> frozenset[str]:
        """The themes of the repeats that a subscription of a tier gets."""
        return self.themes | self.possible_themes if tier is RepeatTier.POSSIBLE else self.themes

    def without_repeats(self) -> ReportMatch:
        """The same without what was raised again."""
        return replace(self, events=self.events - {EventType.THEME_REPEAT})

    def without_themes(self, themes: frozenset[str]) -> ReportMatch:
        """The same without these themes. Without any theme left, it has no repeats."""
        left = replace(
            self, themes=self.themes - themes, possible_themes=self.possible_themes - themes
        )
        if self.themes and not left.themes:
            return left.without_repeats()
        return left


def _graded(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(
        change["judgement"]
        for event in events
        if event.type in (EventType.GRADE_CHANGE, EventType.FIRST_GRADE)
        for change in event.detail.get("changes", ())
        if change["direction"] in _NEW_GRADES
    )


def _themes_by_tier(events: Iterable[Event]) -> dict[RepeatTier, frozenset[str]]:
    """The themes of all repeats, by their tiers.

    A visit is made because of what the inspection before it found: that it names the same again is
    an event only where the inspectors say so.
    """
    found: dict[RepeatTier, set[str]] = {tier: set() for tier in RepeatTier}
    for event in events:
        if event.type == EventType.THEME_REPEAT:
            for repeat in event.detail.get("repeats", ()):
                tier = RepeatTier(repeat["strength"])
                if tier is RepeatTier.LIKELY and event.detail.get("follow_up"):
                    tier = RepeatTier.POSSIBLE
                found[tier].add(repeat["theme"])
    return {tier: frozenset(themes) for tier, themes in found.items()}


def _most_certain(
    events: Iterable[Event], themes: Mapping[RepeatTier, frozenset[str]]
) -> RepeatTier:
    """The first tier that has a repeat; what the inspectors say of no single area is stated too."""
    if any(e.detail.get("stated") for e in events if e.type == EventType.THEME_REPEAT):
        return RepeatTier.STATED
    return next((tier for tier in RepeatTier if themes[tier]), RepeatTier.LIKELY)
