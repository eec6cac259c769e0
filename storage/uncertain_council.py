"""A report whose council is uncertain: none of its facts are used.

Only its problems are stored as facts. What was read is kept (`Report.as_read`), and counts as soon
as a person confirms the council, or the site lists the report under the council that it names.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.model import Problem, Reading
from reports.problems import ProblemCode
from reports.register import Register
from storage.models import Report

UNCERTAIN = frozenset(
    {ProblemCode.AUTHORITY_MISMATCH, ProblemCode.AUTHORITY_UNKNOWN, ProblemCode.AUTHORITY_MISSING}
)


def is_council_uncertain(codes: Iterable[str]) -> bool:
    """Return whether problems with these codes leave the council of a report uncertain."""
    return any(code in UNCERTAIN for code in codes)


def check_authority(register: Register, report: Report, reading: Reading) -> Reading:
    """Return the reading, with a problem added if it names another authority than the report's."""
    if reading.authority is None:
        return reading
    named = register.by_ref(reading.authority)
    if named is None or named.key == report.authority.key:
        return reading
    listed = "the site lists it" if report.url else "it was added"
    message = (
        f"The document names {reading.authority.name}, but {listed} under {report.authority.short}."
    )
    return reading.with_problem(Problem(code=ProblemCode.AUTHORITY_MISMATCH, message=message))


def without_facts(reading: Reading) -> Reading:
    """Return a reading with only the file, the authority that it names, and the problems.

    By that name the report can be moved to the right council later.
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
