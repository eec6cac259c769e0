"""Digests while the clock of this machine is wrong: none is lost, late or sent twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.subscriptions.config import AlertConfig
from reports.london import LONDON
from storage.database import Database
from storage.models import (
    Delivery,
    DeliveryState,
)
from tests.alerts.outbox.making_digests import (
    DAY,
    FRIDAY,
    Rows,
    digests,
    look,
    make,
    new_events,
)


def test_a_first_check_in_the_future_hides_no_digest_without_events(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    look(database, FRIDAY + 20 * DAY)
    make(database, config, FRIDAY)
    assert make(database, config, FRIDAY + DAY) == 1


@pytest.mark.parametrize("when", ["daily", "weekly"])
def test_a_digest_made_while_the_clock_was_days_ahead_silences_no_later_one(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, when: str
) -> None:
    config = configured(when)
    make(database, config, FRIDAY)
    wrong = FRIDAY + 20 * DAY
    new_events(database, config, at=wrong, number=1)
    make(database, config, wrong + 10 * DAY)
    for day in range(40):
        new_events(database, config, at=FRIDAY + day * DAY, number=2 + day)
        make(database, config, FRIDAY + (day + 1) * DAY)
    make(database, config, FRIDAY + 50 * DAY)
    in_digests = Counter(event.id for row in digests(rows()) for event in row.events)
    assert len(in_digests) == 41
    assert set(in_digests.values()) == {1}
    days = [row.key.split(":")[1] for row in digests(rows())]
    assert len(days) > (30 if when == "daily" else 5)


@pytest.mark.parametrize("when", ["weekly", "monthly"])
def test_a_digest_made_while_the_clock_was_days_ahead_delays_no_digest_that_is_due_meanwhile(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows, when: str
) -> None:
    config = configured(when)
    tuesday = datetime(2026, 6, 30, 12, 0, tzinfo=LONDON)
    make(database, config, tuesday)
    make(database, config, tuesday + 8 * DAY)
    made = len(digests(rows()))
    new_events(database, config, at=tuesday)
    due = datetime(2026, 7, 6 if when == "weekly" else 1, 8, 0, tzinfo=LONDON)
    assert make(database, config, due - DAY) == 0
    assert make(database, config, due) == 1
    assert [len(row.events) for row in digests(rows())[made:]] == [1]


def test_what_a_digest_made_by_a_wrong_clock_has_had_is_in_no_second_one(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly")
    tuesday = datetime(2026, 6, 30, 12, 0, tzinfo=LONDON)
    make(database, config, tuesday)
    new_events(database, config, at=tuesday)
    make(database, config, tuesday + 8 * DAY)
    with database.write() as session:
        for row in session.scalars(select(Delivery)):
            row.state = DeliveryState.SENT
    had = [row.id for row in digests(rows())]
    make(database, config, datetime(2026, 7, 6, 8, 0, tzinfo=LONDON))
    assert [len(row.events) for row in digests(rows()) if row.id not in had] == [0]


def test_a_clock_that_is_set_back_a_little_makes_no_second_digest(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("weekly")
    monday = datetime(2026, 6, 22, 12, 0, tzinfo=LONDON)
    make(database, config, monday - 7 * DAY)
    new_events(database, config, at=FRIDAY)
    assert make(database, config, monday) == 1
    assert make(database, config, monday - timedelta(hours=4)) == 0
    assert make(database, config, monday - 2 * DAY) == 0
    assert make(database, config, monday + DAY) == 0
    assert len(digests(rows())) == 1


def test_a_digest_made_while_the_clock_was_decades_behind_makes_no_later_one_long(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    wrong = datetime(1970, 2, 9, 12, tzinfo=LONDON)
    make(database, config, wrong)
    new_events(database, config, at=wrong, number=1)
    make(database, config, wrong + DAY)
    new_events(database, config, at=FRIDAY, number=2)
    make(database, config, FRIDAY + DAY)
    _, digest = digests(rows())
    assert "19 May to 19 June 2026" in digest.payload["subject"]


def test_what_was_found_while_the_clock_was_ahead_is_in_the_next_digest(
    database: Database, configured: Callable[..., AlertConfig], rows: Rows
) -> None:
    config = configured("daily")
    make(database, config, FRIDAY)
    new_events(database, config, at=FRIDAY + 30 * DAY)
    make(database, config, FRIDAY + DAY)
    [digest] = digests(rows())
    assert len(digest.events) == 1
