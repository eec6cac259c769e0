"""Lines under a heading to items and paragraphs.

An item is an outermost bullet. Its sub-bullets are joined into its text by a space. A paragraph
under the list is not part of its last item. Small type (footnotes and their marks) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.text.clean import join_lines
from reports.text.document import Document, Line

DASHES = "\u2013\u2014\u2212\uf02d\uf0be\u0336\u23af"
"""What stands at the start of a sub-item, or of an item in plain text."""

_SHAPES = (
    (0x2190, 0x21FF),  # arrows
    (0x25A0, 0x25FF),  # squares, circles, triangles
    (0x2600, 0x27BF),  # signs and ticks
    (0x2B00, 0x2BFF),  # more arrows and squares
    (0xF021, 0xF0FF),  # Wingdings and Symbol
)
_MARKS = "\u2022\u2023\u2043\u204c\u00b7\u00a7\u0083\ufffd"
BULLETS = _MARKS + "".join(
    char
    for first, last in _SHAPES
    for char in map(chr, range(first, last + 1))
    if char not in DASHES
)
"""What stands at the start of an item: the marks of the real reports and all others that office
programs offer. None of them starts a word."""

_BULLET = re.compile(rf"([{BULLETS}])\s*(.*)", re.DOTALL)
_DASH = re.compile(rf"([{DASHES}])\s*(.*)|([-*+]|o)\s+(.*)", re.DOTALL)
_INDENT = 6.0
"""Points by which a line must stand further right to be inside an item."""

_SAME_INDENT = 2.0
_LINE_PITCH = 1.5
"""Lines of one paragraph stand at most this many type sizes apart."""

_ENDS_SENTENCE = re.compile(r"[.!?:;)][’”'\"]?$")


@dataclass(slots=True)
class Block:
    """An item (`bullet` is True) or a paragraph, with the page it starts on."""

    page: int
    bullet: bool
    x: float
    mark: str = ""
    lines: list[str] = field(default_factory=list)
    parts: list[list[str]] = field(default_factory=list)
    """The sub-items, each as lines."""
    indent: float | None = None
    """Where its second line starts."""

    @property
    def text(self) -> str:
        """All its words in one line."""
        return " ".join([join_lines(self.lines), *(join_lines(part) for part in self.parts)])

    def add(self, line: Line) -> None:
        """Go on with the sub-item that is open, or with the block itself."""
        (self.parts[-1] if self.parts else self.lines).append(line.text)
        self.indent = line.x if self.indent is None else self.indent


def split_bullet(text: str) -> tuple[str, str] | None:
    """The mark and the rest of a line that starts with a bullet or dash, else None."""
    if match := _BULLET.match(text):
        return match.group(1), match.group(2)
    if match := _DASH.match(text):
        return match.group(1) or match.group(3), match.group(2) or match.group(4) or ""
    return None


def read_blocks(lines: Sequence[Line], *, document: Document) -> list[Block]:
    """Items and paragraphs of a section in order."""
    small = document.small
    blocks: list[Block] = []
    last: Line | None = None
    for line in lines:
        # Bullets come from a smaller font in some lists.
        if document.positioned and line.size < small and line.text[0] not in BULLETS:
            continue
        _add(blocks, line, last, positioned=document.positioned)
        last = line
    return [block for block in blocks if block.text.strip()]


def _add(blocks: list[Block], line: Line, last: Line | None, *, positioned: bool) -> None:
    block = blocks[-1] if blocks else None
    marked = split_bullet(line.text)
    if block is not None and block.bullet and marked is not None:
        mark, rest = marked
        if _is_sub_item(mark, line, block, positioned=positioned):
            block.parts.append([rest])
        elif mark in BULLETS or mark == block.mark or not positioned:
            blocks.append(Block(line.page, True, line.x, mark, [rest]))
        else:
            # A dash at the start of a line inside an item is only a dash.
            block.add(line)
    elif marked is not None:
        blocks.append(Block(line.page, True, line.x, marked[0], [marked[1]]))
    elif block is not None and _goes_on(block, line, last, positioned=positioned):
        block.add(line)
    else:
        blocks.append(Block(line.page, False, line.x, lines=[line.text]))


def _is_sub_item(mark: str, line: Line, block: Block, *, positioned: bool) -> bool:
    if not positioned:
        deeper = line.x > block.x + 1
        return deeper or (mark in DASHES and block.mark not in DASHES)
    if line.x <= block.x + _INDENT:
        return False
    if mark in BULLETS or block.parts or block.text.endswith(":"):
        return True
    return block.indent is not None and line.x > block.indent + _SAME_INDENT


def _goes_on(block: Block, line: Line, last: Line | None, *, positioned: bool) -> bool:
    if positioned:
        return _goes_on_by_position(block, line, last)
    if not line.gap:
        return True
    # An empty line inside a sentence is a page break of the source.
    return not _ENDS_SENTENCE.search(block.text) and line.text[:1].islower()


def _goes_on_by_position(block: Block, line: Line, last: Line | None) -> bool:
    if block.bullet:
        return line.x > block.x + _INDENT
    if last is None or last.page != line.page:
        return not _ENDS_SENTENCE.search(block.text)
    return last.y - line.y < _LINE_PITCH * line.size
