"""The words for stored values on the screen."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from reports.frameworks import load_frameworks
from reports.model import Framework
from reports.wording import GRADES, uk_date

# Values that need other words than their own with a capital and spaces.
_WORDS = {**GRADES, "jtai": "Joint targeted area inspection"}


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
