"""How likely each theme is the main one of a statement, and how likely it is named at all.

Phrases with their weights and the word model both count. A few coefficients, the same for all
themes, combine them. The coefficients were fitted on statements whose phrases and words were scored
by models that had not seen the statement's council (`make fit`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reports.themes.candidates import (
    Candidate,
    Candidates,
    facet_signs,
    primary_signs,
)
from reports.themes.clauses import Clause
from reports.themes.weights import Weights

NO_THEME = "none"

_FURTHEST = 6.0
"""The log odds of the word model are limited to this, above and below 0."""

_FLOOR = 1e-4
"""The least probability of which a logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a statement is about, in probabilities.

    `main`: for each theme, and for NO_THEME, how likely a reader is to call it the main one; these
    add up to 1. `named`: how likely a reader is to name it at all. `facets`: the log odds that a
    reader names the facet of a candidate, given the main theme that the phrases suggest.
    """

    main: Mapping[str, float]
    named: Mapping[str, float]
    facets: tuple[tuple[Candidate, float], ...]

    @property
    def likeliest(self) -> str:
        """The likeliest main theme, or NO_THEME."""
        return max(self.main, key=self.main.__getitem__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each theme of one statement, by the name of its coefficient."""

    main: Mapping[str, Mapping[str, float]]
    named: Mapping[str, Mapping[str, float]]
    """Without the evidence that `judge` derives from `main`."""
    facets: tuple[tuple[Candidate, float], ...]


def judge(found: Candidates, weights: Weights) -> Judged:
    """Return the probabilities of all themes for one statement."""
    evidence = gather(found, weights)
    main = _shares({t: weigh(e, weights.main) for t, e in evidence.main.items()})
    likeliest = max(main, key=main.__getitem__)
    named = {
        theme: _chance(weigh(with_main(own, main[theme], likely=theme == likeliest), weights.named))
        for theme, own in evidence.named.items()
    }
    return Judged(main=main, named=named, facets=evidence.facets)


def gather(found: Candidates, weights: Weights) -> Evidence:
    """Return the numbers that speak for each theme of a statement, for `weigh`."""
    words = weights.words.scores(found)
    shares = _shares(phrase_scores(found, weights))
    first = max(shares, key=shares.__getitem__, default="")
    facets = tuple(
        (candidate, weights.keep_score(facet_signs(found, candidate, first)))
        for candidate in found.facets
    )
    keep: dict[str, float] = {}
    named_by_phrase, in_main, in_purpose = set(), set(), set()
    for candidate, score in facets:
        keep[candidate.theme] = max(score, keep.get(candidate.theme, score))
        if candidate.strength == "named":
            named_by_phrase.add(candidate.theme)
        if candidate.clause is Clause.MAIN:
            in_main.add(candidate.theme)
        if candidate.clause is Clause.PURPOSE:
            in_purpose.add(candidate.theme)
    main: dict[str, Mapping[str, float]] = {}
    named: dict[str, Mapping[str, float]] = {}
    order = {theme: at for at, theme in enumerate(found.themes)}
    for theme in found.taxonomy.themes:
        signs = {
            "words as main": _clipped(words.main.get(theme, -_FURTHEST)),
            "words as named": _clipped(words.named.get(theme, -_FURTHEST)),
        }
        main[theme] = named[theme] = signs
        at = order.get(theme)
        if at is None:
            continue
        signs["phrase"] = 1.0
        signs["facet"] = keep[theme]
        signs["in main clause"] = float(theme in in_main)
        signs["only in purpose"] = float(theme in in_purpose - in_main)
        signs["named by phrase"] = float(theme in named_by_phrase)
        main[theme] = signs | {
            "log share of phrases": math.log(max(shares[theme], _FLOOR)),
            ("first", "second", "later")[min(at, 2)]: 1.0,
        }
        named[theme] = signs | {"among first two": float(at < 2)}
    main[NO_THEME] = {
        "no theme": 1.0,
        "no theme: best words": max([signs["words as main"] for signs in main.values()]),
        "no theme: no phrase": float(not found.themes),
    }
    return Evidence(main=main, named=named, facets=facets)


def phrase_scores(found: Candidates, weights: Weights) -> dict[str, float]:
    """Return how much the phrases alone speak for each theme as the main one."""
    return {theme: weights.primary_score(primary_signs(found, theme)) for theme in found.themes}


def with_main(own: Mapping[str, float], share: float, *, likely: bool) -> Mapping[str, float]:
    """Return the evidence that a theme is named, with its probability `share` as the main theme."""
    log = math.log(max(share, _FLOOR))
    return {**own, "base": 1.0, "log chance as main": log, "likeliest main": float(likely)}


def weigh(evidence: Mapping[str, float], coefficients: Mapping[str, float]) -> float:
    """Return the sum of what speaks for a theme, each part with its coefficient."""
    get = coefficients.get
    return sum([get(name, 0.0) * value for name, value in evidence.items()])


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    """Return scores as probabilities that add up to 1 (softmax)."""
    if not scores:
        return {}
    top = max(scores.values())
    odds = {name: math.exp(score - top) for name, score in scores.items()}
    whole = sum(odds.values())
    return {name: value / whole for name, value in odds.items()}


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -500 else 0.0


def _clipped(score: float) -> float:
    if score > _FURTHEST:
        return _FURTHEST
    return score if score > -_FURTHEST else -_FURTHEST
