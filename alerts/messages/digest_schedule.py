"""Which days a digest covers, and when it is sent. Pure.

Days are London days. The clocks change twice a year, so a time of day is looked up in the calendar
and not counted from another time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from reports.london import LONDON, midnight

DIGEST_TIME = time(7, 30)
"""A digest is sent on the morning after the last day it covers: weekly ones on Mondays, monthly
ones on the first of the month."""

ONE_DAY = timedelta(days=1)


class When(StrEnum):
    """When a subscription's messages are sent."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class DigestPeriod:
    """Whole days in London from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        """The first instant, in UTC."""
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return midnight(self.last + ONE_DAY)

    @property
    def is_empty(self) -> bool:
        """Whether it has no days."""
        return self.last < self.first


def last_due(when: When, now: datetime) -> DigestPeriod:
    """Return the latest period whose digest is due at `now`. `when` is daily, weekly or monthly."""
    local = now.astimezone(LONDON)
    day = local.date() if local.time() >= DIGEST_TIME else local.date() - ONE_DAY
    if when == When.WEEKLY:
        day -= timedelta(days=day.weekday())
    elif when == When.MONTHLY:
        day = day.replace(day=1)
    return period_of(when, day - ONE_DAY)


def period_of(when: When, day: date) -> DigestPeriod:
    """Return the day, the week from Monday to Sunday, or the month whose digest has the events of
    `day`.
    """
    if when == When.MONTHLY:
        first = day.replace(day=1)
        return DigestPeriod(first=first, last=_next_month(first) - ONE_DAY)
    if when == When.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return DigestPeriod(first=monday, last=monday + timedelta(days=6))
    return DigestPeriod(first=day, last=day)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
