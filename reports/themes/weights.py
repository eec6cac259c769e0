"""The numbers that decide between the themes a statement may be about.

They were fitted on labelled statements (`tests/benchmarks/themes.py --fit`) and are data: a sign
that is not in the file weighs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reports.errors import ConfigurationError

WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "theme_weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of signs, for the choice of the main theme and for keeping a facet."""

    primary: Mapping[str, float]
    keep: Mapping[str, float]
    version: int = 0
    """The version of the taxonomy that they were fitted with."""

    def primary_score(self, signs: Iterable[str]) -> float:
        """How strongly the signs make a theme the main one; only comparable within a statement."""
        get = self.primary.get
        return sum(get(sign, 0.0) for sign in signs)

    def keep_score(self, signs: Iterable[str]) -> float:
        """The log odds that a reader would name the facet."""
        get = self.keep.get
        return sum(get(sign, 0.0) for sign in signs)


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read the weights once.

    Raises ConfigurationError where the file is no list of weights.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Weights(primary=raw["primary"], keep=raw["keep"], version=raw["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.name} is no list of weights: {error!r}.") from error
