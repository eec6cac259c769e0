"""The cells of a spreadsheet, read in the reading process: a small file can unpack to gigabytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reports.errors import ReaderStopped
from reports.problems import ProblemCode

MAX_CELLS = 2_000_000
"""Ofsted's largest table has about 30,000 cells."""

Sheets = Mapping[str, Sequence[Sequence[Any]]]
"""The rows of cells of each sheet, by its name: texts, numbers, days, and None for empty cells."""

_DAY = "day"


def read_sheet_cells(data: bytes) -> bytes:
    """Return the sheets of a file as JSON, or its error. Runs in the reading process."""
    # Imported here: no other file needs it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = {}
        left = MAX_CELLS
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            left -= sheet.total_height * sheet.total_width
            if left < 0:
                return _answer(error=f"it has more than {MAX_CELLS:,} cells")
            rows = sheet.to_python(skip_empty_area=False)
            sheets[name] = [[_written(cell) for cell in row] for row in rows]
    except (CalamineError, OSError, ValueError) as error:
        return _answer(error=str(error))
    return _answer(sheets=sheets)


def cells_of(answer: bytes) -> Sheets:
    """Return the sheets in an answer. Raises ReaderStopped where the file could not be read."""
    try:
        found = json.loads(answer, object_hook=_day)
        error, sheets = found.get("error"), found.get("sheets")
        if error is None and isinstance(sheets, dict):
            return sheets
    except (ValueError, AttributeError) as wrong:
        error = str(wrong)
    raise ReaderStopped(ProblemCode.READING_FAILED, str(error))


def _answer(**values: Any) -> bytes:
    return json.dumps(values).encode()


def _written(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {_DAY: cell.date().isoformat()}
    if isinstance(cell, date):
        return {_DAY: cell.isoformat()}
    return cell if isinstance(cell, (str, int, float, bool)) or cell is None else str(cell)


def _day(values: dict[str, Any]) -> Any:
    is_day = values.keys() == {_DAY} and isinstance(values[_DAY], str)
    return date.fromisoformat(values[_DAY]) if is_day else values
