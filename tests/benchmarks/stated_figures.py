"""How right stated repeats are, on labelled sentences about earlier inspections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.repeats.tone import ToneWeights
from reports.repeats.tone_rules import PERSISTING, Tone
from tests.benchmarks.shares import Figures, Share, precision_and_recall
from tests.benchmarks.tone_labelled import LabelledSentence


def stated_figures(
    sentences: Sequence[LabelledSentence], chosen: Callable[[str], ToneWeights]
) -> Figures:
    """Precision and recall of stated repeats, and how often praise is taken for one.

    `chosen` gives the weights to use for an authority. Right is what some reader says; what all
    say must be found. An improvement is right where a reader says that something improved.
    """
    right = wrong = missed = praise = praised = improved = called = 0
    for one in sentences:
        tone = chosen(one.urn).tone(one.signs) if one.signs else Tone.NONE
        found = tone in PERSISTING
        right += found and one.stays
        wrong += found and not one.stays
        missed += not found and one.surely_stays
        if not one.stays and one.improved:
            praised += 1
            praise += found
        if tone is Tone.IMPROVED:
            called += 1
            improved += one.improved
    return {
        **precision_and_recall("stated", right=right, wrong=wrong, missed=missed),
        "praise taken for a repeat": Share(praise, praised),
        "improvement precision": Share(improved, called),
    }
