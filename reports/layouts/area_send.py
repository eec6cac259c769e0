"""Area SEND inspections from 2023: Ofsted and CQC about a local area partnership.

They give one of three outcomes instead of a grade. Areas are in the cells of tables, where the
responsible bodies are next to each area for priority action.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from reports.layouts.shared.areas import (
    HEADING_END,
    HEADING_START,
    PRIORITY_HEADING,
    check_marks,
    report_doubts,
)
from reports.layouts.shared.base import ReadingBuilder
from reports.layouts.shared.cells import CellRow, read_rows
from reports.layouts.shared.letterhead import LINE_PITCH, without_small_print
from reports.layouts.shared.scanner import is_much_larger, scan
from reports.layouts.shared.send_outcome import read_outcome
from reports.layouts.shared.stray_lines import stray_line
from reports.layouts.shared.typed_lines import Role
from reports.layouts.shared.unmarked_list import LEADS_OVER
from reports.model import Framework, Grade, ImprovementArea, Kind, Target
from reports.problems import ProblemCode
from reports.text.clean import join_lines
from reports.text.dates import DATE_LINE, read_whole, with_dates_below
from reports.text.document import Document, Line
from reports.text.headers_and_page_numbers import FOOT
from reports.text.lists import BULLETS, split_bullet
from reports.text.people import read_names
from reports.wording import grade_words

_TITLE = re.compile(r"Area SEND inspection of\b", re.IGNORECASE)
_NAME = re.compile(
    r"area SEND inspection of (?:the )?(?P<name>.+?)(?: local area)?(?: partnership)?\.?",
    re.IGNORECASE,
)
_OUTCOME = re.compile(r"inspection outcome\s*:?", re.IGNORECASE)
_AREAS = re.compile(rf"{HEADING_START}areas? for improvement{HEADING_END}", re.IGNORECASE)
_HEADER = re.compile(
    r"responsible bod(?:y|ies)(?:\s+areas? for (?:priority action|improvement))?", re.IGNORECASE
)
_COLUMN = re.compile(
    r"responsible bod(?:y|ies)|areas? for (?:priority action|improvement)", re.IGNORECASE
)
_END = re.compile(
    r"local area partnership details|information about this inspection|inspection team",
    re.IGNORECASE,
)
_TEAM = re.compile(r"inspection team\s*:?", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:lead inspector:? )?(?P<name>.{3,80}?)[,:]? lead (?:inspector|HMI)\b(?!,? (?:CQC|Care Q))",
    re.IGNORECASE,
)
_OTHER_BODY = re.compile(r"\bCQC\b|\bCare Quality Commission\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,2}[.)]\s+")
_MAY_PRECEDE_MARK = re.compile(r"[.:;,!?][’”'\")]*$|\b(?:and|or)$")
"""The end of a line above the mark of an item."""

_SAME_INDENT = 2.0
_HEAD_LINES = 40
_LONGEST_TITLE = 3
_ROOM = 90.0
"""Points above the foot of a page within which a list that goes on may end there."""


class AreaSendLayout:
    """Full area SEND inspections."""

    name = "area_send"

    def matches(self, document: Document) -> bool:
        """Return whether the first lines have the title, the dates and the outcome heading."""
        head = document.lines[:_HEAD_LINES]
        return (
            any(_TITLE.match(line.text) for line in head)
            and any(DATE_LINE.match(line.text) for line in head)
            and any(_OUTCOME.fullmatch(line.text) for line in head)
        )

    def read(self, document: Document) -> ReadingBuilder:
        """Return what the document says, with a problem for each uncertain value."""
        document = without_small_print(document)
        reading = ReadingBuilder(kind=Kind.AREA_SEND, framework=Framework.AREA_SEND)
        _read_head(document.lines[:_HEAD_LINES], reading)
        outcome = next(
            (at for at, line in enumerate(document.lines) if _OUTCOME.fullmatch(line.text)), 0
        )
        reading.judgements = (read_outcome(document, outcome, reading),)
        _read_lead(document, reading)
        reading.improvement_areas = areas_in_tables(document, outcome, reading)
        _check_priority(reading)
        return reading


def _read_head(head: Sequence[Line], reading: ReadingBuilder) -> None:
    title = next(at for at, line in enumerate(head) if _TITLE.match(line.text))
    dates = next(at for at, line in enumerate(head) if DATE_LINE.match(line.text))
    words = join_lines([ln.text for ln in head[title : max(dates, title + 1)]][:_LONGEST_TITLE])
    if named := _NAME.fullmatch(words):
        reading.authority_names = (named.group("name"),)
    match = DATE_LINE.match(head[dates].text)
    printed = match.group("dates") if match else ""
    after = head[dates + 1].text if dates + 1 < len(head) else ""
    printed = with_dates_below(printed, after)
    reading.periods = read_whole(printed)
    if not reading.periods:
        reading.problem(
            ProblemCode.DATES_UNCLEAR,
            f"The inspection dates “{printed}” cannot be read with certainty.",
            page=head[dates].page,
        )


def _read_lead(document: Document, reading: ReadingBuilder) -> None:
    """Read Ofsted's lead inspector, the first in the team with that title who is not CQC's."""
    team = next((i for i, line in enumerate(document.lines) if _TEAM.fullmatch(line.text)), None)
    for line, below in pairwise(document.lines[team:] if team is not None else ()):
        match = _LEAD.match(f"{line.text} {below.text}")
        if match is None or _OTHER_BODY.search(match.group("name")):
            continue
        if names := read_names(match.group("name")):
            reading.lead_inspector = names[0]
            return
    # Text without a team may be an excerpt; a whole report always names a lead inspector.
    if team is not None or document.positioned:
        message = "Ofsted's lead inspector was not found in the team."
        reading.problem(ProblemCode.LEAD_UNCLEAR, message)


def areas_in_tables(
    document: Document, after: int, reading: ReadingBuilder
) -> tuple[ImprovementArea, ...]:
    """Return the areas of both sections, for priority action and for improvement.

    The search begins at line `after`. It skips the column headings, which are in the first row of
    each table and are repeated on each page.
    """
    heading = ""
    sections: dict[str, list[Line]] = {}
    ended = False
    for line in document.lines[after:]:
        if heading and _END.fullmatch(line.text):
            ended = True
            break
        if PRIORITY_HEADING.fullmatch(line.text) or _AREAS.fullmatch(line.text):
            # The heading of a column may be that of the section in the singular.
            if not heading or _is_priority(heading) is not _is_priority(line.text):
                heading = line.text.strip(" :")
            sections.setdefault(heading, [])
        elif heading and is_much_larger(line, document):
            message = f"“{line.text[:60]}” under “{heading}” is set in much larger type."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)
        elif heading and not _HEADER.fullmatch(line.text.replace("\t", " ")):
            sections[heading].append(line)
    if not sections:
        reading.problem(ProblemCode.AREAS_MISSING, "No areas for improvement were found.")
    elif not ended:
        reading.problem(ProblemCode.AREAS_UNCLEAR, f"Where “{heading}” ends is not certain.")
    return tuple(
        area
        for name, lines in sections.items()
        for area in _section(document, name, lines, reading)
    )


def _is_priority(heading: str) -> bool:
    return PRIORITY_HEADING.fullmatch(heading) is not None


def _section(
    document: Document, heading: str, lines: Sequence[Line], reading: ReadingBuilder
) -> Iterator[ImprovementArea]:
    priority = _is_priority(heading)
    found = list(
        _from_rows(document, heading, lines, reading)
        if document.positioned
        else _from_text(document, heading, lines, reading)
    )
    if not found:
        reading.problem(ProblemCode.AREAS_EMPTY, f"No readable text under “{heading}”.")
    else:
        check_marks([(text, page) for page, text, _ in found], heading, reading)
        _check_broken_off(document, heading, lines, found, reading)
        _check_columns(heading, found, reading)
    for page, text, body in found:
        yield ImprovementArea(
            text=text,
            heading=heading,
            page=page,
            priority_action=priority,
            target=Target.PARTNERSHIP,
            responsible_body=body,
        )


def _check_columns(
    heading: str, found: Sequence[tuple[int, str, str | None]], reading: ReadingBuilder
) -> None:
    """Report a column heading that was read as an area: the columns are not the usual ones."""
    for page, text, _ in found:
        if _COLUMN.fullmatch(text):
            message = f"The table under “{heading}” has unusual columns: “{text}”."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)
            return


def _check_broken_off(
    document: Document,
    heading: str,
    lines: Sequence[Line],
    found: Sequence[tuple[int, str, str | None]],
    reading: ReadingBuilder,
) -> None:
    """Report an area that breaks off at the foot of a page: the page with the rest may be missing.

    Not all of these reports print page numbers, which would show it. An area that does not end at
    the foot of a page lacks only its full stop.
    """
    if not document.positioned:
        return
    following = [page for page, _, _ in found[1:]]
    if lines[-1].y < FOOT + _ROOM:
        following.append(lines[-1].page + 1)
    for (page, text, _), after in zip(found, following, strict=False):
        if after > page and (text[-1:].isalpha() or text.endswith((",", "-", "–"))):
            message = f"An area under “{heading}” breaks off at “{text[-40:]}”."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)


def _from_rows(
    document: Document, heading: str, lines: Sequence[Line], reading: ReadingBuilder
) -> Iterator[tuple[int, str, str | None]]:
    rows, outside = read_rows(document, lines)
    if not rows and (listed := _from_list(document, lines)):
        yield from listed
        return
    loose = [line for line in outside if any(char.isalpha() for char in line.text)]
    if loose:
        message = f"Words under “{heading}” are outside its table: “{loose[0].text[:60]}”."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=loose[0].page)
    _check_single_row(heading, rows, reading)
    _check_stray_lines(heading, rows, document, reading)
    body: str | None = None
    for row in rows:
        last = max(row.columns)
        if row.unsure:
            message = f"Whether a row under “{heading}” goes on after a page break is not certain."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=row.page)
        if last:
            # One body may be next to several rows.
            body = _cell_text(row.columns[0]) if 0 in row.columns else body
        elif _has_bodies(rows):
            message = f"A row under “{heading}” has words in one column only."
            reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=row.page)
        for item in _items(row.columns[last]):
            yield item[0].page, _cell_text(item), body if last else None


def _from_list(document: Document, lines: Sequence[Line]) -> list[tuple[int, str, None]]:
    """Return the areas of a list in place of a table; none where any line is not certain."""
    found = scan(lines, document=document, numbered=True)
    numbers = [item.number for item in found.items if item.number is not None]
    counted = numbers in ([], list(range(1, len(found.items) + 1)))
    others = [entry for entry in found.entries if entry.role is not Role.ITEM]
    known = others == found.entries[: len(others)] and all(
        LEADS_OVER.search(entry.text) for entry in others
    )
    sure = counted and known and not found.doubts and stray_line(lines, document) is None
    return [(item.page, item.text, None) for item in found.items] if sure else []


def _has_bodies(rows: Sequence[CellRow]) -> bool:
    return any(max(row.columns) for row in rows)


def _items(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the items of a cell.

    A cell that opens with a number or bullet is a list with an item at each such mark. Any other
    cell is one item, and marks in it are parts of that item.
    """
    first = _mark(lines[0])
    starts = [0]
    for at, line in enumerate(lines[1:], 1):
        mark = _mark(line)
        if first and mark and abs(line.x - lines[0].x) < _SAME_INDENT and _follows(first, mark):
            starts.append(at)
            first = mark
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def _mark(line: Line) -> str:
    """Return the number or bullet at the start of a line."""
    if match := _NUMBER.match(line.text):
        return match.group().rstrip(" .)")
    marked = split_bullet(line.text)
    return marked[0] if marked else ""


