"""Fitting the certainty of repeats on labelled pairs of reports.

A pair is judged with themes that were fitted without its authorities, here as in the figures: what
the theme model says of statements it has seen is too certain.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from reports.repeats.certainty import RepeatWeights
from reports.repeats.signals import UNKNOWN, Rarity, compare_sides, side, stems_of
from reports.themes.weights import Weights
from reports.themes.words import words_of
from tests.benchmarks.fit_themes import FOLDS, fold
from tests.benchmarks.shares import Share
from tests.benchmarks.themes_labelled import flat, read_lines, statements_of_reports

SOFTNESS = 0.1
"""The inverse of how strongly each weight is pulled towards 0; the signals are scaled alike."""

PRECISION_LIKELY = 0.915
"""Share of likely repeats that are the same issue, on authorities that were not seen."""

WAYS = 3
"""How often the authorities are put into folds, each time in another way.

Few pairs are near the beginning of a tier, so that one way of making folds alone says little."""

SAME_AREA_FROM = 0.15

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two statements of two reports, their signals, and how many of the two readers say same."""

    report_pair: int
    urn: str
    chance: bool
    """Whether the reports are of different authorities."""
    later: str
    earlier: str
    signals: dict[str, float]
    same: int


def corpus_rarity(corpus: Path) -> Rarity:
    """How rare words are in all areas for improvement of the corpus; no label plays a part."""
    return _word_rarity(sorted({text for _, _, text in statements_of_reports(corpus)}))


def _word_rarity(texts: Collection[str]) -> dict[str, float]:
    """Return the rarity of each stem in these statements, and that of an unknown one."""
    having = Counter(stem for text in texts for stem in stems_of(words_of(text)))
    whole = len(texts) + 1
    rarity = {stem: round(math.log(whole / (count + 1)), 2) for stem, count in having.items()}
    return {UNKNOWN: round(math.log(whole), 2), **dict(sorted(rarity.items()))}


def labelled_pairs(
    corpus: Path, chosen: Callable[[str], Weights], rarity: Rarity
) -> list[LabelledPair]:
    """All pairs of statements; `chosen` gives the theme weights to use for an authority."""
    urns = {flat(text): urn for urn, _, text in statements_of_reports(corpus)}
    found: list[LabelledPair] = []
    number = 0
    for name in ("repeats.jsonl", "repeats_chance.jsonl"):
        for pair in read_lines(corpus / name):
            labels = {(m["later"], m["earlier"]): m["labels"] for m in pair["matches"]}
            later_urn = pair.get("urn") or urns[flat(pair["later"][0])]
            earlier_urn = pair.get("urn") or urns[flat(pair["earlier"][0])]
            for at, later in enumerate(pair["later"]):
                for before, earlier in enumerate(pair["earlier"]):
                    compared = compare_sides(
                        side(later, family="ilacs", weights=chosen(later_urn)),
                        side(earlier, family="ilacs", weights=chosen(earlier_urn)),
                        rarity,
                    )
                    said = labels.get((at, before), [])
                    found.append(
                        LabelledPair(
                            report_pair=number,
                            urn=later_urn,
                            chance="urn" not in pair,
                            later=later,
                            earlier=earlier,
                            signals=dict(compared.values),
                            same=said.count("same_issue"),
                        )
                    )
            number += 1
    return found


def fit_repeats(
    pairs: Sequence[LabelledPair], rarity: Rarity, version: int
) -> tuple[RepeatWeights, Sequence[Numbers]]:
    """The weights, and for each way of making folds the certainty of each pair.

    That is by weights fitted without its authority.
    """
    unseen = [_unseen(pairs, rarity, version, split) for split in range(WAYS)]
    fitted = _fit(pairs, rarity, version)
    return with_tiers(fitted, pairs, unseen), unseen


def _unseen(pairs: Sequence[LabelledPair], rarity: Rarity, version: int, split: int) -> Numbers:
    """The certainty of each pair by weights fitted without its authority."""
    unseen = np.zeros(len(pairs))
    folds = np.array([fold(one.urn, split) for one in pairs])
    for left_out in range(FOLDS):
        known = [one for one, at in zip(pairs, folds, strict=True) if at != left_out]
        weights = _fit(known, rarity, version)
        for at in np.flatnonzero(folds == left_out):
            unseen[at] = weights.certainty(pairs[at].signals)
    return unseen


def _fit(pairs: Sequence[LabelledPair], rarity: Rarity, version: int) -> RepeatWeights:
    names = list(pairs[0].signals)
    table = np.array([[one.signals[name] for name in names] for one in pairs])
    scale = StandardScaler().fit(table)
    model = LogisticRegression(C=SOFTNESS, max_iter=2000)
    wanted = np.array([one.same > 0 for one in pairs])
    model.fit(scale.transform(table), wanted)
    weights = model.coef_[0] / scale.scale_
    base = float(model.intercept_[0] - weights @ scale.mean_)

    def means(values: Numbers) -> dict[str, float]:
        return {name: round(float(mean), 3) for name, mean in zip(names, values, strict=True)}

    return RepeatWeights(
        base=round(base, 3),
        weights={n: round(float(w), 3) for n, w in zip(names, weights, strict=True)},
        usual=means(scale.mean_),
        usual_same=means(table[wanted].mean(axis=0)),
        likely_from=1.0,
        possible_from=1.0,
        stated_from=1.0,
        same_area_from=SAME_AREA_FROM,
        rarity=rarity,
        version=version,
    )


def with_tiers(
    weights: RepeatWeights, pairs: Sequence[LabelledPair], unseen: Sequence[Numbers]
) -> RepeatWeights:
    """The weights with the tiers that hold on authorities which were not seen.

    `possible` begins where precision and recall are nearest to each other in the first way of
    making folds, `likely` where `PRECISION_LIKELY` is reached in each way and stays so above.
    """

    def shares(own: Numbers, step: float) -> list[float]:
        return [share.value for share in pair_shares(pairs, own, step)]

    def is_precise(step: float) -> bool:
        return all(shares(own, step)[0] >= PRECISION_LIKELY for own in unseen)

    steps = [round(0.2 + step / 100, 2) for step in range(76)]
    possible = max(steps, key=lambda step: min(shares(unseen[0], step)))
    likely = first_precise([step for step in steps if step > possible], is_precise)
    return replace(weights, likely_from=likely, possible_from=possible)


def first_precise(steps: Sequence[float], is_precise: Callable[[float], bool]) -> float:
    """The first of the rising steps from which on all are precise."""
    low = [step for step in steps if not is_precise(step)]
    return min(step for step in steps if step > max(low, default=0.0))


def pair_shares(
    pairs: Sequence[LabelledPair], certainty: Numbers, least: float
) -> tuple[Share, Share]:
    """Precision and recall of the pairs with at least a certainty.

    Found is right where either reader says so; what both say must be found.
    """
    right = wrong = missed = 0
    for one, chance in zip(pairs, certainty, strict=True):
        if chance >= least:
            right += one.same > 0
            wrong += one.same == 0
        else:
            missed += one.same > 1
    return Share(right, right + wrong), Share(right, right + missed)


def calibration_error(pairs: Sequence[LabelledPair], certainty: Numbers, bins: int = 10) -> float:
    """The mean distance between certainty and share of same issues, over bins of certainty."""
    same = np.array([one.same > 0 for one in pairs])
    which = np.minimum((certainty * bins).astype(int), bins - 1)
    gaps = [
        abs(certainty[which == at].mean() - same[which == at].mean()) * (which == at).mean()
        for at in range(bins)
        if (which == at).any()
    ]
    return float(sum(gaps))
