"""Quiet hours: nothing but urgent messages is sent in them, whatever a message waited for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.events.types import EventType
from alerts.messages.message import Notice
from alerts.outbox import claims
from alerts.outbox.clock import Timing
from alerts.outbox.deliveries import release, requeue_failed
from alerts.outbox.enqueue import MessageKey, enqueue
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import Addressee, addressees
from demo.mailbox import LocalMailbox, cut, reply
from reports.london import LONDON
from reports.register import Register
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.builders import fall_events, make_event, make_report, stored
from tests.alerts.conftest import WaitingClock, mail_channel, one_subscription, queued_deliveries

Load = Callable[..., AlertConfig]
Queue = Callable[..., None]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]

HOUR = 3_600.0
EVENING = datetime(2026, 8, 20, 21, 0, tzinfo=LONDON).astimezone(UTC)
MORNING = datetime(2026, 8, 21, 7, 0, tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def clock() -> WaitingClock:
    return WaitingClock(EVENING)


@pytest.fixture
def load(tmp_path: Path, register: Register, mailbox: LocalMailbox) -> Load:
    """Everything by email, with quiet hours at night."""

    def loaded(**more: Any) -> AlertConfig:
        given = {"quiet_hours": "20:00-07:00", **more}
        return one_subscription(tmp_path, register, {"team": mail_channel(mailbox)}, **given)

    return loaded


@pytest.fixture
def config(load: Load) -> AlertConfig:
    return load()


@pytest.fixture
def queue(database: Database, clock: WaitingClock, config: AlertConfig) -> Queue:
    """Write the message about one report."""

    def queued(*, urgent: bool = False, held: bool = False) -> None:
        report = make_report()
        events = fall_events(report) if urgent else [make_event(report, EventType.NEW_REPORT)]
        with database.write() as session:
            stored(session, report, events)
            queued_deliveries(session, report, events, config=config, now=clock.now(), held=held)

    return queued


def at(clock: WaitingClock, hour: int, minute: int = 0, *, day: int = 20) -> None:
    """Set the clock to a time of the day in London."""
    clock.moment = datetime(2026, 8, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def state_of(row: Delivery) -> tuple[DeliveryState, int, datetime]:
    end = row.next_attempt_at.astimezone(UTC)
    return row.state, row.tries, end


WAITS = (DeliveryState.DUE, 0, MORNING)


def test_a_message_waits_for_the_end_of_quiet_hours(
    config: AlertConfig, queue: Queue, send: Send, clock: WaitingClock, rows: Rows
) -> None:
    queue()
    summary = send(config)
    assert (summary.sent, summary.waiting, summary.errors) == (0, 1, [])
    assert state_of(rows()[0]) == WAITS
    at(clock, 6, 59, day=21)
    assert send(config, wait_seconds=0).sent == 0
    at(clock, 7, day=21)
    assert send(config).sent == 1


def test_a_run_that_still_lasts_when_quiet_hours_end_sends_what_waited(
    config: AlertConfig, queue: Queue, send: Send, clock: WaitingClock
) -> None:
    at(clock, 6, 59, day=21)
    queue()
    assert send(config, wait_seconds=90).sent == 1
    assert clock.now() >= MORNING


def test_an_urgent_message_is_sent_in_quiet_hours(
    config: AlertConfig, queue: Queue, send: Send
) -> None:
    queue(urgent=True)
    assert send(config).sent == 1


@pytest.mark.parametrize(("urgent", "sent"), [(False, 0), (True, 1)])
def test_a_message_that_is_released_keeps_quiet_hours_unless_it_is_urgent(
    urgent: bool,
    sent: int,
    config: AlertConfig,
    queue: Queue,
    send: Send,
    database: Database,
    clock: WaitingClock,
) -> None:
    queue(urgent=urgent, held=True)
    with database.write() as session:
        assert release(session, drop=False, now=clock.now()) == 1
    assert send(config).sent == sent
    at(clock, 7, day=21)
    assert send(config).sent == 1 - sent


def test_a_second_try_keeps_quiet_hours(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    at(clock, 19, 59)
    mailbox.add_fault(reply("451 Later", at="rcpt"), times=None)
    queue()
    send(config, wait_seconds=120)
    [row] = rows()
    tries = row.tries
    assert tries > 1
    assert state_of(row) == (DeliveryState.DUE, tries, MORNING)
    mailbox.clear_faults()
    at(clock, 3, day=21)
    assert send(config).sent == 0
    at(clock, 7, day=21)
    assert send(config).sent == 1
    assert rows()[0].tries == tries + 1


def test_a_failed_message_that_a_person_sends_again_keeps_quiet_hours(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    database: Database,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue()
    with database.write() as session:
        session.query(Delivery).one().state = DeliveryState.FAILED
        session.flush()
        assert requeue_failed(session, now=clock.now()) == 1
    assert send(config).sent == 0
    assert state_of(rows()[0]) == WAITS


def test_a_message_that_may_have_arrived_is_sent_again_after_quiet_hours(
    config: AlertConfig, queue: Queue, send: Send, clock: WaitingClock, mailbox: LocalMailbox
) -> None:
    at(clock, 19, 50)
    mailbox.add_fault(cut(accept=True))
    queue()
    send(config)
    at(clock, 20, 30)
    assert send(config).may_be_duplicates == 0
    at(clock, 7, day=21)
    assert send(config).may_be_duplicates == 1


def test_notices_to_a_subscription_such_as_the_welcome_wait_and_operator_alerts_do_not(
    config: AlertConfig, send: Send, database: Database, clock: WaitingClock, rows: Rows
) -> None:
    operators = Addressee(
        subscription=OPERATORS, channel=config.channels["team"], recipient="team@example.gov.uk"
    )
    notice = Notice(headline="You will get messages", lines=("About reports.",))
    with database.write() as session:
        for to in (addressees(config, config.subscriptions[0]), [operators]):
            enqueue(session, notice, to, key=MessageKey("welcome", "first"), now=clock.now())
    assert send(config.model_copy(update={"operators": ("team",)})).sent == 1
    assert {row.subscription: row.state for row in rows()} == {
        "Scrutiny": DeliveryState.DUE,
        OPERATORS: DeliveryState.SENT,
    }


@pytest.mark.parametrize(
    ("minutes", "fails"), [(30, 0), (30, 1), (90, 0)], ids=["works", "works later", "at its end"]
)
def test_the_last_try_comes_after_quiet_hours_and_the_wait_does_not_count(
    minutes: int,
    fails: int,
    config: AlertConfig,
    queue: Queue,
    send: Send,
    database: Database,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    """The last try is due an hour after quiet hours have put the message off, or before that."""
    queue()
    with database.write() as session:
        row = session.query(Delivery).one()
        row.first_attempt_at = EVENING - timedelta(days=3)
        row.next_attempt_at, row.give_up_at = EVENING, EVENING + timedelta(hours=1)
        row.tries = 9
    clock.pass_by(minutes * 60)
    send(config)
    assert state_of(rows()[0]) == (DeliveryState.DUE, 9, MORNING)
    if fails:
        mailbox.add_fault(reply("451 Later", at="rcpt"))
    at(clock, 7, day=21)
    assert send(config, wait_seconds=0).failed == 0
    at(clock, 8, day=21)
    send(config)
    assert rows()[0].state == DeliveryState.SENT


def test_a_message_that_waits_at_night_is_tried_for_three_days_by_day(
    config: AlertConfig, queue: Queue, send: Send, clock: WaitingClock, rows: Rows
) -> None:
    queue()
    send(config)
    clock.pass_by(10 * HOUR)
    send(config.model_copy(update={"channels": {}}), wait_seconds=0)
    [row] = rows()
    assert row.tries == 1
    assert row.give_up_at is not None
    assert row.give_up_at - MORNING >= timedelta(days=3) - timedelta(seconds=1)


def test_a_machine_that_was_off_for_days_and_starts_at_night_tries_for_three_days(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
    mailbox: LocalMailbox,
    rows: Rows,
) -> None:
    at(clock, 12)
    mailbox.add_fault(reply("451 Later", at="rcpt"), times=2)
    queue()
    send(config, wait_seconds=0)
    at(clock, 23, day=25)
    assert send(config).sent == 0
    at(clock, 7, day=26)
    assert send(config, wait_seconds=0).failed == 0
    clock.pass_by(60)
    assert send(config).sent == 1


@pytest.mark.parametrize(
    ("quiet_hours", "hour", "days"),
    [
        ("20:00-07:00", 6, 5),
        ("20:00-07:00", 23, 6),
        ("20:00-07:00", 21, 7),
        ("08:00-07:00", 9, 7),
    ],
)
def test_what_is_run_in_quiet_hours_only_sends_a_message_within_a_week(
    quiet_hours: str,
    hour: int,
    days: int,
    load: Load,
    queue: Queue,
    send: Send,
    clock: WaitingClock,
) -> None:
    config = load(quiet_hours=quiet_hours)
    at(clock, hour)
    queue()
    passed = 0
    while passed < 10 and not send(config, wait_seconds=0).sent:
        clock.pass_by(24 * HOUR)
        passed += 1
    assert passed == days


def test_a_message_that_was_tried_is_put_off_for_no_longer_than_a_week(
    load: Load, queue: Queue, send: Send, clock: WaitingClock, mailbox: LocalMailbox
) -> None:
    """One try by day, and from then on only runs in quiet hours."""
    at(clock, 7, 30)
    mailbox.add_fault(reply("451 Later", at="rcpt"))
    config = load(quiet_hours="08:00-07:00")
    queue()
    assert send(config, wait_seconds=0).postponed == 1
    at(clock, 9)
    passed = 0
    while passed < 10 and not send(config, wait_seconds=0).sent:
        clock.pass_by(24 * HOUR)
        passed += 1
    assert passed == 7


def test_quiet_hours_count_as_they_are_in_the_file_when_a_message_is_due(
    load: Load, queue: Queue, send: Send
) -> None:
    queue()
    assert send(load(quiet_hours="22:00-07:00")).sent == 1


def test_two_processes_put_a_message_off_once(
    config: AlertConfig, queue: Queue, database: Database, clock: WaitingClock, rows: Rows
) -> None:
    queue()
    hours = config.subscriptions[0].quiet_hours
    [row] = rows()
    for _ in range(2):
        assert (
            claims.claim(database, row.id, now=clock.now(), timing=Timing(), quiet_hours=hours)
            is None
        )
    [after] = rows()
    assert state_of(after) == WAITS
    assert after.give_up_at is not None
    assert after.give_up_at - MORNING <= timedelta(days=3)


def test_a_clock_that_is_set_back_does_not_send_in_quiet_hours(
    config: AlertConfig, queue: Queue, send: Send, clock: WaitingClock, rows: Rows
) -> None:
    at(clock, 22, day=28)
    queue()
    send(config)
    at(clock, 22)
    assert send(config).sent == 0
    assert state_of(rows()[0]) == WAITS


def test_quiet_hours_end_in_the_second_of_two_equal_hours(
    load: Load, queue: Queue, send: Send, clock: WaitingClock, rows: Rows
) -> None:
    config = load(quiet_hours="20:00-01:30")
    clock.moment = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    queue()
    assert send(config).sent == 0
    end = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert state_of(rows()[0]) == (DeliveryState.DUE, 0, end)
    clock.moment = end
    assert send(config).sent == 1
