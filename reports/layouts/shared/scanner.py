"""The role of each line of a section: an item, a title, a footnote or the rest of an item.

Every line between a heading and the next one gets a role. A line that fits nothing is UNCLEAR, and
the reader reports it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.layouts.shared.enumerators import with_certain_marks
from reports.layouts.shared.list_introductions import report_introductions
from reports.layouts.shared.marked_list import MarkedList
from reports.layouts.shared.spacing import SmallPrint, Spacing
from reports.layouts.shared.typed_lines import Role, Scan
from reports.layouts.shared.unmarked_list import is_drawn_list, read_unmarked
from reports.text.document import Document, Line
from reports.text.lists import BULLETS, inner_items, split_bullet, split_number

_MUCH_LARGER = 1.4
"""Type at least this many times the size of the body is not that of a list: "DRAFT" across a page.
"""


def scan(lines: Sequence[Line], *, document: Document, numbered: bool = False) -> Scan:
    """Return the roles of the lines of a section.

    `numbered`: paragraphs with numbers are items, unless the list starts with a bullet.
    """
    found = Scan()
    printed = _without_footnotes(_without_large(lines, document, found), document, found)
    printed = with_certain_marks(printed)
    spacing = Spacing(document)
    by_number = numbered and _starts_with_number(printed)
    own_mark = _own_bullet(printed)
    divided = [
        line._replace(text=part)
        for line in printed
        for part in inner_items(line.text, own_mark=own_mark)
    ]
    if columns := next((line for line in printed if line.parted), None):
        found.doubt(columns, "seems to be set in columns")
    if by_number or any(split_bullet(line.text) is not None for line in divided):
        if not by_number:
            divided = _with_drawn_marks(divided, spacing, own_mark or "•")
        several = len(divided) > len(printed)
        MarkedList(divided, spacing, found, numbered=by_number, divided=several).read()
    else:
        read_unmarked(divided, spacing, found)
    report_introductions(found)
    return found


def is_list_without_marks(lines: Sequence[Line], *, document: Document) -> bool:
    """Return whether lines are set like a list whose bullets were drawn as shapes."""
    return bool(lines) and is_drawn_list(lines, Spacing(document))


def _starts_with_number(lines: Sequence[Line]) -> bool:
    """Return whether the first mark of a list is a number."""
    for line in lines:
        if split_bullet(line.text) is not None:
            return False
        if split_number(line.text) is not None:
            return True
    return False


def _own_bullet(lines: Sequence[Line]) -> str:
    """Return the bullet of a list's first line with a mark; "" where that is a dash or "o".

    Arrows and ticks may be text within a line, but not in a list that has them as its marks.
    """
    marked = next((found for line in lines if (found := split_bullet(line.text))), None)
    return marked[0] if marked and marked[0] in BULLETS else ""


def _with_drawn_marks(lines: Sequence[Line], spacing: Spacing, mark: str) -> list[Line]:
    """Return the lines of a list with its mark written where a shape is drawn in its place."""
    written: list[Line] = []
    for line in lines:
        shape = spacing.drawn_mark(line) if split_bullet(line.text) is None else None
        if shape is not None:
            line = line._replace(text=f"{mark} {line.text}", x=shape.left)
        written.append(line)
    return written


def is_much_larger(line: Line, document: Document) -> bool:
    """Return whether a line is set in type too large to be part of a list."""
    return document.positioned and line.size >= document.body_size * _MUCH_LARGER


def _without_large(lines: Sequence[Line], document: Document, found: Scan) -> Sequence[Line]:
    """Return the lines whose type is not too large for a list. Record the others as unclear."""
    if not any(is_much_larger(line, document) for line in lines):
        return lines
    kept: list[Line] = []
    for line in lines:
        if is_much_larger(line, document):
            found.lines.append((line, Role.UNCLEAR))
            found.doubt(line, "is set in much larger type than the list")
        else:
            kept.append(line)
    return kept


def _without_footnotes(lines: Sequence[Line], document: Document, found: Scan) -> list[Line]:
    """Return the lines in body type. Record those in small type as footnotes or as unclear."""
    if all(line.size >= document.small for line in lines):
        return list(lines)
    small_print = SmallPrint(document)
    kept: list[Line] = []
    for line in lines:
        if not small_print.is_small(line):
            kept.append(line)
        elif small_print.is_footnote(line):
            found.lines.append((line, Role.FOOTNOTE))
        else:
            found.lines.append((line, Role.UNCLEAR))
            found.doubt(line, "is set in small type but is not at the foot of the page")
    return kept
