"""London time: the days and hours in which Ofsted publishes and people read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london_date(moment: datetime) -> date:
    """Return the date in London at this instant."""
    return moment.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in London, in UTC."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)
