"""Values that a person has confirmed, laid over what the reader read. Pure: no database.

A confirmed value counts whatever a reader says later; what was read is kept beside it. It settles
the problems that are about that value, and only those: a report leaves quarantine when each of
its problems has been settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from reports.frameworks import FrameworkRules, load_frameworks
from reports.model import (
    AuthorityRef,
    Framework,
    Grade,
    Judgement,
    JudgementReading,
    Kind,
    Period,
    Problem,
    Report,
)
from reports.problems import ProblemCode
from storage.kinds import DATED_KINDS

NOTHING = "none"
"""The word for "the report gives none"."""


class Field(StrEnum):
    """What can be confirmed besides a single judgement, which goes by its own key."""

    AUTHORITY = "authority"
    KIND = "kind"
    FRAMEWORK = "framework"
    INSPECTION_START = "inspection_start"
    INSPECTION_END = "inspection_end"
    PUBLISHED = "published"
    LEAD_INSPECTOR = "lead_inspector"
    # These have no value of their own: what was read (and confirmed) is right and complete.
    GRADES = "grades"
    AREAS = "areas"
    DOCUMENT = "document"


WHOLE = frozenset({Field.GRADES, Field.AREAS, Field.DOCUMENT})
FIELDS = (*Field, *Judgement)

AUTHORITY_MISMATCH = "authority_mismatch"
KIND_MISMATCH = "kind_mismatch"

_SINGLE_GRADE = frozenset(
    {
        ProblemCode.GRADE_UNKNOWN,
        ProblemCode.GRADE_DISAGREEMENT,
        ProblemCode.GRADE_UNCONFIRMED,
    }
)
_TABLE = frozenset(
    {ProblemCode.TABLE_MISSING, ProblemCode.TABLE_UNCLEAR, ProblemCode.LABEL_UNKNOWN}
)
_DATES = (Field.INSPECTION_START, Field.INSPECTION_END)
_ABOUT: dict[str, tuple[str, ...]] = {
    ProblemCode.FRAMEWORK_UNKNOWN: (Field.FRAMEWORK,),
    ProblemCode.FRAMEWORK_DATES_DISAGREE: (Field.FRAMEWORK,),
    ProblemCode.LAYOUT_UNKNOWN: (Field.KIND, Field.FRAMEWORK),
    ProblemCode.LAYOUT_AMBIGUOUS: (Field.KIND, Field.FRAMEWORK),
    KIND_MISMATCH: (Field.KIND,),
    ProblemCode.AUTHORITY_UNKNOWN: (Field.AUTHORITY,),
    ProblemCode.AUTHORITY_MISSING: (Field.AUTHORITY,),
    AUTHORITY_MISMATCH: (Field.AUTHORITY,),
    ProblemCode.DATES_MISSING: _DATES,
    ProblemCode.DATES_UNCLEAR: _DATES,
    ProblemCode.DATES_IMPLAUSIBLE: _DATES,
    ProblemCode.PUBLISHED_UNCLEAR: (Field.PUBLISHED,),
    ProblemCode.LEAD_UNCLEAR: (Field.LEAD_INSPECTOR,),
    ProblemCode.AREAS_MISSING: (Field.AREAS,),
    ProblemCode.AREAS_EMPTY: (Field.AREAS,),
    ProblemCode.AREAS_UNCLEAR: (Field.AREAS,),
    ProblemCode.REPEATS_UNCLEAR: (Field.AREAS,),
    ProblemCode.PROGRAMME_UNCLEAR: (Field.AREAS,),
}


class ValueRefused(ValueError):
    """A value that cannot be what is confirmed; the message is one sentence for people."""


def fields_about(problem: Problem, reading: Report) -> tuple[str, ...]:
    """What has to be confirmed to settle a problem of `reading`."""
    if problem.code in _SINGLE_GRADE:
        # The problem names its row only in words, so all grades that were not read are wanted.
        unread = tuple(j.judgement for j in reading.judgements if j.grade is None)
        return unread or (Field.GRADES,)
    if problem.code in _TABLE:
        return (Field.GRADES,)
    # What is wrong with the file or with reading it concerns the whole document.
    return _ABOUT.get(problem.code, (Field.DOCUMENT,))


def corrected(
    reading: Report, confirmed: Mapping[str, str | None], *, authority: AuthorityRef | None = None
) -> Report:
    """`reading` with the confirmed values in place and the problems about them settled.

    `authority` is the one whose key is confirmed. Nothing confirmed leaves it as it is.
    """
    if not confirmed:
        return reading
    changed = reading.model_copy(update=_plain_values(confirmed))
    if authority is not None and Field.AUTHORITY in confirmed:
        changed = changed.model_copy(update={"authority": authority})
    changed = _with_dates(changed, confirmed)
    changed = changed.model_copy(update={"judgements": _judgements(changed, confirmed)})
    left = tuple(p for p in reading.problems if not _is_settled(p, reading, changed, confirmed))
    changed = changed.model_copy(update={"problems": left})
    return changed.model_copy(update={"problems": (*left, *_still_missing(changed, confirmed))})


def _plain_values(confirmed: Mapping[str, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if kind := confirmed.get(Field.KIND):
        values["kind"] = Kind(kind)
    if framework := confirmed.get(Field.FRAMEWORK):
        values["framework"] = Framework(framework)
    if published := confirmed.get(Field.PUBLISHED):
        values["published"] = date.fromisoformat(published)
    if Field.LEAD_INSPECTOR in confirmed:
        values["lead_inspector"] = confirmed[Field.LEAD_INSPECTOR]
    return values


def _with_dates(reading: Report, confirmed: Mapping[str, str | None]) -> Report:
    start, end = (
        date.fromisoformat(value) if (value := confirmed.get(field)) else read
        for field, read in zip(
            _DATES, (reading.inspection_start, reading.inspection_end), strict=True
        )
    )
    if (start, end) == (reading.inspection_start, reading.inspection_end):
        return reading
    periods = (Period(start=start, end=end),) if start and end else ()
    return reading.model_copy(
        update={"inspection_start": start, "inspection_end": end, "inspection_periods": periods}
    )


def _judgements(
    reading: Report, confirmed: Mapping[str, str | None]
) -> tuple[JudgementReading, ...]:
    """The judgements in the order of reading, then those that only the person has seen."""
    grades = {
        Judgement(field): Grade(value)
        for field, value in confirmed.items()
        if field in set(Judgement) and value
    }
    found = [
        judgement.model_copy(update={"grade": grades.pop(judgement.judgement, judgement.grade)})
        for judgement in reading.judgements
    ]
    found += [
        JudgementReading(
            judgement=judgement, label=judgement.replace("_", " "), grade=grade, as_printed=""
        )
        for judgement, grade in grades.items()
    ]
    return tuple(found)


def _is_settled(
    problem: Problem, reading: Report, changed: Report, confirmed: Mapping[str, str | None]
) -> bool:
    about = fields_about(problem, reading)
    if all(field in confirmed for field in about):
        return True
    if Field.GRADES not in about:
        return False
    # Who has confirmed each grade that the framework gives has confirmed the table.
    rules = _rules(changed.framework)
    return bool(rules and rules.judgements and set(rules.judgements) <= confirmed.keys())


def _still_missing(changed: Report, confirmed: Mapping[str, str | None]) -> list[Problem]:
    """What a settled document must say and does not: nothing passes as read because it is empty.

    A document that could not be read at all had one problem; with that settled, these are left.
    """
    codes = {problem.code for problem in changed.problems}
    missing: list[tuple[ProblemCode, str]] = []
    if changed.authority is None and not codes & {
        ProblemCode.AUTHORITY_UNKNOWN,
        ProblemCode.AUTHORITY_MISSING,
    }:
        missing.append((ProblemCode.AUTHORITY_MISSING, "The authority has not been confirmed."))
    dated = changed.kind in DATED_KINDS and changed.inspection_start is None
    if dated and not any(code.startswith("dates_") for code in codes):
        message = "The dates of the inspection have not been confirmed."
        missing.append((ProblemCode.DATES_MISSING, message))
    rules = _rules(changed.framework)
    given = {judgement.judgement for judgement in changed.judgements}
    lacking = [j.replace("_", " ") for j in rules.judgements if j not in given] if rules else []
    is_empty = lacking and not any(j.as_printed for j in changed.judgements)
    if is_empty and Field.GRADES not in confirmed and not codes & (_TABLE | _SINGLE_GRADE):
        message = f"No grade has been confirmed for: {', '.join(lacking)}."
        missing.append((ProblemCode.TABLE_MISSING, message))
    return [Problem(code=code, message=message) for code, message in missing]


def _rules(framework: Framework) -> FrameworkRules | None:
    return load_frameworks().rules.get(framework)


def read_value(reading: Report, field: str) -> str | None:
    """A field of a reading as it is written down: a word, an ISO date, or None."""
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


def checked_value(field: str, text: str | None, reading: Report) -> str | None:
    """`text` as it is stored for `field`; without `text` the value that `reading` has.

    The authority is the caller's to look up. Raises ValueRefused.
    """
    if field in WHOLE:
        _check_whole(field, text, reading)
        return None
    if text is None:
        value = read_value(reading, field)
        if value is None and field != Field.LEAD_INSPECTOR:
            raise ValueRefused(f"no {field} was read; say which value is right")
        return value
    text = text.strip()
    if field in set(Judgement):
        return _checked_grade(Judgement(field), text, reading)
    match field:
        case Field.KIND:
            return _word(text, Kind, what="kind of report")
        case Field.FRAMEWORK:
            return _word(text, Framework, what="framework")
        case Field.LEAD_INSPECTOR:
            return None if text.casefold() in ("", NOTHING) else text
        case Field.AUTHORITY:
            return text
        case _:
            return _checked_day(field, text, reading)


def _check_whole(field: str, text: str | None, reading: Report) -> None:
    if text is not None:
        raise ValueRefused(f"{field} takes no value: it says that what was read is right")
    if field == Field.GRADES and any(j.grade is None for j in reading.judgements):
        unread = ", ".join(j.judgement for j in reading.judgements if j.grade is None)
        raise ValueRefused(f"grades that were not read must be given one by one: {unread}")


def _checked_grade(judgement: Judgement, text: str, reading: Report) -> str:
    grade = load_frameworks().grade(text)
    word = grade or Grade(_word(text.replace(" ", "_"), Grade, what="grade"))
    rules = _rules(reading.framework)
    if rules is None:
        raise ValueRefused("confirm the framework first: it decides which grades there are")
    if judgement not in rules.judgements:
        raise ValueRefused(f"{rules.name} has no judgement {judgement}")
    if word not in (*rules.scale, Grade.NOT_JUDGED):
        scale = ", ".join(rules.scale)
        raise ValueRefused(f"{word} is no grade of {rules.name}; its grades are {scale}")
    return word


def _checked_day(field: str, text: str, reading: Report) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueRefused(f"{field} is a date such as 2024-07-12, not {text!r}") from None
    start = day if field == Field.INSPECTION_START else reading.inspection_start
    end = day if field == Field.INSPECTION_END else reading.inspection_end
    if field in _DATES and start and end and start > end:
        raise ValueRefused(
            f"the inspection would end ({end}) before it began ({start}); "
            "give the other date first if both are wrong"
        )
    return day.isoformat()


def _word(text: str, vocabulary: type[StrEnum], *, what: str) -> str:
    words = [str(word) for word in vocabulary]
    if text.casefold() in words:
        return text.casefold()
    near = get_close_matches(text.casefold(), words, n=1, cutoff=0)
    raise ValueRefused(f"{text!r} is no {what}; did you mean {near[0]}?")
