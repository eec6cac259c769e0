"""Measure work, for tests that hostile input costs little more than plain input.

Seconds say little on a machine that others use, or on a slower one. So the work is measured in
multiples of the same work on plain input, in processor time of this thread.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TIMES = 3
"""Of several measures the smallest is nearest to the truth: what disturbs one only adds to it."""


Work = Callable[[], object]


@contextmanager
def compared_with(plain: Work) -> Iterator[Callable[[Work, float], float]]:
    """Give a function that measures work in multiples of that of `plain`.

    Its second argument is the limit: measuring stops as soon as one measure is below it.
    """
    # Keep garbage left by other tests out of the measured time.
    gc.collect()
    gc.freeze()
    unit = min(_seconds(plain) for _ in range(TIMES))

    def effort(work: Work, limit: float) -> float:
        least = float("inf")
        for _ in range(TIMES):
            least = min(least, _seconds(work) / unit)
            if least < limit:
                break
        return least

    yield effort


def _seconds(work: Work) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
