"""How strongly the words of a statement speak for each theme, without any phrase.

A phrase says what inspectors usually write; words help where they write something new. The model
is one-vs-rest over word stems, weighted by how rare they are (TF-IDF). Its numbers are data
(`data/theme_words.json`) fitted with scikit-learn by `make fit`; nothing but this file is needed
to apply them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reports.themes.candidates import Candidates
from reports.themes.clauses import Clause
from reports.themes.words import STOPS, word_set

STEM = 7
"""Letters of a word that are looked up, so that its forms count as one."""

_SHORTEST = 3
_SMALL = word_set(
    """the and for with from that this its is are be been being of in to a an on at by or as so all
    any some"""
)
"""Words that say nothing about a theme."""

_SILENT = _SMALL | STOPS


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What one word or pair of words says: its rarity, and its weight for each theme.

    `main` speaks for the theme as the main one, `named` for it as one that is named at all.
    """

    rarity: float
    main: Mapping[str, float]
    named: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WordScores:
    """Log odds of each theme, as the main one and as one that is named."""

    main: Mapping[str, float]
    named: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WordModel:
    """The weights of all words; `main_base` and `named_base` are the log odds without any word."""

    words: Mapping[str, WordWeights] = field(default_factory=dict)
    main_base: Mapping[str, float] = field(default_factory=dict)
    named_base: Mapping[str, float] = field(default_factory=dict)

    def scores(self, found: Candidates) -> WordScores:
        """Return the log odds of each theme for a statement."""
        main, named = dict(self.main_base), dict(self.named_base)
        for share, weights in self._shares(found):
            for theme, weight in weights.main.items():
                main[theme] += share * weight
            for theme, weight in weights.named.items():
                named[theme] += share * weight
        return WordScores(main, named)

    def telling_word(self, found: Candidates, theme: str) -> str:
        """Return the word of a statement that says most for a theme; empty where none does."""
        best, word = 0.0, ""
        for candidate in found.words:
            weights = self.words.get(f"w {candidate[:STEM]}")
            strength = weights.rarity * weights.main.get(theme, 0.0) if weights else 0.0
            if strength > best:
                best, word = strength, candidate
        return word

    def _shares(self, found: Candidates) -> list[tuple[float, WordWeights]]:
        """Return the known words of a statement with their TF-IDF, scaled to length 1."""
        # Only the known words are counted: most pairs of words are not among them.
        counts = Counter([word for word in word_features(found) if word in self.words])
        known = [
            ((1 + math.log(count)) * (weights := self.words[word]).rarity, weights)
            for word, count in counts.items()
        ]
        length = math.sqrt(sum(share * share for share, _ in known))
        return [(share / length, weights) for share, weights in known]


def word_features(found: Candidates) -> Iterator[str]:
    """Yield what the model looks up: all stems, stems and pairs in the main clause, the family."""
    main = []
    for at, (word, clause) in enumerate(zip(found.words, found.clauses, strict=True)):
        if word in _SILENT or at in found.ignored:
            continue
        stem = word[:STEM]
        if len(word) >= _SHORTEST:
            yield f"w {stem}"
        if clause is Clause.MAIN:
            main.append(stem)
    for stem in main:
        yield f"m {stem}"
    for first, second in zip(main, main[1:], strict=False):
        yield f"m {first} {second}"
    yield f"f {found.family}"
