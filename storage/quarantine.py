"""Quarantine: while it is uncertain whose report a document is, no fact of it is used. Pure.

Such a document counts as one that says nothing but its problems. What was read is kept
(`Report.as_read`), and counts as soon as a person confirms the council or the site lists the
document under the council that it names.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.model import Reading
from reports.problems import ProblemCode
from storage.correctable_fields import AUTHORITY_MISMATCH

UNCERTAIN = frozenset(
    {AUTHORITY_MISMATCH, ProblemCode.AUTHORITY_UNKNOWN, ProblemCode.AUTHORITY_MISSING}
)


def is_quarantined(codes: Iterable[str]) -> bool:
    """Whether problems with these codes leave it uncertain whose report it is."""
    return any(code in UNCERTAIN for code in codes)


def without_facts(reading: Reading) -> Reading:
    """Return what counts of a document in quarantine: which file it is, and its problems.

    The name of the authority stays, so that the document can be found its place.
    """
    return Reading(
        file=reading.file,
        sha256=reading.sha256,
        pages=reading.pages,
        page_range=reading.page_range,
        authority=reading.authority,
        authority_as_printed=reading.authority_as_printed,
        problems=reading.problems,
        reader_version=reading.reader_version,
    )
