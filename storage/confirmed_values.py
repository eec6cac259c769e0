"""Values that a person has confirmed, applied to what the reader read. Pure: no database.

A confirmed value counts, whatever the reader says later. What was read is kept with it. A confirmed
value settles the problems that are about it, and only those: the facts of a report count again when
each of its problems has been settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
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
from storage.confirmable_fields import DATES, SINGLE_GRADE, TABLE, Field, fields_about, rules_of
from storage.kinds import DATED_KINDS


def with_confirmed_values(
    reading: Reading, confirmed: Mapping[str, str | None], *, authority: AuthorityRef | None = None
) -> Reading:
    """Return `reading` with the confirmed values, and without the problems that they settle.

    `confirmed` has the values by field. `authority` is the authority whose key is confirmed, if
    any.
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
    return changed.model_copy(update={"problems": (*left, *_still_wrong(changed, confirmed))})


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


def _with_dates(reading: Reading, confirmed: Mapping[str, str | None]) -> Reading:
    start, end = (
        date.fromisoformat(value) if (value := confirmed.get(field)) else read
        for field, read in zip(
            DATES, (reading.inspection_start, reading.inspection_end), strict=True
        )
    )
    if (start, end) == (reading.inspection_start, reading.inspection_end):
        return reading
    periods = (Period(start=start, end=end),) if start and end else ()
    return reading.model_copy(
        update={"inspection_start": start, "inspection_end": end, "inspection_periods": periods}
    )


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


def _still_wrong(changed: Reading, confirmed: Mapping[str, str | None]) -> list[Problem]:
    """Return problems for what a settled document must say but does not, and for impossible dates.

    A document that could not be read at all had one problem. With that settled, its empty fields
    would otherwise pass as read.
    """
    codes = {problem.code for problem in changed.problems}
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
    start, end = changed.inspection_start, changed.inspection_end
    if start and end and start > end:
        # One was confirmed, and the report that was read later gives another for the other.
        message = f"The inspection would end ({end}) before it began ({start})."
        found.append((ProblemCode.DATES_UNCLEAR, message))
    rules = rules_of(changed.framework)
    given = {judgement.judgement for judgement in changed.judgements}
    lacking = [j.replace("_", " ") for j in rules.judgements if j not in given] if rules else []
    is_empty = lacking and not any(j.as_printed for j in changed.judgements)
    if is_empty and Field.GRADES not in confirmed and not codes & (TABLE | SINGLE_GRADE):
        message = f"No grade has been confirmed for: {', '.join(lacking)}."
        found.append((ProblemCode.TABLE_MISSING, message))
    return [Problem(code=code, message=message) for code, message in found]
