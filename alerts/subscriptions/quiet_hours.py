"""Quiet hours: when a subscription gets no messages unless they are urgent. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

from alerts.messages.digest_schedule import ONE_DAY
from reports.london import LONDON

_FORM = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")
NO_WAIT = timedelta()


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day in London to another, which may be on the next day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "20:00-07:00". Raises a ValueError that says how to write it."""
        match = _FORM.fullmatch(text)
        try:
            parts = [int(part) for part in match.groups()] if match else []
            start, end = time(parts[0], parts[1]), time(parts[2], parts[3])
        except (IndexError, ValueError):
            raise ValueError('must be two times of the day, such as "20:00-07:00"') from None
        if start == end:
            raise ValueError("must not begin and end at the same time")
        return cls(start, end)

    def wait(self, moment: datetime) -> timedelta:
        """Return how long it is from `moment` until quiet hours end; NO_WAIT outside of them."""
        local = moment.astimezone(LONDON)
        clock, day = local.time(), local.date()
        begun, ended = clock >= self.start, clock >= self.end
        over_midnight = self.start > self.end
        is_quiet = (begun or not ended) if over_midnight else (begun and not ended)
        if not is_quiet:
            return NO_WAIT
        if over_midnight and begun:
            day += ONE_DAY
        # Subtracting in UTC counts real hours even in the nights when the clocks change.
        end = datetime.combine(day, self.end, tzinfo=LONDON)
        wait = end.astimezone(UTC) - moment
        # In October the hour from one to two comes twice: this may be the second.
        return wait if wait > NO_WAIT else end.replace(fold=1).astimezone(UTC) - moment
