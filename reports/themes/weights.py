"""The numbers that decide between the themes a statement may be about.

They were fitted on labelled statements (`make fit`) and are data: a sign or word that is not in the
files weighs nothing. Both files have the version of the taxonomy that they were fitted with, and
`theme_weights.json` the figures that were measured then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reports.errors import ConfigurationError
from reports.themes.wordmodel import WordModel, WordWeights

WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "theme_weights.json"
WORDS_FILE = Path(__file__).parent.parent / "data" / "theme_words.json"


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights of the signs of phrases, for the choice of the main theme and for keeping a facet.

    `words` is the word model; `main` and `named` are the few coefficients that combine it with the
    phrases (`reports.themes.judging`).
    """

    primary: Mapping[str, float]
    keep: Mapping[str, float]
    words: WordModel = field(default_factory=WordModel)
    main: Mapping[str, float] = field(default_factory=dict)
    named: Mapping[str, float] = field(default_factory=dict)
    version: int = 0
    """The version of the taxonomy that they were fitted with."""

    def primary_score(self, signs: Iterable[str]) -> float:
        """Return how strongly the signs make a theme the main one.

        The numbers rank the themes of one statement; between statements they mean nothing.
        """
        return _sum(self.primary, signs)

    def keep_score(self, signs: Iterable[str]) -> float:
        """Return the log odds that a reader would name a facet."""
        return _sum(self.keep, signs)


def _sum(weights: Mapping[str, float], signs: Iterable[str]) -> float:
    get = weights.get
    return sum([get(sign, 0.0) for sign in signs])


@cache
def load_weights(path: Path = WEIGHTS_FILE, words: Path = WORDS_FILE) -> Weights:
    """Read the weights of themes once for each pair of files.

    Raises ConfigurationError where a file is not a list of weights, or where the two files were
    not fitted together.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw_words = json.loads(words.read_text(encoding="utf-8"))
        if raw_words["version"] != raw["version"]:
            raise ConfigurationError(
                f"{path.name} and {words.name} have different versions. Run `make fit`."
            )
        return Weights(
            primary=raw["primary"],
            keep=raw["keep"],
            words=_word_model(raw_words),
            main=raw["main"],
            named=raw["named"],
            version=raw["version"],
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ConfigurationError(
            f"{path.name} or {words.name} is not a list of weights: {error!r}."
        ) from error


def _word_model(raw: dict[str, Any]) -> WordModel:
    """Return the word model of a file, whose weights are lists of [theme number, weight, ...]."""
    themes: list[str] = raw["themes"]

    def by_theme(pairs: list[Any]) -> dict[str, float]:
        return {themes[at]: weight for at, weight in zip(pairs[::2], pairs[1::2], strict=True)}

    return WordModel(
        words={
            word: WordWeights(rarity, by_theme(main), by_theme(named))
            for word, (rarity, main, named) in raw["words"].items()
        },
        main_base=dict(zip(themes, raw["main_base"], strict=True)),
        named_base=dict(zip(themes, raw["named_base"], strict=True)),
    )
