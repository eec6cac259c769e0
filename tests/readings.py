"""Readings of files, each made once for every state of the reader and then kept.

`kept_readings` reads files as the product does, with several reading processes. `KeptReader`
takes the place of one reading process where a test is not about reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from unittest.mock import patch

from reports.model import Reading
from reports.page_range import WHOLE, PageRange
from reports.reader import read_bytes
from reports.register import Register
from reports.sandbox import pool
from reports.sandbox.pool import ReaderPool
from reports.sandbox.spreadsheet import Sheets, cells_of, read_sheet_cells
from tests.kept import key_of, only_one, put, state_folder

_READING = Lock()
"""PDFium may be used by one thread at a time."""


def kept_readings(paths: Iterable[Path]) -> Iterator[Reading]:
    """Read files; their readings come in the order of the files."""
    files = {path: _place(path.read_bytes(), name=path.name) for path in paths}
    # While one test process reads, the others wait for what it reads.
    with only_one(_folder() / "all"):
        missing = [path for path, place in files.items() if not place.exists()]
        with ReaderPool() as readers:
            for path, reading in zip(missing, readers.read_many(missing), strict=True):
                put(files[path], reading.model_dump_json().encode())
    for place in files.values():
        yield Reading.model_validate_json(place.read_bytes())


class KeptReader:
    """Answers like `reports.sandbox.process.Reader`, from kept readings or in this process."""

    def __init__(
        self, *, authorities: Path | None = None, latest: date | None = None, **_limits: int
    ) -> None:
        self._authorities = authorities
        self._latest = latest

    def read(self, data: bytes, *, name: str, pages: PageRange = WHOLE) -> Reading:
        """Read one file."""
        reading = self._kept(data, name=name, latest=None, pages=pages)
        # The last possible day matters to no reading but one with a later date.
        if self._latest is not None and any(day > self._latest for day in _days(reading)):
            return self._kept(data, name=name, latest=self._latest, pages=pages)
        return reading

    def _kept(self, data: bytes, *, name: str, latest: date | None, pages: PageRange) -> Reading:
        place = _place(data, name=name, authorities=self._authorities, latest=latest, pages=pages)
        if place.exists():
            return Reading.model_validate_json(place.read_bytes())
        register = _register(self._authorities)
        with _READING:
            reading = read_bytes(data, name=name, register=register, latest=latest, pages=pages)
        put(place, reading.model_dump_json().encode())
        return reading

    def ask(self, data: bytes, *, name: str, pages: PageRange = WHOLE) -> Reading:
        """The same, in the first of the two steps of the real one."""
        return self.read(data, name=name, pages=pages)

    def understand(self, answer: Reading, _data: bytes, *, name: str) -> Reading:
        """The second step, for which nothing is left to do."""
        return answer

    def cells(self, data: bytes) -> Sheets:
        """The cells of a spreadsheet."""
        return cells_of(read_sheet_cells(data))

    def confinement(self) -> dict[str, bool]:
        """There is no process that could be confined."""
        return {}

    def close(self) -> None:
        """There is no process to end."""


@contextmanager
def without_reading_processes() -> Iterator[None]:
    """Read with `KeptReader` wherever the program would start reading processes."""
    with patch.object(pool, "Reader", KeptReader):
        yield


def _days(reading: Reading) -> Iterator[date]:
    for period in reading.inspection_periods:
        yield period.end
    if reading.published is not None:
        yield reading.published


def _folder() -> Path:
    return state_folder("readings", "reports")


def _place(
    data: bytes,
    *,
    name: str,
    authorities: Path | None = None,
    latest: date | None = None,
    pages: PageRange = WHOLE,
) -> Path:
    register = authorities.read_bytes() if authorities else b""
    key = key_of(data, name, register, latest, pages)
    return _folder() / key[:2] / f"{key}.json"


def _register(authorities: Path | None) -> Register:
    return Register.load(authorities) if authorities else Register.default()
