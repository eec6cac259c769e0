"""The types of events: how important each is, and which a subscription gets by default."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class EventType(StrEnum):
    """What an event is about, most important first.

    One message contains all events of a report. Its headline comes from the most important ones.
    """

    PRIORITY_ACTION = "priority_action"
    GRADE_CHANGE = "grade_change"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    FIRST_GRADE = "first_grade"
    THEME_REPEAT = "theme_repeat"
    NEW_REPORT = "new_report"
    DUE_SOON = "due_soon"


DEFAULT_TYPES = (
    EventType.NEW_REPORT,
    EventType.GRADE_CHANGE,
    EventType.FIRST_GRADE,
    EventType.PRIORITY_ACTION,
    EventType.THEME_REPEAT,
    EventType.CORRECTION,
    EventType.WITHDRAWN,
)
"""The types that a subscription without `events` covers: what most councils want to know."""

CHANGES = frozenset({EventType.CORRECTION, EventType.WITHDRAWN, EventType.RETURNED})
"""The types that say that an earlier message about a report may no longer hold."""

_IMPLIED = {EventType.WITHDRAWN: EventType.RETURNED}
"""A subscription to the first of a pair also gets the second, which reverses it."""


def with_implied(types: Iterable[EventType]) -> frozenset[EventType]:
    """Return the types that a subscription asks for, and those that these imply."""
    asked = frozenset(types)
    return asked | {other for first, other in _IMPLIED.items() if first in asked}


_RANK = {event_type: rank for rank, event_type in enumerate(EventType)}


def most_important_first(types: Iterable[EventType]) -> tuple[EventType, ...]:
    """Return each type once, most important first."""
    return tuple(sorted(set(types), key=_RANK.__getitem__))
