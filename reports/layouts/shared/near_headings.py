"""Lines that resemble the heading of a list of areas: OCR misread it, or joined it to its list.

If such lines were not recognised, their lists would be lost silently.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_HEADINGS = (
    "what needs to improve in this area of social work practice",
    "what needs to improve",
    "areas for improvement",
    "areas for priority action",
    "areas for development",
    "area for improvement",
    "area for priority action",
)
_WORDS = (
    r"what needs? to improve(?: in (?:this|these|the) areas? of (?:social work )?practice)?"
    r"|(?:key |main )?areas? for (?:further )?(?:improvement|development|priority action)"
)
_GLUED = re.compile(
    rf"(?=[A-Z\d])(?i:(?:\d{{1,2}}[.)] )?(?:{_WORDS}))\s*(?:[:?.]\s*(?=\S)|\s[-–—•▪*]\s*(?=\S))\S+"
)
_ABOUT_IMPROVEMENT = re.compile(
    r"(?!.*\b(?:findings|strengths?)\b)(?!.*[.,;:]$).{0,60}"
    r"\b(?:improve|improving|improvements?|needs? to|priority|develop(?:ment)?|recommendations?"
    r"|actions?|better|weakness|weaknesses|shortfalls?)\b.{0,40}",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 10, 80
_ALIKE = 0.84
_SAME_LENGTH = 0.2


def may_head_areas(text: str) -> bool:
    """Return whether a title in unknown words may head a list of areas.

    A sentence that introduces a list, and so ends in a colon, does not count.
    """
    return _ABOUT_IMPROVEMENT.fullmatch(text) is not None


def is_near_heading(text: str) -> bool:
    """Return whether a line differs from a known heading in a few letters only."""
    if not _SHORTEST <= len(text) <= _LONGEST or not text[0].isupper():
        return False
    return _is_near(text)


@lru_cache(maxsize=512)
def _is_near(text: str) -> bool:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in plain if char.isalnum()).replace("rn", "m")
    for heading in _HEADINGS:
        known = heading.replace(" ", "")
        if abs(len(letters) - len(known)) > len(known) * _SAME_LENGTH:
            continue
        if SequenceMatcher(None, known, letters, autojunk=False).ratio() >= _ALIKE:
            return True
    return False


def is_glued_heading(text: str) -> bool:
    """Return whether a line starts with the words of a heading and continues with its list."""
    return _GLUED.match(text) is not None
