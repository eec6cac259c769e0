"""The events of one report that one message contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from alerts.events.types import EventType, most_important_first
from reports.model import Direction, Grade
from storage.models import Event, Report


@dataclass(frozen=True)
class ReportEvents:
    """A report and some of its events, in the order of their keys. They need not be stored."""

    report: Report
    events: tuple[Event, ...]

    @classmethod
    def of(cls, events: Iterable[Event]) -> ReportEvents:
        """Group events that all belong to one report. There must be at least one."""
        ordered = tuple(sorted(events, key=lambda event: event.key))
        report = ordered[0].report
        assert report is not None, "every event of a message belongs to a report"
        return cls(report, ordered)

    @classmethod
    def by_report(cls, events: Iterable[Event]) -> list[ReportEvents]:
        """Group stored events by report, in the order of the reports' ids."""

        def report_of(event: Event) -> int:
            return event.report_id or 0

        ordered = sorted(events, key=report_of)
        return [cls.of(group) for _, group in groupby(ordered, key=report_of)]

    @property
    def types(self) -> tuple[EventType, ...]:
        """Each type once, most important first."""
        return most_important_first(EventType(event.type) for event in self.events)

    @property
    def urgent(self) -> bool:
        """Whether any of the events never waits for a digest or the end of quiet hours."""
        return bool(self.urgent_types)

    @property
    def urgent_types(self) -> frozenset[EventType]:
        """The types that never wait: areas for priority action, and grades that fell to inadequate.

        A correction to inadequate counts too: until then, everyone relied on the better grade.
        """
        return frozenset(EventType(event.type) for event in self.events if _is_urgent(event))


def _is_urgent(event: Event) -> bool:
    return event.type == EventType.PRIORITY_ACTION or any(
        _falls_to_inadequate(change, corrected=event.type == EventType.CORRECTION)
        for change in event.detail.get("changes", ())
    )


def _falls_to_inadequate(change: Mapping[str, Any], *, corrected: bool) -> bool:
    """Return whether a grade is now inadequate and was better; corrections have no direction."""
    if change["to"] != Grade.INADEQUATE:
        return False
    return change["from"] is not None if corrected else change["direction"] == Direction.WORSE
