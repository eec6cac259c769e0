"""When a digest is due, and which days it covers, even when the clocks change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages.digest_schedule import ONE_DAY, DigestPeriod, When, last_due
from reports.london import LONDON


def london(*parts: int, fold: int = 0) -> datetime:
    """A moment as London's clocks show it."""
    return datetime(*parts, tzinfo=LONDON, fold=fold)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (london(2026, 6, 20, 7, 29), date(2026, 6, 18)),
        (london(2026, 6, 20, 7, 30), date(2026, 6, 19)),
        (london(2026, 6, 20, 23, 59), date(2026, 6, 19)),
        # Clocks go forward on 29 March 2026, and back on 25 October.
        (london(2026, 3, 29, 7, 29), date(2026, 3, 27)),
        (london(2026, 3, 29, 7, 30), date(2026, 3, 28)),
        (london(2026, 10, 25, 1, 30, fold=1), date(2026, 10, 23)),
        (london(2026, 10, 25, 7, 30), date(2026, 10, 24)),
    ],
)
def test_a_daily_digest_covers_the_day_before(now: datetime, last: date) -> None:
    assert last_due(When.DAILY, now) == DigestPeriod(first=last, last=last)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (london(2026, 6, 22, 7, 29), date(2026, 6, 14)),
        (london(2026, 6, 22, 7, 30), date(2026, 6, 21)),
        (london(2026, 6, 28, 23, 0), date(2026, 6, 21)),
    ],
)
def test_a_weekly_digest_covers_monday_to_sunday(now: datetime, last: date) -> None:
    assert last_due(When.WEEKLY, now) == DigestPeriod(first=last - 6 * ONE_DAY, last=last)


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (london(2026, 7, 1, 7, 29), date(2026, 5, 1), date(2026, 5, 31)),
        (london(2026, 7, 1, 7, 30), date(2026, 6, 1), date(2026, 6, 30)),
        (london(2026, 3, 31, 12, 0), date(2026, 2, 1), date(2026, 2, 28)),
        (london(2024, 3, 1, 8, 0), date(2024, 2, 1), date(2024, 2, 29)),
        (london(2026, 1, 1, 8, 0), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_monthly_digest_covers_the_month_before(now: datetime, first: date, last: date) -> None:
    assert last_due(When.MONTHLY, now) == DigestPeriod(first=first, last=last)


def test_days_are_as_long_as_london_makes_them() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    lengths = [
        DigestPeriod(day, day).ends_at - DigestPeriod(day, day).starts_at
        for day in (spring, autumn)
    ]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


@given(
    # In London time, so that the clock shows the same hour in the period before.
    now=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(LONDON)),
    when=st.sampled_from([When.DAILY, When.WEEKLY]),
)
def test_periods_follow_each_other_without_a_gap(now: datetime, when: When) -> None:
    period = last_due(when, now)
    length = period.last - period.first + ONE_DAY
    before = last_due(when, now - length)
    assert before.last + ONE_DAY == period.first
    assert period.ends_at <= now
