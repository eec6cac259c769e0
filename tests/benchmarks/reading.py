"""What reading costs, relative to taking the bare text out of the same files."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pypdfium2 as pdfium

from reports.reader import read_bytes
from reports.register import Register
from reports.sandbox.pool import WORTH_A_PROCESS, ReaderPool
from tests.benchmarks.costs import Costs, cpu_of

PROCESSES = 2
ROUNDS = 2
SAMPLE = 120
"""As many reports, the same in every run."""
_WARM_UP = 3 * WORTH_A_PROCESS
"""Files that are read before measuring, so that every process has started and loaded its data."""


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


def measure(paths: Sequence[Path], costs: Costs) -> None:
    """Add the ratios in one process and in a pool of two.

    Reading and bare text take turns, so that whatever else the machine does hits both alike.
    """
    print("reading, as a multiple of taking out the bare text")
    chosen = random.Random(17).sample(sorted(paths), min(SAMPLE, len(paths)))
    costs.add("reading in one process", _in_one_process(chosen), "times", target=1.42)
    costs.add("reading in a pool of two", _in_a_pool(chosen), "times", target=1.35)


def _in_one_process(paths: Sequence[Path]) -> float:
    register = Register.default()
    for path in paths[:_WARM_UP]:
        read_bytes(path.read_bytes(), name=path.name, register=register)
    bare = reading = 0.0
    for _ in range(ROUNDS):
        for path in paths:
            start = time.process_time()
            bare_text(path)
            middle = time.process_time()
            read_bytes(path.read_bytes(), name=path.name, register=register)
            bare += middle - start
            reading += time.process_time() - middle
    return reading / bare


def _in_a_pool(paths: Sequence[Path]) -> float:
    """With this process, which checks the answers. Starting the processes is left out."""
    bare = reading = 0.0
    with (
        ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as plain,
        ReaderPool(processes=PROCESSES) as reader,
    ):
        list(plain.map(bare_text, paths[:_WARM_UP]))
        list(reader.read_many(paths[:_WARM_UP]))
        for _ in range(ROUNDS):
            start = cpu_of(os.getpid())
            list(plain.map(bare_text, paths, chunksize=4))
            middle = cpu_of(os.getpid())
            list(reader.read_many(paths))
            bare += middle - start
            reading += cpu_of(os.getpid()) - middle
    return reading / bare
