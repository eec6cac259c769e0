"""Numbered paragraphs to items.

The numbers run through the whole document, so a list starts anywhere ("151."). A paragraph hangs:
its lines stand further right than its number, across pages too. Theme lines stand between the
paragraphs, without a number, and belong to none. Sub-bullets belong to their paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.text.clean import join_lines
from reports.text.document import Document, Line
from reports.text.lists import BULLETS, split_bullet

_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}) ?[.)] ?(?P<rest>.*)|(?P<bare>\d{1,3}) (?P<text>[A-Z‘“].*)"
)
_HANGING = 6.0
"""Points by which the lines of a paragraph stand further right than its number."""

_SAME_INDENT = 2.0
_MOST_LEFT_OUT = 5
_LINE_PITCH = 1.6
"""Lines of one paragraph stand at most this many type sizes apart."""

_ENDS_SENTENCE = re.compile(r"[.!?:;)][’”'\"]?$")
_ENDS_PARAGRAPH = re.compile(r"[.!?][)’”'\"]?$")


@dataclass(slots=True)
class NumberedItem:
    """One numbered paragraph, or a line that stands by itself (`number` is None)."""

    number: int | None
    page: int
    x: float
    lines: list[str]
    parts: list[list[str]] = field(default_factory=list)
    indent: float | None = None
    """Where its second line starts."""

    @property
    def text(self) -> str:
        """All its words; sub-bullets are joined by a space."""
        return " ".join([join_lines(self.lines), *(join_lines(part) for part in self.parts)])

    def add(self, line: Line, *, positioned: bool) -> None:
        """Go on with the last sub-bullet or with the paragraph itself, or start a sub-bullet."""
        marked = split_bullet(line.text) if self.number is not None else None
        if marked is not None and self._starts_part(marked[0], line, positioned=positioned):
            self.parts.append([marked[1]])
            return
        (self.parts[-1] if self.parts else self.lines).append(line.text)
        self.indent = line.x if self.indent is None else self.indent

    def _starts_part(self, mark: str, line: Line, *, positioned: bool) -> bool:
        """A dash at the start of a line may be only a dash."""
        if mark in BULLETS or self.parts or self.text.endswith(":") or not positioned:
            return True
        return self.indent is not None and line.x > self.indent + _SAME_INDENT


def split_number(text: str) -> tuple[int, str] | None:
    """Number and rest of a line that starts like a numbered paragraph, else None."""
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return None
    if match.group("number"):
        return int(match.group("number")), match.group("rest")
    return int(match.group("bare")), match.group("text")


def read_numbered(lines: Sequence[Line], *, document: Document) -> list[NumberedItem]:
    """Numbered paragraphs and loose lines in order."""
    small = document.small
    kept = [
        line
        for line in lines
        if not document.positioned or line.size >= small or split_bullet(line.text) is not None
    ]
    reader = _Reader(positioned=document.positioned)
    kept = _aligned(kept)
    for index, line in enumerate(kept):
        reader.take(line, kept[index + 1] if index + 1 < len(kept) else None)
    return reader.items


def _aligned(lines: Sequence[Line]) -> list[Line]:
    """The lines as if every page had its numbers in the same place: margins may change."""
    left: dict[int, float] = {}
    for line in lines:
        if split_number(line.text) is not None:
            left[line.page] = min(line.x, left.get(line.page, line.x))
    first = next(iter(left.values()), 0.0)
    return [line._replace(x=line.x - left.get(line.page, first) + first) for line in lines]


class _Reader:
    def __init__(self, *, positioned: bool) -> None:
        self.items: list[NumberedItem] = []
        self._positioned = positioned
        self._open: NumberedItem | None = None
        self._numbered: NumberedItem | None = None
        self._last: Line | None = None

    def take(self, line: Line, after: Line | None) -> None:
        """One line, with the one after it."""
        numbered = split_number(line.text)
        if numbered is not None and self._starts(numbered[0], line):
            self._open = NumberedItem(numbered[0], line.page, line.x, [numbered[1]])
            self._numbered = self._open
            self.items.append(self._open)
        elif self._open is not None and self._goes_on(line, after):
            self._open.add(line, positioned=self._positioned)
        else:
            self._loose(line)
        self._last = line

    def _starts(self, number: int, line: Line) -> bool:
        """Whether a line starts the next paragraph and not just with some number."""
        item = self._numbered
        if item is None or item.number is None:
            return True
        if not self._positioned:
            return number == item.number + 1
        at_margin = line.x <= item.x + _HANGING
        if number == item.number + 1:
            return at_margin or line.page != item.page
        return at_margin and (number == 1 or 0 < number - item.number <= _MOST_LEFT_OUT)

    def _goes_on(self, line: Line, after: Line | None) -> bool:
        item, last = self._open, self._last
        if item is None or last is None:
            return False
        ended = _ENDS_SENTENCE.search(last.text) is not None
        if not self._positioned:
            return not line.gap or not ended or split_bullet(line.text) is not None
        apart = line.page == last.page and last.y - line.y > _LINE_PITCH * line.size
        if item.number is None:
            return not apart and line.page == last.page
        hanging = line.x > item.x + _HANGING or split_bullet(line.text) is not None
        if not hanging:
            return not apart and (not ended or not self._hangs())
        return not (apart and ended and _is_theme(line, after))

    def _hangs(self) -> bool:
        """Whether the paragraphs so far have lines further right than their numbers."""
        return any(i.indent is not None and i.indent > i.x + _HANGING for i in self.items)

    def _loose(self, line: Line) -> None:
        self._open = NumberedItem(None, line.page, line.x, [line.text])
        self.items.append(self._open)


def _is_theme(line: Line, after: Line | None) -> bool:
    """Whether an indented line by itself is the theme of the numbered paragraphs below it."""
    return (
        after is not None
        and split_number(after.text) is not None
        and split_bullet(line.text) is None
        and line.text[:1].isupper()
        and _ENDS_PARAGRAPH.search(line.text) is None
    )
