"""By what subscriptions choose the reports they want to hear of. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from storage.models import Event


class Severity(StrEnum):
    """How much a message matters, the least first.

    info: something new to read. change: grades were given or moved, a report was corrected or
    withdrawn, or an issue was raised again. urgent: an area for priority action, or a grade that
    fell to inadequate.
    """

    INFO = "info"
    CHANGE = "change"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


_LISTED = ("stated", "likely")
_INFO = frozenset({EventType.NEW_REPORT, EventType.DUE_SOON})


@dataclass(frozen=True, kw_only=True)
class ReportMatch:
    """What subscriptions choose by. `themes` are those of the issues that were raised again."""

    authority: str
    events: frozenset[EventType]
    urgent: bool = False
    themes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: ReportEvents) -> ReportMatch:
        """Return what subscriptions choose by, from a report's events."""
        return cls(
            authority=found.report.authority.key,
            events=frozenset(found.types),
            urgent=found.urgent,
            themes=_themes_of(found.events),
        )

    @property
    def severity(self) -> Severity:
        """That of the most important event."""
        if self.urgent:
            return Severity.URGENT
        return Severity.INFO if self.events <= _INFO else Severity.CHANGE

    def without_themes(self, themes: frozenset[str]) -> ReportMatch:
        """The same without these themes. Without any theme left, it has no repeats."""
        left = self.themes - themes
        events = self.events
        if self.themes and not left:
            events -= {EventType.THEME_REPEAT}
        return ReportMatch(authority=self.authority, events=events, urgent=self.urgent, themes=left)


def _themes_of(events: Iterable[Event]) -> frozenset[str]:
    """The themes of the repeats that a message lists; common ones are only counted."""
    return frozenset(
        repeat["theme"]
        for event in events
        if event.type == EventType.THEME_REPEAT
        for repeat in event.detail.get("repeats", ())
        if repeat["strength"] in _LISTED
    )
