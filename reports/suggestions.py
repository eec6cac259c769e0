"""Find a name among the known ones, or those that a misspelt or shortened name may mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from reports.errors import ConfigurationError
from reports.safe_text import quoted
from reports.wording import either_words

Value = TypeVar("Value")

_WHOLE, _PART = 0.6, 0.8
_FEW = 12

_SHORTEST_WORD = 5
"""A shorter word, such as "and" or "East", says little."""

_WORD = re.compile(r"[^\s,()]+")

_COUNTIES = {
    "beds": "bedfordshire",
    "berks": "berkshire",
    "bucks": "buckinghamshire",
    "cambs": "cambridgeshire",
    "ches": "cheshire",
    "derbys": "derbyshire",
    "glos": "gloucestershire",
    "gloucs": "gloucestershire",
    "hants": "hampshire",
    "herefs": "herefordshire",
    "herts": "hertfordshire",
    "lancs": "lancashire",
    "leics": "leicestershire",
    "lincs": "lincolnshire",
    "northants": "northamptonshire",
    "northumb": "northumberland",
    "notts": "nottinghamshire",
    "oxon": "oxfordshire",
    "salop": "shropshire",
    "staffs": "staffordshire",
    "warks": "warwickshire",
    "wilts": "wiltshire",
    "worcs": "worcestershire",
    "yorks": "yorkshire",
}
"""Abbreviations of counties, and the word for the county in the names of councils."""

_DIRECTIONS = {
    "n": "north",
    "e": "east",
    "s": "south",
    "w": "west",
    "ne": "north east",
    "nw": "north west",
    "se": "south east",
    "sw": "south west",
}


def known_value(
    text: str,
    by_word: Mapping[str, Value],
    *,
    what: str,
    listed_by: str | None = None,
    lists_all: bool = False,
) -> Value:
    """Return the value of a word, which may be in upper or lower case.

    Raises ConfigurationError for a word that is not known, with the nearest one. `what` says what
    it names, and `listed_by` is the command that lists all. With `lists_all`, the error lists all
    if none is near.
    """
    folded = {word.casefold(): value for word, value in by_word.items()} | dict(by_word)
    for word in (text, text.strip().casefold()):
        if word in folded:
            return folded[word]
    hint = advice(text, by_word, count=1)
    if lists_all and not hint:
        hint = f"; choose from {', '.join(by_word)}"
    if listed_by and not hint:
        hint = f"; `{listed_by}` lists them"
    raise ConfigurationError(f"Unknown {what}: {quoted(text)}{hint}")


def advice(text: str, known: Iterable[str], *, count: int = 3) -> str:
    """Return the end of an error about a word that is not known: the nearest known words.

    Where none is near and there are few, all are listed.
    """
    words = list(known)
    if near := did_you_mean(nearest(text, words, count=count)):
        return near
    return f"; choose from {', '.join(words)}" if 0 < len(words) <= _FEW else ""


def did_you_mean(near: Sequence[str]) -> str:
    """Return the end of an error that names the nearest words; empty where there is none."""
    return f"; did you mean {either_words(near)}?" if near else ""


def nearest(text: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return at most `count` known names: the one most like a text, then others about as similar.

    A text is compared with the whole name and with each longer word of it: "Bournmouth" means
    Bournemouth, Christchurch and Poole, and not Portsmouth. "Northants" and the like mean all
    councils with the county in their names.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    known = list(known)
    if of_county := _of_county(wanted, known):
        return of_county[:count]
    scored = [(_likeness(wanted, name.casefold()), name) for name in known]
    best = max((score for score, _ in scored), default=0.0)
    near = [(score, name) for score, name in scored if score and score >= best - 0.05]
    near.sort(key=lambda pair: (-pair[0], -_ratio(wanted, pair[1].casefold())))
    return [name for _, name in near[:count]]


def _of_county(wanted: str, known: Iterable[str]) -> list[str]:
    """Return the names with the county that a text abbreviates, the most similar first.

    If a text of several words has those of a whole name, in any order, only that name is returned.
    """
    words = [word.rstrip(".") for word in _WORD.findall(wanted)]
    county = next((_COUNTIES[word] for word in words if word in _COUNTIES), None)
    if county is None:
        return []
    whole = " ".join(_COUNTIES.get(word) or _DIRECTIONS.get(word, word) for word in words)
    meant = sorted(whole.split())
    named = {name: sorted(_WORD.findall(name.casefold())) for name in known}
    named = {name: parts for name, parts in named.items() if county in parts}
    exact = [name for name, parts in named.items() if parts == meant]
    if exact and len(words) > 1:
        return exact
    # Words first: the letters of "West" are nearly those of "East".
    return sorted(
        named, key=lambda name: (-_ratio(meant, named[name]), -_ratio(whole, name.casefold()))
    )


def _likeness(wanted: str, name: str) -> float:
    """Return how similar two names are, 0 to 1; 0 where they are too different."""
    if name.startswith(wanted):
        return 1.0
    parts = [part for part in _WORD.findall(name) if len(part) >= _SHORTEST_WORD]
    whole = _ratio(wanted, name)
    part = max((_ratio(wanted, part) for part in parts), default=0.0)
    return max(whole if whole >= _WHOLE else 0.0, part if part >= _PART else 0.0)


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other).ratio()
