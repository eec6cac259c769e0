"""Sections without marks: paragraphs, and lists whose bullets were drawn as shapes.

A web page printed to PDF has no bullet in its text. What is left is the indent of the list, the
space between items and where their lines end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.layouts.shared.spacing import Spacing, Step
from reports.layouts.shared.typed_lines import Entry, Role, Scan
from reports.text.document import Line

STOPPED = re.compile(r"[.!?:;)][’”'\"]?$")
"""The end of a sentence, or of an item that goes on in the next one."""

LEADS_OVER = re.compile(r":$|\b(?:following|below)\b(?:(?![.:]\s).){0,60}$", re.IGNORECASE)
"""The end of a sentence that introduces a list. No words come after its colon or full stop."""


def is_drawn_list(lines: Sequence[Line], spacing: Spacing) -> bool:
    """Return whether most lines are indented, as those of a list whose bullets are shapes."""
    return spacing.positioned and sum(_is_indented(line, spacing) for line in lines) * 2 > len(
        lines
    )


def _is_indented(line: Line, spacing: Spacing) -> bool:
    return line.x > spacing.margin(line.page) + spacing.indent


def read_unmarked(lines: Sequence[Line], spacing: Spacing, found: Scan) -> None:
    """Fill in the roles and entries of a section without marks."""
    if is_drawn_list(lines, spacing) and any(map(spacing.has_drawn_mark, lines)):
        _read_shapes(lines, spacing, found)
    else:
        _read_places(lines, spacing, found)
    for entry in found.entries if found.items else ():
        if entry.role is Role.LEAD_IN and not LEADS_OVER.search(entry.text):
            found.doubt(Line(entry.text, entry.page), "may be an item outside of the list")


def _read_shapes(lines: Sequence[Line], spacing: Spacing, found: Scan) -> None:
    """Fill in a list with drawn bullets: each starts an item or, further right, a part of one."""
    last: Line | None = None
    first = next(line for line in lines if spacing.has_drawn_mark(line))
    for line in lines:
        item = found.items[-1] if found.items else None
        if last is not None and spacing.step(last, line) is Step.SAME_LINE:
            found.entries[-1].add(line)
            role = Role.CONTINUATION
        elif spacing.has_drawn_mark(line):
            above = last is not None and line.page == last.page and line.y > last.y
            if above:
                found.doubt(line, "is above the line before it, as in a second column")
            if item is not None and line.x > item.x + spacing.indent and not above:
                item.parts.append([line.text])
                role = Role.SUB_ITEM
            else:
                role = Role.ITEM
                found.entries.append(Entry(role, line.page, line.x, [line.text]))
        elif item is not None and last is not None and _is_indented(line, spacing):
            item.add(line)
            role = Role.CONTINUATION
            # Where items begin in lower case, so may an item whose bullet is lost.
            like_items = first.text[0].islower() or not line.text[0].islower()
            starts = STOPPED.search(last.text) is not None or like_items
            apart = like_items and spacing.step(last, line) is Step.APART
            if apart or (starts and spacing.ended_early(last, line)):
                found.doubt(line, "may start an item of its own")
        elif item is None and found.entries and last is not None and not _ends(last, line, spacing):
            found.entries[-1].add(line)
            role = Role.CONTINUATION
        else:
            role = Role.LEAD_IN if item is None else Role.UNCLEAR
            found.entries.append(Entry(role, line.page, line.x, [line.text]))
            if item is not None:
                found.doubt(line, "is outside the list, and may be part of it")
        found.lines.append((line, role))
        last = line


def _ends(last: Line, line: Line, spacing: Spacing) -> bool:
    """Return whether the paragraph above the list ended with its last line."""
    return spacing.step(last, line) not in (Step.NEAR, Step.SAME_LINE)


def _read_places(lines: Sequence[Line], spacing: Spacing, found: Scan) -> None:
    """Fill in a section without any mark: only the places of its lines show what they are."""
    reader = _UnmarkedList(lines, spacing)
    last: Line | None = None
    for line in lines:
        entry = found.entries[-1] if found.entries else None
        if entry is not None and last is not None and reader.goes_on(line, last):
            entry.add(line)
            role = Role.CONTINUATION
            if reader.is_doubtful(line, last):
                found.doubt(line, "may start an item of its own")
        else:
            role = reader.opening(line, found)
            if role is Role.ITEM and last is not None and reader.may_go_on(line, last):
                found.doubt(line, "may continue the item above")
            found.entries.append(Entry(role, line.page, line.x, [line.text]))
        found.lines.append((line, role))
        last = line


class _UnmarkedList:
    """Decides for each line of a section whether it continues the line before it."""

    def __init__(self, lines: Sequence[Line], spacing: Spacing) -> None:
        self.drawn = is_drawn_list(lines, spacing)
        self._spacing = spacing
        self._stops = bool(lines) and STOPPED.search(lines[-1].text) is not None
        """Whether items end in full stops, as the last one does."""
        self._capital = bool(lines) and lines[0].text[0].isupper()
        """Whether items start with a capital, as the first one does."""

    def goes_on(self, line: Line, last: Line) -> bool:
        """Return whether a line continues the item or paragraph of the line before it."""
        step = self._spacing.step(last, line)
        stopped = STOPPED.search(last.text) is not None
        lower = line.text[0].islower()
        if step is Step.SAME_LINE:
            return True
        if self.drawn and _is_indented(line, self._spacing) != _is_indented(last, self._spacing):
            return not stopped and lower
        if step is Step.APART:
            return not stopped and lower and not self.drawn
        if step is Step.NEXT_PAGE and not self.drawn:
            return not stopped
        return lower or not self._spacing.ended_early(last, line)

    def may_go_on(self, line: Line, last: Line) -> bool:
        """Return whether a line that starts an item by its place may be the rest of a sentence."""
        in_sentence = last.text.endswith((";", ":")) and self._capital
        open_ended = in_sentence or STOPPED.search(last.text) is None
        return open_ended and _is_indented(last, self._spacing) and line.text[0].islower()

    def opening(self, line: Line, found: Scan) -> Role:
        """Return the role of a line that does not continue the line before it."""
        if not self.drawn:
            return Role.PROSE
        if _is_indented(line, self._spacing):
            return Role.ITEM
        if not found.items:
            return Role.LEAD_IN
        found.doubt(line, "is outside the list, and may be part of it")
        return Role.UNCLEAR

    def is_doubtful(self, line: Line, last: Line) -> bool:
        """Return whether a line that seems to continue an item could instead start one.

        No mark shows it. So a line that starts like a sentence is doubtful where the sentence
        before it has ended, or may have ended without a full stop.
        """
        if self._spacing.positioned and not self.drawn:
            return False
        if self._spacing.step(last, line) is Step.SAME_LINE:
            return False
        if line.text[0].islower():
            return self._spacing.ended_early(last, line)
        return STOPPED.search(last.text) is not None or not self._stops
