"""Previews: messages are counted and grouped as the outbox would do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.messages.digest_schedule import When
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import Severity
from alerts.subscriptions.preview import Preview, preview
from alerts.subscriptions.replay import DatedEvents
from tests.alerts.builders import make_event, make_report

FIRST, LAST = date(2025, 8, 23), date(2026, 8, 22)  # both a Saturday


def subscription(**more: Any) -> Subscription:
    """A subscription to every event of every council, sent now, unless a test says otherwise."""
    values: dict[str, Any] = {
        "name": "Scrutiny",
        "authorities": frozenset(),
        "all": True,
        "events": frozenset(EventType),
        "when": When.NOW,
        "channels": ("team",),
    }
    return Subscription(**(values | more))


def found_on(
    day: date,
    *types: EventType,
    authority: str = "marlbury",
    theme: str = "supervision_oversight",
    report_id: int = 1,
) -> DatedEvents:
    """What a poll finds in one report. A repeat is of an issue of this `theme`."""
    report = make_report(authority=authority.capitalize(), file_id=str(report_id))
    report.id = report_id
    repeat = {
        "theme": theme,
        "name": "Supervision",
        "strength": "stated",
        "base_rate": 0.1,
        "later": "Supervision is not regular.",
        "earlier": "Supervision of social workers.",
        "earlier_report": {"url": None, "published": "2021-03-05"},
    }
    details: dict[EventType, dict[str, Any]] = {
        EventType.THEME_REPEAT: {"repeats": [repeat], "stated": [], "no_longer_named": []}
    }
    return DatedEvents(
        day,
        ReportEvents.of(
            make_event(report, kind, **details.get(kind, {}))
            for kind in types or (EventType.NEW_REPORT,)
        ),
    )


def seen(past: list[DatedEvents], **more: Any) -> Preview:
    return preview(subscription(**more), past, first=FIRST, last=LAST)


def test_the_reports_of_a_day_come_in_one_message() -> None:
    """12 July 2024 had ten of them."""
    day = date(2026, 7, 10)
    found = seen([found_on(day, report_id=n) for n in range(10)] + [found_on(LAST, report_id=10)])
    assert [(message.day, len(message.headlines)) for message in found.messages] == [
        (day, 10),
        (LAST, 1),
    ]
    assert found.reports == 11
    assert found.events == {EventType.NEW_REPORT: 11}


def test_events_that_nobody_asked_for_are_not_counted() -> None:
    past = [found_on(LAST, EventType.GRADE_CHANGE, EventType.FIRST_GRADE, EventType.NEW_REPORT)]
    found = seen(past, events=frozenset({EventType.GRADE_CHANGE}))
    assert found.events == {EventType.GRADE_CHANGE: 1}
    assert len(found.messages) == 1
    assert seen(past, events=frozenset({EventType.CORRECTION})).messages == ()


def test_severity_and_themes_choose() -> None:
    past = [
        found_on(LAST, report_id=1),
        found_on(LAST, EventType.THEME_REPEAT, EventType.NEW_REPORT, theme="a", report_id=2),
        found_on(LAST, EventType.PRIORITY_ACTION, report_id=3),
    ]
    assert seen(past, min_severity=Severity.CHANGE).reports == 2
    assert seen(past, min_severity=Severity.URGENT).reports == 1
    only_repeats = frozenset({EventType.THEME_REPEAT})
    assert seen(past, events=only_repeats, themes=frozenset({"a"})).reports == 1
    assert seen(past, events=only_repeats, themes=frozenset({"b"})).reports == 0


def test_councils_choose() -> None:
    past = [
        found_on(LAST, authority="marlbury"),
        found_on(LAST, authority="aldermere", report_id=2),
    ]
    found = seen(past, all=False, authorities=frozenset({"aldermere"}))
    assert [message.headlines for message in found.messages] == [
        ("Aldermere: new inspection report",)
    ]


def test_digests_go_out_after_their_period_and_also_when_quiet() -> None:
    """The last Monday of the year is 17 August 2026; what came since waits for the next."""
    past = [
        found_on(date(2026, 8, 12)),
        found_on(date(2026, 8, 16), report_id=2),
        found_on(date(2026, 8, 20), report_id=3),
    ]
    found = seen(past, when=When.WEEKLY)
    assert [(m.day, len(m.headlines), m.digest) for m in found.messages] == [
        (date(2026, 8, 17), 2, True)
    ]
    assert (found.digests, found.quiet_digests, found.waiting) == (52, 51, 1)
    daily = seen(past, when=When.DAILY)
    assert [m.day for m in daily.messages] == [
        date(2026, 8, 13),
        date(2026, 8, 17),
        date(2026, 8, 21),
    ]
    assert daily.digests == 364


def test_a_report_that_waits_for_a_digest_with_two_events_counts_once() -> None:
    past = [
        found_on(date(2026, 8, 20), report_id=3),
        found_on(date(2026, 8, 21), EventType.WITHDRAWN, report_id=3),
    ]
    assert seen(past, when=When.WEEKLY).waiting == 1


def test_what_is_urgent_does_not_wait_for_a_digest() -> None:
    past = [found_on(date(2026, 8, 12), EventType.PRIORITY_ACTION)]
    found = seen(past, when=When.WEEKLY)
    assert [(m.day, m.digest, m.urgent) for m in found.messages] == [
        (date(2026, 8, 12), False, True),
        (date(2026, 8, 17), True, False),
    ]


@pytest.mark.parametrize(("days", "noisy"), [(20, False), (21, True)])
def test_more_than_a_message_a_working_day_is_noisy(days: int, noisy: bool) -> None:
    start = date(2026, 3, 2)
    past = [found_on(start + timedelta(days=n), report_id=n) for n in range(days)]
    assert bool(seen(past).warning) is noisy
    assert seen(past, when=When.WEEKLY).warning is None
    if noisy:
        assert "21 messages in the four weeks from 2 March 2026" in (seen(past).warning or "")


def test_a_subscription_that_would_have_got_nothing_has_a_warning() -> None:
    assert "It would have sent nothing" in (seen([]).warning or "")
    assert "It would have sent nothing" in (seen([], when=When.WEEKLY).warning or "")
