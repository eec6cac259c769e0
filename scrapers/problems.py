"""Codes of the problems that the search and the pages of authorities can have."""

from __future__ import annotations

from enum import StrEnum


class SiteProblem(StrEnum):
    """What is wrong with a page of the site. `ProblemCode` has the problems of report files."""

    # The search
    UNUSABLE_NUMBER = "unusable_number"
    COUNT_CHANGED = "count_changed"
    FILTER_IGNORED = "filter_ignored"
    # The search, or the page of an authority
    LISTED_TWICE = "listed_twice"
    # The page of an authority
    LINK_NOT_ALLOWED = "link_not_allowed"
    LINK_WITHOUT_FILE_ID = "link_without_file_id"
    UNMARKED_LINK = "unmarked_link"
    UNKNOWN_TITLE = "unknown_title"
    DATES_DISAGREE = "dates_disagree"
    NO_PUBLICATION_DATE = "no_publication_date"
    UNREADABLE_DATE = "unreadable_date"
    PAGE_LAGS = "page_lags"


LEAVES_OUT = frozenset(
    {
        SiteProblem.LINK_NOT_ALLOWED,
        SiteProblem.LINK_WITHOUT_FILE_ID,
        SiteProblem.UNMARKED_LINK,
        SiteProblem.PAGE_LAGS,
    }
)
"""Problems after which a page may have reports that are not among those read from it."""
