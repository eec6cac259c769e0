"""Invented narrative for sample reports, chosen by subject and grade.

The words are in `demo/data/phrases.yaml`. The choice depends on the report alone (its authority
and its first day), so that one description always gives the same document.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal
from zlib import crc32

import yaml
from pydantic import TypeAdapter

from reports.model import Grade, Judgement

Tone = Literal["strong", "mixed", "weak", "neutral"]
Bank = dict[str, dict[Tone, tuple[str, ...]]]

_TONES: dict[Grade, Tone] = {
    Grade.OUTSTANDING: "strong",
    Grade.GOOD: "strong",
    Grade.REQUIRES_IMPROVEMENT: "mixed",
    Grade.INADEQUATE: "weak",
}


@cache
def _bank() -> Bank:
    raw = yaml.safe_load((files("demo") / "data" / "phrases.yaml").read_text("utf-8"))
    return TypeAdapter(Bank).validate_python(raw)


def _turned(items: tuple[str, ...], seed: str) -> list[str]:
    """Return the items, rotated by a number of places that depends on the seed."""
    if not items:
        return []
    start = crc32(seed.encode()) % len(items)
    return [*items[start:], *items[:start]]


def narrative(
    subject: Judgement, grade: Grade, *, authority: str, seed: str, paragraphs: int = 5
) -> list[str]:
    """Return up to `paragraphs` paragraphs about a judgement that fit its grade.

    For `CARE_AND_CARE_LEAVERS`, return those about both parts.
    """
    if subject is Judgement.CARE_AND_CARE_LEAVERS:
        return [
            *narrative(Judgement.IN_CARE, grade, authority=authority, seed=seed, paragraphs=4),
            *narrative(Judgement.CARE_LEAVERS, grade, authority=authority, seed=seed, paragraphs=3),
        ]
    by_tone = _bank()[subject.value]
    chosen = [
        *_turned(by_tone[_TONES[grade]], seed),
        *_turned(by_tone["neutral"], seed),
    ]
    return [words.replace("{area}", authority) for words in chosen[:paragraphs]]


def about(subject: str, *, authority: str, seed: str) -> list[str]:
    """Return paragraphs about a subject that has no grade of its own, such as a partnership."""
    return [
        words.replace("{area}", authority) for words in _turned(_bank()[subject]["neutral"], seed)
    ]


def summary(grades: dict[Judgement, Grade], *, authority: str, seed: str) -> list[str]:
    """Return two opening paragraphs that fit the overall grade, or else the most frequent grade."""
    given = list(grades.values())
    overall = grades.get(Judgement.OVERALL_EFFECTIVENESS) or max(given, key=given.count)
    by_tone = _bank()["summary"]
    chosen = _turned(by_tone[_TONES[overall]], seed)[:1] + _turned(by_tone["neutral"], seed)[:1]
    return [words.replace("{area}", authority) for words in chosen]
