"""Writing to the outbox: one row for each recipient, once, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from alerts.events.types import EventType
from alerts.outbox.deliveries import list_deliveries, mute_waiting, release, requeue_failed
from alerts.outbox.enqueue import AlertRun, Queued, keep_notifications
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig, load_config
from alerts.subscriptions.model import OPERATORS
from demo.mailbox import LocalMailbox, cut
from demo.slack import LocalSlack, refused
from demo.slack import cut as slack_cut
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState, MuteKind, Report
from storage.mutes import add_mute
from storage.subscribers import unsubscribe_from_all
from storage.watch_status import failed_lately
from tests.alerts.builders import NOW, fall_events, make_event, make_report, stored
from tests.alerts.conftest import WaitingClock, mail_channel, queued_deliveries, slack_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


@pytest.fixture
def config(configure: Configure, slack: LocalSlack, mailbox: LocalMailbox) -> AlertConfig:
    addresses = ("a@example.gov.uk", "b@example.gov.uk")
    return configure(scrutiny=slack_channel(slack), team=mail_channel(mailbox, *addresses))


def test_each_recipient_gets_a_row(config: AlertConfig, queue: Queue, rows: Rows) -> None:
    queue(config)
    assert [(row.channel, row.recipient, row.state) for row in rows()] == [
        ("scrutiny", "#childrens-services", DeliveryState.DUE),
        ("team", "a@example.gov.uk", DeliveryState.DUE),
        ("team", "b@example.gov.uk", DeliveryState.DUE),
    ]


def test_the_same_events_add_nothing_the_second_time(
    config: AlertConfig, database: Database, rows: Rows
) -> None:
    report = make_report()
    events = fall_events(report)
    with database.write() as session:
        stored(session, report, events)
        first = queued_deliveries(session, report, events, config=config)
    with database.write() as session:
        same = [session.merge(event) for event in reversed(events)]
        again = queued_deliveries(session, session.merge(report), same, config=config)
    assert (len(first), again) == (3, [])
    assert len(rows()) == 3


def test_other_events_of_the_same_report_are_another_message(
    config: AlertConfig, database: Database, rows: Rows
) -> None:
    report = make_report()
    events = fall_events(report)
    with database.write() as session:
        stored(session, report, events)
        for some in (events[:1], events[1:]):
            queued_deliveries(session, report, some, config=config)
    assert len({row.key for row in rows()}) == 6


def test_what_the_caller_undoes_is_not_there(
    config: AlertConfig, database: Database, rows: Rows
) -> None:
    report = make_report()

    def fail_after_queueing() -> None:
        with database.write() as session:
            events = fall_events(report)
            stored(session, report, events)
            queued_deliveries(session, report, events, config=config)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_queueing()
    assert rows() == []


def test_without_events_no_message_is_made(
    config: AlertConfig, database: Database, rows: Rows
) -> None:
    report = make_report()
    with database.write() as session:
        stored(session, report, [])
        queued = keep_notifications(
            session, [], AlertRun(config=config, now=NOW, real_now=NOW), held=False
        )
    assert queued == Queued()
    assert rows() == []


def test_only_those_who_asked_for_one_of_the_events_get_a_message_and_it_has_all_of_them(
    database: Database, tmp_path: Path, register: Register, rows: Rows
) -> None:
    mail = {"type": "email", "from": "w@example.org", "host": "localhost"}
    subscription = {"authorities": {"names": ["Havering"]}, "channels": ["one"]}
    file = {
        "channels": {"one": mail | {"to": "one@example.org"}},
        "subscriptions": [
            subscription | {"name": "reports", "events": ["new_report"]},
            subscription | {"name": "priority", "events": ["priority_action"]},
            subscription
            | {"name": "others", "events": ["new_report"], "authorities": {"names": ["Newham"]}},
        ],
    }
    path = tmp_path / "watch.yaml"
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    config = load_config(path, register=register, environment={})
    report = make_report(authority="Havering")
    events = fall_events(report)
    with database.write() as session:
        stored(session, report, events)
        queued_deliveries(session, report, events, config=config)
    [row] = rows()
    assert row.subscription == "reports"
    assert "overall grade falls" in row.payload["subject"]


def test_held_messages_wait_until_they_are_released(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue(config, reports=2, held=True)
    assert send(config).sent == 0
    with database.write() as session:
        assert release(session, drop=False, now=clock.now()) == 6
    assert send(config).sent == 6
    with database.write() as session:
        assert release(session, drop=False, now=clock.now()) == 0


@pytest.mark.parametrize("drop", [False, True])
def test_a_release_ends_the_hold_of_reports_and_a_drop_only_that_of_those_it_can_drop(
    database: Database, clock: WaitingClock, drop: bool
) -> None:
    read, unread = make_report(), make_report(file_id="50252262", authority="Wexcombe", urn="80998")
    read.read_at = NOW
    read.held = unread.held = True
    with database.write() as session:
        stored(session, read, [])
        stored(session, unread, [])
    with database.write() as session:
        assert release(session, drop=drop, now=clock.now()) == 0
    with database.read() as session:
        still = session.scalars(select(Report.file_id).where(Report.held)).all()
    assert still == ([unread.file_id] if drop else [])


@pytest.mark.parametrize("kind", [MuteKind.AUTHORITY, MuteKind.SUBSCRIPTION])
def test_a_mute_also_holds_for_messages_that_wait(
    kind: MuteKind,
    config: AlertConfig,
    queue: Queue,
    send: Send,
    database: Database,
    clock: WaitingClock,
) -> None:
    queue(config, held=True)
    with database.write() as session:
        (row, *_) = session.scalars(select(Delivery))
        of_council = kind is MuteKind.AUTHORITY
        target = row.events[0].authority.key if of_council else row.subscription
        other = add_mute(
            session, kind=kind, target="x", until=NOW.date(), who="A", why="b", now=NOW
        )
        assert mute_waiting(session, other) == 0
        mute = add_mute(
            session, kind=kind, target=target, until=NOW.date(), who="A", why="b", now=NOW
        )
        assert mute_waiting(session, mute) == 3
        assert release(session, drop=False, now=clock.now()) == 0
    assert send(config).sent == 0


@pytest.mark.parametrize("kind", [MuteKind.AUTHORITY, MuteKind.SUBSCRIPTION])
@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.SENDING])
def test_a_mute_also_holds_for_a_message_that_had_failed_or_was_being_sent(
    kind: MuteKind,
    state: DeliveryState,
    due_on_slack: AlertConfig,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    with database.write() as session:
        row = session.query(Delivery).one()
        of_council = kind is MuteKind.AUTHORITY
        target = row.events[0].authority.key if of_council else row.subscription
        row.state = state
        mute = add_mute(
            session, kind=kind, target=target, until=NOW.date(), who="A", why="b", now=NOW
        )
        assert mute_waiting(session, mute) == 0
    with database.write() as session:
        # `deliver --again`, or the process that sent it records that it did not go out.
        session.query(Delivery).one().state = DeliveryState.DUE
    assert send(due_on_slack).sent == 0
    assert (rows()[0].state, rows()[0].tries) == (DeliveryState.MUTED, 0)
    assert "muted until" in str(rows()[0].last_error)
    with database.write() as session:
        session.query(Delivery).one().state = DeliveryState.DUE
    clock.pass_by(24 * 3_600)
    assert send(due_on_slack).sent == 1, "the mute has ended"


@pytest.mark.parametrize(("muted", "sent"), [(1, 1), (2, 0)])
def test_a_message_about_two_councils_is_sent_again_unless_both_are_muted(
    muted: int,
    sent: int,
    due_on_slack: AlertConfig,
    send: Send,
    database: Database,
) -> None:
    with database.write() as session:
        first = session.query(Delivery).one()
        report = make_report(file_id="50252261", authority="Wexcombe", urn="80998")
        events = fall_events(report)
        stored(session, report, events)
        first.events.extend(events)
        councils = sorted({event.authority.key for event in first.events})
        for council in councils[:muted]:
            add_mute(
                session,
                kind=MuteKind.AUTHORITY,
                target=council,
                until=NOW.date(),
                who="A",
                why="b",
                now=NOW,
            )
    assert send(due_on_slack).sent == sent


def test_held_messages_can_be_dropped(
    config: AlertConfig, queue: Queue, send: Send, database: Database, clock: WaitingClock
) -> None:
    queue(config, held=True)
    with database.write() as session:
        assert release(session, drop=True, now=clock.now()) == 3
    assert send(config).sent == 0
    with database.read() as session:
        assert {row["state"] for row in list_deliveries(session)} == {"muted"}


def test_what_waits_for_an_address_that_wants_nothing_is_not_sent(
    config: AlertConfig, queue: Queue, send: Send, database: Database, rows: Rows
) -> None:
    queue(config)
    with database.write() as session:
        unsubscribe_from_all(session, "A@Example.gov.uk", but=OPERATORS, now=NOW)
    states = [row.state for row in rows()]
    assert states == [DeliveryState.DUE, DeliveryState.MUTED, DeliveryState.DUE]
    with database.write() as session:
        # Made by a process that does not know it.
        session.query(Delivery).update({"state": DeliveryState.DUE})
    assert send(config).sent == 2
    assert rows()[1].state == DeliveryState.MUTED


def test_what_failed_can_be_sent_once_its_cause_is_fixed(
    due_on_slack: AlertConfig,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
) -> None:
    slack.add_fault(refused("invalid_auth"))
    assert send(due_on_slack).failed == 1
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 1
    assert send(due_on_slack).sent == 1
    assert len(slack.messages) == 1


def test_a_failed_message_needs_review_for_seven_days_from_when_it_failed(
    due_on_slack: AlertConfig,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
) -> None:
    slack.add_fault(refused("invalid_auth"))
    clock.pass_by(10 * 24 * 3_600)  # nothing could be sent until now
    assert send(due_on_slack).failed == 1
    for days, number in ((0, 1), (6, 1), (8, 0), (365, 0), (-365, 0)):
        with database.read() as session:
            assert failed_lately(session, now=clock.now() + timedelta(days=days)) == number


@pytest.mark.parametrize(("days", "no_replies"), [(0, 1), (15, 0)])
def test_what_may_have_arrived_or_is_old_is_not_sent_again(
    config: AlertConfig,
    queue: Queue,
    database: Database,
    clock: WaitingClock,
    days: int,
    no_replies: int,
) -> None:
    queue(config)
    with database.write() as session:
        for row in session.query(Delivery):
            row.state, row.no_replies = DeliveryState.FAILED, no_replies
    with database.write() as session:
        assert requeue_failed(session, now=clock.now() + timedelta(days=days)) == 0


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.DUE])
def test_what_may_have_arrived_is_sent_again_where_a_person_asks_for_it(
    configure: Configure,
    queue: Queue,
    send: Send,
    mailbox: LocalMailbox,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
    state: DeliveryState,
) -> None:
    config = configure(team=mail_channel(mailbox))
    queue(config)
    mailbox.add_fault(cut(accept=True))
    assert send(config).waiting == 1
    with database.write() as session:
        session.query(Delivery).one().state = state
    assert send(config).sent == 0
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 0
        assert requeue_failed(session, now=clock.now(), may_have_arrived=True) == 1
    assert (send(config).may_be_duplicates, len(mailbox.mails)) == (1, 2)
    assert rows()[0].state == DeliveryState.SENT


def test_slack_is_asked_before_a_failed_message_is_sent_again(
    due_on_slack: AlertConfig,
    send: Send,
    slack: LocalSlack,
    database: Database,
    clock: WaitingClock,
) -> None:
    slack.add_fault(slack_cut(accept=True))
    send(due_on_slack, wait_seconds=0)
    with database.write() as session:
        session.query(Delivery).one().state = DeliveryState.FAILED
    clock.pass_by(3 * 24 * 3_600)
    with database.write() as session:
        assert requeue_failed(session, now=clock.now(), may_have_arrived=True) == 1
    assert (send(due_on_slack).found, len(slack.messages)) == (1, 1)


def test_deliveries_are_listed_as_promised(
    config: AlertConfig, queue: Queue, send: Send, database: Database
) -> None:
    queue(config)
    send(config)
    with database.read() as session:
        listed = list_deliveries(session)
        assert list_deliveries(session, state=DeliveryState.DUE) == []
        assert len(list_deliveries(session, state=DeliveryState.SENT)) == 3
    assert listed[0] | {"created_at": "", "sent_at": "", "id": 0} == {
        "id": 0,
        "event_ids": [1, 2, 3],
        "subscription": "Scrutiny",
        "channel": "scrutiny",
        "recipient": "#childrens-services",
        "headline": "[Urgent] Marlbury 0: overall grade falls from Good to Inadequate",
        "state": "sent",
        "tries": 1,
        "may_have_arrived": False,
        "last_error": None,
        "created_at": "",
        "next_attempt_at": None,
        "sent_at": "",
    }


def test_every_kind_of_event_can_be_sent(
    configure: Configure, mailbox: LocalMailbox, database: Database
) -> None:
    config = configure(team=mail_channel(mailbox))
    everything = config.subscriptions[0].model_copy(update={"events": frozenset(EventType)})
    config = config.model_copy(update={"subscriptions": (everything,)})
    with database.write() as session:
        for number, event_type in enumerate(EventType):
            report = make_report(file_id=f"5030000{number}", authority=f"Council {number}")
            raised_again = {"repeats": [], "stated": ["It persists."], "no_longer_named": []}
            is_repeat = event_type == EventType.THEME_REPEAT
            event = make_event(report, event_type, **(raised_again if is_repeat else {}))
            stored(session, report, [event])
            [delivery] = queued_deliveries(session, report, [event], config=config)
            assert delivery.payload["subject"].endswith(delivery.payload["subject"][-5:])
            assert f"Council {number}: " in delivery.payload["subject"]
