"""Backfill digests: a message that failed does not count as sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from alerts.events.report_events import ReportEvents
from alerts.outbox.backfill_digests import (
    BackfillDigest,
    Tally,
    digests,
    queue_digests,
    tally,
)
from alerts.outbox.deliveries import release, requeue_failed
from alerts.outbox.enqueue import AlertRun
from alerts.outbox.summary import SendSummary
from alerts.outbox.waiting_messages import compose_waiting
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.quiet_hours import QuietHours
from demo.mailbox import LocalMailbox
from demo.slack import LocalSlack, refused
from reports.london import LONDON
from storage.database import Database
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Notification, Report
from tests.alerts.builders import NOW
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]


def queued_again(database: Database, config: AlertConfig) -> int:
    """The number of messages that a backfill of everything makes."""
    run = AlertRun(config=config, now=NOW, real_now=NOW)
    with database.write() as session:
        found = [ReportEvents.of(session.scalars(select(Event)))]
        return len(queue_digests(session, digests(session, found, run), run))


def test_a_report_of_long_ago_is_not_marked_as_urgent(
    configure: Configure, queue: Queue, database: Database, slack: LocalSlack
) -> None:
    config = configure(chat=slack_channel(slack))
    queue(configure(chat=slack_channel(slack)))
    run = AlertRun(config=config, now=NOW, real_now=NOW)
    with database.write() as session:
        session.execute(delete(DeliveryEvent))
        session.execute(delete(Delivery))
        session.execute(delete(Notification))
        found = [ReportEvents.of(session.scalars(select(Event)))]
        assert found[0].urgent
        [digest] = digests(session, found, run)
        content = digest.message(session, sites=run.sites)
        [delivery] = queue_digests(session, [digest], run)
        assert "Urgent" not in str(delivery.payload)
    assert [row.marks for row in content.rows] == [""]
    assert content.summary.endswith("What this subscription has sent before is left out.")


def test_reports_that_nobody_is_left_to_get_are_not_counted(
    configure: Configure, queue: Queue, database: Database, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox, "a@example.org"))
    queue(config, reports=2)
    [first] = config.subscriptions
    other = first.model_copy(update={"name": "Other", "only_to": ("b@example.org",)})
    config = config.model_copy(
        update={
            "subscriptions": (first, other),
            "unsubscribed": frozenset({("Other", "team", "b@example.org")}),
        }
    )
    with database.read() as session:
        found = [ReportEvents.of([event]) for event in session.scalars(select(Event)).all()]
        planned = [
            BackfillDigest(subscription=first, reports=tuple(found[:1])),
            BackfillDigest(subscription=other, reports=tuple(found)),
        ]
        counted = tally(planned, AlertRun(config=config, now=NOW, real_now=NOW))
    assert counted == Tally(messages=1, reports=1, subscriptions=1, channels=1)


def test_what_failed_for_a_wrong_channel_is_sent_once_it_is_put_right(
    configure: Configure, queue: Queue, send: Send, database: Database, slack: LocalSlack
) -> None:
    mistyped = configure(chat=slack_channel(slack, channel="#chidrens-services"))
    queue(mistyped)
    assert send(mistyped).failed == 1
    right = configure(chat=slack_channel(slack))
    assert queued_again(database, right) == 1
    assert send(right).sent == 1
    assert len(slack.messages) == 1
    assert queued_again(database, right) == 0


def test_what_failed_and_is_in_a_digest_of_a_backfill_is_not_sent_again_by_itself(
    configure: Configure,
    queue: Queue,
    send: Send,
    database: Database,
    slack: LocalSlack,
    clock: WaitingClock,
) -> None:
    config = configure(chat=slack_channel(slack))
    queue(config)
    slack.add_fault(refused("is_archived"))
    assert send(config).failed == 1
    assert queued_again(database, config) == 1
    slack.add_fault(refused("is_archived"))
    assert send(config).failed == 1
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 1
    assert send(config).sent == 1
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 0
    send(config)
    assert len(slack.messages) == 1


@pytest.mark.parametrize("kind", ["backfill", "digest"])
def test_what_failed_is_sent_again_where_a_later_digest_is_about_something_else(
    configure: Configure,
    queue: Queue,
    send: Send,
    database: Database,
    slack: LocalSlack,
    clock: WaitingClock,
    kind: str,
) -> None:
    queue(config := configure(chat=slack_channel(slack)))
    slack.add_fault(refused("is_archived"))
    assert send(config).failed == 1
    with database.write() as session:
        [failed] = session.scalars(select(Delivery))
        session.add(
            Delivery(
                key=f"{kind}:2026-06-30:of something else",
                subscription=failed.subscription,
                channel=failed.channel,
                recipient=failed.recipient,
                payload={},
                state=DeliveryState.SENT,
                next_attempt_at=clock.now(),
                created_at=clock.now() + timedelta(minutes=1),
            )
        )
    with database.write() as session:
        assert requeue_failed(session, now=clock.now()) == 1


@pytest.mark.parametrize("digest_may_have_arrived", [False, True])
def test_a_message_that_may_have_arrived_gives_way_only_to_a_digest_that_is_sent_again_with_it(
    configure: Configure,
    queue: Queue,
    database: Database,
    slack: LocalSlack,
    clock: WaitingClock,
    digest_may_have_arrived: bool,
) -> None:
    queue(configure(chat=slack_channel(slack)))
    with database.write() as session:
        [alert] = session.scalars(select(Delivery))
        alert.state, alert.no_replies = DeliveryState.FAILED, 1
        alert.first_attempt_at = clock.now()
        digest = Delivery(
            key="digest:2026-06-30:all of it",
            subscription=alert.subscription,
            channel=alert.channel,
            recipient=alert.recipient,
            payload=alert.payload,
            state=DeliveryState.FAILED,
            no_replies=int(digest_may_have_arrived),
            events=list(alert.events),
            next_attempt_at=clock.now(),
            created_at=clock.now() + timedelta(minutes=1),
        )
        session.add(digest)
    with database.write() as session:
        assert requeue_failed(session, now=clock.now(), may_have_arrived=True) == 1
        due = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.DUE)).one()
        assert due.key.startswith("digest:") is digest_may_have_arrived


@pytest.mark.parametrize(
    ("hours", "state"),
    [("07:00-12:00", "due"), ("20:00-23:00", "muted"), ("07:00-08:00", "muted")],
)
def test_an_alert_does_not_wait_with_a_digest_for_the_end_of_quiet_hours(
    configure: Configure,
    queue: Queue,
    database: Database,
    slack: LocalSlack,
    clock: WaitingClock,
    hours: str,
    state: str,
) -> None:
    config = configure(chat=slack_channel(slack))
    queue(config)
    [subscription] = config.subscriptions
    quiet = subscription.model_copy(update={"quiet_hours": QuietHours.parse(hours)})
    config = config.model_copy(update={"subscriptions": (quiet,)})
    now = clock.now() + timedelta(minutes=5)
    with database.write() as session:
        [alert] = session.scalars(select(Delivery))
        alert.tries, alert.first_attempt_at = 1, clock.now()
        alert.next_attempt_at = now
        session.add(
            Delivery(
                key="digest:2026-06-30:all of it",
                subscription=alert.subscription,
                channel=alert.channel,
                recipient=alert.recipient,
                payload=alert.payload,
                events=list(alert.events),
                next_attempt_at=now,
                created_at=clock.now() + timedelta(minutes=1),
            )
        )
    morning = datetime(2026, 7, 1, 7, 35, tzinfo=LONDON)
    compose_waiting(database, AlertRun(config=config, now=morning, real_now=now))
    with database.read() as session:
        alert, _ = session.scalars(select(Delivery).order_by(Delivery.id))
        assert alert.state == state


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.DUE, DeliveryState.MUTED])
def test_what_was_sent_or_muted_or_will_be_sent_is_not_sent_again(
    configure: Configure, queue: Queue, database: Database, slack: LocalSlack, state: DeliveryState
) -> None:
    queue(config := configure(chat=slack_channel(slack), other=slack_channel(slack)))
    with database.write() as session:
        first, second = session.scalars(select(Delivery))
        first.state, second.state = DeliveryState.FAILED, state
    assert queued_again(database, config) == 0


@pytest.mark.parametrize("state", [DeliveryState.HELD, DeliveryState.FAILED])
def test_a_digest_says_when_it_is_sent_that_its_report_was_withdrawn(
    configure: Configure,
    queue: Queue,
    send: Send,
    database: Database,
    slack: LocalSlack,
    clock: WaitingClock,
    state: DeliveryState,
) -> None:
    queue(config := configure(chat=slack_channel(slack)))
    run = AlertRun(config=config, now=NOW, real_now=NOW)
    with database.write() as session:
        [alert] = session.scalars(select(Delivery))
        alert.state = DeliveryState.FAILED
    assert queued_again(database, config) == 1
    with database.write() as session:
        digest = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert digest is not None
        digest.state = state
        session.scalars(select(Report)).one().withdrawn_at = NOW
    again_at = clock.now() + timedelta(minutes=5)
    with database.write() as session:
        release(session, drop=False, now=again_at)
        requeue_failed(session, now=again_at)
    clock.moment = again_at
    compose_waiting(database, replace(run, real_now=again_at))
    assert send(config).sent == 1
    assert "(since withdrawn)" in slack.messages[0].visible_text()