def _follows(mark: str, after: str) -> bool:
    return after == (str(int(mark) + 1) if mark.isdecimal() else mark)


def _check_single_row(heading: str, rows: Sequence[CellRow], reading: ReadingBuilder) -> None:
    """Report several paragraphs in the only cell of a table: they may be one area or several."""
    if len(rows) != 1:
        return
    lines = rows[0].columns[max(rows[0].columns)]
    paragraphs = [
        lower
        for upper, lower in pairwise(lines)
        if upper.page == lower.page and upper.y - lower.y > LINE_PITCH * upper.size
    ]
    if paragraphs and not _mark(lines[0]) and not any(map(_mark, paragraphs)):
        message = f"The only cell under “{heading}” has several paragraphs."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=lines[0].page)


def _check_stray_lines(
    heading: str, rows: Sequence[CellRow], document: Document, reading: ReadingBuilder
) -> None:
    """Report a stamp or watermark in a table: its words would become an area or part of one."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        for column, lines in row.columns.items():
            columns[column] += lines
    if stray := next(filter(None, (stray_line(ls, document) for ls in columns.values())), None):
        message = f"“{stray.text[:60]}” under “{heading}” is not set like the rest of its table."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=stray.page)


def _cell_text(lines: Sequence[Line]) -> str:
    """Return the words of a cell; its own bullets and numbers are left out, as in lists."""
    parts: list[list[str]] = [[]]
    for at, line in enumerate(lines):
        if at and _is_within_sentence(lines[at - 1], line):
            parts[-1].append(line.text)
            continue
        marked = split_bullet(line.text)
        text = marked[1] if marked else line.text
        numbered = _NUMBER.match(text)
        if marked or numbered:
            parts.append([])
        parts[-1].append(text[numbered.end() :] if numbered else text)
    return " ".join(filter(None, map(join_lines, parts)))


def _is_within_sentence(above: Line, line: Line) -> bool:
    """Return whether a line continues the sentence of the line above it.

    A dash or number at its start is then part of the sentence: "up to the age of" / "25. They ...".
    """
    flush = abs(line.x - above.x) < _SAME_INDENT and not _mark(above)
    return flush and line.text[0] not in BULLETS and not _MAY_PRECEDE_MARK.search(above.text)


def _from_text(
    document: Document, heading: str, lines: Sequence[Line], reading: ReadingBuilder
) -> Iterator[tuple[int, str, str | None]]:
    """Yield the areas of plain text, where a row is a line with tabs or an item of a list.

    Words without such marks may be any number of cells.
    """
    if any("\t" in line.text for line in lines):
        yield from _from_tabs(heading, lines, reading)
        return
    listed = scan(lines, document=document)
    report_doubts(listed, heading, reading)
    if len(listed.items) < len(listed.entries):
        message = f"Plain text does not show the cells of the table under “{heading}”."
        reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=lines[0].page)
    for entry in listed.entries:
        yield entry.page, entry.text, None


def _from_tabs(
    heading: str, lines: Sequence[Line], reading: ReadingBuilder
) -> Iterator[tuple[int, str, str | None]]:
    """Yield the areas of a table with tabs between cells. A line without a tab continues a row."""
    rows: list[list[Line]] = []
    for line in lines:
        if "\t" in line.text or not rows:
            rows.append([])
        rows[-1].append(line)
    for row in rows:
        body, _, text = row[0].text.rpartition("\t")
        yield row[0].page, join_lines([text, *(line.text for line in row[1:])]), body or None
        for line in row if not body else row[1:]:
            if not line.text[0].islower():
                message = f"“{line.text[:60]}” under “{heading}” is not a row of its table."
                reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=line.page)


def _check_priority(reading: ReadingBuilder) -> None:
    """Check that there are areas for priority action if, and only if, the outcome is the worst."""
    urgent = any(area.priority_action for area in reading.improvement_areas)
    grade = reading.judgements[0].grade
    if grade and urgent is not (grade is Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS):
        reading.problem(
            ProblemCode.AREAS_UNCLEAR,
            f"The outcome is “{grade_words(grade)}”, but areas for priority action "
            + ("were found." if urgent else "were not found."),
        )
