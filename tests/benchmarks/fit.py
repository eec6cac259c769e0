"""`make fit`: fit all weights that ship with the program, and write them with their figures.

The same labels give the same weights. Each figure stands three times: on the labels that the
weights were fitted on; cross-validated, each authority judged by weights that have not seen it;
and cross-validated on the texts from which no phrase or rule was written. Labels are read from
../shared/corpus and never copied: only weights and figures are written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reports.repeats.certainty import RepeatWeights
from reports.repeats.tone import ToneWeights
from reports.themes.tagging import tag
from reports.themes.taxonomy import load_taxonomy
from reports.themes.weights import Weights, load_weights
from tests.benchmarks.figures import repeat_figures, theme_figures
from tests.benchmarks.fit_repeats import (
    LabelledPair,
    Numbers,
    calibration_error,
    corpus_rarity,
    fit_repeats,
    labelled_pairs,
)
from tests.benchmarks.fit_themes import FittedThemes, Labels, fit_themes, fold, read_labels
from tests.benchmarks.fit_tone import fit_tone
from tests.benchmarks.shares import Figures
from tests.benchmarks.stated_figures import stated_figures
from tests.benchmarks.stated_links import StatedAreas, link_figures, stated_areas, with_links
from tests.benchmarks.tone_labelled import corpus_sentences, second_reading_sentences
from tests.benchmarks.weight_files import write_repeats, write_themes, write_tone

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"

FIRST_ROUND = 30
"""The first pairs of reports in the corpus: rules were written while reading them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one model on three sets of labels."""

    in_sample: Figures
    cross_validated: Figures
    unread: Figures

    def as_json(self) -> dict[str, dict[str, list[float]]]:
        """Each figure as its value and the ends of its 95% interval."""
        return {
            "in_sample": rounded(self.in_sample),
            "cross_validated": rounded(self.cross_validated),
            "unread": rounded(self.unread),
        }

    def print(self) -> None:
        """One line for each figure."""
        print(f"  {'':26} {'in-sample':24} {'cross-validated':24} on unread texts")
        for what, share in self.in_sample.items():
            others = f"{self.cross_validated[what]!s:24} {self.unread[what]}"
            print(f"  {what:26} {share!s:24} {others}")


@dataclass(frozen=True, slots=True)
class Fitted:
    """All weights with what was measured."""

    themes: FittedThemes
    theme_measures: Measured
    pairs: list[LabelledPair]
    unseen: Numbers
    """The certainty of each pair by weights that have not seen its authority."""
    repeats: RepeatWeights
    repeat_measures: Measured
    stated: StatedAreas
    """The areas of the labelled pairs that are said to persist, by weights that had not seen them.
    """
    tone: ToneWeights
    stated_measures: Measured

    @property
    def measures(self) -> dict[str, Measured]:
        """What was measured, by the name of the model."""
        return {
            "themes": self.theme_measures,
            "repeats": self.repeat_measures,
            "stated repeats": self.stated_measures,
        }

    def links(self, least: float) -> Figures:
        """Cross-validated: how right the links of stated areas are from a certainty on."""
        return link_figures(self.pairs, self.unseen, self.stated, least)


def rounded(figures: Figures) -> dict[str, list[float]]:
    """Each figure as its value and the ends of its 95% interval."""
    return {
        what: [round(number, 3) for number in (share.value, *share.interval)]
        for what, share in figures.items()
    }


def fit_all(corpus: Path, *, keep: bool = False) -> Fitted:
    """Fit and measure everything.

    `keep` writes the weights of themes as soon as they are fitted: sentences are judged with the
    themes that ship, so that the result must not depend on those that shipped before.
    """
    labels = read_labels(corpus)
    themes = fit_themes(labels)
    theme_measures = measure_themes(labels, themes)
    if keep:
        write_themes(themes.shipped, theme_measures.as_json())
        load_weights.cache_clear()
    rarity = corpus_rarity(corpus)
    pairs = labelled_pairs(corpus, themes.unseen, rarity)
    repeats, ways = fit_repeats(pairs, rarity, load_taxonomy().version)
    unseen = ways[0]
    shipped = labelled_pairs(corpus, lambda urn: themes.shipped, rarity)
    own = np.array([repeats.certainty(pair.signals) for pair in shipped])
    tone, unseen_tone, stated_measures = fit_stated(corpus)
    stated = stated_areas(corpus, unseen_tone)
    repeats = with_links(repeats, pairs, ways, stated)
    later = [at for at, pair in enumerate(pairs) if pair.report_pair >= FIRST_ROUND]
    return Fitted(
        themes=themes,
        theme_measures=theme_measures,
        pairs=pairs,
        unseen=unseen,
        repeats=repeats,
        repeat_measures=Measured(
            in_sample=repeat_figures(shipped, own, repeats),
            cross_validated=repeat_figures(pairs, unseen, repeats),
            unread=repeat_figures([pairs[at] for at in later], unseen[later], repeats),
        ),
        stated=stated,
        tone=tone,
        stated_measures=stated_measures,
    )


def fit_stated(corpus: Path) -> tuple[ToneWeights, Callable[[str], ToneWeights], Measured]:
    """The weights of stated repeats, those that have not seen an authority, and the figures."""
    sentences = [*corpus_sentences(corpus), *second_reading_sentences(corpus)]
    shipped, by_fold = fit_tone(sentences)

    def unseen(urn: str) -> ToneWeights:
        return by_fold[fold(urn, 0)]

    return (
        shipped,
        unseen,
        Measured(
            in_sample=stated_figures(sentences, lambda urn: shipped),
            cross_validated=stated_figures(sentences, unseen),
            unread=stated_figures([one for one in sentences if one.held], unseen),
        ),
    )


def measure_themes(labels: Labels, themes: FittedThemes) -> Measured:
    """The figures of themes on the areas for improvement that the corpus has labels for."""
    statements = [one for one in labels.corpus if one.listed]

    def figures(chosen: Callable[[str], Weights], *, unread_only: bool = False) -> Figures:
        return theme_figures(
            (one, tag(one.text, family=one.family, weights=chosen(one.urn)))
            for one in statements
            if one.unread or not unread_only
        )

    return Measured(
        in_sample=figures(lambda urn: themes.shipped),
        cross_validated=figures(themes.unseen),
        unread=figures(themes.unseen, unread_only=True),
    )


def write(fitted: Fitted) -> None:
    """Write the weights of repeats to the data files."""
    # A test counts these again: no report needs to be read for them.
    first = stated_figures(corpus_sentences(CORPUS), lambda urn: fitted.tone)
    write_tone(
        fitted.tone,
        {**fitted.stated_measures.as_json(), "in_sample_first_reading": rounded(first)},
    )
    further: Mapping[str, object] = {
        "calibration_error": round(calibration_error(fitted.pairs, fitted.unseen), 4),
        "links_cross_validated": rounded(fitted.links(fitted.repeats.stated_from)),
    }
    write_repeats(fitted.repeats, {**fitted.repeat_measures.as_json(), **further})


def print_figures(fitted: Fitted) -> None:
    """Print all figures, and what it does to ask for a certainty of the links of stated areas."""
    for name, measured in fitted.measures.items():
        print(name)
        measured.print()
    for least in (fitted.repeats.possible_from, fitted.repeats.stated_from):
        figures = (f"{what} {share}" for what, share in fitted.links(least).items())
        print(f"  stated areas linked from {least:.2f}: {', '.join(figures)} (cross-validated)")


def main() -> None:
    """Fit, write and print the figures."""
    if not (CORPUS / "themes.jsonl").exists():
        sys.exit("Fitting reads labels from ../shared/corpus, which does not exist.")
    fitted = fit_all(CORPUS, keep=True)
    write(fitted)
    print_figures(fitted)


if __name__ == "__main__":
    main()
