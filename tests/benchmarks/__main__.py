"""`make bench`: speed and the quality of themes on the real reports, in one run."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks import filling, quality, reading, subscriptions, website

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def main() -> None:
    """Run every benchmark, or say why none can run."""
    website.measure()
    subscriptions.measure()
    if not (CORPUS / "pdfs").exists():
        sys.exit(
            "The other benchmarks read real reports from ../shared/corpus, which is not there."
        )
    reading.measure(sorted((CORPUS / "pdfs").glob("*.pdf")))
    filling.measure(CORPUS)
    quality.measure(CORPUS)


if __name__ == "__main__":
    main()
