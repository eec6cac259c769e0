"""What can be worth telling, and what is told first."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class EventType(StrEnum):
    """The kinds of events, most important first.

    One message tells all events of a report; the most important one gives it its headline.
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


# Who asks for the first of a pair is told of the second too, which takes it back.
_IMPLIED = {EventType.WITHDRAWN: EventType.RETURNED}


def with_implied(types: Iterable[EventType]) -> frozenset[EventType]:
    """The types that a subscription asks for, with those that belong to them."""
    asked = frozenset(types)
    return asked | {other for first, other in _IMPLIED.items() if first in asked}


_RANK = {event_type: rank for rank, event_type in enumerate(EventType)}


def most_important_first(types: Iterable[EventType]) -> tuple[EventType, ...]:
    """Each type once, in the order in which people are told."""
    return tuple(sorted(set(types), key=_RANK.__getitem__))
