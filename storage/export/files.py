"""Tables as CSV and as JSON: one file each, and a file that describes them.

CSV: RFC 4180, UTF-8 with a byte order mark, so that Excel shows accents. A text that a spreadsheet
could take for a formula gets an apostrophe before it. Numbers and dates get none.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date
from operator import methodcaller
from pathlib import Path
from typing import Any

from storage.export.about import About
from storage.export.model import Source, Table, Value

FORMULA_MARKS = frozenset("=+-@\t\r\n＝＋－＠")
"""Beginnings that spreadsheets take for a formula; the last four are full-width characters."""

# For dates and instants, the only values that JSON has no form for.
_iso = methodcaller("isoformat")

DESCRIPTION = {"csv": "datapackage.json", "json": "about.json"}
"""The file that describes the tables, by the ending of their files."""


def write_csv(folder: Path, tables: Sequence[Table], source: Source, about: About) -> None:
    """Write each table as a CSV file."""
    rows = {table.name: _write_csv(folder / f"{table.name}.csv", table, source) for table in tables}
    _describe(folder, about.data_package(tables, rows, ending="csv"), "csv")


def write_json(folder: Path, tables: Sequence[Table], source: Source, about: About) -> None:
    """Write each table as a JSON file: a list of objects, one a line."""
    rows = {
        table.name: _write_json(folder / f"{table.name}.json", table, source) for table in tables
    }
    _describe(folder, about.data_package(tables, rows, ending="json"), "json")


def _describe(folder: Path, package: dict[str, Any], ending: str) -> None:
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (folder / DESCRIPTION[ending]).write_text(text + "\n", encoding="utf-8")


def _write_csv(path: Path, table: Table, source: Source) -> int:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in table.columns])
        return _count(writer.writerow(map(cell, row)) for row in table.rows(source))


def _write_json(path: Path, table: Table, source: Source) -> int:
    names = [column.name for column in table.columns]
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_iso)
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for row in table.rows(source):
            file.write(",\n" if number else "\n")
            file.write(encoder.encode(dict(zip(names, row, strict=True))))
            number += 1
        file.write("\n]\n")
    return number


def _count(written: Iterator[object]) -> int:
    return sum(1 for _ in written)


def cell(value: Value) -> str:
    """Return a value as the text of a CSV cell; None gives an empty cell."""
    if isinstance(value, str):  # first, because most are
        return f"'{value}" if value[:1] in FORMULA_MARKS else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # an instant is also a date
        return value.isoformat()
    return str(value)
