"""Which themes are raised more or less often in the last 12 months than in the 12 before. Pure.

A rise or fall counts where it is more than chance would explain: the 95% confidence interval of the
difference of the two shares lies above 0 for a rise, and below 0 for a fall. It is Newcombe's, made
from Wilson's intervals, which hold for small numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from reports.analysis.theme_shares import Share, ThemesRaised, share_of

FEWEST_INSPECTIONS = 20
"""With fewer inspections in either year, no change is reported."""

_WILSON = 1.959964
"""The normal quantile of a two-sided 95% interval."""


@dataclass(frozen=True, kw_only=True)
class ShareChange:
    """A theme in the last 12 months and in the 12 before.

    `low` and `high`, -1 to 1, are the 95% confidence interval of the difference.
    """

    theme: str
    now: Share
    before: Share
    low: float
    high: float

    @property
    def difference(self) -> float:
        """By how much the share has grown, -1 to 1."""
        return (self.now.share or 0.0) - (self.before.share or 0.0)

    @property
    def rose(self) -> bool:
        """Whether it grew by more than chance would explain."""
        return self.low > 0

    @property
    def fell(self) -> bool:
        """Whether it shrank by more than chance would explain."""
        return self.high < 0


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The two 12-month periods and the change of each theme.

    The periods are given by the days after which they begin, and the last day.

    `changes` is empty where there were too few inspections in one of them (`enough` False).
    """

    before_begins_after: date
    now_begins_after: date
    last: date
    inspections_now: int
    inspections_before: int
    changes: tuple[ShareChange, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are enough inspections to say anything."""
        return min(self.inspections_now, self.inspections_before) >= FEWEST_INSPECTIONS

    @property
    def risen(self) -> tuple[ShareChange, ...]:
        """The themes that are raised more often, the largest rise first."""
        found = [change for change in self.changes if change.rose]
        return tuple(sorted(found, key=lambda change: (-change.difference, change.theme)))


def trend(inspections: Iterable[ThemesRaised], themes: Iterable[str], *, today: date) -> Trend:
    """Compare the inspections of the 12 months up to `today` with those of the 12 before.

    An inspection belongs to the day on which it began. All must be of one family of reports.
    """
    middle, first = years_before(today, 1), years_before(today, 2)
    known = list(inspections)
    now = [inspection for inspection in known if middle < inspection.start <= today]
    before = [inspection for inspection in known if first < inspection.start <= middle]
    found = Trend(
        before_begins_after=first,
        now_begins_after=middle,
        last=today,
        inspections_now=len(now),
        inspections_before=len(before),
    )
    if not found.enough:
        return found
    changes = [_change(theme, share_of(now, theme), share_of(before, theme)) for theme in themes]
    return replace(found, changes=tuple(changes))


def years_before(day: date, years: int) -> date:
    """Return the same day of an earlier year; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _change(theme: str, now: Share, before: Share) -> ShareChange:
    """Return the change of a theme, with Newcombe's interval (1998, method 10)."""
    p, q = now.named / now.of, before.named / before.of
    low_p, high_p = wilson(now)
    low_q, high_q = wilson(before)
    return ShareChange(
        theme=theme,
        now=now,
        before=before,
        low=p - q - sqrt((p - low_p) ** 2 + (high_q - q) ** 2),
        high=p - q + sqrt((high_p - p) ** 2 + (q - low_q) ** 2),
    )


def wilson(share: Share) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share. It must be of at least one inspection."""
    n, z = share.of, _WILSON
    p = share.named / n
    middle = p + z * z / (2 * n)
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return (middle - reach) / whole, (middle + reach) / whole
