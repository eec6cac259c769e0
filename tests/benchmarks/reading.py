"""How fast reports are read, relative to taking the bare text out of the same files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pypdfium2 as pdfium

from reports.sandbox.pool import ReaderPool

PROCESSES = 2
ROUNDS = 3


def bare_text(path: Path) -> int:
    """Take the plain text out of every page, as the yardstick; returns its length."""
    length = 0
    pdf = pdfium.PdfDocument(path.read_bytes())
    for page in pdf:
        text = page.get_textpage()
        length += len(text.get_text_bounded())
        text.close()
        page.close()
    pdf.close()
    return length


def measure(paths: Sequence[Path]) -> None:
    """Print the ratio of reading to bare text extraction, both on the same number of processes.

    The two take turns, so that whatever else the machine does hits both alike.
    """
    ratios = []
    with (
        ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as bare,
        ReaderPool(processes=PROCESSES) as reader,
    ):
        list(bare.map(bare_text, paths[:4]))
        list(reader.read_many(paths[:4]))
        for round_ in range(1, ROUNDS + 1):
            start = time.perf_counter()
            list(bare.map(bare_text, paths, chunksize=4))
            middle = time.perf_counter()
            problems = sum(bool(report.problems) for report in reader.read_many(paths))
            end = time.perf_counter()
            ratios.append((end - middle) / (middle - start))
            print(
                f"  round {round_}: bare text {middle - start:.1f} s, reading {end - middle:.1f} s,"
                f" ratio {ratios[-1]:.2f} ({len(paths)} reports, {problems} with problems)"
            )
    median = sorted(ratios)[ROUNDS // 2]
    print(f"reading / bare text, median of {ROUNDS}: {median:.2f} (at most 2)")
