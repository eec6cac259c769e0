"""Lines that are printed over one another, so that their words come out mixed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.text.document import Line, Word

_LEAST_STEP, _MOST_STEP = 0.8, 6.0
"""Points between the two lines. The words of lines further apart do not come out mixed."""

_LEAST_LINE = 5.5
"""Points from one line to the next, at least: words further to the left are on another line."""

_MIXED = 3
"""The number of changes of height in a row, from word to word, that no single line has."""

_SAME_HEIGHT = 0.45
_LEAST_WIDTH = 0.4
"""In sizes of type: how near to one another lines are that cannot both be read, and how wide a
character is at least on average."""

_RUNNING = 25
"""Characters of both lines. The shorter lines of some real addresses are over one another."""


def one_over_another(lines: Sequence[Line]) -> str:
    """Return the start of a line of a page that a later text is printed over; empty where none is.

    PDFium gives both texts, one after the other, where they are not printed at one height.
    """
    running = sorted(
        (line for line in lines if len(line.text) >= _RUNNING), key=lambda line: line.y
    )
    for below, line in pairwise(running):
        left, right = sorted((below, line), key=lambda each: each.x)
        end = left.x + left.size * _LEAST_WIDTH * len(left.text)
        if line.y - below.y < _SAME_HEIGHT * min(line.size, below.size) and right.x < end:
            return line.text[:_RUNNING]
    return ""


def overprinted(words: Sequence[Word]) -> str:
    """Return two words where lines of a page are printed over one another; empty where none are.

    Some web pages print this way. The words of both lines are then mixed, so that the height
    changes with nearly every word. The mark of a footnote is at another height too, but has no
    letters. Where both lines come out whole but as one, the second starts back at the left.
    """
    changes = 0
    for before, word in pairwise(words):
        step = abs(word.y - before.y)
        if word.x < before.x and step < _LEAST_LINE and _has_letter(before) and _has_letter(word):
            return f"{before.text} {word.text}"
        mixed = _LEAST_STEP < step < _MOST_STEP and before.text.isalpha() and word.text.isalpha()
        changes = changes + 1 if mixed else 0
        if changes >= _MIXED:
            return f"{before.text} {word.text}"
    return ""


def _has_letter(word: Word) -> bool:
    return any(map(str.isalpha, word.text))
