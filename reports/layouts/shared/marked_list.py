"""Lists with marks: bullets, dashes or numbers.

The whole list decides the role of a line without a mark (`_Style`): whether the lines of an item
are indented further than its mark ("hanging", otherwise "flush"), whether items are further apart
than their lines ("spaced"), and whether items end in a full stop ("stopped"):

    hanging                 flush, spaced           numbered, with titles
    ■ Plans for children    ■ Plans for children    Within three months
      in need are late.     in need are late.       1. Plans are reviewed.
    ■ Visits are late.                              Within six months
                            ■ Visits are late.      2. Visits are on time.

A line that starts where the marks do belongs to no item in a hanging list. In a flush list it
usually belongs to the item above. A line in lower case is the rest of an item, except where most
items begin in lower case:

    stopped                 lowered                 with parts
    ■ Plans are late        ■ plans for children    ■ Plans are late:
    and not reviewed.         in need                  – in court;
    ■ Visits are late.      ■ visits                   – after a review.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reports.layouts.shared.list_doubts import PARAGRAPH, report_list_doubts
from reports.layouts.shared.spacing import SAME_PLACE, Spacing, Step
from reports.layouts.shared.typed_lines import Entry, Role, Scan, without_empty
from reports.layouts.shared.unmarked_list import LEADS_OVER, STOPPED
from reports.text.clean import join_lines
from reports.text.document import Line
from reports.text.lists import BULLETS, DASHES, UNKNOWN_MARK, split_bullet, split_number

_WITHIN = re.compile(r"(?:[–—-]\s*|\()?[^\W\dA-Z_]")
"""The start of a line that does not begin a sentence."""

_REFERS_BACK = re.compile(
    r"(?:This|These|It|They|Their|Such|However|Therefore|As a result|In addition)\b"
)
"""The start of a sentence that refers to the one before it."""

_ENDS_TITLE = re.compile(r"[^.;,!?]$")
_LONGEST_TITLE = 90
"""Characters."""

_NEAREST_ITEM = 3
"""An item must start within this many lines below a title."""

_LONGEST_PARAGRAPH = 20
"""Lines."""

_MOST_LEFT_OUT = 5
"""How far the next number of a list may be ahead. A number further on starts no item."""

_MOSTLY = 0.8

_ITEM_ENDS = re.compile(r"[.;](?: and| or)?$")
"""The end of an item in lower case, whose sentences the next item may finish."""

_MISREAD_MARK = re.compile(r"(?:([^\W\d_])\1?\s+|[^\W\dA-Z_]{1,2})(?=[A-Z])")
"""A letter or two before a capital, which may be a bullet as OCR gives it: "e Plans", "ePlans"."""


@dataclass(frozen=True, slots=True)
class _Style:
    """What holds for the whole list."""

    hanging: bool
    """Whether the lines of an item are indented further than its mark."""
    spaced: bool
    """Whether there is more space between items than inside them."""
    stopped: bool
    """Whether items end in a full stop, semicolon or the like."""
    lowered: bool
    """Whether items start in lower case, as the rest of an item does."""


class MarkedList:
    """The lines of one list; `read` gives each its role."""

    def __init__(
        self,
        lines: Sequence[Line],
        spacing: Spacing,
        found: Scan,
        *,
        numbered: bool,
        divided: bool = False,
    ) -> None:
        self._spacing = spacing
        self._known_ends = spacing.positioned or not divided
        """Whether it is known where lines end. Text that was `divided` has parts of lines."""
        self._numbered = numbered
        self._found = found
        self._lines = _aligned(lines, spacing, numbered=numbered)
        marks = (at for at, line in enumerate(self._lines) if self._has_mark(line))
        self._last_mark = max(marks, default=-1)
        marked = (self._without_mark(line) for line in self._lines if self._has_mark(line))
        self._first_words = {_first_word(text) for text in marked if text}
        self._style = self._learn()
        self._open: Entry | None = None
        """The last entry, which a line without a mark may continue: an item, a title, …"""
        self._item: Entry | None = None
        """The last item; titles or paragraphs may have come since."""

    def read(self) -> None:
        """Fill in the roles, entries and doubts."""
        for at, line in enumerate(self._lines):
            role = self._marked(at) or self._unmarked(at)
            self._found.lines.append((line, role))
            if role is Role.UNCLEAR:
                self._found.doubt(line, "may be an item without its mark, or the rest of one")
        report_list_doubts(self._found, self._spacing)
        self._found.entries = without_empty(self._found.entries)

    def _learn(self) -> _Style:
        hanging, spaced = False, True
        starts: list[Line] = []
        ends: list[Line] = []
        mark: Line | None = None
        last: Line | None = None
        for line in self._lines:
            step = self._spacing.step(last, line) if last is not None else Step.NEXT_PAGE
            if self._has_mark(line):
                spaced = spaced and (mark is None or step is not Step.NEAR)
                mark = line
                starts.append(line)
                ends.append(line)
            elif mark is not None and step is not Step.APART:
                hanging = hanging or (step is Step.NEAR and self._deeper(line, mark.x))
                if not self._may_be_title(line, ends[-1]):
                    ends[-1] = line
            last = line
        stops = sum(STOPPED.search(line.text) is not None for line in ends)
        lower = sum(map(self._is_lower, starts))
        most = len(starts) * _MOSTLY
        return _Style(hanging, spaced, stops >= most, lower >= most)

    def _may_be_title(self, line: Line, above: Line) -> bool:
        """Return whether a short line below the end of a numbered item may be a title."""
        short = line.text[0].isupper() and len(line.text) <= _LONGEST_TITLE
        ended = STOPPED.search(above.text) and _ENDS_TITLE.search(line.text)
        return self._numbered and short and ended is not None

    def _has_mark(self, line: Line) -> bool:
        split = split_number if self._numbered else split_bullet
        return split(line.text) is not None

    def _without_mark(self, line: Line) -> str:
        marked = split_number(line.text) if self._numbered else split_bullet(line.text)
        return marked[1] if marked else line.text

    def _is_lower(self, line: Line) -> bool:
        """Return whether the words of a line start within a sentence."""
        return _WITHIN.match(self._without_mark(line)) is not None

    def _deeper(self, line: Line, x: float) -> bool:
        return line.x > x + self._spacing.indent

    # Lines with a mark

    def _marked(self, at: int) -> Role | None:
        line = self._lines[at]
        numbered = split_number(line.text) if self._numbered else None
        if numbered is not None and self._is_next(numbered[0], line):
            return self._start(Role.ITEM, line, numbered[1], number=numbered[0])
        marked = split_bullet(line.text)
        if marked is None:
            return None
        mark, rest = marked
        item = self._item if self._open is self._item else None
        if item is None:
            return None if self._numbered else self._start(Role.ITEM, line, rest, mark=mark)
        if self._is_sub_item(mark, at, item):
            return self._start_part(mark, line, rest, item)
        if self._numbered or not self._is_item(mark, line, item):
            return None
        if mark != item.mark and self._is_lower(line) and not self._style.lowered:
            self._found.doubt(line, "may be an item of its own, or a part of the one above")
        return self._start(Role.ITEM, line, rest, mark=mark)

    def _is_next(self, number: int, line: Line) -> bool:
        """Return whether a line starts the next item, and does not just begin with a number."""
        item = self._item
        if item is None or item.number is None:
            return True
        if not self._spacing.positioned:
            return number == item.number + 1
        at_margin = not self._deeper(line, item.x)
        if number == item.number + 1:
            return at_margin or line.page != item.page
        return at_margin and (number == 1 or 0 < number - item.number <= _MOST_LEFT_OUT)

    def _is_sub_item(self, mark: str, at: int, item: Entry) -> bool:
        """Return whether a mark starts a part of the item; a dash may be only a dash."""
        line = self._lines[at]
        if not self._spacing.positioned:
            below = mark in DASHES and item.mark not in f"{DASHES}-"
            # Items after "... including:", with another mark than the list's own.
            listed = mark != item.mark and (item.text.endswith(":") or item.listing)
            return self._numbered or below or listed or self._deeper(line, item.x)
        if not self._numbered and not self._deeper(line, item.x):
            return False
        # "o" is the bullet of a part in Word; no word is written so.
        if mark in BULLETS or mark == "o" or item.parts or item.text.endswith(":"):
            return True
        if item.indent is not None:
            return line.x > item.indent + SAME_PLACE
        return self._spacing.ended_early(self._lines[at - 1], line)

    def _is_item(self, mark: str, line: Line, item: Entry) -> bool:
        if not self._spacing.positioned or mark in BULLETS or mark == item.mark:
            return True
        # A dash at the start of a line inside an item is only a dash. In the place of the bullets
        # it is a bullet.
        return self._style.hanging and abs(line.x - item.x) < SAME_PLACE

    def _start_part(self, mark: str, line: Line, rest: str, item: Entry) -> Role:
        if not item.parts and (item.text.endswith(".") or self._may_be_item(mark, line, item)):
            self._found.doubt(line, "may be an item of its own, or a part of the one above")
        if mark != item.mark and item.text.endswith(":"):
            item.listing = True
        item.parts.append([rest])
        return Role.SUB_ITEM

    def _may_be_item(self, mark: str, line: Line, item: Entry) -> bool:
        """Return whether a mark in plain text that seems to start a part may be the list's own.

        Text that was copied from several pages is often indented further from some line on, or has
        another mark in the place of the list's own.
        """
        if self._spacing.positioned or item.text.endswith((":", ",")):
            return False
        if mark != item.mark:
            return not (item.parts or self._deeper(line, item.x))
        return line.gap or self._is_lower(line) is self._style.lowered

    def _start(
        self, role: Role, line: Line, text: str, *, mark: str = "", number: int | None = None
    ) -> Role:
        entry = Entry(role, line.page, line.x, [text], mark=mark, number=number)
        self._found.entries.append(entry)
        self._open = entry
        if role is Role.ITEM:
            self._item = entry
        return role

    # Lines without a mark

    def _unmarked(self, at: int) -> Role:
        """Return the role of a line without a mark: the first that fits."""
        line, entry = self._lines[at], self._open
        if entry is not None and self._belongs_to(entry, at):
            if entry.role is Role.ITEM and not entry.empty and self._may_have_lost_mark(at):
                self._found.doubt(line, "may be an item without its mark")
            entry.add(line)
            return Role.CONTINUATION
        if self._is_title(at):
            role = Role.UNCLEAR if self._may_be_rest(at) else Role.TITLE
            return self._start(role, line, line.text)
        # "The council should:", at the start or between two lists.
        if self._item is None or LEADS_OVER.search(self._paragraph(at)):
            return self._start(Role.LEAD_IN, line, line.text)
        role = Role.PROSE if self._is_prose(at) else Role.UNCLEAR
        return self._start(role, line, line.text)

    def _belongs_to(self, entry: Entry, at: int) -> bool:
        """Return whether a line is part of the entry above it."""
        step = self._spacing.step(self._lines[at - 1], self._lines[at])
        # A mark in a line of its own, or one line that the PDF divides where its type changes.
        if entry.empty or step is Step.SAME_LINE:
            return True
        if entry.role is Role.ITEM:
            return self._goes_on(at, step, entry)
        return step is Step.NEAR

    def _may_have_lost_mark(self, at: int) -> bool:
        """Return whether a line that seems to continue an item could instead start the next one.

        Its letters do not tell in a list whose items begin in lower case, and a bullet that OCR
        took for a letter seems to be a word.
        """
        last, line = self._lines[at - 1], self._lines[at]
        step = self._spacing.step(last, line)
        if self._numbered or step is Step.SAME_LINE:
            return False
        if self._style.lowered and _WITHIN.match(line.text):
            if step is Step.APART or _ITEM_ENDS.search(last.text):
                return True
            # In print, words in the place of an item's words are usually the rest of it.
            alike = not self._spacing.positioned or _first_word(line.text) in self._first_words
            return alike and self._known_ends and self._spacing.ended_early(last, line)
        misread = _MISREAD_MARK.match(line.text) is not None
        return misread and self._known_ends and self._spacing.ended_early(last, line)

    def _goes_on(self, at: int, step: Step, item: Entry) -> bool:
        """Return whether a line continues the item above it.

        The first condition that fits decides.
        """
        last, line = self._lines[at - 1], self._lines[at]
        if not self._deeper(line, item.x):
            return self._goes_on_flush(at, step)
        stopped = STOPPED.search(last.text) is not None
        lower = _WITHIN.match(line.text) is not None
        if self._between_numbers(at, item):
            return True
        # Below more space, only the rest of a sentence goes on: "■ Plans are late" / "and weak."
        if step is Step.APART:
            return not stopped and lower
        if lower or step is Step.NEXT_PAGE:
            return True
        # "1. Plans are late." / "Within six months" / "2. …"
        if self._numbered and self._is_title(at):
            return False
        # "This …", or a new line in a sentence: "■ The council should review" / "Plans of …"
        if _REFERS_BACK.match(line.text) or (self._style.stopped and not stopped):
            return True
        # A paragraph ended where its last line had room for another word.
        return not self._spacing.ended_early(last, line)

    def _between_numbers(self, at: int, item: Entry) -> bool:
        """Return whether a line is indented like the item above it, and a numbered item follows.

        The line is then part of the item, however much space is above it.
        """
        place = self._lines[at].x if item.indent is None else item.indent
        return (
            self._numbered
            and self._spacing.positioned
            and at < self._last_mark
            and abs(self._lines[at].x - place) < SAME_PLACE
            and not self._is_title(at)
        )

    def _goes_on_flush(self, at: int, step: Step) -> bool:
        """Return whether a line that starts where the marks do continues the item above it.

        The first condition that fits decides.
        """
        last, line, style = self._lines[at - 1], self._lines[at], self._style
        stopped = STOPPED.search(last.text) is not None
        # An item with a mark that is not known, "✦ Visits", or a paragraph under the list.
        if UNKNOWN_MARK.match(line.text) or (step is Step.APART and self._spacing.positioned):
            return False
        # "■ Plans are late" / "and weak.", unless this may be an item that has lost its mark.
        if _WITHIN.match(line.text):
            alone = step is Step.APART or (style.hanging and step is Step.NEAR)
            return not (stopped or (style.lowered and alone))
        # A sentence that the end of a page divides.
        if step is not Step.NEAR:
            return step is Step.NEXT_PAGE and not (stopped or style.hanging) and style.stopped
        # "1. Plans are late." / "More are weak.", unless it is a title or the lines of items hang.
        if self._numbered:
            titled = stopped and style.stopped and self._is_title(at)
            return not (titled or (stopped and style.hanging))
        if style.hanging:
            return False
        if _REFERS_BACK.match(line.text):
            return True
        if self._spacing.ended_early(last, line):
            return False
        # After a full stop, the item goes on if space would separate it from the next one. Without
        # a full stop, it goes on if items end in one, because this item has not ended.
        return style.spaced if stopped else style.stopped

    def _paragraph(self, at: int) -> str:
        """Return the text of a line and of the lines right below it that have no mark."""
        end = at + 1
        while (
            end < min(at + _LONGEST_PARAGRAPH, len(self._lines))
            and not self._has_mark(self._lines[end])
            and self._spacing.step(self._lines[end - 1], self._lines[end]) is Step.NEAR
        ):
            end += 1
        return join_lines([line.text for line in self._lines[at:end]])

    def _is_title(self, at: int) -> bool:
        """Return whether a short line without a full stop is a title inside the list.

        An example is "Within six months". Items must follow it, and it must not be where the words
        of an item would be.
        """
        line, item = self._lines[at], self._item
        text = self._paragraph(at)
        after = self._lines[at + 1 : at + 1 + _NEAREST_ITEM]
        if (
            not line.text[0].isupper()
            or len(text) > _LONGEST_TITLE
            or _ENDS_TITLE.search(text) is None
            or not any(self._has_mark(below) for below in after)
        ):
            return False
        if self._numbered:
            return True
        # "The council should:" leads into items.
        if text.endswith(":"):
            return False
        # Bold, or further left than the marks.
        if self._spacing.positioned and (
            line.bold or (item is not None and line.x < item.x - SAME_PLACE)
        ):
            return True
        # A list that starts with a title has more of them. Its items end in full stops.
        below = self._lines[at + 1]
        has_titles = item is None or self._found.entries[0].role is Role.TITLE
        return has_titles and self._style.stopped and self._spacing.step(line, below) is Step.APART

    def _may_be_rest(self, at: int) -> bool:
        """Return whether a line that may be a title may be the rest of the item above it.

        The last words of a wrapped item may be a name: "1. Visits by partners in" / "Manchester".
        """
        last, line, item = self._lines[at - 1], self._lines[at], self._item
        if not (self._numbered and item is not None and at > 0):
            return False
        step = self._spacing.step(last, line)
        inside = self._deeper(line, item.x)
        if step is Step.NEXT_PAGE:
            inside = inside or not self._style.hanging
        elif step is not Step.NEAR:
            return False
        return inside and not (line.bold or STOPPED.search(last.text))

    def _is_prose(self, at: int) -> bool:
        """Return whether a line starts a paragraph under the list, which is not part of it."""
        line, item = self._lines[at], self._item
        if item is None or not self._spacing.positioned or not self._style.hanging:
            return False
        if at < self._last_mark:
            return False
        if self._deeper(line, item.x) or UNKNOWN_MARK.match(line.text):
            return False
        apart = self._spacing.step(self._lines[at - 1], line) is not Step.NEAR
        return apart and (line.x < item.x - SAME_PLACE or len(self._paragraph(at)) > PARAGRAPH)


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0]


def _aligned(lines: Sequence[Line], spacing: Spacing, *, numbered: bool) -> list[Line]:
    """Return the lines, moved so that the marks of all pages align: margins may change.

    Marks that are deeper on a later page are sub-items where the list already has marks there.
    """
    left: dict[int, Line] = {}
    places: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        if (split_number(line.text) if numbered else split_bullet(line.text)) is None:
            continue
        places[line.page].add(round(line.x))
        if line.page not in left or line.x < left[line.page].x:
            left[line.page] = line
    if len(left) < 2:
        return list(lines)
    first = next(iter(left.values()))
    shift = {page: first.x - line.x for page, line in left.items()}
    if not numbered:
        seen: set[int] = set()
        for page, line in left.items():
            same = line.text[0] == first.text[0]
            if not same or (shift[page] < 0 and round(line.x) in seen):
                shift[page] = 0.0
            seen |= places[page]
    return [line._replace(x=line.x + shift.get(line.page, 0.0)) for line in lines]
