"""How certain it is that two statements name the same issue.

The sum of the signals, each with its weight, is the log odds. The weights are data
(`data/repeat_weights.json`): `make fit` fits them on pairs of reports and stores how well they did
in the same file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal

from reports.errors import ConfigurationError
from reports.repeats.signals import Rarity

REPEAT_WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "repeat_weights.json"

Strength = Literal["stated", "likely", "possible"]
"""How certain a repeat is: the inspectors say so, likely, or possible."""


@dataclass(frozen=True, slots=True)
class RepeatWeights:
    """The weights of the signals, and the certainty, 0 to 1, from which each strength begins.

    `usual` is the average of each signal over all pairs, and `usual_same` over the pairs that are
    the same issue: a signal speaks for a repeat where it is above `usual`, and against it where
    it is below `usual_same`.
    """

    base: float
    weights: Mapping[str, float]
    usual: Mapping[str, float]
    usual_same: Mapping[str, float]
    likely_from: float
    possible_from: float
    stated_from: float
    """From this certainty on, an area is a repeat if inspectors say that it was named before."""
    same_area_from: float
    """From this certainty on, and below `possible_from`, two areas are about the same service."""
    rarity: Rarity
    version: int = 0
    """The version of the taxonomy that they were fitted with."""

    def certainty(self, signals: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, that a reader would call a pair the same issue."""
        score = self.base + sum(self.weights.get(n, 0.0) * value for n, value in signals.items())
        return 1 / (1 + math.exp(-score))

    def speaks_for(self, signals: Mapping[str, float]) -> dict[str, float]:
        """Return what each signal adds to the log odds of an average pair."""
        return self._beyond(signals, self.usual)

    def speaks_against(self, signals: Mapping[str, float]) -> dict[str, float]:
        """Return what each signal takes from the log odds of an average repeat."""
        return {name: -value for name, value in self._beyond(signals, self.usual_same).items()}

    def _beyond(
        self, signals: Mapping[str, float], reference: Mapping[str, float]
    ) -> dict[str, float]:
        return {n: w * (signals[n] - reference[n]) for n, w in self.weights.items()}

    def strength(self, certainty: float, *, stated: bool = False) -> Strength | None:
        """Return the strength of a certainty; None where it is not a repeat.

        `stated`: whether the inspectors say of the later statement that it was raised before.
        """
        if stated and certainty >= self.stated_from:
            return "stated"
        if certainty >= self.likely_from:
            return "likely"
        return "possible" if certainty >= self.possible_from else None


@cache
def load_repeat_weights(path: Path = REPEAT_WEIGHTS_FILE) -> RepeatWeights:
    """Read the weights of repeats once for each file.

    Raises ConfigurationError where the file is not a list of weights.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return RepeatWeights(**{each.name: raw[each.name] for each in fields(RepeatWeights)})
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.name} is not a list of weights: {error!r}.") from error
