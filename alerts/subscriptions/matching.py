"""What one message is about, as subscriptions choose by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from alerts.events.types import EventType
from storage.models import Event


class Severity(StrEnum):
    """How much a message matters, the least first.

    info: something new to read. change: grades were given or moved, a report was corrected or
    taken away, or something is named again. urgent: an area for priority action, or a grade that
    fell to inadequate.
    """

    INFO = "info"
    CHANGE = "change"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


_TOLD_ONE_BY_ONE = ("stated", "specific")
_INFO = frozenset({EventType.NEW_REPORT, EventType.DUE_SOON})


@dataclass(frozen=True, kw_only=True)
class ReportMatch:
    """The events of one report. `themes` are those of what is named again."""

    authority: str
    events: frozenset[EventType]
    urgent: bool = False
    themes: frozenset[str] = frozenset()

    @property
    def severity(self) -> Severity:
        """That of the weightiest event."""
        if self.urgent:
            return Severity.URGENT
        return Severity.INFO if self.events <= _INFO else Severity.CHANGE

    def without_themes(self, themes: frozenset[str]) -> ReportMatch:
        """The same but for these themes; repeats of nothing else are left out."""
        left = self.themes - themes
        events = self.events
        if self.themes and not left:
            events -= {EventType.THEME_REPEAT}
        return ReportMatch(authority=self.authority, events=events, urgent=self.urgent, themes=left)


def themes_of(events: Iterable[Event]) -> frozenset[str]:
    """The themes of all repeats that these events tell one by one; common ones are only counted."""
    return frozenset(
        repeat["theme"]
        for event in events
        if event.type == EventType.THEME_REPEAT
        for repeat in event.detail.get("repeats", ())
        if repeat["strength"] in _TOLD_ONE_BY_ONE
    )
