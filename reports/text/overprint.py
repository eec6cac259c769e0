"""Lines that are printed over one another, so that their words come out mixed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.text.document import Word

_LEAST_STEP, _MOST_STEP = 0.8, 6.0
"""Points between the two lines. The words of lines further apart do not come out mixed."""

_MIXED = 3
"""The number of changes of height in a row, from word to word, that no single line has."""


def overprinted(words: Sequence[Word]) -> str:
    """Return two words where lines of a page are printed over one another; empty where none are.

    Some web pages print this way. The words of both lines are then mixed, so that the height
    changes with nearly every word. The mark of a footnote is at another height too, but has no
    letters.
    """
    changes = 0
    for before, word in pairwise(words):
        step = abs(word.y - before.y)
        mixed = _LEAST_STEP < step < _MOST_STEP and before.text.isalpha() and word.text.isalpha()
        changes = changes + 1 if mixed else 0
        if changes >= _MIXED:
            return f"{before.text} {word.text}"
    return ""
