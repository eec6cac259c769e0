"""Ofsted's yearly table "Local authority inspection outcomes", as records.

The file is a spreadsheet (ODS) with three tables: the last inspection of each authority, the year's
inspections and visits, and the history since 2018. The names and order of their columns differ from
year to year, so columns are found by their headings. The dates up to which the tables go are found
by the words on the cover.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reports.errors import ConfigurationError, ReaderStopped
from reports.frameworks import load_frameworks
from reports.model import Grade, Judgement, Kind
from reports.register import Register
from reports.safe_text import quoted
from reports.sandbox.spreadsheet import Sheets

_NAME = "local authority name"

_GROUP = re.compile(r"^(?:(first|second|third|fourth|fifth) ilacs|ilacs framework) (?=\S)")
"""A row can have several inspections: "First ILACS overall effectiveness", …"""

_FIELDS = (
    (re.compile(r"^publication date$"), "published"),
    (re.compile(r"^inspection(/visit)? date$"), "start"),
    (re.compile(r"^inspection(/visit)? type$"), "type"),
    (re.compile(r"^overall effectiveness$"), Judgement.OVERALL_EFFECTIVENESS),
    (re.compile(r"impact of leaders"), Judgement.IMPACT_OF_LEADERS),
    (re.compile(r"need help and protection$"), Judgement.HELP_AND_PROTECTION),
    (re.compile(r"children in care( and care leavers)?$"), Judgement.IN_CARE),
    (re.compile(r"of care leavers$"), Judgement.CARE_LEAVERS),
)
_KINDS = (
    (re.compile(r"focused visit"), Kind.FOCUSED_VISIT),
    (re.compile(r"monitoring visit"), Kind.MONITORING_VISIT),
    (re.compile(r"(standard|short) inspection|^$"), Kind.INSPECTION),
)
_PERIOD = re.compile(r"as at (\d+ [a-z]+ \d{4}), with a report published by (\d+ [a-z]+ \d{4})")

Cells = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class OfficialRow:
    """One inspection or visit in one table. `row` is the number that a spreadsheet shows.

    `key` is the authority's key; None for an unknown name. `grades` has only the judgements that
    the table gives; the grade for children in care covers care leavers where an inspection gave one
    grade for both.
    """

    sheet: str
    row: int
    name: str
    key: str | None
    kind: Kind
    start: date | None
    published: date | None
    grades: Mapping[Judgement, Grade] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OfficialTable:
    """All rows of a file. Inspections begun by `as_at` and published by `published_by` are in it.

    Its visits are those of one year.
    """

    rows: tuple[OfficialRow, ...]
    as_at: date
    published_by: date


def read_official_table(
    path: Path, *, register: Register, cells: Callable[[bytes], Sheets]
) -> OfficialTable:
    """Return the table in a file. Raises ConfigurationError for any other file.

    `cells` reads a spreadsheet in the reading process: a hostile one could fill the memory.
    """
    try:
        sheets = cells(path.read_bytes())
    except (ReaderStopped, OSError) as error:
        raise ConfigurationError(f"{path} cannot be read as a spreadsheet: {error}") from error
    rows = tuple(
        row for name, cells in sheets.items() for row in _rows(name, cells, register=register)
    )
    period = next(
        (
            found
            for cells in sheets.values()
            for line in cells
            for cell in line
            if isinstance(cell, str) and (found := _PERIOD.search(cell.casefold()))
        ),
        None,
    )
    if not rows or period is None:
        raise ConfigurationError(
            f"{path} does not hold Ofsted's table of local authority inspection outcomes"
        )
    try:
        as_at, published_by = (
            datetime.strptime(text, "%d %B %Y").date() for text in period.groups()
        )
    except ValueError as error:
        raise ConfigurationError(f"{path}: {quoted(period[0])} has no valid dates") from error
    return OfficialTable(rows=rows, as_at=as_at, published_by=published_by)


def _rows(sheet: str, cells: Sequence[Cells], *, register: Register) -> Iterator[OfficialRow]:
    """Yield the rows of one sheet; a new line of headings begins a new table."""
    groups: dict[str, dict[Any, int]] = {}
    name_at = 0
    for number, line in enumerate(cells, start=1):
        headings = [_plain(cell) for cell in line]
        if _NAME in headings:
            name_at, groups = headings.index(_NAME), _columns(headings)
            continue
        name = str(line[name_at]).strip() if groups else ""
        for columns in groups.values() if name else ():
            start, published = (
                _day(line, columns.get(what), sheet=sheet, row=number)
                for what in ("start", "published")
            )
            if start is None and published is None:
                continue
            found = register.find(name, on=start or published)
            yield OfficialRow(
                sheet=sheet,
                row=number,
                name=name,
                key=found.key if found else None,
                kind=_kind(line, columns, sheet=sheet, row=number),
                start=start,
                published=published,
                grades=_grades(line, columns, sheet=sheet, row=number),
            )


def _columns(headings: Sequence[str]) -> dict[str, dict[Any, int]]:
    """Return the column of each value, for each group of columns about one inspection."""
    groups: dict[str, dict[Any, int]] = defaultdict(dict)
    for index, heading in enumerate(headings):
        group = _GROUP.match(heading)
        rest = heading[group.end() :] if group else heading
        for pattern, what in _FIELDS:
            if pattern.search(rest):
                groups[group.group() if group else ""].setdefault(what, index)
                break
    return groups


def _kind(line: Cells, columns: Mapping[Any, int], *, sheet: str, row: int) -> Kind:
    text = _plain(line[columns["type"]]) if "type" in columns else ""
    for pattern, kind in _KINDS:
        if pattern.search(text):
            return kind
    raise ConfigurationError(f"{sheet}, row {row}: unknown kind of inspection: {quoted(text)}")


def _grades(
    line: Cells, columns: Mapping[Any, int], *, sheet: str, row: int
) -> dict[Judgement, Grade]:
    grades: dict[Judgement, Grade] = {}
    for judgement in Judgement:
        text = _plain(line[columns[judgement]]) if judgement in columns else ""
        if not text:
            continue
        grade = load_frameworks().grade(text)
        if grade is None:
            raise ConfigurationError(f"{sheet}, row {row}: unknown grade: {quoted(text)}")
        grades[judgement] = grade
    return grades


def _day(line: Cells, index: int | None, *, sheet: str, row: int) -> date | None:
    """Return the date in a cell; None where it is empty or has words: "Not yet inspected"."""
    value = line[index] if index is not None else None
    if isinstance(value, date):
        return value
    if any(character.isdigit() for character in str(value)):
        raise ConfigurationError(f"{sheet}, row {row}: unknown date: {quoted(str(value))}")
    return None


def _plain(cell: Any) -> str:
    return " ".join(str(cell).casefold().split())
