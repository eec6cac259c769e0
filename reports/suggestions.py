"""Find the known names that a misspelt or shortened name may mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_WHOLE, _PART = 0.6, 0.8

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

_DIRECTIONS = {"n": "north", "e": "east", "s": "south", "w": "west", "ne": "north east"}


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

    If a text of several words spells out a whole name, only that name is returned.
    """
    words = [word.rstrip(".") for word in _WORD.findall(wanted)]
    county = next((_COUNTIES[word] for word in words if word in _COUNTIES), None)
    if county is None:
        return []
    whole = " ".join(_COUNTIES.get(word) or _DIRECTIONS.get(word, word) for word in words)
    named = [name for name in known if county in _WORD.findall(name.casefold())]
    likeness = {name: _ratio(whole, name.casefold()) for name in named}
    exact = [name for name in named if name.casefold() == whole]
    if exact and len(words) > 1:
        return exact
    return sorted(named, key=lambda name: -likeness[name])


def _likeness(wanted: str, name: str) -> float:
    """Return how similar two names are, 0 to 1; 0 where they are too different."""
    if name.startswith(wanted):
        return 1.0
    parts = [part for part in _WORD.findall(name) if len(part) >= _SHORTEST_WORD]
    whole = _ratio(wanted, name)
    part = max((_ratio(wanted, part) for part in parts), default=0.0)
    return max(whole if whole >= _WHOLE else 0.0, part if part >= _PART else 0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
