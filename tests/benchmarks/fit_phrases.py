"""Fitting the weights of phrases: two small regularised logistic models.

The same input gives the same weights: statements are taken in their order, nothing is drawn.
Everything that is learnt is learnt here, so that a fold of a cross-validation knows nothing of the
statements it is measured on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.themes.candidates import Candidates, facet_signs, find_candidates, primary_signs
from reports.themes.judging import phrase_scores
from reports.themes.taxonomy import Taxonomy
from reports.themes.weights import Weights
from tests.benchmarks.themes_labelled import Labelled

STEPS = 200
RIDGE = 8.0
"""How strongly each weight is pulled towards 0."""

LEXICAL = 12.0
"""Signs that are words of the statement are pulled more strongly by this factor: there are many,
and each is seen seldom."""

SMALLEST = 0.015
"""Smaller weights are next to nothing and are left out."""

_READER = "second reading"

Numbers = NDArray[np.float64]
Signs = list[str]


def fit_phrases(statements: Sequence[Labelled], taxonomy: Taxonomy) -> Weights:
    """The weights of phrases and their signs from labelled statements."""
    found = [(one, find_candidates(one.text, taxonomy, family=one.family)) for one in statements]
    primary = _worth_keeping(_fit_primary(found))
    keep = _worth_keeping(_fit_keep(found, Weights(primary=primary, keep={})))
    return Weights(primary=primary, keep=keep, version=taxonomy.version)


def _fit_primary(statements: Sequence[tuple[Labelled, Candidates]]) -> dict[str, float]:
    """A choice between the themes that each statement may be about."""
    signs: list[Signs] = []
    shares: list[float] = []
    firsts: list[int] = []
    for one, found in statements:
        right = [theme in one.primary for theme in found.themes]
        if any(right) and not all(right):
            firsts.append(len(signs))
            shares += [good / sum(right) for good in right]
            signs += [list(primary_signs(found, t)) for t in found.themes]
    wanted, starts = np.array(shares), np.array(firsts)
    sizes = np.diff([*firsts, len(signs)])

    def error(scores: Numbers) -> Numbers:
        top = np.repeat(np.maximum.reduceat(scores, starts), sizes)
        odds = np.exp(scores - top)
        slopes: Numbers = odds / np.repeat(np.add.reduceat(odds, starts), sizes) - wanted
        return slopes

    return _descend(signs, error, steepest=0.5)


def _fit_keep(statements: Sequence[tuple[Labelled, Candidates]], half: Weights) -> dict[str, float]:
    """A yes or no for each facet that a statement may be about; disputed ones are left out.

    The second reading names more than the first. What it names more is a sign of its own, so that
    the other weights are the ones of the first.
    """
    signs: list[Signs] = []
    named: list[float] = []
    for one, found in statements:
        if not found.facets:
            continue
        scores = phrase_scores(found, half)
        main = max(scores, key=scores.__getitem__)
        for candidate in found.facets:
            if candidate.facet:
                good, sure = candidate.facet in one.any_facets, candidate.facet in one.both_facets
            else:
                good = candidate.theme in one.any_themes
                sure = candidate.theme in one.both_themes
            if good == sure:
                of_main = candidate.theme == main
                reader = [_READER, f"{_READER} {of_main}"] if one.second else []
                all_signs = facet_signs(found, candidate, main)
                signs.append([*all_signs, *reader])
                named.append(float(good))
    wanted = np.array(named)

    def error(scores: Numbers) -> Numbers:
        share: Numbers = 1 / (1 + np.exp(-scores)) - wanted
        return share

    return _descend(signs, error, steepest=0.25)


def _is_lexical(sign: str) -> bool:
    return " beside " in sign or sign.startswith(("phrase ", "before "))


def _descend(
    signs: Sequence[Signs], error: Callable[[Numbers], Numbers], *, steepest: float
) -> dict[str, float]:
    """The weights at which a convex loss with a ridge is least, by accelerated steps.

    `error` is the slope of the loss at each score, `steepest` how fast that slope can change: with
    it each weight has a step that never goes too far.
    """
    seen = Counter(sign for each in signs for sign in each)
    known = {sign: at for at, sign in enumerate(seen)}
    pairs = [(row, known[s]) for row, each in enumerate(signs) for s in each if s in known]
    rows, columns = np.array(pairs).T
    pulls = np.array([RIDGE * (LEXICAL if _is_lexical(sign) else 1.0) for sign in known])
    lengths = np.bincount(rows, minlength=len(signs))
    curve = steepest * np.bincount(columns, lengths[rows], len(known)) + pulls
    weights = ahead = np.zeros(len(known))
    pace = 1.0
    for _ in range(STEPS):
        scores = np.bincount(rows, ahead[columns], len(signs)).astype(np.float64)
        slope = np.bincount(columns, error(scores)[rows], len(known)) + pulls * ahead
        stepped = ahead - slope / curve
        if (ahead - stepped) @ (stepped - weights) > 0:
            pace = 1.0
        faster = (1 + (1 + 4 * pace**2) ** 0.5) / 2
        ahead = stepped + (pace - 1) / faster * (stepped - weights)
        weights, pace = stepped, faster
    return {s: round(float(weights[at]), 2) for s, at in sorted(known.items())}


def _worth_keeping(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights that are not next to nothing, without those that say who the reader was."""
    return {
        sign: weight
        for sign, weight in weights.items()
        if abs(weight) >= SMALLEST and not sign.startswith(_READER)
    }
