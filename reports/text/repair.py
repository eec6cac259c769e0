"""Characters that came out wrong: repaired where one reading alone is possible, else found.

Fonts without a table of their characters give a 9 or a question mark for an apostrophe, U+FFFD for
what they do not know, and nothing, or a space, for a ligature ("effective" becomes "e ective").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

WORDS = Path(__file__).parent.parent / "data" / "ligature_words.txt"
"""Words of reports that have a ligature, one a line."""

UNKNOWN = "\ufffd"
_LIGATURES = ("ffi", "ffl", "ff", "fi", "fl")
_APOSTROPHE = re.compile(rf"(?<=[A-Za-z)])([9?=¬Æ´`{UNKNOWN}])(?=(?:s|t|re|ve|ll)\b)")
"""What replaces an apostrophe inside a word ("children9s")."""

_MAYBE_APOSTROPHE = re.compile(rf"[9?=¬Æ´`{UNKNOWN}](?:s|t|re|ve|ll)\b")
"""The same, quickly: most pages have none."""

_PLURAL = re.compile(rf"(?<=[a-z]s){UNKNOWN}(?= [a-z])")
_NINE = re.compile(r"(?<=[A-Za-z])9(?!\w)|(?<=[A-Za-z][.,;:!?)])9(?!\w)")
_EIGHT = re.compile(r"(?<![\w.,:£/–-])8(?=[A-Za-z])(?!(?:am|pm|th|k|km|m)\b)")
_LESS = re.compile(r"<(?=\w)")
_EQUAL = re.compile(r"(?<=[\w.,!?])=")
"""Where quotes became 8, 9, < and =, as one program writes them."""

_DAMAGED_WORD = re.compile(rf"[A-Za-z]*{UNKNOWN}[A-Za-z{UNKNOWN}]*")
_LETTERS = re.compile(r"[A-Za-z]+")
_LEAST = 5
"""Letters of what is left of a word that lost its ligature; shorter ones may be words."""


def damage_signs(text: str) -> frozenset[str]:
    """The characters of a text that replace others: an apostrophe or a ligature."""
    signs = frozenset(_APOSTROPHE.findall(text)) if _MAYBE_APOSTROPHE.search(text) else frozenset()
    return signs | {UNKNOWN} if UNKNOWN in text else signs


def repaired(text: str, signs: frozenset[str]) -> str:
    """A line of a document that has these signs of damage, with all certain repairs.

    Where one 9 is an apostrophe, all that are like one are.
    """
    if "9" in signs:
        text = _EQUAL.sub("”", _LESS.sub("“", _EIGHT.sub("‘", _NINE.sub("’", text))))
    text = _APOSTROPHE.sub("’", text)
    if UNKNOWN in text:
        text = _DAMAGED_WORD.sub(lambda match: _word(match.group()), _PLURAL.sub("’", text))
    return text


def damage(text: str) -> str | None:
    """The first words of a text that are certainly not as printed, or None."""
    if UNKNOWN in text:
        return _around(text, text.index(UNKNOWN))
    if match := _APOSTROPHE.search(text):
        return _around(text, match.start())
    return _lost_ligature(text)


def _around(text: str, at: int) -> str:
    return text[text.rfind(" ", 0, at) + 1 :][:40]


def _word(damaged: str) -> str:
    """The one known word that has a ligature in place of each unknown character."""
    parts = damaged.lower().split(UNKNOWN)
    pattern = re.compile(f"(?:{'|'.join(_LIGATURES)})".join(map(re.escape, parts)))
    found = [word for word in _words() if pattern.fullmatch(word)]
    if len(found) != 1 or not damaged.strip(UNKNOWN):
        return damaged
    return found[0].capitalize() if damaged[0].isupper() else found[0]


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    return tuple(WORDS.read_text(encoding="utf-8").split())


def _lost_ligature(text: str) -> str | None:
    """The first word that lost its ligature, or has a space in its place."""
    lost = _lost_forms()
    words: list[str] = _LETTERS.findall(text)
    lower = [word.lower() for word in words]
    for at, pair in enumerate(pairwise([*lower, ""])):
        if pair[0] in lost:
            return words[at]
        if " ".join(pair) in lost:
            return " ".join(words[at : at + 2])
    return None


@lru_cache(maxsize=1)
def _lost_forms() -> frozenset[str]:
    return frozenset(form for word in _words() for form in _without_ligature(word))


def _without_ligature(word: str) -> Iterator[str]:
    for ligature in _LIGATURES:
        before, found, after = word.partition(ligature)
        if found and len(before + after) >= _LEAST:
            yield before + after
            if before and after:
                yield f"{before} {after}"
