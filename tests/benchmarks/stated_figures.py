"""How right the tone of sentences about earlier inspections is, on the labelled ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from reports.repeats.tone import Tone, tone
from tests.benchmarks.fit_themes import fold
from tests.benchmarks.shares import Figures, Share, precision_and_recall
from tests.benchmarks.themes_labelled import read_lines

READ_FOLDS = (0, 1, 2)
"""Expressions were written while reading the sentences of these authorities.

On the others they had precision 0.82 and recall 0.62 at the first count. They were then widened
once for whole classes of sentences, so that the others are no longer wholly unread.
"""

_PERSISTS = {Tone.PERSISTS, Tone.MIXED}


def stated_figures(
    corpus: Path, counts: Callable[[dict[str, Any]], bool] = lambda row: True
) -> Figures:
    """Precision and recall of stated repeats, and how often praise is taken for one.

    Right is what either reader says; what both say must be found.
    """
    right = wrong = missed = praise = praised = 0
    for row in filter(counts, read_lines(corpus / "stated.jsonl")):
        found = tone(row["before"], row["text"], row["after"]) in _PERSISTS
        said = [label in _PERSISTS for label in row["labels"]]
        right += found and any(said)
        wrong += found and not any(said)
        missed += not found and all(said)
        if not any(said) and Tone.IMPROVED in row["labels"]:
            praised += 1
            praise += found
    return {
        **precision_and_recall("stated", right=right, wrong=wrong, missed=missed),
        "praise taken for a repeat": Share(praise, praised),
    }


def was_read(row: dict[str, Any]) -> bool:
    """Whether expressions were written while reading the sentences of a row's authority."""
    return fold(row["urn"], 0) in READ_FOLDS
