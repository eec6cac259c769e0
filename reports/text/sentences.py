"""Where sentences begin and end."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?][’”'\")]*$")
_BETWEEN = re.compile(r"(?<=[.!?])\s+")

SENTENCE = re.compile(r"[^.!?]+(?:\.(?=\d)[^.!?]+)*[.!?]+[’”'\")]*(?=\s|$)|[^.!?]+$")
"""Finds each sentence of a text. The point in a number, as in 2.5, does not end one."""


def ends_sentence(text: str) -> bool:
    """Return whether a text ends with a full stop, or the like, and perhaps closing marks."""
    return _END.search(text) is not None


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph. A sentence that ends in a quote stays with the next."""
    return _BETWEEN.split(text)
