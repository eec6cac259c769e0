"""Words or phrases that a subscription looks for in the areas for improvement. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from alerts.messages.message import Message

_SAME = {"’": "['’‘]", "‘": "['’‘]", "'": "['’‘]", "-": "[-‐‑–]"}
"""An apostrophe or a hyphen is printed in several ways."""


def found_in(keywords: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the keywords that occur in any of the texts, in the order of `keywords`."""
    texts = list(texts)
    return tuple(word for word in keywords if any(_pattern((word,)).search(t) for t in texts))


def keyword_parts(text: str, keywords: Sequence[str]) -> list[tuple[str, bool]]:
    """Split a text into parts, each with whether it is a keyword. Joined, they are the text."""
    if not keywords:
        return [(text, False)]
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in _pattern(tuple(keywords)).finditer(text):
        parts += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [(part, marked) for part, marked in [*parts, (text[end:], False)] if part]


def found_in_message(message: Message, keywords: Sequence[str]) -> tuple[str, ...]:
    """Return the keywords in the areas of a message.

    They include keywords in areas that the message counts but does not list.
    """
    areas = (*message.areas, *message.areas_left_out)
    return found_in(keywords, (area.text for area in areas))


def keyword_sentence(message: Message, keywords: Sequence[str]) -> str:
    """Say which keywords the areas of a message have; empty where they have none."""
    found = found_in_message(message, keywords)
    quoted = ", ".join(f"“{word}”" for word in found)
    return f"Your keywords in the areas for improvement: {quoted}." if found else ""


@lru_cache(maxsize=256)
def _pattern(keywords: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for whole words in any case. An asterisk at the end matches any ending.

    The longest keyword comes first, because the first alternative that fits wins.
    """
    longest_first = sorted(keywords, key=len, reverse=True)
    return re.compile("|".join(_expression(word) for word in longest_first), re.IGNORECASE)


def _expression(keyword: str) -> str:
    stem = keyword.removesuffix("*")
    words = r"\s+".join(
        "".join(_SAME.get(char, re.escape(char)) for char in word) for word in stem.split()
    )
    ending = r"\w*" if keyword.endswith("*") else r"(?!\w)"
    return rf"(?<!\w){words}{ending}"
