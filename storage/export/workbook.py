"""All tables as one Excel workbook: the latest grades first, then a sheet that explains all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

from reports.errors import ConfigurationError
from storage.export.about import LICENCE, LICENCE_URL, TYPES, WHOSE_WORDS, About
from storage.export.model import Column, Kind, Source, Table, Value

FILE = "inspection-watch.xlsx"
README = "README"

MOST_ROWS = 1_048_576
MOST_LINKS = 65_530
LONGEST_LINK = 2_079
LONGEST_TEXT = 32_767
"""Excel's own limits."""

_WIDTHS: dict[Kind, int] = {
    "text": 24,
    "words": 70,
    "integer": 10,
    "share": 10,
    "difference": 10,
    "yes_no": 10,
    "date": 14,
    "instant": 20,
    "link": 48,
}


def write_workbook(folder: Path, tables: Sequence[Table], source: Source, about: About) -> None:
    """Write the workbook. Raises ConfigurationError where a table is too long for a sheet.

    Rows are written as they come (`constant_memory`), and no text is ever taken for a formula.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(folder),
    }
    with xlsxwriter.Workbook(str(folder / FILE), options) as book:
        book.set_properties(
            {
                "title": "Inspection Watch",
                "comments": f"{LICENCE}: {LICENCE_URL}",
                "created": about.exported_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        # People open a workbook to see the latest grades; the explanations come right after.
        first, *others = tables
        sheets = [_Sheet(book, first, formats)]
        readme = book.add_worksheet(README)
        sheets += [_Sheet(book, table, formats) for table in others]
        rows = {sheet.table.name: sheet.fill(source) for sheet in sheets}
        _explain(readme, formats, tables, rows, about)


class _TextSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet that writes plain texts and numbers, nearly all of its cells, in half the time.

    Everything else, and any text that needs more than the usual three entities, is left to the
    library. A test compares the file with what the library's own sheet writes.
    """

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        text, number = getattr(cell, "string", None), getattr(cell, "number", None)
        if cell.format is None or not (_is_plain(text) if text is not None else number is not None):
            super()._write_cell(row, col, cell)
            return
        place = f'r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if text is not None:
            self.fh.write(f'<c {place} t="inlineStr"><is><t>{escape(text)}</t></is></c>')
        else:
            self.fh.write(f"<c {place}><v>{number:.16G}</v></c>")


def _is_plain(text: str) -> bool:
    """Return whether a text needs neither escaped characters nor kept spaces nor rich text."""
    return (
        text.isprintable()
        and not text[:1].isspace()
        and not text[-1:].isspace()
        and "_x" not in text
        and not text.startswith("<r>")
    )


class _Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        top = {"valign": "top"}
        self.plain = book.add_format(top)
        self.wrapped = book.add_format({**top, "text_wrap": True})
        self.link = book.add_format({**top, "font_color": "#0000EE", "underline": 1})
        self.of_kind: dict[Kind, Any] = {
            "words": self.wrapped,
            "share": book.add_format({**top, "num_format": "0.0%"}),
            "difference": book.add_format({**top, "num_format": "+0.0%;-0.0%;0.0%"}),
            "date": book.add_format({**top, "num_format": "dd mmm yyyy"}),
            "instant": book.add_format({**top, "num_format": "dd mmm yyyy hh:mm"}),
        }


class _Sheet:
    """One table on its sheet."""

    def __init__(self, book: Any, table: Table, formats: _Formats) -> None:
        self.table = table
        self.formats = formats
        self.links = 0
        self.sheet: Worksheet = book.add_worksheet(table.name, _TextSheet)
        for at, column in enumerate(table.columns):
            width = max(_WIDTHS[column.kind], len(column.name) + 4)
            self.sheet.set_column(at, at, width)
        self.sheet.freeze_panes(1, 1)
        for at, column in enumerate(table.columns):
            self.sheet.write_string(0, at, column.name, formats.head)

    def fill(self, source: Source) -> int:
        """Write all rows and return their number."""
        number = 0
        for row in self.table.rows(source):
            number += 1
            if number >= MOST_ROWS:
                raise ConfigurationError(
                    f"the table {self.table.name} is too long for a sheet; use --format csv"
                )
            for at, (column, value) in enumerate(zip(self.table.columns, row, strict=True)):
                if value is not None:
                    self._write(number, at, column, value)
        self.sheet.autofilter(0, 0, number, len(self.table.columns) - 1)
        return number

    def _write(self, row: int, at: int, column: Column, value: Value) -> None:
        look = self.formats.of_kind.get(column.kind, self.formats.plain)
        if isinstance(value, str):
            self._write_text(row, at, column, value, look)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, at, value, look)
        elif isinstance(value, datetime):
            plain = value.astimezone(UTC).replace(tzinfo=None)
            self.sheet.write_datetime(row, at, plain, look)
        elif isinstance(value, int | float):
            self.sheet.write_number(row, at, value, look)
        else:
            self.sheet.write_datetime(row, at, value, look)

    def _write_text(self, row: int, at: int, column: Column, value: str, look: Any) -> None:
        if column.kind == "link" and self.links < MOST_LINKS and _can_be_linked(value):
            self.links += 1
            self.sheet.write_url(row, at, value, self.formats.link, string=value)
            return
        fits = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
        self.sheet.write_string(row, at, fits, look)


def _can_be_linked(address: str) -> bool:
    return address.startswith(("https://", "http://")) and len(address) <= LONGEST_LINK


def _explain(
    sheet: Worksheet,
    formats: _Formats,
    tables: Sequence[Table],
    rows: dict[str, int],
    about: About,
) -> None:
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 2, 24)
    sheet.set_column(3, 3, 100)
    exported = f"{about.exported_at.astimezone(UTC):%d %B %Y, %H:%M} UTC"
    title = "Inspection Watch: Ofsted's inspections of children's services"
    sheet.write_string(0, 0, title, formats.title)
    lines = [
        ("Exported", exported),
        ("Version", f"{about.program}; themes: version {about.taxonomy}"),
        ("Licence", WHOSE_WORDS),
        ("Licence text", LICENCE_URL),
        ("Times", "Dates are dates; times are in UTC. An empty cell: not known, or there is none."),
    ]
    at = 2
    for name, text in lines:
        sheet.write_string(at, 0, name, formats.bold)
        sheet.write_string(at, 1, text)
        at += 1
    at = _heading(sheet, formats, at + 1, ("Sheet", "Rows", "Key", "Meaning"))
    for table in tables:
        sheet.write_url(at, 0, f"internal:'{table.name}'!A1", formats.link, string=table.name)
        sheet.write_number(at, 1, rows[table.name])
        sheet.write_string(at, 2, ", ".join(table.key))
        sheet.write_string(at, 3, table.meaning, formats.wrapped)
        at += 1
    at = _heading(sheet, formats, at + 1, ("Sheet", "Column", "Kind", "Meaning"))
    for table in tables:
        for column in table.columns:
            words = (table.name, column.name, TYPES[column.kind][1], column.meaning)
            for place, word in enumerate(words):
                sheet.write_string(at, place, word)
            at += 1


def _heading(sheet: Worksheet, formats: _Formats, at: int, names: Sequence[str]) -> int:
    for place, name in enumerate(names):
        sheet.write_string(at, place, name, formats.head)
    return at + 1
