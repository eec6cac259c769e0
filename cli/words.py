"""The words for stored values on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from alerts.events.types import EventType
from reports.frameworks import load_frameworks
from reports.london import LONDON
from reports.model import Framework, Kind
from reports.wording import GRADES, counted, judgement_words, uk_date
from storage.confirmable_fields import WHOLE, Field

_WORDS = {
    **GRADES,
    "jtai": "Joint targeted area inspection",
    Kind.AREA_SEND.value: "Area SEND inspection",
    Kind.AREA_SEND_MONITORING.value: "Area SEND monitoring",
}
"""Values that need other words than their own with a capital and spaces."""

_EVENTS: Mapping[str, tuple[str, str]] = {
    EventType.PRIORITY_ACTION.value: (
        "report with priority actions",
        "reports with priority actions",
    ),
    EventType.GRADE_CHANGE.value: ("report with changed grades", "reports with changed grades"),
    EventType.FIRST_GRADE.value: ("report with first grades", "reports with first grades"),
    EventType.THEME_REPEAT.value: (
        "report that raises issues again",
        "reports that raise issues again",
    ),
    EventType.WITHDRAWN.value: ("withdrawn report", "withdrawn reports"),
    EventType.RETURNED.value: ("report back on the site", "reports back on the site"),
    EventType.DUE_SOON.value: ("inspection likely soon", "inspections likely soon"),
}

_FIELDS: Mapping[str, str] = {
    Field.AUTHORITY.value: "Council",
    Field.PUBLISHED.value: "Date of publication",
    Field.INSPECTION_START.value: "First day of the inspection",
    Field.INSPECTION_END.value: "Last day of the inspection",
}
"""Fields that need other words than their own with a capital and spaces."""


def in_words(term: StrEnum | str | None) -> str:
    """Return a stored value as people write it; "not read" for None."""
    if term is None:
        return "not read"
    return _WORDS.get(str(term)) or str(term).replace("_", " ").capitalize()


def framework_name(framework: str | None) -> str:
    """Return the name of a framework; its stored value in words where it has no rules."""
    rules = load_frameworks().rules.get(Framework(framework or Framework.UNKNOWN))
    return rules.name if rules else in_words(framework or "framework not known")


def date_words(day: date | None) -> str:
    """Return a date as it is written in the UK, or a dash where none is known."""
    return uk_date(day) if day else "–"


def minute_words(moment: datetime) -> str:
    """Return an instant in London time, as wide as any other: " 3 May 2024, 13:02"."""
    return f"{moment.astimezone(LONDON):%e %b %Y, %H:%M}"


def field_words(field: str) -> str:
    """Return the name of a field that can be confirmed, as people write it."""
    return _FIELDS.get(field) or judgement_words(field)


def value_words(field: str, value: str | None) -> str:
    """Return the stored value of a field as people write it."""
    if field in WHOLE:
        return "as read"
    if value is None:
        return "none" if field == Field.LEAD_INSPECTOR else "nothing"
    match field:
        case Field.AUTHORITY | Field.LEAD_INSPECTOR:
            return value
        case Field.FRAMEWORK:
            return framework_name(value)
        case Field.INSPECTION_START | Field.INSPECTION_END | Field.PUBLISHED:
            return date_words(date.fromisoformat(value))
        case _:
            return in_words(value)


def event_count_words(event_type: str, count: int) -> str:
    """Return a number of events in words: "3 reports with changed grades", "1 new report"."""
    one, more = _EVENTS.get(event_type, (event_type.replace("_", " "), None))
    return counted(count, one, more)
