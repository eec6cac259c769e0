"""What shows whether something named before persists or improved: signs that a model can weigh.

A sign is a short string: an expression that was found ("after: weak"), a combination of two, or a
word ("word persis", "word before slow"). `data/tone_weights.json` has a number for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.repeats.mentions import Mention
from reports.repeats.tone_rules import (
    expressions_in,
    named_in_brackets,
    points_at_a_finding,
    tone_by_rules,
)
from reports.themes.words import word_set

NAMED_IN_BRACKETS = "named in brackets"
"""The sign of a recommendation with a note that it was made before: it decides alone."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_STEM = 6
"""Letters of a word that are looked up, so that its forms count as one."""

_SHORTEST = 4
_SILENT = word_set(
    """inspection inspections since visit visits last previous ofsted children have been were with
    that this they their them from these those which there when into also such other"""
)
"""Words that nearly every such sentence has: they would only tell how long it is."""

_TOGETHER = (
    ("weak", "contrast"),
    ("better", "contrast"),
    ("weak", "better"),
    ("weak", "named"),
    ("stays", "better"),
)
"""Pairs of expressions that together say something that neither says alone."""


def tone_signs(mention: Mention) -> Iterator[str]:
    """Yield all signs of a mention; some come more than once."""
    yield f"rules: {tone_by_rules(mention)}"
    if named_in_brackets(mention.sentence):
        yield NAMED_IN_BRACKETS
    inside = expressions_in(mention.sentence)
    yield from _expressions("", inside)
    before, after = expressions_in(mention.before), expressions_in(mention.after)
    yield from _expressions("before: ", before)
    yield from _expressions("after: ", after)
    if "better" in inside:
        for name in after:
            yield f"better, after: {name}"
    if points_at_a_finding(mention.sentence):
        yield "points at a finding"
        for name in before:
            yield f"points at a finding, before: {name}"
    words = _stems(mention.sentence)
    for word in words:
        yield f"word {word}"
    for first, second in zip(words, words[1:], strict=False):
        yield f"words {first} {second}"
    for word in _stems(mention.before):
        yield f"word before {word}"
    for word in _stems(mention.after):
        yield f"word after {word}"


def _expressions(where: str, found: frozenset[str]) -> Iterator[str]:
    for name in found:
        yield where + name
    for first, second in _TOGETHER:
        if first in found and second in found:
            yield f"{where}{first} and {second}"


def _stems(text: str) -> list[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    return [word[:_STEM] for word in words if len(word) >= _SHORTEST and word not in _SILENT]
