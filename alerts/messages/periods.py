"""Which days a digest covers, and when it is sent. Pure.

Days are those of London, whose clocks change twice a year: an hour of a day is looked up in the
calendar, not counted from another hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from reports.london import LONDON, midnight

# A digest is sent on the morning after the last day it covers: weekly ones on Mondays.
DIGEST_TIME = time(7, 30)
ONE_DAY = timedelta(days=1)


class When(StrEnum):
    """When a subscription's messages are sent."""

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
        """Whether it has no day."""
        return self.last < self.first


def last_due(when: When, now: datetime) -> DigestPeriod:
    """Return the latest period whose digest is due at `now`. `when` is daily or weekly."""
    local = now.astimezone(LONDON)
    day = local.date() if local.time() >= DIGEST_TIME else local.date() - ONE_DAY
    if when == When.WEEKLY:
        day -= timedelta(days=day.weekday())
    return period_of(when, day - ONE_DAY)


def period_of(when: When, day: date) -> DigestPeriod:
    """Return the day, or the week from Monday to Sunday, whose digest has the events of `day`."""
    first = day - timedelta(days=day.weekday()) if when == When.WEEKLY else day
    return DigestPeriod(first=first, last=first + timedelta(days=_DAYS[when]) - ONE_DAY)
