"""How well themes and repeats are found on labelled statements, and what an alert is worth.

`python -m tests.benchmarks.quality` fits everything anew without writing it, and prints each figure
on the labels, cross-validated by authority, and on the texts from which no phrase or rule was
written. With `--database URL` it says how many repeats that people have rejected the rule would
still tell. No label was confirmed by a person: they agree with one another, but prove little more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import select

from reports.repeats.finding import still_same
from storage.database import Database
from storage.models import RejectedRepeat
from tests.benchmarks import alert_rate
from tests.benchmarks.fit import CORPUS, Fitted, fit_all, print_figures
from tests.benchmarks.fit_repeats import calibration_error

BINS = 10


def measure(corpus: Path) -> None:
    """Print all figures."""
    fitted = fit_all(corpus)
    print_figures(fitted)
    _print_calibration(fitted)
    _print_chance(fitted)
    alert_rate.measure(corpus)


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
        told: dict[bool, dict[int, bool]] = {False: {}, True: {}}
        for pair, certainty in zip(fitted.pairs, fitted.unseen, strict=True):
            known = told[pair.chance]
            known[pair.report_pair] = known.get(pair.report_pair, False) or certainty >= least
        real, chance = (sum(found.values()) / len(found) for found in (told[False], told[True]))
        print(f"pairs of reports with a {name} repeat: {real:.0%}, by chance {chance:.0%}")


def measure_rejections(url: str) -> None:
    """Print how many of the repeats that people have rejected would still be found."""
    database = Database(url)
    try:
        with database.read() as session:
            rows = session.execute(select(RejectedRepeat.later, RejectedRepeat.earlier))
            rejected = [(later, earlier) for later, earlier in rows]
    finally:
        database.close()
    wrong = still_same(rejected)
    print(f"{len(wrong)} of {len(rejected)} rejected repeats would still be found")
    for later, earlier in wrong:
        print(f"  {later}\n  – {earlier}")


def main(arguments: Sequence[str]) -> None:
    """Measure, or count what people have rejected."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality")
    parser.add_argument("--database", metavar="URL", help="count the rejected repeats of this one")
    chosen = parser.parse_args(arguments)
    if chosen.database:
        measure_rejections(chosen.database)
    elif not (CORPUS / "themes.jsonl").exists():
        sys.exit("The benchmark reads labelled statements from ../shared/corpus; it is not there.")
    else:
        measure(CORPUS)


if __name__ == "__main__":
    main(sys.argv[1:])
