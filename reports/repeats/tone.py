"""What inspectors say of something that an earlier inspection named: does it persist?

Two small logistic models weigh the signs of a sentence and its neighbours
(`reports.repeats.tone_signs`): how likely something persists, and how likely something improved.
That something became worse is plain from its words, and decided by a rule.
The weights of the models are data (`data/tone_weights.json`): `make fit` fits them on sentences
that were labelled for this and stores how well they did in the same file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reports.errors import ConfigurationError
from reports.repeats.mentions import find_mention
from reports.repeats.tone_rules import (
    PERSISTING,
    Tone,
    shows_decline,
    shows_improvement,
    shows_none_left,
)
from reports.repeats.tone_signs import NAMED_IN_BRACKETS, tone_signs

TONE_WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "tone_weights.json"


@dataclass(frozen=True, slots=True)
class ToneModel:
    """The weight of each sign, added to the log odds; `base` are the log odds without any sign."""

    base: float
    weights: Mapping[str, float]

    def probability(self, signs: Iterable[str]) -> float:
        """Return the probability, 0 to 1, of what the model decides: persistence or improvement."""
        get = self.weights.get
        return 1 / (1 + math.exp(-self.base - sum([get(sign, 0.0) for sign in signs])))


@dataclass(frozen=True, slots=True)
class ToneWeights:
    """Both models, and the probabilities from which their answers are believed.

    `persists_from`: from this probability of persistence on, something persists. `mixed_from`:
    from this probability of improvement on, what persists is called mixed. `improved_from`:
    from this probability of improvement on, what does not persist is called improved, unless the
    probability of persistence is `doubted_from` or more.
    """

    persists: ToneModel
    improved: ToneModel
    persists_from: float
    mixed_from: float
    improved_from: float
    doubted_from: float

    def tone(self, signs: frozenset[str]) -> Tone:
        """Return the tone of a mention with these signs."""
        if NAMED_IN_BRACKETS in signs:
            return Tone.PERSISTS
        stays, better = self.persists.probability(signs), self.improved.probability(signs)
        if stays >= self.persists_from:
            return Tone.MIXED if better >= self.mixed_from else Tone.PERSISTS
        if better >= self.improved_from and stays < self.doubted_from:
            return Tone.IMPROVED
        return Tone.NONE


def tone(before: str, sentence: str, after: str, *, weights: ToneWeights | None = None) -> Tone:
    """Return what a sentence says of something named before; `before` and `after` surround it."""
    mention = find_mention(before, sentence, after)
    if mention is None:
        return Tone.NONE
    found = (weights or load_tone_weights()).tone(frozenset(tone_signs(mention)))
    if found in PERSISTING:
        return Tone.IMPROVED if shows_none_left(mention.sentence) else found
    if shows_decline(mention.sentence):
        return Tone.DECLINED
    if found is Tone.IMPROVED and not shows_improvement(mention.sentence):
        return Tone.NONE
    return found


@cache
def load_tone_weights(path: Path = TONE_WEIGHTS_FILE) -> ToneWeights:
    """Read the weights of tone once for each file.

    Raises ConfigurationError where the file is not a list of weights.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return ToneWeights(
            persists=ToneModel(**raw["persists"]),
            improved=ToneModel(**raw["improved"]),
            persists_from=raw["persists_from"],
            mixed_from=raw["mixed_from"],
            improved_from=raw["improved_from"],
            doubted_from=raw["doubted_from"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.name} is not a list of weights: {error!r}.") from error
