"""Fitting the weights of the theme tagger: two small regularised logistic models, no library.

The same input gives the same weights: statements are taken in their order, nothing is drawn.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reports.themes.candidates import facet_signs, find_candidates, primary_signs
from reports.themes.tagging import choose_primary
from reports.themes.taxonomy import Taxonomy
from reports.themes.weights import Weights

ROUNDS = 80
STEP = 0.05
MOMENTUM = 0.9
RIDGE = 3.0
"""How strongly each weight is pulled towards 0."""
SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement and what readers say of it; `any_*`: either reader, `both_*`: every reader."""

    text: str
    urn: str
    family: str
    primary: frozenset[str]
    any_themes: frozenset[str]
    both_themes: frozenset[str]
    any_facets: frozenset[str]
    both_facets: frozenset[str]
    listed: bool = True
    """Whether it is an area of a report; others stood near one, and only help to fit."""


Gradient = Callable[[Mapping[str, float]], Mapping[str, float]]


def _descend(gradient: Gradient, *, seen: Mapping[str, int], ridge: float) -> dict[str, float]:
    """The weights at which a convex loss with a ridge is least, by steps with momentum.

    A sign's step is the smaller, the more often it is `seen`.
    """
    weights: dict[str, float] = defaultdict(float)
    speed: dict[str, float] = defaultdict(float)
    for _ in range(ROUNDS):
        for sign, slope in gradient(weights).items():
            scale = 0.25 * min(seen[sign], 400) + ridge
            step = STEP * (slope + ridge * weights[sign]) / scale
            speed[sign] = MOMENTUM * speed[sign] - step
        for sign, change in speed.items():
            weights[sign] += change
    return {s: round(w, 2) for s, w in sorted(weights.items()) if abs(w) >= SMALLEST}


def fit_weights(
    statements: Sequence[Labelled], taxonomy: Taxonomy, *, ridge: float = RIDGE
) -> Weights:
    """Weights from labelled statements."""
    primary = _fit_primary(statements, taxonomy, ridge)
    half = Weights(primary=primary, keep={})
    return Weights(primary=primary, keep=_fit_keep(statements, taxonomy, half, ridge))


def _fit_primary(
    statements: Sequence[Labelled], taxonomy: Taxonomy, ridge: float
) -> dict[str, float]:
    """A choice between the candidates of each statement."""
    choices = []
    for statement in statements:
        found = find_candidates(statement.text, taxonomy, family=statement.family)
        right = [theme in statement.primary for theme in found.themes]
        if any(right) and not all(right):
            choices.append((right, [list(primary_signs(found, t)) for t in found.themes]))

    def gradient(weights: Mapping[str, float]) -> Mapping[str, float]:
        slopes: dict[str, float] = defaultdict(float)
        for right, signs in choices:
            scores = [sum(weights[s] for s in each) for each in signs]
            top = max(scores)
            odds = [math.exp(score - top) for score in scores]
            total, share = sum(odds), 1 / sum(right)
            for good, odd, each in zip(right, odds, signs, strict=True):
                for sign in each:
                    slopes[sign] += odd / total - (share if good else 0.0)
        return slopes

    seen = Counter(sign for _, signs in choices for each in signs for sign in each)
    return _descend(gradient, seen=seen, ridge=ridge)


def _fit_keep(
    statements: Sequence[Labelled], taxonomy: Taxonomy, half: Weights, ridge: float
) -> dict[str, float]:
    """A yes or no for each facet that a statement may be about; disputed ones are left out."""
    examples = []
    for statement in statements:
        found = find_candidates(statement.text, taxonomy, family=statement.family)
        if not found.facets:
            continue
        primary = choose_primary(found, half)
        for candidate in found.facets:
            if candidate.facet:
                yes, sure = statement.any_facets, statement.both_facets
                good, certain = candidate.facet in yes, candidate.facet in sure
            else:
                good = candidate.theme in statement.any_themes
                certain = candidate.theme in statement.both_themes
            if good == certain:
                examples.append((good, list(facet_signs(found, candidate, primary))))

    def gradient(weights: Mapping[str, float]) -> Mapping[str, float]:
        slopes: dict[str, float] = defaultdict(float)
        for good, signs in examples:
            score = sum(weights[sign] for sign in signs)
            error = 1 / (1 + math.exp(-score)) - good
            for sign in signs:
                slopes[sign] += error
        return slopes

    seen = Counter(sign for _, signs in examples for sign in signs)
    return _descend(gradient, seen=seen, ridge=ridge)
