"""Which days a digest covers, and when it goes out. Pure.

Days are those of London, whose clocks change twice a year: an hour of the day is always looked up
in the calendar, never counted from another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from reports.london import LONDON, midnight

# A digest goes out in the morning after the last day it covers: weekly ones on Mondays.
DIGEST_TIME = time(7, 30)
ONE_DAY = timedelta(days=1)


class When(StrEnum):
    """When a subscription's messages go out."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


_DAYS = {When.DAILY: 1, When.WEEKLY: 7}


@dataclass(frozen=True)
class DigestPeriod:
    """Whole days in London, both included."""

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
        """Whether it has no day at all."""
        return self.last < self.first


def last_due(when: When, now: datetime) -> DigestPeriod:
    """The latest period whose digest has become due at `now`. `when` is daily or weekly."""
    local = now.astimezone(LONDON)
    day = local.date() if local.time() >= DIGEST_TIME else local.date() - ONE_DAY
    if when == When.WEEKLY:
        day -= timedelta(days=day.weekday())
    return period_of(when, day - ONE_DAY)


def period_of(when: When, day: date) -> DigestPeriod:
    """The day, or the week from Monday to Sunday, whose digest tells what comes on `day`."""
    first = day - timedelta(days=day.weekday()) if when == When.WEEKLY else day
    return DigestPeriod(first=first, last=first + timedelta(days=_DAYS[when]) - ONE_DAY)
