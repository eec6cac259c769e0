"""Where sentences end."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?][’”'\")]*$")
_BETWEEN = re.compile(r"(?<=[.!?])\s+")


def ends_sentence(text: str) -> bool:
    """Return whether a text ends with a full stop, or the like, and perhaps closing marks."""
    return _END.search(text) is not None


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph. A sentence that ends in a quote stays with the next."""
    return _BETWEEN.split(text)
