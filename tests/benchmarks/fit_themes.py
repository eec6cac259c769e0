"""Fitting all weights of the theme tagger, and the same weights without one fold of authorities.

The coefficients that combine phrases and words must not learn from statements that the phrases'
weights and the words have seen: these fit what they have seen too well. So every statement is first
judged by models that were fitted without its authority.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from joblib import Parallel, delayed

from reports.themes.candidates import find_candidates
from reports.themes.judging import gather
from reports.themes.taxonomy import load_taxonomy
from reports.themes.weights import Weights
from tests.benchmarks.fit_combination import Judgement, combine
from tests.benchmarks.fit_phrases import fit_phrases
from tests.benchmarks.fit_words import fit_words
from tests.benchmarks.themes_labelled import Labelled, corpus_statements, flat, second_reading

FOLDS = 5
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Labels:
    """All labelled statements: `corpus` with the labels of the corpus, `second` of another reader.

    Some statements are in both.
    """

    corpus: Sequence[Labelled]
    second: Sequence[Labelled]

    def without(self, fold_left_out: int | None, split: int = 0) -> Labels:
        """The labels without the authorities of one fold; all where it is None."""
        if fold_left_out is None:
            return self
        return Labels(
            *(
                [one for one in part if fold(one.urn, split) != fold_left_out]
                for part in (self.corpus, self.second)
            )
        )


@dataclass(frozen=True, slots=True)
class FittedThemes:
    """Weights that were fitted on all labels, and for each fold of authorities those without it."""

    shipped: Weights
    by_fold: Sequence[Weights]
    split: int

    def unseen(self, urn: str) -> Weights:
        """Weights that have not seen an authority."""
        return self.by_fold[fold(urn, self.split)]


def fold(urn: str, split: int) -> int:
    """The fold of an authority in one way of making folds; all its statements are in it."""
    digest = hashlib.sha1(f"{split} {urn}".encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % FOLDS


def read_labels(corpus: Path) -> Labels:
    """All labelled statements."""
    return Labels(corpus_statements(corpus), second_reading(corpus))


def fit_themes(labels: Labels, *, split: int = 0) -> FittedThemes:
    """Fit everything; the same labels give the same weights."""
    which: list[int | None] = [None, *range(FOLDS)]
    shipped, *bases = Parallel(PROCESSES)(
        delayed(fit_base)(labels.without(left_out, split)) for left_out in which
    )
    judged: list[tuple[int, Judgement]] = []
    for one in labels.corpus:
        at = fold(one.urn, split)
        found = find_candidates(one.text, load_taxonomy(), family=one.family)
        judged.append((at, (one, gather(found, bases[at]))))
    return FittedThemes(
        shipped=combine(shipped, [judgement for _, judgement in judged]),
        by_fold=[
            combine(base, [judgement for own, judgement in judged if own != at])
            for at, base in enumerate(bases)
        ],
        split=split,
    )


def fit_base(labels: Labels) -> Weights:
    """The weights of phrases and words, without the coefficients that combine them."""
    taxonomy = load_taxonomy()
    known = {flat(one.text) for one in labels.corpus}
    further = [one for one in labels.second if flat(one.text) not in known]
    phrases = fit_phrases([*labels.corpus, *labels.second], taxonomy)
    return replace(phrases, words=fit_words([*labels.corpus, *further], taxonomy))
