"""What a subscription would have sent: counted and grouped as the outbox would do it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from alerts.events.replay import PastEvents
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.subscriptions.config import Subscription
from alerts.subscriptions.matching import ReportMatch, Severity
from alerts.subscriptions.periods import When
from alerts.subscriptions.preview import Preview, preview
from tests.alerts.builders import make_event, make_report

FIRST, LAST = date(2025, 8, 23), date(2026, 8, 22)  # both a Saturday


def subscription(**more: Any) -> Subscription:
    """To every event of every council, at once, but for what a test says."""
    values: dict[str, Any] = {
        "name": "Scrutiny",
        "authorities": frozenset(),
        "all": True,
        "events": frozenset(EventType),
        "when": When.NOW,
        "channels": ("team",),
    }
    return Subscription(**(values | more))


def news(
    day: date,
    *types: EventType,
    authority: str = "marlbury",
    urgent: bool = False,
    themes: frozenset[str] = frozenset(),
    report_id: int = 1,
) -> PastEvents:
    report = make_report(authority=authority.capitalize())
    kinds = types or (EventType.NEW_REPORT,)
    message = compose(report, [make_event(report, EventType.NEW_REPORT)])
    return PastEvents(
        day=day,
        report_id=report_id,
        file_id=str(report_id),
        events={kind: f"{kind}:{report_id}" for kind in kinds},
        news=ReportMatch(
            authority=authority, events=frozenset(kinds), urgent=urgent, themes=themes
        ),
        message=message,
    )


def seen(past: list[PastEvents], **more: Any) -> Preview:
    return preview(subscription(**more), past, first=FIRST, last=LAST)


def test_the_reports_of_a_day_come_in_one_message() -> None:
    """12 July 2024 had ten of them."""
    day = date(2026, 7, 10)
    found = seen([news(day, report_id=n) for n in range(10)] + [news(LAST, report_id=10)])
    assert [(message.day, len(message.headlines)) for message in found.messages] == [
        (day, 10),
        (LAST, 1),
    ]
    assert found.reports == 11
    assert found.events == {EventType.NEW_REPORT: 11}


def test_events_that_nobody_asked_for_are_not_counted() -> None:
    past = [news(LAST, EventType.GRADE_CHANGE, EventType.FIRST_GRADE, EventType.NEW_REPORT)]
    found = seen(past, events=frozenset({EventType.GRADE_CHANGE}))
    assert found.events == {EventType.GRADE_CHANGE: 1}
    assert len(found.messages) == 1
    assert seen(past, events=frozenset({EventType.CORRECTION})).messages == ()


def test_severity_and_themes_choose() -> None:
    past = [
        news(LAST, report_id=1),
        news(
            LAST, EventType.THEME_REPEAT, EventType.NEW_REPORT, themes=frozenset({"a"}), report_id=2
        ),
        news(LAST, EventType.PRIORITY_ACTION, urgent=True, report_id=3),
    ]
    assert seen(past, min_severity=Severity.CHANGE).reports == 2
    assert seen(past, min_severity=Severity.URGENT).reports == 1
    only_repeats = frozenset({EventType.THEME_REPEAT})
    assert seen(past, events=only_repeats, themes=frozenset({"a"})).reports == 1
    assert seen(past, events=only_repeats, themes=frozenset({"b"})).reports == 0


def test_councils_choose() -> None:
    past = [news(LAST, authority="marlbury"), news(LAST, authority="aldermere", report_id=2)]
    found = seen(past, all=False, authorities=frozenset({"aldermere"}))
    assert [message.headlines for message in found.messages] == [
        ("Aldermere: new inspection report",)
    ]


def test_digests_go_out_after_their_period_and_also_when_quiet() -> None:
    """The last Monday of the year is 17 August 2026; what came since waits for the next."""
    past = [
        news(date(2026, 8, 12)),
        news(date(2026, 8, 16), report_id=2),
        news(date(2026, 8, 20), report_id=3),
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


def test_what_is_urgent_does_not_wait_for_a_digest() -> None:
    past = [news(date(2026, 8, 12), EventType.PRIORITY_ACTION, urgent=True)]
    found = seen(past, when=When.WEEKLY)
    assert [(m.day, m.digest, m.urgent) for m in found.messages] == [
        (date(2026, 8, 12), False, True),
        (date(2026, 8, 17), True, False),
    ]


@pytest.mark.parametrize(("days", "noisy"), [(20, False), (21, True)])
def test_more_than_a_message_a_working_day_is_noisy(days: int, noisy: bool) -> None:
    start = date(2026, 3, 2)
    past = [news(start + timedelta(days=n), report_id=n) for n in range(days)]
    assert bool(seen(past).warning) is noisy
    assert seen(past, when=When.WEEKLY).warning is None
    if noisy:
        assert "21 messages in the four weeks from 2 March 2026" in (seen(past).warning or "")


def test_a_subscription_that_would_have_heard_nothing_is_told_so() -> None:
    assert "Nothing would have been told" in (seen([]).warning or "")
    assert "Nothing would have been told" in (seen([], when=When.WEEKLY).warning or "")
