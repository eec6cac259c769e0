"""Which part of a statement a word is in: what is asked for, or its purpose.

"The quality of supervision, so that plans make progress" is about supervision. Plans are in its
purpose, and count for less.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from reports.themes.words import STOPS, word_set


class Clause(StrEnum):
    """The part of a statement."""

    MAIN = "main"
    DETAIL = "detail"
    WHEN = "when"
    PURPOSE = "purpose"
    LATER = "later"
    """A sentence after the first."""


_PURPOSE_VERBS = word_set(
    """ensure enable inform prevent support drive help reduce improve understand reflect evidence
    track achieve measure avoid provide make assess identify monitor meet protect promote progress
    develop strengthen allow give facilitate address deliver consider better demonstrate keep
    minimise safeguard challenge include build evaluate establish secure maintain more gain aid
    clearly accurately determine bring take effectively assist increase prioritise define
    consistently fully oversee agree hold manage respond guide coordinate"""
)
_PURPOSE_WORDS = frozenset({"which", "ensuring", "because", "thereby", "enabling", "underpinned"})
_DETAIL_WORDS = frozenset(
    {"including", "particularly", "particular", "especially", "specifically", "notably"}
)
_WHEN_WORDS = frozenset({"when", "where", "if", "whether", "while", "before"})
_TURNING = _PURPOSE_WORDS | _DETAIL_WORDS | _WHEN_WORDS | {"to", "making", "so", "in", "leading"}
"""A new clause may begin only at these words."""

_SHORTEST_MAIN = 3
_OPENING_VERBS = frozenset({"work", "take", "continue", "seek", "act"})
"""After such a verb, what a statement asks for begins at its first "to": work with partners to."""


def clauses_of(words: Sequence[str]) -> list[Clause]:
    """Return the clause of each word, in one pass from left to right."""
    clauses: list[Clause] = []
    state = base = Clause.MAIN
    start = _opening(words)
    for position, word in enumerate(words):
        if word in STOPS:
            if word == "." and position >= _SHORTEST_MAIN:
                base = Clause.LATER
                state, start = base, position + 1
        elif (
            word in _TURNING
            and base is Clause.MAIN
            and (
                position - start >= _SHORTEST_MAIN
                or words[position : position + 2] == ("so", "that")
            )
        ):
            state = _turn(words, position, state)
        elif word in _DETAIL_WORDS and position > start and state is Clause.MAIN:
            state = Clause.DETAIL
        clauses.append(state)
    return clauses


def _opening(words: Sequence[str]) -> int:
    """Return where the statement proper begins: after "Work with partners to"."""
    if words and words[0] in _OPENING_VERBS and "to" in words[:12]:
        return words.index("to")
    return 0


def _turn(words: Sequence[str], position: int, state: Clause) -> Clause:
    if state is Clause.PURPOSE:
        return state
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    if (
        word in _PURPOSE_WORDS
        or (word == "to" and following in _PURPOSE_VERBS)
        or (word == "making" and following == "sure")
        or (word == "so" and following == "that")
        or (word == "in" and following == "order")
        or (word == "leading" and following == "to")
    ):
        return Clause.PURPOSE
    if word in _WHEN_WORDS:
        return Clause.WHEN
    if word in _DETAIL_WORDS and state is Clause.MAIN:
        return Clause.DETAIL
    return state
