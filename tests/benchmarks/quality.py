"""How well themes and repeats are found on labelled statements, and what an alert is worth.

`python -m tests.benchmarks.quality` fits everything anew without writing it, and prints each figure
on the labels, cross-validated by authority, and on the texts from which no phrase or rule was
written. With `--database URL` it says on how many pairs of statements people have decided
otherwise. No label was confirmed by a person: they agree with one another, but prove little more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import select

from reports.repeats.finding import same_issue
from storage.database import Database
from storage.models import ConfirmedRepeat, RejectedRepeat
from tests.benchmarks import alert_rate
from tests.benchmarks.alert_rate import DRAWS
from tests.benchmarks.fit import CORPUS, Fitted, fit_all, measure_themes, print_figures
from tests.benchmarks.fit_repeats import calibration_error
from tests.benchmarks.fit_themes import fit_themes, read_labels

BINS = 10

OTHER_SPLITS = (1, 2, 3, 4)
"""Other ways of making folds than the one of all other figures. A change that helps in one way
alone is chance."""


def measure(corpus: Path) -> None:
    """Print all figures."""
    fitted = fit_all(corpus)
    print_figures(fitted)
    _print_other_folds(corpus)
    _print_calibration(fitted)
    _print_chance(fitted)
    alert_rate.measure(corpus)


def _print_other_folds(corpus: Path) -> None:
    """How far the figures of themes depend on which authorities are in one fold."""
    labels = read_labels(corpus)
    for split in OTHER_SPLITS:
        measured = measure_themes(labels, fit_themes(labels, split=split))
        figures = measured.cross_validated, measured.unread
        main, unread = (found["main theme"].value for found in figures)
        print(f"main theme by other folds ({split}): {main:.3f}, on unread texts {unread:.3f}")


def _print_calibration(fitted: Fitted) -> None:
    """What share of the pairs of each certainty is the same issue."""
    same = np.array([pair.same > 0 for pair in fitted.pairs])
    which = np.minimum((fitted.unseen * BINS).astype(int), BINS - 1)
    print(
        f"calibration error {calibration_error(fitted.pairs, fitted.unseen):.4f}; certainty → seen"
    )
    seen = (
        f"{fitted.unseen[which == at].mean():.2f} → {same[which == at].mean():.2f}"
        for at in range(BINS)
        if (which == at).any()
    )
    print("  " + ", ".join(seen))


def _print_chance(fitted: Fitted) -> None:
    """How often repeats are found on pairs of reports of one council, and of different councils."""
    for name, least in (
        ("likely", fitted.repeats.likely_from),
        ("likely or possible", fitted.repeats.possible_from),
    ):
        found: dict[bool, dict[int, bool]] = {False: {}, True: {}}
        for pair, certainty in zip(fitted.pairs, fitted.unseen, strict=True):
            known = found[pair.chance]
            known[pair.report_pair] = known.get(pair.report_pair, False) or bool(certainty >= least)
        real, chance = ([*found[of_chance].values()] for of_chance in (False, True))
        print(f"labelled pairs of reports with a {name} repeat: {lift_words(real, chance)}")


def lift_words(real: Sequence[bool], chance: Sequence[bool]) -> str:
    """How many times as often something is found as by chance, with the interval of that."""
    draw = np.random.default_rng(0)
    shares = [
        draw.choice(np.array(found, dtype=float), (DRAWS, len(found))).mean(axis=1)
        for found in (real, chance)
    ]
    low, high = np.quantile(shares[0] / np.maximum(shares[1], 1 / len(chance)), (0.025, 0.975))
    once, other = (sum(found) / len(found) for found in (real, chance))
    return (
        f"{once:.0%} of {len(real)}, by chance {other:.0%} of {len(chance)}: "
        f"{once / max(other, 1 / len(chance)):.2f} times as often [{low:.1f}–{high:.1f}]"
    )


def measure_rejections(url: str) -> None:
    """Print on how many pairs of statements the program differs from what people have decided."""
    database = Database(url)
    try:
        with database.read() as session:
            rows = session.execute(select(RejectedRepeat.later, RejectedRepeat.earlier))
            rejected = [(later, earlier) for later, earlier in rows]
            rows = session.execute(select(ConfirmedRepeat.later, ConfirmedRepeat.earlier))
            confirmed = [(later, earlier) for later, earlier in rows]
    finally:
        database.close()
    wrong = [pair for pair in rejected if same_issue(*pair)]
    missed = [pair for pair in confirmed if not same_issue(*pair)]
    for words, found, decided in (
        ("rejected repeats would still be found", wrong, rejected),
        ("confirmed repeats would be missed", missed, confirmed),
    ):
        print(f"{len(found)} of {len(decided)} {words}")
        for later, earlier in found:
            print(f"  {later}\n  – {earlier}")


def main(arguments: Sequence[str]) -> None:
    """Measure, or count what people have rejected."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality")
    parser.add_argument(
        "--database", metavar="URL", help="compare with what people decided in this one"
    )
    chosen = parser.parse_args(arguments)
    if chosen.database:
        measure_rejections(chosen.database)
    elif not (CORPUS / "themes.jsonl").exists():
        sys.exit(
            "The benchmark reads labelled statements from ../shared/corpus, which does not exist."
        )
    else:
        measure(CORPUS)


if __name__ == "__main__":
    main(sys.argv[1:])
