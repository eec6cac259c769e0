"""The lines of a section with their roles, and the entries that they form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from reports.text.clean import join_lines
from reports.text.document import Line


class Role(Enum):
    """What a line of a section is."""

    ITEM = auto()
    SUB_ITEM = auto()
    CONTINUATION = auto()
    """It continues the line before it: an item, a paragraph, a title."""
    TITLE = auto()
    """A title inside the list, which divides it and belongs to no item."""
    LEAD_IN = auto()
    """Words that introduce the items."""
    PROSE = auto()
    FOOTNOTE = auto()
    UNCLEAR = auto()


@dataclass(slots=True)
class Entry:
    """An item (role ITEM), a title or a paragraph, with all its lines."""

    role: Role
    page: int
    x: float
    lines: list[str]
    mark: str = ""
    """The bullet or dash in front of it."""
    number: int | None = None
    parts: list[list[str]] = field(default_factory=list)
    """The sub-items, each as lines."""
    indent: float | None = None
    """The `x` at which its second line starts."""
    listing: bool = False
    """Whether it ended in a colon, so that other marks start its parts."""

    @property
    def text(self) -> str:
        """All its words in one line; sub-items are joined by a space."""
        return " ".join(filter(None, map(join_lines, (self.lines, *self.parts))))

    @property
    def empty(self) -> bool:
        """Whether it has no words yet, only its mark."""
        return not any(self.lines) and not self.parts

    def add(self, line: Line) -> None:
        """Add a line to the last sub-item, or to the entry itself."""
        (self.parts[-1] if self.parts else self.lines).append(line.text)
        self.indent = line.x if self.indent is None else self.indent


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line whose role is not certain; `why` completes the sentence that starts with its text."""

    text: str
    page: int
    why: str


@dataclass(slots=True)
class Scan:
    """The lines of a section with their roles, the entries they form, and what is not certain."""

    lines: list[tuple[Line, Role]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def items(self) -> list[Entry]:
        """The items in order."""
        return [entry for entry in self.entries if entry.role is Role.ITEM]

    @property
    def paragraphs(self) -> list[Entry]:
        """The entries that are neither an item nor a title, in order."""
        return [e for e in self.entries if e.role not in (Role.ITEM, Role.TITLE)]

    def doubt(self, line: Line, why: str) -> None:
        """Note that the role of a line is not certain."""
        self.doubts.append(Doubt(line.text, line.page, why))


def without_empty(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that have words; a mark by itself has none."""
    return [entry for entry in entries if entry.text.strip()]
