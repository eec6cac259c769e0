"""All tables as one Excel workbook: the latest grades first, then a sheet that explains them.

People read a workbook, so its sheets and columns have names in words. Programs read the other
forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellStringTuple, Worksheet

from reports.errors import ConfigurationError
from reports.licence import LICENCE_ADDRESS, LICENCE_NAME
from storage.export.about import TYPES, WHOSE_WORDS, About
from storage.export.model import Column, ColumnKind, Row, Source, Table

FILE = "inspection-watch.xlsx"
README = "README"
CODE = "In CSV and JSON"
"""The heading of the names that programs know."""

MOST_ROWS = 1_048_576
MOST_LINKS = 65_530
LONGEST_LINK = 2_079
LONGEST_TEXT = 32_767
"""Excel's own limits."""

_WIDTHS: dict[ColumnKind, int] = {
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
    """Write the workbook.

    Rows are written as they come (`constant_memory`), and no text is ever taken for a formula.
    Raises ConfigurationError where a table is too long for a sheet, and OSError where the file
    cannot be written.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(folder),
    }
    with _as_os_error(), xlsxwriter.Workbook(str(folder / FILE), options) as book:
        book.set_properties(
            {
                "title": "Inspection Watch",
                "comments": f"{LICENCE_NAME}: {LICENCE_ADDRESS}",
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


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise the error of the system where the library has wrapped it in one of its own."""
    try:
        yield
    except FileCreateError as error:
        raise OSError(*getattr(error.args[0], "args", error.args)) from error


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
        self.of_kind: dict[ColumnKind, Any] = {
            "words": self.wrapped,
            "share": book.add_format({**top, "num_format": "0.0%"}),
            "difference": book.add_format({**top, "num_format": "+0.0%;-0.0%;0.0%"}),
            "date": book.add_format({**top, "num_format": "dd mmm yyyy"}),
            "instant": book.add_format({**top, "num_format": "dd mmm yyyy hh:mm"}),
        }


class _TableSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A sheet whose rows we write ourselves, which takes much less time than the library.

    Rows come in order, and the library writes the first one. A test compares the file with what the
    library would write.
    """

    fh: Any  # where the library writes to

    def begin_rows(self) -> None:
        """Write the first row, which the library has kept so far."""
        self._write_single_row(1)

    def write_row_xml(self, row: int, cells: Iterable[str]) -> None:
        """Write a row of cells, each in XML."""
        self.dim_rowmax = row
        self.fh.write(f'<row r="{row + 1}">{"".join(cells)}</row>')

    def text_xml(self, row: int, at: int, text: str, look: Any) -> str:
        """Return the library's XML for a cell with a text of any kind."""
        file, self.fh = self.fh, StringIO()
        try:
            self._write_cell(row, at, CellStringTuple(text, look))
            return str(self.fh.getvalue())
        finally:
            self.fh = file

    def add_link(self, row: int, at: int, address: str) -> None:
        """Make a cell a link. The text of the cell is written with its row."""
        self.ignore_write_string = True
        self.write_url(row, at, _link(address))

    def as_number(self, value: date | datetime) -> float:
        """Return the number that Excel stores for a day or an instant."""
        return float(self._convert_date_time(value))


@lru_cache(maxsize=5_000)
def _link(address: str) -> Url:
    """Return the library's form of a web address. The rows of one report share it."""
    return Url(address)


@lru_cache(maxsize=20_000)
def _plain_text_xml(text: str) -> str | None:
    """Return the XML of a cell with a text, after `s`; None where only the library can write it.

    Most texts come again and again: keys, names, addresses and words from short lists.
    """
    text = _fitting(text)
    if not _is_plain(text):
        return None
    return f't="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _is_plain(text: str) -> bool:
    """Return whether a text needs neither escaped characters nor kept spaces nor rich text."""
    return (
        text.isprintable()
        and not text[:1].isspace()
        and not text[-1:].isspace()
        and "_x" not in text
        and not text.startswith("<r>")
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A column on its sheet: its number from 0, how each cell begins, and how its cells look."""

    at: int
    begin: str
    column: Column
    look: Any


class _Sheet:
    """One table on its sheet."""

    def __init__(self, book: Any, table: Table, formats: _Formats) -> None:
        self.table = table
        self.formats = formats
        self.links = 0
        self.sheet: Any = book.add_worksheet(table.in_words, _TableSheet)
        for at, column in enumerate(table.columns):
            width = max(_WIDTHS[column.kind], len(column.in_words) + 4)
            self.sheet.set_column(at, at, width)
        self.sheet.freeze_panes(1, 1)
        for at, column in enumerate(table.columns):
            self.sheet.write_string(0, at, column.in_words, formats.head)
        self.places = [
            _Place(
                at,
                f'<c r="{xl_col_to_name(at)}',
                column,
                formats.of_kind.get(column.kind, formats.plain),
            )
            for at, column in enumerate(table.columns)
        ]
        self.numbers: dict[date, float] = {}

    def fill(self, source: Source) -> int:
        """Write all rows and return their number."""
        number = 0
        self.sheet.begin_rows()
        for row in self.table.rows(source):
            number += 1
            if number >= MOST_ROWS:
                raise ConfigurationError(
                    f"the table {self.table.name} is too long for a sheet; use --format csv"
                )
            self._write(number, row)
        self.sheet.autofilter(0, 0, number, len(self.table.columns) - 1)
        return number

    def _write(self, row: int, values: Row) -> None:
        cells = zip(self.places, values, strict=True)
        self.sheet.write_row_xml(
            row,
            [
                self._text_xml(row, place, value)
                if isinstance(value, str)
                else self._value_xml(row, place, value)
                for place, value in cells
                if value is not None
            ],
        )

    def _text_xml(self, row: int, place: _Place, value: str) -> str:
        look = place.look
        if place.column.kind == "link" and self.links < MOST_LINKS and _can_be_linked(value):
            self.links += 1
            self.sheet.add_link(row, place.at, value)
            look = self.formats.link
        if (text := _plain_text_xml(value)) is None:
            return str(self.sheet.text_xml(row, place.at, _fitting(value), look))
        return f'{place.begin}{row + 1}" s="{look._get_xf_index()}" {text}'

    def _value_xml(self, row: int, place: _Place, value: float | date) -> str:
        cell = f'{place.begin}{row + 1}" s="{place.look._get_xf_index()}"'
        if isinstance(value, bool):
            return f'{cell} t="b"><v>{value:d}</v></c>'
        if isinstance(value, date):  # an instant is also a date
            value = self._as_number(value)
        return f"{cell}><v>{value:.16G}</v></c>"

    def _as_number(self, value: date) -> float:
        """Return the number that Excel stores for a value. The rows of one report share it."""
        if value not in self.numbers:
            self.numbers[value] = self.sheet.as_number(_in_utc(value))
        return self.numbers[value]


def _in_utc(value: date) -> date:
    """Return an instant without its zone, as Excel needs it; a day stays as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _fitting(text: str) -> str:
    """Return a text cut to what a cell can hold. Excel counts in UTF-16 units."""
    if len(text) <= LONGEST_TEXT // 2:  # no character counts for more than two
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


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
    sheet.set_column(4, 4, 40)
    exported = f"{about.exported_at.astimezone(UTC):%d %B %Y, %H:%M} UTC"
    title = "Inspection Watch: Ofsted's inspections of children's services"
    sheet.write_string(0, 0, title, formats.title)
    lines = [
        ("Exported", exported),
        ("Version", f"{about.program}; themes: version {about.taxonomy}"),
        ("Licence", WHOSE_WORDS),
        ("Licence text", LICENCE_ADDRESS),
        (
            "Times",
            "Dates have no time of day; times are in UTC. An empty cell means that the value is "
            "not known or that there is none.",
        ),
    ]
    at = 2
    for name, text in lines:
        sheet.write_string(at, 0, name, formats.bold)
        sheet.write_string(at, 1, text)
        at += 1
    at = _heading(sheet, formats, at + 1, ("Sheet", "Rows", "Key", "Meaning"))
    for table in tables:
        name = table.in_words
        sheet.write_url(at, 0, f"internal:'{name}'!A1", formats.link, string=name)
        sheet.write_number(at, 1, rows[table.name])
        key = [column.in_words for column in table.columns if column.name in table.key]
        sheet.write_string(at, 2, ", ".join(key))
        sheet.write_string(at, 3, table.meaning, formats.wrapped)
        at += 1
    at = _heading(sheet, formats, at + 1, ("Sheet", "Column", "Kind", "Meaning", CODE))
    for table in tables:
        for column in table.columns:
            words = (
                table.in_words,
                column.in_words,
                TYPES[column.kind][1],
                column.meaning,
                f"{table.name}.{column.name}",
            )
            for place, word in enumerate(words):
                sheet.write_string(at, place, word)
            at += 1


def _heading(sheet: Worksheet, formats: _Formats, at: int, names: Sequence[str]) -> int:
    for place, name in enumerate(names):
        sheet.write_string(at, place, name, formats.head)
    return at + 1
