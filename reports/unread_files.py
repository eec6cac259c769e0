"""Read a file from disk up to a limit; make the reading of a file that cannot be read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from reports.file_limits import MAX_BYTES
from reports.model import Problem, Reading
from reports.problems import ProblemCode
from reports.version import READER_VERSION


def read_limited(path: Path) -> bytes | Reading:
    """Return the bytes of a file, or the reading of a file that is too large or unreadable."""
    try:
        with path.open("rb") as file:
            # One more byte than allowed shows that it is too large without reading all of it.
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"The file cannot be read ({error.strerror or error})."
        return failed_report(path.name, b"", code=ProblemCode.UNREADABLE, message=message)
    return data if len(data) <= MAX_BYTES else too_large_report(path.name, data)


def too_large_report(name: str, data: bytes) -> Reading:
    """Return the reading of a file that is larger than any report.

    Its `sha256` is that of `data`, which may be only the first part of the file.
    """
    message = f"The file is larger than {MAX_BYTES // 10**6} MB."
    return failed_report(name, data, code=ProblemCode.TOO_LARGE, message=message)


def failed_report(name: str, data: bytes, *, code: str, message: str, pages: int = 0) -> Reading:
    """Return a reading that has only a problem, which says why the file was not read."""
    return Reading(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages,
        problems=(Problem(code=code, message=message),),
        reader_version=READER_VERSION,
    )
