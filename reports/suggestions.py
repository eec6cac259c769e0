"""Which known name does a user mean who has misspelt or shortened it? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_WHOLE, _PART = 0.6, 0.8
# A shorter word, such as "and" or "East", says little.
_SHORTEST_WORD = 5
_WORD = re.compile(r"[^\s,()]+")


def nearest(text: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """Return the known names most like a text, the best first; those that are as good as it too.

    A text is compared with the whole name and with each longer word of it: "Bournmouth" means
    Bournemouth, Christchurch and Poole, and not Portsmouth.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    scored = [(_likeness(wanted, name.casefold()), name) for name in known]
    best = max((score for score, _ in scored), default=0.0)
    return [name for score, name in scored if score and score >= best - 0.05][:count]


def _likeness(wanted: str, name: str) -> float:
    """Return 0 to 1; 0 where they are too different."""
    if name.startswith(wanted):
        return 1.0
    parts = [part for part in _WORD.findall(name) if len(part) >= _SHORTEST_WORD]
    whole = _ratio(wanted, name)
    part = max((_ratio(wanted, part) for part in parts), default=0.0)
    return max(whole if whole >= _WHOLE else 0.0, part if part >= _PART else 0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
