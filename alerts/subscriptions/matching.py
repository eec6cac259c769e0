"""How subscriptions choose reports: by councils, events, themes and severity. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from reports.model import Direction
from reports.safe_text import plain_line
from storage.models import Event


class Severity(StrEnum):
    """How much an event matters, the least first.

    info: something new to read. change: grades were given or moved, a report was corrected,
    withdrawn or listed again, or an issue was raised again. urgent: an area for priority action, or
    a grade that fell to inadequate, whether a new report says so or a corrected one.
    """

    INFO = "info"
    CHANGE = "change"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """A number that is higher for a higher severity, from 0."""
        return list(Severity).index(self)


class RepeatStrength(StrEnum):
    """How certain a repeat must be for a subscription. Each strength includes those before it.

    stated: the inspectors say so. likely: taken together, about nine in ten are the same issue.
    possible: most are.
    """

    STATED = "stated"
    LIKELY = "likely"
    POSSIBLE = "possible"

    def holds(self, other: RepeatStrength) -> bool:
        """Return whether a repeat of the strength `other` is certain enough for this strength."""
        strengths = list(RepeatStrength)
        return strengths.index(other) <= strengths.index(self)


_ABOUT = {
    EventType.GRADE_CHANGE: frozenset({Direction.BETTER, Direction.WORSE}),
    EventType.FIRST_GRADE: frozenset({Direction.FIRST}),
}
"""The directions of grades that an event is about. The events also name grades that did not
move."""

_INFO = frozenset({EventType.NEW_REPORT, EventType.DUE_SOON})


@dataclass(frozen=True, kw_only=True)
class ReportMatch:
    """The properties of a report and its events by which subscriptions choose."""

    authority: str
    events: frozenset[EventType]
    kind: str | None = None
    areas: tuple[str, ...] = ()
    """The areas for improvement, word for word, including those that a correction has removed."""
    urgent_events: frozenset[EventType] = frozenset()
    judgements: Mapping[EventType, frozenset[str]] = field(default_factory=dict)
    """For grade changes and for first grades, the judgements that they are about."""
    themes: Mapping[RepeatStrength, frozenset[str]] = field(default_factory=dict)
    """The themes of repeats, by the strength of the repeat."""
    stated: bool = False
    """Whether the inspectors say that issues were raised before, perhaps without naming one."""

    @classmethod
    def of(cls, found: ReportEvents, *, with_rejected: bool = False) -> ReportMatch:
        """Return the properties of a report with these events.

        Repeats that a person has rejected since count only `with_rejected`.
        """
        return cls(
            authority=found.report.authority.key,
            events=frozenset(found.types),
            kind=found.report.kind,
            areas=tuple(
                plain_line(text)
                for text in (
                    *(area.text for area in found.report.areas),
                    # Whoever got the report because of an area must learn that it was removed.
                    *(text for e in found.events for text in e.detail.get("areas_removed", ())),
                )
            ),
            urgent_events=found.urgent_types,
            judgements={event: _graded(found.events, event) for event in _ABOUT},
            themes=_themes_by_strength(found.events, with_rejected=with_rejected),
            stated=any(
                event.detail.get("stated")
                for event in found.events
                if event.type == EventType.THEME_REPEAT
            ),
        )

    @property
    def urgent(self) -> bool:
        """Whether any event is urgent."""
        return bool(self.urgent_events)

    def severity_of(self, event: EventType) -> Severity:
        """Return the severity of one of the events."""
        if event in self.urgent_events:
            return Severity.URGENT
        return Severity.INFO if event in _INFO else Severity.CHANGE

    def themes_for(self, strength: RepeatStrength) -> frozenset[str]:
        """Return the themes of the repeats that a subscription of a strength gets."""
        return frozenset(
            theme
            for other, found in self.themes.items()
            if strength.holds(other)
            for theme in found
        )

    def has_repeats_for(self, strength: RepeatStrength) -> bool:
        """Return whether there are repeats that a subscription of a strength gets, of any theme.

        What the inspectors say counts for every strength, even if they name no single area.
        """
        return self.stated or bool(self.themes_for(strength))

    def without_themes(self, themes: frozenset[str]) -> ReportMatch:
        """Return the same properties without the repeats of these themes.

        Once no stated or likely theme is left, what the inspectors say of repeats is left out too.
        """
        left = replace(
            self, themes={strength: found - themes for strength, found in self.themes.items()}
        )
        likely = RepeatStrength.LIKELY
        if self.themes_for(likely) and not left.themes_for(likely):
            return replace(left, stated=False)
        return left


def _graded(events: Iterable[Event], about: EventType) -> frozenset[str]:
    """Return the judgements that the events of a type are about."""
    return frozenset(
        change["judgement"]
        for event in events
        if event.type == about
        for change in event.detail.get("changes", ())
        if change["direction"] in _ABOUT[about]
    )


def _themes_by_strength(
    events: Iterable[Event], *, with_rejected: bool
) -> dict[RepeatStrength, frozenset[str]]:
    """Return the themes of all repeats, by their strengths.

    A visit follows up what the inspection before it found, so raising the same again is expected.
    Its likely repeats count as possible ones.
    """
    found: dict[RepeatStrength, set[str]] = {strength: set() for strength in RepeatStrength}
    for event in events:
        if event.type == EventType.THEME_REPEAT:
            for repeat in event.detail.get("repeats", ()):
                if repeat.get("rejected") and not with_rejected:
                    continue
                strength = RepeatStrength(repeat["strength"])
                if strength is RepeatStrength.LIKELY and event.detail.get("follow_up"):
                    strength = RepeatStrength.POSSIBLE
                found[strength].add(repeat["theme"])
    return {strength: frozenset(themes) for strength, themes in found.items()}
