"""What a subscription gets, what a mute stops, and quiet hours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.events.report_events import ReportEvents
from alerts.events.types import EventType
from alerts.outbox.combined_messages import make_messages
from alerts.outbox.deliveries import list_deliveries
from alerts.outbox.digests import make_due_digests
from alerts.outbox.enqueue import AlertRun, keep_notifications
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.matching import RepeatStrength, ReportMatch, Severity
from alerts.subscriptions.quiet_hours import QuietHours
from alerts.subscriptions.recipients import addressees, wants
from reports.errors import ConfigurationError
from reports.london import LONDON
from reports.register import Register
from storage.database import Database
from storage.deleted_addresses import forget_recipient
from storage.models import Delivery, Event, MuteKind, OperatorAlert, Report
from storage.mutes import active_mutes, add_mute, lift_mute
from tests.alerts.builders import NOW, fall_events, make_event, make_report, stored
from tests.alerts.conftest import one_subscription, queued_deliveries

Load = Callable[..., AlertConfig]
Rows = Callable[[], list[Delivery]]
Made = Callable[[Report], list[Event]]

MAIL = {"type": "email", "from": "w@example.org", "host": "localhost", "to": ["a@example.org"]}
TODAY = NOW.date()
THEME, OTHER = "supervision_oversight", "front_door"


@pytest.fixture
def load(tmp_path: Path, register: Register) -> Load:
    """One subscription to everything, but for what a test says."""

    def loaded(**more: Any) -> AlertConfig:
        return one_subscription(tmp_path, register, {"team": MAIL}, **more)

    return loaded


def test_a_subscription_for_no_recipient_reaches_nobody(load: Load) -> None:
    config = load()
    [subscription] = config.subscriptions
    assert len(addressees(config, subscription)) == 1
    assert addressees(config, subscription.model_copy(update={"only_to": ()})) == ()


def new_report(report: Report) -> list[Event]:
    """The least there is to tell."""
    return [make_event(report, EventType.NEW_REPORT)]


def repeat(report: Report) -> list[Event]:
    """Something is raised again, and the report is new."""
    one = {
        "theme": THEME,
        "facet": None,
        "name": "Supervision",
        "strength": "likely",
        "base_rate": 0.1,
        "later": "a",
        "earlier": "b",
        "earlier_report": {"url": None, "published": "2021-03-05"},
    }
    repeats = [one, one | {"theme": OTHER, "strength": "possible"}]
    event = make_event(
        report, EventType.THEME_REPEAT, repeats=repeats, stated=[], no_longer_named=[]
    )
    return [event, *new_report(report)]


def repeats(*found: tuple[str, str], stated: tuple[str, ...] = (), visit: bool = False) -> Made:
    """A new report with repeats: the theme and the strength of each."""

    def made(report: Report) -> list[Event]:
        [event, *others] = repeat(report)
        [one, *_] = event.detail["repeats"]
        event.detail |= {
            "repeats": [one | {"theme": theme, "strength": strength} for theme, strength in found],
            "stated": list(stated),
            "follow_up": visit,
        }
        return [event, *others]

    return made


def match_of(made: Made) -> ReportMatch:
    """What subscriptions see of a report with these events."""
    return ReportMatch.of(ReportEvents.of(made(make_report())))


def tell(
    database: Database, config: AlertConfig, made: Made = new_report, *, at: datetime = NOW
) -> None:
    """A report comes out."""
    report = make_report(grades=(("overall_effectiveness", "good"),))
    events = made(report)
    for event in events:
        event.detected_at = at
    with database.write() as session:
        stored(session, report, events)
        queued_deliveries(session, report, events, config=config)


def mute(database: Database, kind: MuteKind, target: str, until: date = TODAY) -> None:
    """A mute until a day."""
    with database.write() as session:
        add_mute(
            session, kind=kind, target=target, until=until, who="A. Clerk", why="known", now=NOW
        )


@pytest.mark.parametrize(
    ("event", "severity"),
    [
        (EventType.NEW_REPORT, Severity.INFO),
        (EventType.DUE_SOON, Severity.INFO),
        (EventType.THEME_REPEAT, Severity.CHANGE),
        (EventType.WITHDRAWN, Severity.CHANGE),
        (EventType.FIRST_GRADE, Severity.CHANGE),
        (EventType.GRADE_CHANGE, Severity.URGENT),
    ],
)
def test_each_event_has_a_severity_of_its_own(event: EventType, severity: Severity) -> None:
    assert match_of(fall_events).severity_of(event) == severity


@pytest.mark.parametrize(
    ("least", "wanted"),
    [("info", [True, True]), ("change", [False, True]), ("urgent", [False, True])],
)
def test_lesser_events_are_left_out(least: str, wanted: list[bool], load: Load) -> None:
    [subscription] = load(min_severity=least).subscriptions
    lesser = ReportMatch(authority="x", events=frozenset({EventType.NEW_REPORT}))
    change = frozenset({EventType.GRADE_CHANGE})
    fall = ReportMatch(authority="x", events=change, urgent_events=change)
    assert [wants(subscription, lesser), wants(subscription, fall)] == wanted


def test_only_the_themes_that_are_followed_count_as_repeats(load: Load) -> None:
    [subscription] = load(events=["theme_repeat"], themes=[THEME]).subscriptions
    events = frozenset({EventType.THEME_REPEAT, EventType.NEW_REPORT})
    both, one = frozenset({THEME, OTHER}), frozenset({OTHER})
    followed = ReportMatch(authority="x", events=events, themes={RepeatStrength.LIKELY: both})
    other = ReportMatch(authority="x", events=events, themes={RepeatStrength.LIKELY: one})
    assert wants(subscription, followed)
    assert not wants(subscription, other)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"min_severity": "chance"}, "unknown severity “chance”; did you mean change?"),
        ({"themes": [THEME[:-2]]}, f"did you mean {THEME}?"),
        ({"quiet_hours": "8pm to 7am"}, 'such as "20:00-07:00"'),
        ({"quiet_hours": "25:00-07:00"}, 'such as "20:00-07:00"'),
        ({"quiet_hours": "07:00-07:00"}, "at the same time"),
        ({"quiet": "20:00-07:00"}, "did you mean quiet_hours?"),
    ],
)
def test_a_slip_is_an_error_with_its_line(more: dict[str, Any], said: str, load: Load) -> None:
    with pytest.raises(ConfigurationError) as fault:
        load(**more)
    assert said in str(fault.value)
    assert "watch.yaml, line " in str(fault.value)


def moment(text: str) -> datetime:
    """A moment in London."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        ("20:00-07:00", "2026-06-19T19:59", None),
        ("20:00-07:00", "2026-06-19T20:00", "2026-06-20T07:00"),
        ("20:00-07:00", "2026-06-20T06:59", "2026-06-20T07:00"),
        ("20:00-07:00", "2026-06-20T07:00", None),
        ("12:00-13:30", "2026-06-20T12:45", "2026-06-20T13:30"),
        # The nights in which the clocks change are an hour shorter and longer.
        ("20:00-07:00", "2026-03-28T23:00", "2026-03-29T07:00"),
        ("20:00-07:00", "2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_quiet_hours_end_when_the_clock_says(hours: str, now: str, end: str | None) -> None:
    start = moment(now)
    wait = QuietHours.parse(hours).wait(start)
    assert start + wait == (moment(end) if end else start)


@pytest.mark.parametrize(
    ("kind", "target", "state"),
    [
        (MuteKind.AUTHORITY, "marlbury", "muted"),
        (MuteKind.AUTHORITY, "newham", "due"),
        (MuteKind.SUBSCRIPTION, "Scrutiny", "muted"),
        (MuteKind.SUBSCRIPTION, "Others", "due"),
        (MuteKind.THEME, THEME, "due"),  # the report is new as well
    ],
)
def test_what_is_muted_is_written_down_and_not_sent(
    kind: MuteKind, target: str, state: str, database: Database, load: Load
) -> None:
    mute(database, kind, target)
    tell(database, load(), repeat)
    with database.read() as session:
        [row] = list_deliveries(session)
    assert row["state"] == state
    if state == "muted":
        assert row["last_error"] == "muted until 20 August 2026 by A. Clerk: known"


def test_a_muted_theme_mutes_what_is_sent_only_because_of_it(
    database: Database, load: Load, rows: Rows
) -> None:
    mute(database, MuteKind.THEME, THEME)
    tell(database, load(events=["theme_repeat"]), repeat)
    [row] = rows()
    assert row.state == "muted"


@pytest.mark.parametrize(
    ("tier", "made", "state"),
    [
        # What is left is not certain enough for the subscription.
        ("stated", repeats((THEME, "stated"), (OTHER, "likely")), "muted"),
        ("likely", repeats((THEME, "stated"), (OTHER, "likely")), "due"),
        ("possible", repeats((THEME, "possible")), "muted"),
        ("possible", repeats((THEME, "likely"), (OTHER, "possible")), "due"),
        # The mute took nothing from the subscription.
        ("likely", repeats((THEME, "possible"), stated=("It persists.",)), "due"),
    ],
)
def test_a_muted_theme_mutes_what_the_subscription_gets_only_because_of_it(
    tier: str, made: Made, state: str, database: Database, load: Load
) -> None:
    mute(database, MuteKind.THEME, THEME)
    tell(database, load(events=["theme_repeat"], repeats=tier), made)
    with database.read() as session:
        [row] = list_deliveries(session)
    assert row["state"] == state


def test_a_mute_ends_after_its_day_or_when_it_is_lifted(database: Database) -> None:
    mute(database, MuteKind.AUTHORITY, "marlbury", date(2026, 8, 20))
    with database.write() as session:
        assert len(active_mutes(session, today=date(2026, 8, 20))) == 1
        assert not active_mutes(session, today=date(2026, 8, 21))
        [found] = active_mutes(session, today=date(2026, 8, 20))
        assert lift_mute(session, found.id, now=NOW) is found
        assert lift_mute(session, found.id, now=NOW) is None
        assert not active_mutes(session, today=date(2026, 8, 20))


def test_a_muted_digest_is_not_sent_either(database: Database, load: Load, rows: Rows) -> None:
    config = load(when="daily")
    tell(database, config)
    mute(database, MuteKind.SUBSCRIPTION, "Scrutiny", date(2026, 8, 21))
    make_due_digests(database, AlertRun(config=config, now=NOW + timedelta(days=1), real_now=NOW))
    [row] = rows()
    assert (row.state, row.key.startswith("digest:")) == ("muted", True)


@pytest.mark.parametrize("when", ["daily", "now"])
def test_a_council_muted_while_its_notifications_wait_is_in_no_message(
    when: str, database: Database, load: Load, rows: Rows
) -> None:
    config = load(when=when)
    report = make_report(authority="Marlbury")
    events = [make_event(report, EventType.NEW_REPORT)]
    with database.write() as session:
        stored(session, report, events)
        keep_notifications(
            session, events, AlertRun(config=config, now=NOW, real_now=NOW), held=False
        )
    mute(database, MuteKind.AUTHORITY, "marlbury", date(2026, 8, 21))
    run = AlertRun(config=config, now=NOW + timedelta(days=1), real_now=NOW)
    make_messages(database, run)
    make_due_digests(database, run)
    [row] = rows()
    assert (row.state, row.key.partition(":")[0]) == ("muted", "report")


def test_an_address_can_be_deleted_and_is_counted_still(
    database: Database, load: Load, rows: Rows
) -> None:
    tell(database, load())
    with database.write() as session:
        assert forget_recipient(session, "A@Example.org") == 1
        assert forget_recipient(session, "a@example.org") is None
    [row] = rows()
    assert (row.recipient, row.state, row.key) == ("deleted address", "muted", f"deleted:{row.id}")
    assert "a@example.org" not in str(row.payload)


def test_a_deleted_address_is_in_no_operator_alert_either(database: Database) -> None:
    sentence = (
        "A message of Scrutiny to A@example.org by team failed: 550 <a@example.org>. "
        "Others: aa@example.org, a@example.org.uk."
    )
    with database.write() as session:
        session.add(OperatorAlert(key="failed:1", sentence=sentence, alerted_at=NOW))
    with database.write() as session:
        assert forget_recipient(session, "a@example.org") == 0
        assert forget_recipient(session, "a@example.org") is None
        for word in ("", "a", "failed"):
            assert forget_recipient(session, word) is None
    with database.read() as session:
        found = session.scalars(select(OperatorAlert.sentence)).one()
    assert found == (
        "A message of Scrutiny to deleted address by team failed: 550 <deleted address>. "
        "Others: aa@example.org, a@example.org.uk."
    )


def raised(**more: Any) -> ReportMatch:
    """A new report whose grades moved."""
    given: dict[str, Any] = {
        "events": frozenset({EventType.NEW_REPORT, EventType.GRADE_CHANGE}),
        "kind": "inspection",
        "judgements": {EventType.GRADE_CHANGE: frozenset({"in_care"})},
        "areas": ("The use of unregistered homes.",),
    }
    return ReportMatch(authority="havering", **(given | more))


@pytest.mark.parametrize(
    ("option", "match", "wanted"),
    [
        ({"kinds": ["inspection"]}, raised(), True),
        ({"kinds": ["inspection"]}, raised(kind="focused_visit"), False),
        ({"keywords": ["unregistered"]}, raised(), True),
        ({"keywords": ["unregistered"]}, raised(areas=("Supervision.",)), False),
        ({"keywords": ["unregistered"]}, raised(areas=()), False),
        ({"judgements": ["in_care"], "events": ["grade_change"]}, raised(), True),
        ({"judgements": ["care_leavers"], "events": ["grade_change"]}, raised(), False),
        ({"judgements": ["care_leavers"]}, raised(), True),  # also a new report
    ],
)
def test_filters_choose_reports(
    load: Load, option: dict[str, Any], match: ReportMatch, wanted: bool
) -> None:
    [subscription] = load(**option).subscriptions
    assert wants(subscription, match) is wanted


@pytest.mark.parametrize(
    ("option", "made", "wanted"),
    [
        # Of the fall: three grades changed, and the one of care leavers is a first one.
        ({"events": ["grade_change"], "judgements": ["help_and_protection"]}, fall_events, True),
        ({"events": ["grade_change"], "judgements": ["care_leavers"]}, fall_events, False),
        ({"events": ["first_grade"], "judgements": ["care_leavers"]}, fall_events, True),
        ({"events": ["first_grade"], "judgements": ["help_and_protection"]}, fall_events, False),
        ({"events": ["new_report"], "min_severity": "change"}, fall_events, False),
        ({"events": ["first_grade"], "min_severity": "change"}, fall_events, True),
        ({"events": ["first_grade"], "min_severity": "urgent"}, fall_events, False),
        ({"judgements": ["in_care"], "min_severity": "change"}, fall_events, False),
        ({"judgements": ["care_leavers"], "min_severity": "change"}, fall_events, True),
        ({"themes": [OTHER], "min_severity": "change"}, repeats((THEME, "likely")), False),
        ({"themes": [THEME], "min_severity": "change"}, repeats((THEME, "likely")), True),
    ],
)
def test_one_event_must_pass_every_filter(
    load: Load, option: dict[str, Any], made: Made, wanted: bool
) -> None:
    [subscription] = load(**option).subscriptions
    assert wants(subscription, match_of(made)) is wanted


@pytest.mark.parametrize(
    ("option", "made", "wanted"),
    [
        ({"repeats": "stated"}, repeats((THEME, "likely")), False),
        ({"repeats": "stated"}, repeats((THEME, "stated")), True),
        ({"repeats": "stated"}, repeats(stated=("It persists.",)), True),
        ({"repeats": "likely"}, repeats((THEME, "possible")), False),
        ({"repeats": "likely"}, repeats((THEME, "likely"), visit=True), False),
        ({"repeats": "possible"}, repeats((THEME, "likely"), visit=True), True),
        # The theme and the certainty must be those of the same repeat.
        (
            {"repeats": "stated", "themes": [THEME]},
            repeats((THEME, "likely"), (OTHER, "stated")),
            False,
        ),
        (
            {"repeats": "likely", "themes": [THEME]},
            repeats((THEME, "likely"), (OTHER, "stated")),
            True,
        ),
        ({"repeats": "likely", "themes": [THEME]}, repeats((THEME, "possible")), False),
    ],
)
def test_one_repeat_must_be_certain_enough_and_of_a_theme_that_is_followed(
    load: Load, option: dict[str, Any], made: Made, wanted: bool
) -> None:
    [subscription] = load(events=["theme_repeat"], **option).subscriptions
    assert wants(subscription, match_of(made)) is wanted


def test_no_filter_hides_that_an_inspection_is_due(load: Load) -> None:
    [subscription] = load(kinds=["focused_visit"], keywords=["adoption"]).subscriptions
    due = ReportMatch(authority="havering", events=frozenset({EventType.DUE_SOON}))
    assert wants(subscription, due)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            {"kinds": ["inspections"]},
            "unknown kind of report “inspections”; did you mean inspection?",
        ),
        ({"judgements": ["care"]}, "unknown judgement “care”"),
        ({"detail": "brief"}, "unknown detail “brief”; choose from full, short"),
        ({"keywords": ["*"]}, "must have at least two letters"),
        ({"keywords": "adoption"}, "must be a list in square brackets, such as [care leavers]"),
    ],
)
def test_a_wrong_filter_is_named(load: Load, option: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(said)):
        load(**option)


def test_a_judgement_that_moved_is_one_that_a_subscription_can_ask_for() -> None:
    report = make_report(areas=["The use of  unregistered homes."])
    match = ReportMatch.of(ReportEvents.of(fall_events(report)))
    assert match.judgements == {
        EventType.GRADE_CHANGE: {
            "overall_effectiveness",
            "impact_of_leaders",
            "help_and_protection",
        },
        EventType.FIRST_GRADE: {"care_leavers"},
    }
    assert match.kind == "inspection"
    assert match.areas == ("The use of unregistered homes.",)


def test_whoever_got_a_report_for_an_area_hears_of_a_correction_that_removes_it() -> None:
    report = make_report(areas=["The quality of plans."])
    removed = ["The quality of supervision."]
    correction = make_event(report, EventType.CORRECTION, areas_removed=removed)
    assert "The quality of supervision." in ReportMatch.of(ReportEvents.of([correction])).areas
