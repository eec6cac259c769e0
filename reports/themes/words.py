"""The words of an area for improvement, without what the publisher added to them.

This module removes references to the national framework or to paragraphs, notes that a
recommendation was made before, and addresses at the foot of a page that stick to the last item of a
list.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = {
    ord("\ufffe"): "-",
    ord("\u00ad"): None,
    **dict.fromkeys(map(ord, "‘’ʼ`"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
}
_REFERENCE = re.compile(
    r"[(\[][^()\[\]]*\b(?:frame ?work|outcomes? \w+|enablers?\b|principles? \w+|para(?:graph)?s?\b"
    r"|pages? \d|recommendation at the)[^()\[\]]*[)\]]?"
)
_FOOT = re.compile(
    r"(?:\bofsted )?\bpiccadilly gate\b.*|\bpage \d+ of \d+.*"
    r"|(?<=[.;]) ?\binspection findings?\b(?: \d| -).*|\barea send inspection report:.*",
    re.DOTALL,
)
_FOOT_SIGNS = ("piccadilly", "page", "inspection")
"""Every address at the foot has one of these: most texts need no search for it."""

_WORD = re.compile(r"[a-z0-9+]+(?:'[a-z]+)?|[.:;]")
_POSSESSIVE = re.compile(r"(?<=[a-z0-9])'s?\b")
STOPS = frozenset({".", ":", ";"})
"""The marks that are kept as words of their own: no phrase reaches over them."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(text.split())


def without_additions(text: str) -> str:
    """Return a text in lower case, without what the publisher added to the words of inspectors."""
    text = unicodedata.normalize("NFKC", text).translate(_TABLE).lower()
    if "(" in text or "[" in text:
        text = _REFERENCE.sub(" ", text)
    if any(sign in text for sign in _FOOT_SIGNS):
        text = _FOOT.sub("", text)
    return text


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case; hyphens separate words, possessive endings go."""
    text = without_additions(text).replace("-", " ")
    return tuple(_WORD.findall(_POSSESSIVE.sub("", text)))
