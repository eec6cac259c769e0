"""How long ago the last check of the site was, not counting weekends. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.messages.digest_schedule import ONE_DAY
from reports.london import london_date, midnight

UNAVAILABLE_AFTER = timedelta(hours=72)
"""Three weekdays, Monday to Friday, including holidays. Ofsted publishes nothing at weekends, so a
last poll on Friday evening is not too long ago on Monday morning."""

_SATURDAY = 5


def weekday_time(start: datetime, end: datetime) -> timedelta:
    """Return how much of the time between two instants is from Monday to Friday in London."""
    total = timedelta()
    day = london_date(start)
    while midnight(day) < end:
        if day.weekday() < _SATURDAY:
            total += min(end, midnight(day + ONE_DAY)) - max(start, midnight(day))
        day += ONE_DAY
    return total


def is_source_unavailable(last_poll: datetime | None, *, now: datetime) -> bool:
    """Return whether the last complete poll is over UNAVAILABLE_AFTER ago, or there was none."""
    return last_poll is None or weekday_time(last_poll, now) > UNAVAILABLE_AFTER
