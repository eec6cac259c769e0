"""By what subscriptions choose reports: councils, events, themes and severity. Pure."""

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
        """A number that is higher for a higher severity, from 0."""
        return list(Severity).index(self)


class RepeatTier(StrEnum):
    """How certain a repeat must be for a subscription. Each tier includes those before it.

    stated: the inspectors say so. likely: nine in ten are the same issue. possible: most are.
    """

    STATED = "stated"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def holds(self, other: RepeatTier) -> bool:
        """Return whether a repeat of the tier `other` is certain enough for this tier."""
        tiers = list(RepeatTier)
        return tiers.index(other) <= tiers.index(self)


_NEW_GRADES = (Direction.BETTER, Direction.WORSE, Direction.FIRST)
_INFO = frozenset({EventType.NEW_REPORT, EventType.DUE_SOON})


@dataclass(frozen=True, kw_only=True)
class ReportMatch:
    """The properties of a report and its events by which subscriptions choose.

    `themes` are those of stated and likely repeats, `possible_themes` those of possible repeats.
    `repeats` is the tier of the most certain repeat.
    """

    authority: str
    events: frozenset[EventType]
    kind: str | None = None
    judgements: frozenset[str] = frozenset()
    """The judgements whose grade moved, or that have their first grade."""
    areas: tuple[str, ...] = ()
    """The areas for improvement, word for word."""
    urgent: bool = False
    themes: frozenset[str] = frozenset()
    possible_themes: frozenset[str] = frozenset()
    repeats: RepeatTier = RepeatTier.LIKELY

    @classmethod
    def of(cls, found: ReportEvents) -> ReportMatch:
        """Return the properties of a report with these events."""
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
        """The severity of the most important event."""
        if self.urgent:
            return Severity.URGENT
        return Severity.INFO if self.events <= _INFO else Severity.CHANGE

    def themes_for(self, tier: RepeatTier) -> frozenset[str]:
        """Return the themes of the repeats that a subscription of a tier gets."""
        return self.themes | self.possible_themes if tier is RepeatTier.POSSIBLE else self.themes

    def without_repeats(self) -> ReportMatch:
        """Return the same without the event that issues were raised again."""
        return replace(self, events=self.events - {EventType.THEME_REPEAT})

    def without_themes(self, themes: frozenset[str]) -> ReportMatch:
        """Return the same without these themes. If no theme is left, it has no repeats."""
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
    """Return the themes of all repeats, by their tiers.

    A visit follows up what the inspection before it found, so raising the same again is expected.
    Its likely repeats count as possible ones.
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
    """Return the most certain tier that has a repeat.

    It is `stated` also where the inspectors say so without naming a single area.
    """
    if any(e.detail.get("stated") for e in events if e.type == EventType.THEME_REPEAT):
        return RepeatTier.STATED
    return next((tier for tier in RepeatTier if themes[tier]), RepeatTier.LIKELY)
