"""The lists of a SIF report: priority actions, areas for improvement, recommendations.

Each part (on the council, on the board) has its own lists under the same headings; only their
place tells them apart. A list ends at the next heading; theme lines between its items may look
like one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.areas import PRIORITY_HEADING, printed_heading
from reports.layouts.base import Reading
from reports.layouts.headings import looks_like_heading
from reports.model import ImprovementArea, Target
from reports.problems import ProblemCode
from reports.text.clean import plain_key
from reports.text.document import Document, Line
from reports.text.lists import Block, read_blocks, split_bullet
from reports.text.numbered import NumberedItem, read_numbered, split_number

_CONTAINER = re.compile(
    r"what (?:does|do|must|should) .{2,60} need to improve\s*\??\s*\d?", re.IGNORECASE
)
_LIST = re.compile(
    r"(?:key |main )?recommendations?(?: for (?:the )?.{2,60})?\s*:?\s*\d?"
    r"|areas? for improvement\s*:?\s*\d?",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"(?:executive )?summary\b.*|information about .*|inspection (?:findings|judge?ments?)\b.*"
    r"|.*\bstrengths(?: and weaknesses\b.*)?|progress since .*|the experiences? and progress of.*"
    r"|section \d.*|what the inspection judge?ments mean.*|key judge?ments?\b.*|context\b.*"
    r"|(?:the )?inspection team|what .{2,60} does well.*|findings\b.*",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?:there (?:are|were) )?(?:no|none)\b[^.]{0,160}\.?"
    r"|(?:the |this )?inspect(?:ion|ors) (?:did not|have not|has not|do not) "
    r"(?:find|identify|identified|found|make)\b[^.]{0,160}\.?"
    r"|inspectors (?:found|identified|made) no\b[^.]{0,160}\.?",
    re.IGNORECASE,
)
_LARGER = 1.08
_LONG_LOOSE = 60
"""Characters. A longer sentence between the items may be an item that lost its number."""


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    page: int
    lines: tuple[Line, ...]
    target: Target
    container: bool


def read_all_areas(
    document: Document, positions: Sequence[int], *, board: int | None, reading: Reading
) -> tuple[ImprovementArea, ...]:
    """The items of all lists in order; the lists under `board` are the board's own."""
    sections = _sections(document, positions, board=board)
    found: list[ImprovementArea] = []
    for section in sections:
        found.extend(_areas(section, document, reading))
    return tuple(found)


def _sections(document: Document, positions: Sequence[int], *, board: int | None) -> list[_Section]:
    board_line = document.lines[board] if board is not None else None
    lines = _in_reading_order([document.lines[at] for at in positions], document)
    split = len(lines)
    if board_line is not None:
        split = next(i for i, line in enumerate(lines) if line is board_line)
    sections: list[_Section] = []
    at = 0
    while at < len(lines):
        if not _is_list_heading(lines[at], document):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and not _ends_list(lines, end, document):
            end += 1
        sections.append(
            _Section(
                heading=printed_heading(lines[at : at + 1]),
                page=lines[at].page,
                lines=tuple(lines[at + 1 : end]),
                target=Target.LSCB if at > split else Target.AUTHORITY,
                container=end < len(lines) and _is_list_heading(lines[end], document),
            )
        )
        at = end
    return sections


def _in_reading_order(lines: list[Line], document: Document) -> list[Line]:
    """From the top of each page down: a heading may stand at the end of its page's text."""
    if not document.positioned:
        return lines
    return sorted(lines, key=lambda line: (line.page, -round(line.y)))


def _is_list_heading(line: Line, document: Document) -> bool:
    if not looks_like_heading(line, document):
        return False
    patterns = (_CONTAINER, _LIST, PRIORITY_HEADING)
    return any(pattern.fullmatch(line.text) for pattern in patterns)


def _ends_list(lines: Sequence[Line], at: int, document: Document) -> bool:
    """Whether a line is a heading that ends a list, and no theme line inside it."""
    line = lines[at]
    if not looks_like_heading(line, document) or _starts_item(line):
        return False
    if _is_list_heading(line, document) or _STOP.fullmatch(plain_key(line.text)):
        return True
    if not document.positioned:
        return False
    return line.size >= document.body_size * _LARGER


def _starts_item(line: Line) -> bool:
    """Numbers and bullets may be set larger or bolder than the text that they stand before."""
    return split_number(line.text) is not None or split_bullet(line.text) is not None


def _areas(section: _Section, document: Document, reading: Reading) -> list[ImprovementArea]:
    numbered = read_numbered(section.lines, document=document)
    items: Sequence[NumberedItem | Block] = [item for item in numbered if item.number is not None]
    if items:
        _check_numbers(section, numbered, reading)
    else:
        blocks = read_blocks(section.lines, document=document)
        items = [block for block in blocks if block.bullet] or blocks
        if not items and not section.container:
            reading.problem(
                ProblemCode.AREAS_EMPTY,
                f"Nothing readable stands under “{section.heading}”.",
                page=section.page,
            )
        elif items and not _is_bullet(items[0]) and not _says_none(items):
            reading.problem(
                ProblemCode.AREAS_UNCLEAR,
                f"The text under “{section.heading}” has neither numbers nor bullets.",
                page=section.page,
            )
    if _says_none(items):
        return []
    priority = PRIORITY_HEADING.fullmatch(section.heading) is not None
    return [
        ImprovementArea(
            text=item.text,
            heading=section.heading,
            page=item.page,
            priority_action=priority,
            target=section.target,
        )
        for item in items
    ]


def _is_bullet(item: NumberedItem | Block) -> bool:
    return isinstance(item, Block) and item.bullet


def _says_none(items: Sequence[NumberedItem | Block]) -> bool:
    return len(items) == 1 and _NONE.fullmatch(items[0].text) is not None


def _check_numbers(section: _Section, numbered: Sequence[NumberedItem], reading: Reading) -> None:
    """A number that is left out, or a sentence without one, may be an item that was lost."""
    numbers = [item.number for item in numbered if item.number is not None]
    for before, after in zip(numbers, numbers[1:], strict=False):
        if after != before + 1:
            reading.problem(
                ProblemCode.AREAS_UNCLEAR,
                f"Under “{section.heading}” paragraph {after} follows paragraph {before}.",
                page=section.page,
            )
    for item in numbered[1:]:
        text = item.text
        if item.number is None and len(text) > _LONG_LOOSE and text.endswith("."):
            reading.problem(
                ProblemCode.AREAS_UNCLEAR,
                f"Under “{section.heading}” a paragraph without number stands between the others.",
                page=item.page,
            )
