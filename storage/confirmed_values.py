"""Values that a person has confirmed, applied to what the reader read. Pure: no database.

A confirmed value counts, whatever the reader says of the same file later. What was read is kept
with it. A confirmed value settles the problems that are about it, and only those: the facts of a
report count again when each of its problems has been settled.

Where Ofsted has replaced the file, a value that was confirmed for the earlier file does not count.
If the new file reads otherwise, that is a problem: the person may have corrected what is misread
again, or the new file may say something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from reports.model import (
    AuthorityRef,
    Framework,
    Grade,
    Judgement,
    JudgementReading,
    Kind,
    Period,
    Problem,
    Reading,
)
from reports.problems import ProblemCode
from reports.safe_text import quoted
from reports.wording import uk_date
from storage.confirmable_fields import (
    DATES,
    SINGLE_GRADE,
    TABLE,
    WHOLE,
    Field,
    fields_about,
    rules_of,
)
from storage.field_values import NOTHING, read_value
from storage.kinds import DATED_KINDS

_LONGEST_INSPECTION = timedelta(days=183)
"""From the first day to the last. The longest known one, with a pause, took 108 days. A
confirmed day with the wrong year makes it longer."""

_DOUBT_ABOUT: dict[str, ProblemCode] = {
    Field.KIND: ProblemCode.KIND_MISMATCH,
    Field.FRAMEWORK: ProblemCode.FRAMEWORK_UNKNOWN,
    Field.INSPECTION_START: ProblemCode.DATES_UNCLEAR,
    Field.INSPECTION_END: ProblemCode.DATES_UNCLEAR,
    Field.PUBLISHED: ProblemCode.PUBLISHED_UNCLEAR,
    Field.LEAD_INSPECTOR: ProblemCode.LEAD_UNCLEAR,
}
"""Problems that are about one field. A grade has a problem of its own."""


_NO_DAYS: dict[str, Any] = {
    "inspection_start": None,
    "inspection_end": None,
    "inspection_periods": (),
}


def with_confirmed_values(
    reading: Reading,
    confirmed: Mapping[str, str | None],
    *,
    authority: AuthorityRef | None = None,
    earlier: Mapping[str, str | None] | None = None,
) -> Reading:
    """Return `reading` with the confirmed values, and without the problems that they settle.

    `confirmed` has the values by field. `authority` is the authority whose key is confirmed, if
    any. `earlier` has the values that were confirmed for files that this one has replaced.
    """
    if not confirmed:
        return _compared_with_earlier(reading, confirmed, earlier or {})
    changes = {
        **_plain_values(confirmed),
        **_dates(reading, confirmed),
        "judgements": _judgements(reading, confirmed),
    }
    if authority is not None:
        changes["authority"] = authority
    changed = reading.model_copy(update=changes)
    left = tuple(p for p in reading.problems if not _is_settled(p, reading, changed, confirmed))
    problems = (*left, *_still_wrong(changed, left, confirmed))
    # By such days, the report would pass as a version of those on inspections in between.
    without = _NO_DAYS if _contradiction(changed) else {}
    changed = changed.model_copy(update={"problems": problems, **without})
    return _compared_with_earlier(changed, confirmed, earlier or {})


def _compared_with_earlier(
    reading: Reading, confirmed: Mapping[str, str | None], earlier: Mapping[str, str | None]
) -> Reading:
    """Return the reading with a problem for each value that differs from what a person confirmed
    for an earlier file, unless the person is asked about it anyway, or has answered.

    Whether a report is about its council is always checked (`storage.uncertain_council`).
    """
    if Field.DOCUMENT in confirmed or not earlier:
        return reading
    asked = {field for problem in reading.problems for field in fields_about(problem, reading)}
    left_out = {*WHOLE, Field.AUTHORITY, *asked, *confirmed}
    if Field.GRADES in asked | confirmed.keys():
        left_out |= set(Judgement)
    problems = tuple(
        Problem(
            code=_DOUBT_ABOUT.get(field, ProblemCode.GRADE_DISAGREEMENT),
            message=(
                f"Ofsted has replaced the file since a person confirmed {_words(field, value)} as "
                f"{field.replace('_', ' ')}. The new file was read as {_words(field, read)}."
            ),
        )
        for field, value in earlier.items()
        if field not in left_out and (read := read_value(reading, field)) != value
    )
    return reading.model_copy(update={"problems": (*reading.problems, *problems)})


def _words(field: str, value: str | None) -> str:
    if value and field in (*DATES, Field.PUBLISHED):
        return uk_date(date.fromisoformat(value))
    return quoted((value or NOTHING).replace("_", " "))


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


def _dates(reading: Reading, confirmed: Mapping[str, str | None]) -> dict[str, Any]:
    read = reading.inspection_start, reading.inspection_end
    start, end = (
        date.fromisoformat(value) if (value := confirmed.get(field)) else day
        for field, day in zip(DATES, read, strict=True)
    )
    if (start, end) == read:
        return {}
    periods = (Period(start=start, end=end),) if start and end else ()
    return {"inspection_start": start, "inspection_end": end, "inspection_periods": periods}


def _judgements(
    reading: Reading, confirmed: Mapping[str, str | None]
) -> tuple[JudgementReading, ...]:
    """Return the judgements that were read, in their order, then those that only a person gave."""
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
    problem: Problem, reading: Reading, changed: Reading, confirmed: Mapping[str, str | None]
) -> bool:
    about = fields_about(problem, reading)
    if all(field in confirmed for field in about):
        return True
    if Field.GRADES not in about:
        return False
    # To confirm every grade that the framework gives is to confirm the table.
    rules = rules_of(changed.framework)
    return bool(rules and rules.judgements and set(rules.judgements) <= confirmed.keys())


def _still_wrong(
    changed: Reading, left: Sequence[Problem], confirmed: Mapping[str, str | None]
) -> list[Problem]:
    """Return problems for what a settled document must say but does not, and for impossible dates.

    `left` are the problems that are not settled.

    A document that could not be read at all had one problem. With that settled, its empty fields
    would otherwise pass as read.
    """
    codes = {problem.code for problem in left}
    found: list[tuple[ProblemCode, str]] = []
    if changed.authority is None and not codes & {
        ProblemCode.AUTHORITY_UNKNOWN,
        ProblemCode.AUTHORITY_MISSING,
    }:
        found.append((ProblemCode.AUTHORITY_MISSING, "The authority has not been confirmed."))
    dated = changed.kind in DATED_KINDS and changed.inspection_start is None
    if dated and not any(code.startswith("dates_") for code in codes):
        message = "The dates of the inspection have not been confirmed."
        found.append((ProblemCode.DATES_MISSING, message))
    if message := _contradiction(changed):
        found.append((ProblemCode.DATES_UNCLEAR, message))
    rules = rules_of(changed.framework)
    given = {judgement.judgement for judgement in changed.judgements}
    lacking = [j.replace("_", " ") for j in rules.judgements if j not in given] if rules else []
    is_empty = lacking and not any(j.as_printed for j in changed.judgements)
    if is_empty and Field.GRADES not in confirmed and not codes & (TABLE | SINGLE_GRADE):
        message = f"No grade has been confirmed for: {', '.join(lacking)}."
        found.append((ProblemCode.TABLE_MISSING, message))
    return [Problem(code=code, message=message) for code, message in found]


def _contradiction(reading: Reading) -> str:
    """Return why the first and the last day cannot both be right, in a sentence; empty if they can.

    One was confirmed, and the other may be wrong or may have been read in another file.
    """
    for period in reading.inspection_periods:
        start, end = uk_date(period.start), uk_date(period.end)
        if period.start > period.end:
            return f"The inspection would end ({end}) before it began ({start})."
        if period.end - period.start > _LONGEST_INSPECTION:
            return f"The inspection would have gone on from {start} to {end}."
    return ""
