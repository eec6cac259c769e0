"""The fields of a report that a person can confirm, and the fields that a problem is about."""

from __future__ import annotations

from enum import StrEnum

from reports.frameworks import FrameworkRules, load_frameworks
from reports.model import Framework, Judgement, Problem, Reading
from reports.problems import ProblemCode


class Field(StrEnum):
    """The fields that can be confirmed, apart from single judgements, which have their own keys."""

    AUTHORITY = "authority"
    KIND = "kind"
    FRAMEWORK = "framework"
    INSPECTION_START = "inspection_start"
    INSPECTION_END = "inspection_end"
    PUBLISHED = "published"
    LEAD_INSPECTOR = "lead_inspector"
    # These have no value. To confirm one is to say that what was read is right and complete.
    GRADES = "grades"
    AREAS = "areas"
    DOCUMENT = "document"


WHOLE = frozenset({Field.GRADES, Field.AREAS, Field.DOCUMENT})
FIELDS = (*Field, *Judgement)

WHOEVER_ADDED = "whoever added it"
"""The `who` of values that a person gave when they added a document."""

SINGLE_GRADE = frozenset(
    {
        ProblemCode.GRADE_UNKNOWN,
        ProblemCode.GRADE_DISAGREEMENT,
        ProblemCode.GRADE_UNCONFIRMED,
    }
)
TABLE = frozenset({ProblemCode.TABLE_MISSING, ProblemCode.TABLE_UNCLEAR, ProblemCode.LABEL_UNKNOWN})
DATES = (Field.INSPECTION_START, Field.INSPECTION_END)
_ABOUT: dict[str, tuple[str, ...]] = {
    ProblemCode.FRAMEWORK_UNKNOWN: (Field.FRAMEWORK,),
    ProblemCode.FRAMEWORK_DATES_DISAGREE: (Field.FRAMEWORK,),
    ProblemCode.LAYOUT_UNKNOWN: (Field.KIND, Field.FRAMEWORK),
    ProblemCode.LAYOUT_AMBIGUOUS: (Field.KIND, Field.FRAMEWORK),
    ProblemCode.KIND_MISMATCH: (Field.KIND,),
    ProblemCode.AUTHORITY_UNKNOWN: (Field.AUTHORITY,),
    ProblemCode.AUTHORITY_MISSING: (Field.AUTHORITY,),
    ProblemCode.AUTHORITY_MISMATCH: (Field.AUTHORITY,),
    ProblemCode.DATES_MISSING: DATES,
    ProblemCode.DATES_UNCLEAR: DATES,
    ProblemCode.DATES_IMPLAUSIBLE: DATES,
    ProblemCode.PUBLISHED_UNCLEAR: (Field.PUBLISHED,),
    ProblemCode.LEAD_UNCLEAR: (Field.LEAD_INSPECTOR,),
    ProblemCode.AREAS_MISSING: (Field.AREAS,),
    ProblemCode.AREAS_EMPTY: (Field.AREAS,),
    ProblemCode.AREAS_UNCLEAR: (Field.AREAS,),
    ProblemCode.REPEATS_UNCLEAR: (Field.AREAS,),
    ProblemCode.PLAN_UNCLEAR: (Field.AREAS,),
}


def fields_about(problem: Problem, reading: Reading) -> tuple[str, ...]:
    """Return the fields that settle a problem of `reading` once all of them are confirmed."""
    if problem.code in SINGLE_GRADE:
        # The problem names its row only in words, so every unread grade must be confirmed.
        unread = tuple(j.judgement for j in reading.judgements if j.grade is None)
        return unread or (Field.GRADES,)
    if problem.code in TABLE:
        return (Field.GRADES,)
    # A problem with the file itself, or with reading it, concerns the whole document.
    return _ABOUT.get(problem.code, (Field.DOCUMENT,))


def rules_of(framework: Framework) -> FrameworkRules | None:
    """Return a framework's judgements and grades; None if it has none or is unknown."""
    return load_frameworks().rules.get(framework)
