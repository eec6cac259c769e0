"""Fitting the word model of themes: one logistic model for each theme over stems (TF-IDF)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from reports.themes.candidates import find_candidates
from reports.themes.taxonomy import Taxonomy
from reports.themes.wordmodel import WordModel, WordWeights, word_features
from tests.benchmarks.themes_labelled import Labelled

FEWEST = 2
"""A word counts only where it is in this many statements."""

SOFTNESS = 0.65
"""The inverse of how strongly each weight is pulled towards 0.

A larger value fits the labels better, and other authorities no better."""

SMALLEST = 0.15
"""Weights nearer to 0 are left out of the file: they are many and change next to nothing."""


def fit_words(statements: Sequence[Labelled], taxonomy: Taxonomy) -> WordModel:
    """The word model from labelled statements."""
    features = [
        list(word_features(find_candidates(one.text, taxonomy, family=one.family)))
        for one in statements
    ]
    vectors = TfidfVectorizer(analyzer=list, min_df=FEWEST, sublinear_tf=True)
    matrix = vectors.fit_transform(features)
    names = vectors.get_feature_names_out()
    weights: dict[str, tuple[dict[str, float], dict[str, float]]] = {n: ({}, {}) for n in names}
    bases: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for theme in taxonomy.themes:
        for at, wanted in enumerate(
            (
                [theme in one.primary for one in statements],
                [theme in one.any_themes for one in statements],
            )
        ):
            if not any(wanted):
                bases[at][theme] = -6.0
                continue
            model = LogisticRegression(C=SOFTNESS, solver="liblinear", random_state=0)
            model.fit(matrix, np.array(wanted))
            bases[at][theme] = round(float(model.intercept_[0]), 2)
            for column in np.flatnonzero(np.abs(model.coef_[0]) >= SMALLEST):
                weights[names[column]][at][theme] = round(float(model.coef_[0][column]), 1)
    rarity = dict(zip(names, vectors.idf_, strict=True))
    return WordModel(
        # A word without any weight stays: it counts for the length of a statement.
        words={
            name: WordWeights(round(float(rarity[name]), 2), main, named)
            for name, (main, named) in weights.items()
        },
        main_base=bases[0],
        named_base=bases[1],
    )
