"""The value of a field of a report: as it was read, and as a person may give it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from reports.frameworks import load_frameworks
from reports.model import KNOWN_KINDS, AuthorityRef, Framework, Grade, Judgement, Kind, Reading
from reports.safe_text import quoted
from reports.suggestions import advice
from storage.confirmable_fields import DATES, WHOLE, Field, rules_of

NOTHING = "none"
"""The word for "the report gives none"."""


class ValueRefused(ValueError):
    """A value that cannot be confirmed for a field. The message is one sentence for people."""


def read_value(reading: Reading, field: str) -> str | None:
    """Return a field of a reading as text: a word, a name, an ISO date, or None."""
    if field in set(Judgement):
        return reading.grade(Judgement(field))
    if field in WHOLE:
        return None
    value = getattr(reading, field)
    if isinstance(value, AuthorityRef):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value is not None else None


def checked_value(field: str, text: str | None, reading: Reading) -> str | None:
    """Return `text` as it is stored for `field`; without `text`, the value that `reading` has.

    An authority is returned as given, because the caller looks it up. Raises ValueRefused for a
    value that the field cannot have.
    """
    if field in WHOLE:
        _check_whole(field, text, reading)
        return None
    if text is None:
        value = read_value(reading, field)
        unread = (None, Kind.UNKNOWN, Framework.UNKNOWN)
        if value in unread and field != Field.LEAD_INSPECTOR:
            raise ValueRefused(f"{field} was not read; give the correct value")
        return value
    text = text.strip()
    if field in set(Judgement):
        return _checked_grade(Judgement(field), text, reading)
    match field:
        case Field.KIND:
            return _word(text, KNOWN_KINDS, what="kind of report")
        case Field.FRAMEWORK:
            # A report may follow rules that are not in the list, so "unknown" can be right.
            return _word(text, Framework, what="framework")
        case Field.LEAD_INSPECTOR:
            return None if text.casefold() in ("", NOTHING) else text
        case Field.AUTHORITY:
            return text
        case _:
            return _checked_day(field, text, reading)


def _check_whole(field: str, text: str | None, reading: Reading) -> None:
    if text is not None:
        raise ValueRefused(f"give no value for {field}: this confirms what was read")
    if field == Field.GRADES and any(j.grade is None for j in reading.judgements):
        unread = ", ".join(j.judgement for j in reading.judgements if j.grade is None)
        raise ValueRefused(f"grades that were not read must be given one by one: {unread}")


def _checked_grade(judgement: Judgement, text: str, reading: Reading) -> str:
    rules = rules_of(reading.framework)
    if rules is None:
        raise ValueRefused("confirm the framework first: it decides which grades there are")
    if judgement not in rules.judgements:
        raise ValueRefused(f"{rules.name} has no judgement {judgement}")
    allowed = (*rules.scale, Grade.NOT_JUDGED)
    grade: str = load_frameworks().grade(text) or text.replace(" ", "_")
    if grade.casefold() in set(Grade) - set(allowed):
        scale = ", ".join(rules.scale)
        raise ValueRefused(f"{grade} is not a grade of {rules.name}; its grades are {scale}")
    return _word(grade, allowed, what="grade")


def _checked_day(field: str, text: str, reading: Reading) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueRefused(f"{field} is a date such as 2024-07-12, not {quoted(text)}") from None
    start = day if field == Field.INSPECTION_START else reading.inspection_start
    end = day if field == Field.INSPECTION_END else reading.inspection_end
    if field in DATES and start and end and start > end:
        raise ValueRefused(
            f"the inspection would end ({end}) before it began ({start}); "
            "give the other date first if both are wrong"
        )
    return day.isoformat()


def _word(text: str, vocabulary: Iterable[StrEnum], *, what: str) -> str:
    words = [str(word) for word in vocabulary]
    if text.casefold() in words:
        return text.casefold()
    raise ValueRefused(f"unknown {what} {quoted(text)}{advice(text, words)}")
