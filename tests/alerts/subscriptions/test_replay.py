"""The replay of the past finds the events that polls found, where there were polls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.events.next_inspection import due_soon
from alerts.events.types import EventType
from alerts.subscriptions.replay import past_events
from reports.model import Framework, Reading
from storage import facts
from storage.database import Database
from storage.models import Event, Report
from tests.alerts.events.test_next_inspection import OPENS, fill
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    FIRST,
    LETTER,
    OTHER,
    SAME,
    SUMMER,
    WINTER,
    detected_events,
)
from tests.storage.readings import NOW, UNSURE, a_reading, a_report

Document = tuple[str, date, Reading]

UNCERTAIN = ("50000001", SUMMER, a_reading(sha256="1" * 64, problems=[UNSURE]))
CERTAIN = ("50000004", AUTUMN, a_reading(sha256="4" * 64))
URGENT = (
    "50000005",
    AUTUMN,
    a_reading(sha256="5" * 64, start=date(2024, 8, 6), priority=["Children at risk."], **LETTER),
)


def polled(session: Session, documents: list[Document]) -> set[str]:
    """The keys of what polls tell that read each document on the day of its publication."""
    for file_id, published, reading in documents:
        report = a_report(session, file_id, published=published)
        facts.store_reading(session, report, reading, now=NOW)
        detected_events(session, report)
    return {event.key for event in session.query(Event)}


def filled(session: Session, documents: list[Document]) -> set[str]:
    """The keys of the events that the replay finds after a silent first poll."""
    for file_id, published, reading in documents:
        report = a_report(session, file_id, published=published, silent=True)
        facts.store_reading(session, report, reading, now=NOW)
    session.flush()
    news = past_events(session, first=SUMMER, last=WINTER, due=False)
    assert session.query(Event).count() == 0
    return {key for one in news for key in one.keys.values()}


@pytest.mark.parametrize(
    "documents",
    [[FIRST], [FIRST, SAME], [FIRST, OTHER], [FIRST, SAME, OTHER], [UNCERTAIN, CERTAIN], [URGENT]],
    ids=["one", "the same again", "corrected", "both", "certain at last", "urgent"],
)
def test_documents_are_previewed_as_on_the_day_of_each(
    database: Database, documents: list[Document]
) -> None:
    def undone(work: object) -> set[str]:
        with database.read() as session:
            found: set[str] = work(session, documents)  # type: ignore[operator]
            session.rollback()
            return found

    expected = undone(polled)
    assert expected
    assert undone(filled) == expected


def test_only_the_days_asked_for(database: Database) -> None:
    with database.write() as session:
        filled(session, [FIRST, OTHER])
        one = past_events(session, first=SUMMER, last=SUMMER, due=False)
        assert [some.found.report.file_id for some in one] == ["50000001"]
        assert one[0].day == SUMMER
        assert past_events(session, first=SUMMER + timedelta(days=1), last=AUTUMN, due=False) == []


def test_a_withdrawn_report_is_previewed_on_the_day_it_went(database: Database) -> None:
    with database.write() as session:
        filled(session, [FIRST])
        report = session.query(Report).one()
        report.withdrawn_at = NOW
        session.flush()
        day = NOW.date()
        (one,) = past_events(session, first=day, last=day, due=False)
    assert list(one.keys) == [EventType.WITHDRAWN]
    assert one.day == day


def test_windows_open_on_the_day_on_which_a_daily_poll_would_have_detected_them(
    database: Database,
) -> None:
    fill(database)
    with database.write() as session:
        for report in session.query(Report):
            report.framework = Framework.ILACS_2023
    first, last = OPENS - timedelta(days=40), OPENS + timedelta(days=40)
    with database.read() as session:
        expected: dict[str, date] = {}
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            for due in due_soon(session, today=day, since=first):
                expected.setdefault(due.detected.key, day)
        found = {
            one.keys[EventType.DUE_SOON]: one.day
            for one in past_events(session, first=first, last=last)
            if EventType.DUE_SOON in one.keys
        }
    assert found == expected
    assert expected
