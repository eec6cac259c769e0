"""How certain a link must be between what inspectors say persists and an earlier statement.

They seldom say which of the earlier areas they mean. So a stated repeat is linked with an earlier
statement only where the certainty of the pair is high enough: as many of the links must be the same
issue as of the likely repeats. It is chosen and measured on the labelled pairs of reports, with a
certainty and a tone from weights that have not seen the authority.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from joblib import Parallel, delayed

from reports.model import ImprovementArea
from reports.repeats.certainty import RepeatWeights
from reports.repeats.stated import find_stated, judge_sentences, says_all, says_named
from reports.repeats.tone import ToneWeights
from tests.benchmarks.fit_repeats import PRECISION_LIKELY, LabelledPair, Numbers, first_precise
from tests.benchmarks.shares import Figures, precision_and_recall
from tests.benchmarks.themes_labelled import flat, read_lines
from tests.benchmarks.tone_labelled import PROCESSES, sentences_in_context

StatedAreas = Collection[tuple[int, str]]
"""The number of a pair of reports, and an area of the later one that is said to persist."""


def stated_areas(corpus: Path, chosen: Callable[[str], ToneWeights]) -> StatedAreas:
    """The areas of the labelled pairs of which the inspectors say that they were named before.

    `chosen` gives the weights of the tone to use for an authority.
    """
    files = {
        (one["urn"], flat(item)): one["file_id"]
        for one in read_lines(corpus / "gold.jsonl")
        for section in one["improvement_sections"]
        for item in section["items"]
    }
    pairs = read_lines(corpus / "repeats.jsonl")
    found = Parallel(PROCESSES)(
        delayed(sentences_in_context)(corpus / "pdfs" / f"{files[key]}.pdf")
        for pair in pairs
        for key in [(pair["urn"], flat(pair["later"][0]))]
    )
    stated: set[tuple[int, str]] = set()
    for number, (pair, sentences) in enumerate(zip(pairs, found, strict=True)):
        said = judge_sentences(sentences, weights=chosen(pair["urn"]))
        later = [ImprovementArea(text=text, heading="") for text in pair["later"]]
        repeats = [one for one in find_stated(said, later) if says_named(one)]
        everything = any(says_all(one.text) for one in repeats)
        named = {one.area for one in repeats}
        stated |= {(number, a.text) for at, a in enumerate(later) if everything or at in named}
    return frozenset(stated)


def with_links(
    weights: RepeatWeights,
    pairs: Sequence[LabelledPair],
    unseen: Sequence[Numbers],
    stated: StatedAreas,
) -> RepeatWeights:
    """The weights with the lowest certainty from which on enough links are right.

    They must be so in each way of making folds.
    """

    def is_precise(step: float) -> bool:
        found = (link_figures(pairs, one, stated, step)["link precision"] for one in unseen)
        return all(share.value >= PRECISION_LIKELY for share in found)

    steps = [at / 100 for at in range(round(weights.possible_from * 100), 100)]
    return replace(weights, stated_from=min(first_precise(steps, is_precise), weights.likely_from))


def link_figures(
    pairs: Sequence[LabelledPair], certainty: Numbers, stated: StatedAreas, least: float
) -> Figures:
    """Precision and recall of the links of stated areas from a certainty on."""
    right = wrong = missed = 0
    for one, chance in zip(pairs, certainty, strict=True):
        if one.chance or (one.report_pair, one.later) not in stated:
            continue
        if chance >= least:
            right += one.same > 0
            wrong += one.same == 0
        else:
            missed += one.same > 1
    return precision_and_recall("link", right=right, wrong=wrong, missed=missed)
