"""Tables of progress in a council's update: achievements on the left, next steps on the right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.layouts.shared.base import ReadingBuilder
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.document import Document, Line

PROGRESS_HEADER = re.compile(r"achievements\b[^\t]*\t\s*next steps\b.*", re.IGNORECASE)
_END = re.compile(
    r"(?:[\w ,]{1,40} )?implications(?: (?:and|of) [\w ,]{1,40})?\s*:?|conclusions?\s*:?"
    r"|background papers\s*:?",
    re.IGNORECASE,
)
_UNDERLINED = re.compile(r"(?=<u>)", re.IGNORECASE)
_TAG = re.compile(r"</?u>", re.IGNORECASE)
_BEFORE_MARK = re.compile(r"\s+(?=[:;])")


@dataclass(frozen=True, slots=True)
class Progress:
    """The table of one theme: its name and the entries of both columns."""

    name: str
    achievements: tuple[str, ...]
    next_steps: tuple[str, ...]


def read_progress(document: Document, reading: ReadingBuilder) -> list[Progress]:
    """Return all tables, in order. The name of a theme is in the row above the table's header."""
    headers = [at for at, line in enumerate(document.lines) if PROGRESS_HEADER.fullmatch(line.text)]
    tables: list[Progress] = []
    for at, header in enumerate(headers):
        end = headers[at + 1] - 1 if at + 1 < len(headers) else _table_end(document, header)
        rows = document.lines[header + 1 : end]
        left, right = list(_entries(rows, column=0)), list(_entries(rows, column=1))
        if not (left or right):
            page = document.lines[header].page
            reading.problem(ProblemCode.PLAN_UNCLEAR, "A table of progress is empty.", page=page)
        if at + 1 == len(headers) and (after := next(filter(_may_follow, rows), None)):
            message = f"Whether “{after.text[:60]}” is in a table of progress is not certain."
            reading.problem(ProblemCode.PLAN_UNCLEAR, message, page=after.page)
        name = _plain(document.lines[header - 1].text)
        tables.append(Progress(name, tuple(left), tuple(right)))
    return tables


def _table_end(document: Document, header: int) -> int:
    for at in range(header + 1, len(document.lines)):
        if _END.fullmatch(document.lines[at].text):
            return at
    return len(document.lines)


def _may_follow(row: Line) -> bool:
    """Return whether a line may be below the last table: it has one cell and is set apart."""
    return row.gap and "\t" not in row.text and not row.x


def _entries(rows: tuple[Line, ...], *, column: int) -> Iterator[str]:
    """Yield the entries of a column, each of which starts with underlined words.

    Any other row continues the row before, over a page break of the source. Where nothing is
    underlined, each row is an entry unless it continues a sentence.
    """
    cells = [(row, cell) for row in rows if (cell := _cell(row, column))]
    underlined = any(_UNDERLINED.search(cell) for _, cell in cells)
    parts: list[str] = []
    for row, cell in cells:
        if underlined:
            opens = cell.lower().startswith("<u>")
        else:
            opens = not (cell[0].islower() or (row.gap and parts and parts[-1][-1] not in ".!?"))
        if parts and not opens:
            parts[-1] = join_lines([parts[-1], cell])
        else:
            parts.append(cell)
    for part in parts:
        for entry in _UNDERLINED.split(part):
            if entry.strip():
                yield _plain(entry)


def _cell(row: Line, column: int) -> str:
    left, tab, right = row.text.partition("\t")
    if not tab and row.x > 0:
        # The line starts with a tab: its left cell is empty.
        left, right = "", left
    return (right if column else left).strip()


def _plain(text: str) -> str:
    return _BEFORE_MARK.sub("", _TAG.sub("", text)).strip()
