"""The codes of problems, which are stable, and what remains certain in spite of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class ProblemCode(StrEnum):
    """Why a value is missing or a report was not read."""

    # The file
    NOT_A_PDF = "not_a_pdf"
    NOT_TEXT = "not_text"
    NOT_FOUND_PAGE = "not_found_page"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    NO_TEXT = "no_text"
    PAGE_WITHOUT_TEXT = "page_without_text"
    TEXT_DAMAGED = "text_damaged"
    PAGES_MISSING = "pages_missing"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    READING_FAILED = "reading_failed"
    READER_STOPPED = "reader_stopped"
    # The sort of document
    LAYOUT_UNKNOWN = "layout_unknown"
    LAYOUT_AMBIGUOUS = "layout_ambiguous"
    KIND_MISMATCH = "kind_mismatch"
    SEVERAL_DOCUMENTS = "several_documents"
    INCOMPLETE = "incomplete"
    FRAMEWORK_UNKNOWN = "framework_unknown"
    FRAMEWORK_DATES_DISAGREE = "framework_dates_disagree"
    # The authority, the dates and the lead inspector
    AUTHORITY_UNKNOWN = "authority_unknown"
    AUTHORITY_MISSING = "authority_missing"
    AUTHORITY_MISMATCH = "authority_mismatch"
    DATES_MISSING = "dates_missing"
    DATES_UNCLEAR = "dates_unclear"
    DATES_IMPLAUSIBLE = "dates_implausible"
    PUBLISHED_UNCLEAR = "published_unclear"
    LEAD_UNCLEAR = "lead_unclear"
    # Grades
    TABLE_MISSING = "table_missing"
    TABLE_UNCLEAR = "table_unclear"
    LABEL_UNKNOWN = "label_unknown"
    GRADE_UNKNOWN = "grade_unknown"
    GRADE_DISAGREEMENT = "grade_disagreement"
    GRADE_UNCONFIRMED = "grade_unconfirmed"
    # Areas for improvement
    AREAS_MISSING = "areas_missing"
    AREAS_EMPTY = "areas_empty"
    AREAS_UNCLEAR = "areas_unclear"
    REPEATS_UNCLEAR = "repeats_unclear"
    VISIT_UNCLEAR = "visit_unclear"
    # A council's improvement plan
    PLAN_UNCLEAR = "plan_unclear"


_NOT_ABOUT_GRADES = frozenset(
    {
        ProblemCode.PUBLISHED_UNCLEAR,
        ProblemCode.LEAD_UNCLEAR,
        ProblemCode.AREAS_MISSING,
        ProblemCode.AREAS_EMPTY,
        ProblemCode.AREAS_UNCLEAR,
        ProblemCode.REPEATS_UNCLEAR,
        ProblemCode.PLAN_UNCLEAR,
    }
)
"""Problems that cast no doubt on the grades, the inspection or the authority."""

_NOT_ABOUT_AREAS = frozenset(
    {
        ProblemCode.PUBLISHED_UNCLEAR,
        ProblemCode.LEAD_UNCLEAR,
        ProblemCode.REPEATS_UNCLEAR,
        ProblemCode.VISIT_UNCLEAR,
        ProblemCode.PLAN_UNCLEAR,
    }
)
"""Problems that cast no doubt on the list of areas for improvement, or on whose list it is."""


def areas_are_certain(codes: Iterable[str]) -> bool:
    """Return whether a list of areas read with these problems may be compared with another.

    Areas that are missing from an incomplete list would look like progress.
    """
    return all(code in _NOT_ABOUT_AREAS for code in codes)


_NOT_ABOUT_WORDS = _NOT_ABOUT_AREAS | {
    ProblemCode.FRAMEWORK_UNKNOWN,
    ProblemCode.FRAMEWORK_DATES_DISAGREE,
    ProblemCode.DATES_MISSING,
    ProblemCode.DATES_UNCLEAR,
    ProblemCode.DATES_IMPLAUSIBLE,
    ProblemCode.TABLE_MISSING,
    ProblemCode.TABLE_UNCLEAR,
    ProblemCode.LABEL_UNKNOWN,
    ProblemCode.GRADE_UNKNOWN,
    ProblemCode.GRADE_DISAGREEMENT,
    ProblemCode.GRADE_UNCONFIRMED,
}
"""Problems that cast no doubt on the words of the areas, or on whose areas they are."""


def areas_may_be_shown(codes: Iterable[str]) -> bool:
    """Return whether the areas read with these problems may be shown word for word.

    An uncertain grade or date does not make the inspectors' words uncertain.
    """
    return all(code in _NOT_ABOUT_WORDS for code in codes)


def grades_are_certain(codes: Iterable[str]) -> bool:
    """Return whether grades read with these problems may be used as grades."""
    return all(code in _NOT_ABOUT_GRADES for code in codes)
