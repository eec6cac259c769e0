"""Fitting the coefficients that combine phrases and words of a statement to chances of themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from reports.themes.judging import Evidence, weigh, with_main
from reports.themes.weights import Weights
from tests.benchmarks.themes_labelled import Labelled

RIDGE = 1.0

Numbers = NDArray[np.float64]
Judgement = tuple[Labelled, Evidence]
"""A labelled statement with what models say of it that have not seen its authority."""


def combine(base: Weights, judged: Sequence[Judgement]) -> Weights:
    """The weights with coefficients fitted on evidence from models that had not seen it."""
    main = _fit_main(judged)
    return replace(base, main=main, named=_fit_named(judged, main))


def _fit_main(judged: Sequence[Judgement]) -> dict[str, float]:
    """A choice between all themes, with the same coefficients for each."""
    names = sorted({n for _, e in judged for own in e.main.values() for n in own})
    themes = list(judged[0][1].main)
    table = np.array([[_row(e.main[t], names) for t in themes] for _, e in judged])
    wanted = np.array([[float(t in one.primary) for t in themes] for one, _ in judged])
    wanted /= wanted.sum(axis=1, keepdims=True)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = table @ weights
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        chances = odds / odds.sum(axis=1, keepdims=True)
        slope = -np.einsum("stn,st->n", table, wanted - chances) + RIDGE * weights
        missed = -(wanted * np.log(chances + 1e-12)).sum()
        return missed + RIDGE * (weights @ weights) / 2, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(value), 3) for name, value in zip(names, found, strict=True)}


def _fit_named(judged: Sequence[Judgement], main: Mapping[str, float]) -> dict[str, float]:
    """Whether a theme is named at all; what readers dispute is left out."""
    rows: list[Mapping[str, float]] = []
    wanted: list[bool] = []
    for one, evidence in judged:
        scores = {theme: weigh(own, main) for theme, own in evidence.main.items()}
        top = max(scores.values())
        odds = {theme: float(np.exp(score - top)) for theme, score in scores.items()}
        whole = sum(odds.values())
        for theme, own in evidence.named.items():
            if (theme in one.any_themes) == (theme in one.both_themes):
                likely = scores[theme] == top
                rows.append(with_main(own, odds[theme] / whole, likely=likely))
                wanted.append(theme in one.any_themes)
    names = sorted({name for row in rows for name in row})
    model = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False)
    model.fit(np.array([_row(row, names) for row in rows]), np.array(wanted))
    return {name: round(float(value), 3) for name, value in zip(names, model.coef_[0], strict=True)}


def _row(values: Mapping[str, float], names: Sequence[str]) -> list[float]:
    return [values.get(name, 0.0) for name in names]
