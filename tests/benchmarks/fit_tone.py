"""Fitting how likely a sentence says that something named before persists, or that it improved.

What the expressions alone say is one sign among many, and the strongest. The second reading shows
how far it can be trusted, so its weight is pulled towards 0 less than that of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from reports.repeats.tone import ToneModel, ToneWeights
from tests.benchmarks.fit_themes import FOLDS, fold
from tests.benchmarks.tone_labelled import LabelledSentence

FEWEST = 6
"""A sign counts only where this many sentences have it."""

SOFTNESS = 0.01
"""The inverse of how strongly weights are pulled towards 0."""

OF_RULES = 2.0
"""By this factor what the expressions say is pulled less."""

SMALLEST = 0.01
PRECISION = 0.94
PRAISE = 0.0075
"""The threshold is the lowest from which on so many stated repeats are right, and no larger share
of praise is taken for one. A little is lost on unseen authorities, where 0.92 and 0.01 must hold.
"""

MIXED_FROM = 0.5
IMPROVED_FROM = 0.78
"""An improvement that is reported and is none misleads. From 0.78 on 8 in 100 are none, of those
that nobody has ruled out by their words (`shows_improvement`), and three quarters of the
improvements are found. From 0.6 on 12 in 100 are none; from 0.8 on a third is lost."""

DOUBTED_FROM = 0.3

Fit = Callable[[Sequence[LabelledSentence]], ToneWeights]


def fit_tone(sentences: Sequence[LabelledSentence]) -> tuple[ToneWeights, list[ToneWeights]]:
    """The weights, and for each fold of authorities those that have not seen it."""
    by_fold = [
        _fit([one for one in sentences if fold(one.urn, 0) != left_out])
        for left_out in range(FOLDS)
    ]
    return _fit(sentences), by_fold


def _fit(sentences: Sequence[LabelledSentence]) -> ToneWeights:
    """The weights; the threshold is chosen on folds within these sentences."""
    known = [one for one in sentences if one.signs]
    unseen = np.zeros(len(known))
    # Other folds than those outside, which would leave one of these empty.
    folds = np.array([fold(one.urn, 1) for one in known])
    for left_out in range(FOLDS):
        model = _model(
            [one for one, at in zip(known, folds, strict=True) if at != left_out],
            lambda one: one.stays,
        )
        for at in np.flatnonzero(folds == left_out):
            unseen[at] = model.probability(known[at].signs)
    return ToneWeights(
        persists=_model(known, lambda one: one.stays),
        improved=_model(known, lambda one: one.improved),
        persists_from=_threshold(known, unseen),
        mixed_from=MIXED_FROM,
        improved_from=IMPROVED_FROM,
        doubted_from=DOUBTED_FROM,
    )


def _model(
    sentences: Sequence[LabelledSentence], wanted: Callable[[LabelledSentence], bool]
) -> ToneModel:
    vectors = DictVectorizer()
    table = vectors.fit_transform(_weighed(one.signs) for one in sentences)
    often = np.asarray((table > 0).sum(axis=0)).ravel() >= FEWEST
    model = LogisticRegression(C=SOFTNESS, solver="liblinear", random_state=0)
    model.fit(table[:, often], np.array([wanted(one) for one in sentences]))
    names = vectors.get_feature_names_out()[often]
    weights = {
        name: round(float(weight) * _scale(name), 3)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= SMALLEST
    }
    return ToneModel(base=round(float(model.intercept_[0]), 3), weights=weights)


def _scale(sign: str) -> float:
    return OF_RULES if sign.startswith("rules:") else 1.0


def _weighed(signs: Iterable[str]) -> dict[str, float]:
    return {sign: _scale(sign) for sign in sorted(signs)}


def _threshold(sentences: Sequence[LabelledSentence], chances: NDArray[np.float64]) -> float:
    """The lowest threshold from which on little is wrong."""
    steps = [round(0.3 + step / 100, 2) for step in range(52)]
    low = [step for step in steps if not _is_right_from(step, sentences, chances)]
    return min((step for step in steps if step > max(low, default=0.0)), default=steps[-1])


def _is_right_from(
    least: float, sentences: Sequence[LabelledSentence], chances: NDArray[np.float64]
) -> bool:
    found = [one for one, chance in zip(sentences, chances, strict=True) if chance >= least]
    praised = sum(one.improved and not one.stays for one in sentences)
    wrong = sum(one.improved and not one.stays for one in found)
    precise = sum(one.stays for one in found) >= PRECISION * len(found)
    return precise and wrong <= PRAISE * praised
