"""How right themes and repeats are on labelled statements and pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.model import ThemeTag
from reports.repeats.certainty import RepeatWeights
from tests.benchmarks.fit_repeats import LabelledPair, Numbers, pair_shares
from tests.benchmarks.shares import Figures, Share, precision_and_recall
from tests.benchmarks.themes_labelled import Labelled

Tagged = tuple[Labelled, tuple[ThemeTag, ...]]


def theme_figures(tagged: Iterable[Tagged]) -> Figures:
    """Right main themes; precision and recall of themes and facets.

    A theme is right where either reader names it; what both name must be found.
    """
    rows = list(tagged)
    mains = [
        (one, next((t.theme for t in tags if t.role == "primary"), "none")) for one, tags in rows
    ]
    return {
        "main theme": Share(sum(main in one.primary for one, main in mains), len(rows)),
        "main or also named": Share(
            sum(main in one.primary | one.any_themes for one, main in mains), len(rows)
        ),
        **_found(
            "theme",
            (({t.theme for t in tags}, one.any_themes, one.both_themes) for one, tags in rows),
        ),
        **_found(
            "facet",
            (
                ({t.facet for t in tags if t.facet}, one.any_facets, one.both_facets)
                for one, tags in rows
            ),
        ),
    }


def repeat_figures(
    pairs: Sequence[LabelledPair], certainty: Numbers, weights: RepeatWeights
) -> Figures:
    """Precision and recall of all repeats, and of the likely ones."""
    figures: Figures = {}
    for name, least in (("repeat", weights.possible_from), ("likely", weights.likely_from)):
        precision, recall = pair_shares(pairs, certainty, least)
        figures |= {f"{name} precision": precision, f"{name} recall": recall}
    return figures


def _found(name: str, rows: Iterable[tuple[set[str], frozenset[str], frozenset[str]]]) -> Figures:
    right = wrong = missed = 0
    for found, either, both in rows:
        right += len(found & either)
        wrong += len(found - either)
        missed += len(both - found)
    return precision_and_recall(name, right=right, wrong=wrong, missed=missed)
