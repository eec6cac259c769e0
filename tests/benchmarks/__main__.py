"""`make bench`: what everything costs, and the quality of themes on the real reports, in one run.

With `--record`, what is measured becomes what later runs are compared with. Names of measurements
(`reading`, `commands`, `history`, `website`, `subscriptions`, `quality`) choose some of them.
`converted`, which takes an hour, runs only by its name.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks import filling, history, reading, subscriptions, website
from tests.benchmarks.costs import Costs

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def main() -> None:
    """Run the benchmarks; those that need the real reports only where these are."""
    costs = Costs.begin()
    without_reports: Mapping[str, Callable[[], None]] = {
        "history": lambda: history.measure(costs),
        "website": website.measure,
        "subscriptions": lambda: subscriptions.measure(costs),
    }
    with_reports: Mapping[str, Callable[[], None]] = {
        "reading": lambda: reading.measure(sorted((CORPUS / "pdfs").glob("*.pdf")), costs),
        "commands": lambda: filling.measure(CORPUS, costs),
        "quality": _measure_quality,
    }
    by_name: Mapping[str, Callable[[], None]] = {"converted": _measure_converted}
    usual = {**without_reports, **with_reports}
    everything = {**usual, **by_name}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("which", nargs="*", choices=[[], *everything], default=[])
    chosen = parser.parse_args()
    for name in chosen.which or usual:
        if name not in without_reports and not (CORPUS / "pdfs").exists():
            print(f"{name} needs the real reports in ../shared/corpus, which does not exist.")
            continue
        everything[name]()
    for sentence in costs.worse():
        print(f"More than a tenth worse: {sentence}")
    if chosen.record:
        costs.record()
    sys.exit(1 if costs.worse() else 0)


# These two load scikit-learn, which the program does not: with it in memory, the rest costs more.
def _measure_quality() -> None:
    from tests.benchmarks import quality

    quality.measure(CORPUS)


def _measure_converted() -> None:
    from tests.benchmarks import converted

    converted.measure(CORPUS)


if __name__ == "__main__":
    main()
