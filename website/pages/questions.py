"""Neutral questions, which a member of a committee may ask about an area for improvement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reports.safe_text import plain_line
from storage.models import Area
from website.pages.phrases import short_phrase

QUESTIONS = Path(__file__).parent.parent / "data" / "questions.yaml"
_TOO_MANY = 3
"""A list with this many themes gets the general question: one on its first theme would ignore the
rest."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, and a pattern that the area must match (None: any area)."""

    asks: str
    words: re.Pattern[str] | None

    def fits(self, text: str) -> bool:
        """Return whether a text has the words that the question is about."""
        return self.words is None or self.words.search(text) is not None


def question(area: Area) -> str:
    """Return a neutral question about an area, which quotes some of its words.

    The question is that of the area's main issue, or else of its theme, if the area has the words
    that the question is about. Otherwise, and for a list of several themes, it is the general
    question. An area without a theme is not quoted.
    """
    text = plain_line(area.text)
    tag = next((tag for tag in area.themes if tag["role"] == "primary"), None)
    if tag is None:
        return general_question()
    words = short_phrase(text, about=plain_line(tag["matched"]))
    several = "," in text and len({other["theme"] for other in area.themes}) >= _TOO_MANY
    known = questions()
    candidates = [known.get(f"{tag['theme']}/{tag['facet']}"), known.get(tag["theme"])]
    asks = next(
        (
            candidate.asks
            for candidate in candidates
            if candidate is not None and candidate.fits(text)
        ),
        general_question(),
    )
    return f"On “{words}”: {general_question() if several else asks}"


@cache
def general_question() -> str:
    """Return the question that fits any area."""
    return str(_read()["any"])


@cache
def questions() -> dict[str, Question]:
    """Return the questions by the ids of themes and of issues."""
    raw = _read()
    words: dict[str, str] = raw["words"]
    return {
        key: Question(
            asks=asks,
            words=re.compile(words[key], re.IGNORECASE) if key in words else None,
        )
        for key, asks in {**raw["themes"], **raw["issues"]}.items()
    }


def _read() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return read
