"""The numbers that decide between the themes a statement may be about.

They were fitted on labelled statements (`python -m tests.benchmarks.themes --fit`) and are data: a
sign or word that is not in the file weighs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reports.errors import ConfigurationError

WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "theme_weights.json"

Words = Mapping[str, Mapping[str, float]]
"""For each theme the weights of words that stand anywhere in a statement."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of signs and words, for the choice of the main theme and for keeping a facet."""

    primary: Mapping[str, float]
    keep: Mapping[str, float]
    primary_words: Words = field(default_factory=dict)
    keep_words: Words = field(default_factory=dict)
    version: int = 0
    """The version of the taxonomy that they were fitted with."""

    def primary_score(self, signs: Iterable[str], theme: str, stems: Iterable[str]) -> float:
        """How strongly the signs make a theme the main one; only comparable within a statement."""
        return _sum(self.primary, signs) + _sum(self.primary_words.get(theme, {}), stems)

    def keep_score(self, signs: Iterable[str], theme: str, stems: Iterable[str]) -> float:
        """The log odds that a reader would name a facet of the theme."""
        return _sum(self.keep, signs) + _sum(self.keep_words.get(theme, {}), stems)


def _sum(weights: Mapping[str, float], signs: Iterable[str]) -> float:
    get = weights.get
    return sum(get(sign, 0.0) for sign in signs)


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read the weights once.

    Raises ConfigurationError where the file is no list of weights.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Weights(
            primary=raw["primary"],
            keep=raw["keep"],
            primary_words=raw["primary_words"],
            keep_words=raw["keep_words"],
            version=raw["version"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.name} is no list of weights: {error!r}.") from error
