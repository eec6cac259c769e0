"""Tables of what is stored, for Excel, Power BI and notebooks: see docs/export.md.

No message, recipient, channel or setting is in them.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from reports.analysis.next_inspection import DueWindow
from reports.errors import ConfigurationError
from reports.repeats.base_rates import BaseRates
from storage import history
from storage.base_rates import base_rates
from storage.export.about import About
from storage.export.contents import AREAS, JUDGEMENTS, PROBLEMS, THEMES
from storage.export.documents import AUTHORITIES, INSPECTIONS, REPORTS
from storage.export.files import DESCRIPTION, write_csv, write_json
from storage.export.findings import (
    DUE_WINDOWS,
    EVENTS,
    REPEAT_LABELS,
    REPEATS,
    THEME_SHARES,
    THEME_TRENDS,
)
from storage.export.latest import GRADE_CHANGES, LATEST_GRADES
from storage.export.model import Column, Row, Source, Table
from storage.models import Report
from storage.problems import reports_with_unsure_areas, reports_with_unsure_grades
from storage.repeats import ReportRepeats
from storage.trends import CountedInspections, counted_inspections

__all__ = [
    "FILES",
    "TABLES",
    "Column",
    "Format",
    "Known",
    "Table",
    "TablesAtHand",
    "export",
    "tables_at_hand",
]

TABLES: tuple[Table, ...] = (
    LATEST_GRADES,
    GRADE_CHANGES,
    AUTHORITIES,
    REPORTS,
    INSPECTIONS,
    JUDGEMENTS,
    AREAS,
    THEMES,
    REPEATS,
    REPEAT_LABELS,
    EVENTS,
    PROBLEMS,
    DUE_WINDOWS,
    THEME_SHARES,
    THEME_TRENDS,
)

_TEMPORARY = ".inspection-watch-"

_AT_ONCE = 500
"""Rows that are written to a file together: one by one takes twice as long."""


class Format(StrEnum):
    """The file format of the tables."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the caller of `tables_at_hand` has already; the fields mean the same as in `Source`."""

    superseded: frozenset[int]
    rates: BaseRates
    counted: CountedInspections
    repeats: Mapping[int, Sequence[ReportRepeats]]
    windows: Mapping[str, DueWindow]
    graded: Mapping[int, Sequence[Report]]
    held: frozenset[int]


def export(
    session: Session,
    folder: Path,
    *,
    form: Format,
    today: date,
    now: datetime,
    held: frozenset[int],
) -> list[Path]:
    """Write all tables into `folder` and return the files.

    The session must be new: all tables come from one snapshot of the database. `held` are the ids
    of reports that wait for an operator: they are left out. Files of an earlier export are replaced
    one by one, each whole at any moment; other files are left alone. Raises ConfigurationError
    where the folder cannot be written, and OSError where the disk is full.
    """
    about = About.now(now)
    with _new_files(folder) as (temporary, written):
        source = _source(session, today, held)
        _writer(form)(temporary, TABLES, source, about)
    return written


@dataclass(frozen=True, kw_only=True)
class TablesAtHand:
    """The rows of all tables, to be written in every format.

    Tables with the same `digest` give the same files.
    """

    digest: str
    _tables: Sequence[Table]
    _source: Source
    _about: About

    def write(self, folder: Path) -> list[Path]:
        """Write all tables as `export` does, and return the files (`FILES`)."""
        with _new_files(folder) as (temporary, written):
            for form in Format:
                _writer(form)(temporary, self._tables, self._source, self._about)
        return written


FILES = (
    *(f"{table.name}.{form}" for table in TABLES for form in (Format.CSV, Format.JSON)),
    *DESCRIPTION.values(),
    "inspection-watch.xlsx",
)
"""The names of the files that hold all tables in every format."""


@contextmanager
def tables_at_hand(
    session: Session, *, today: date, now: datetime, known: Known
) -> Iterator[TablesAtHand]:
    """Yield all tables without the held reports.

    The rows are read once and kept in files: in memory, they would grow with the history.
    """
    about = About.now(now)
    digest = hashlib.sha256(_program() + repr(about).encode())
    with tempfile.TemporaryDirectory() as kept:
        source = Source(
            session=session,
            today=today,
            superseded=known.superseded,
            unsure=reports_with_unsure_grades(session),
            unsure_areas=reports_with_unsure_areas(session),
            rates=known.rates,
            counted=known.counted,
            repeats=known.repeats,
            windows=known.windows,
            graded=known.graded,
            held=known.held,
        )
        tables = [
            replace(table, rows=_kept(table.rows(source), Path(kept) / table.name, digest))
            for table in TABLES
        ]
        yield TablesAtHand(digest=digest.hexdigest(), _tables=tables, _source=source, _about=about)


@cache
def _program() -> bytes:
    """Return a digest of the code that writes rows to files."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    versions = f"{sys.version} {zlib.ZLIB_RUNTIME_VERSION} {version('xlsxwriter')}"
    return hashlib.sha256(
        b"".join(file.read_bytes() for file in files) + versions.encode()
    ).digest()


def _source(session: Session, today: date, held: frozenset[int]) -> Source:
    return Source(
        session=session,
        today=today,
        superseded=history.all_superseded(session, without=held),
        unsure=reports_with_unsure_grades(session),
        unsure_areas=reports_with_unsure_areas(session),
        rates=base_rates(session),
        counted=counted_inspections(session, without=held),
        held=held,
    )


def _kept(
    rows: Iterable[Row], file: Path, digest: hashlib._Hash
) -> Callable[[Source], Iterator[Row]]:
    """Write rows to a file, and add them to the digest.

    Returns a function that reads them back. It can be called any number of times.
    """
    with file.open("wb") as stream:
        left = iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            data = pickle.dumps(some, protocol=pickle.HIGHEST_PROTOCOL)
            stream.write(data)
            digest.update(data)
        digest.update(b"end of a table")
    return lambda source: _read_again(file)


def _read_again(file: Path) -> Iterator[Row]:
    with file.open("rb") as stream:
        while stream.peek(1):
            yield from pickle.load(stream)  # safe: only we can write this file


def _writer(form: Format) -> Callable[[Path, Sequence[Table], Source, About], None]:
    if form is Format.CSV:
        return write_csv
    if form is Format.JSON:
        return write_json
    # Imported here: no other command needs it.
    from storage.export.workbook import write_workbook

    return write_workbook


@contextmanager
def _new_files(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Yield a hidden folder for new files, and a list of the files that were written.

    At the end the new files replace those of an earlier export in `folder`, and the list is filled.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
    except OSError as error:
        raise ConfigurationError(
            f"--to {folder} cannot be written: {error.strerror or error}"
        ) from error
    written: list[Path] = []
    try:
        yield temporary, written
        files = sorted(temporary.iterdir())
        in_the_way = [folder / file.name for file in files if (folder / file.name).is_dir()]
        if in_the_way:
            raise ConfigurationError(
                f"{in_the_way[0]} is a folder, but the export writes a file of that name"
            )
        for file in files:
            os.replace(file, folder / file.name)
            written.append(folder / file.name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
