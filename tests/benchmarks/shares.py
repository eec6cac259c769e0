"""Shares with their confidence intervals: how many of how many."""

from __future__ import annotations

import math
from dataclasses import dataclass

_NORMAL = 1.96
"""Standard deviations that hold 95% of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `whole`."""

    right: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of nothing."""
        return self.right / self.whole if self.whole else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% confidence interval (Wilson)."""
        if not self.whole:
            return 0.0, 1.0
        square = _NORMAL**2
        centre = (self.value + square / (2 * self.whole)) / (1 + square / self.whole)
        spread = self.value * (1 - self.value) / self.whole + square / (4 * self.whole**2)
        half = _NORMAL * math.sqrt(spread) / (1 + square / self.whole)
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.2f}–{high:.2f}]"


Figures = dict[str, Share]
"""What is measured, by its name."""


def precision_and_recall(name: str, *, right: int, wrong: int, missed: int) -> Figures:
    """Both as figures of that name."""
    return {
        f"{name} precision": Share(right, right + wrong),
        f"{name} recall": Share(right, right + missed),
    }
