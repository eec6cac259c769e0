"""Marks of items that may also be part of a sentence: (a), ii., 1.1, and a dash without a space.

Letters and numbers mark items where they count up from the first of their kind, below one another.
A dash without a space does so before a capital, if a sentence ends above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase

from reports.layouts.shared.spacing import SAME_PLACE
from reports.layouts.shared.unmarked_list import LEADS_OVER, STOPPED
from reports.text.document import Line
from reports.text.lists import split_bullet, split_number

_KINDS = (
    (r"\(?[a-z][.):]", tuple(ascii_lowercase)),
    (r"\(?[ivx]{1,5}[.):]", ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")),
    (r"\(\d{1,2}\)", tuple(map(str, range(1, 100)))),
    (r"1\.\d{1,2}[.):]?", tuple(f"1.{number}" for number in range(1, 100))),
)
"""How the enumerators of each kind are printed, and how they count."""

_SIGNS = "().:"
_DASH = re.compile(r"([-*+])(?=[\sA-Z‘“])")
_GLUED = re.compile(r"([-*+])(?=[A-Z‘“])")


def with_certain_marks(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with a bullet or a separate dash in place of such marks."""
    found = list(lines)
    for at in _enumerated(lines):
        found[at] = lines[at]._replace(text=f"• {lines[at].text.split(maxsplit=1)[1]}")
    for at in _dashed(lines):
        found[at] = lines[at]._replace(text=_GLUED.sub(r"\1 ", lines[at].text, count=1))
    return found


def _enumerated(lines: Sequence[Line]) -> list[int]:
    """Return the positions of the lines with enumerators; none where these do not count up.

    Other marks may be those of the list, and the enumerators those of parts of its items.
    """
    if any(split_bullet(line.text) or split_number(line.text) for line in lines):
        return []
    found = []
    for printed, counts in _KINDS:
        marked = [at for at, line in enumerate(lines) if re.match(rf"{printed}\s+\S", line.text)]
        marks = [lines[at].text.split(maxsplit=1)[0] for at in marked]
        counted = [mark.strip(_SIGNS) for mark in marks] == list(counts[: len(marks)])
        styles = {mark.replace(mark.strip(_SIGNS), "1") for mark in marks}
        sure = len(marks) > 1 and counted and len(styles) == 1 and _below(lines, marked)
        found.append((marked, sure))
    first = min((marked[0] for marked, _ in found if marked), default=None)
    return next((marked for marked, sure in found if sure and marked[0] == first), [])


def _below(lines: Sequence[Line], marked: Sequence[int]) -> bool:
    """Return whether the marked lines of each page start in the same place."""
    places = {lines[at].page: lines[at].x for at in reversed(marked)}
    return all(abs(lines[at].x - places[lines[at].page]) <= SAME_PLACE for at in marked)


def _dashed(lines: Sequence[Line]) -> list[int]:
    """Return the positions of the lines with a dash and no space; none where one may be text."""
    glued = [at for at, line in enumerate(lines) if _GLUED.match(line.text)]
    above = [lines[at - 1].text for at in glued if at]
    ended = all(STOPPED.search(text) or LEADS_OVER.search(text) for text in above)
    several = sum(_DASH.match(line.text) is not None for line in lines) > 1
    return glued if several and ended else []
