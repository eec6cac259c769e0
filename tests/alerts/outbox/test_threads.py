"""Follow-ups reply to the first message about an inspection, and correct it where it was wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from alerts.events.types import EventType
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, reply
from demo.slack import LocalSlack, cut, refused
from reports.model import Kind
from storage.database import Database
from storage.models import Delivery, Inspection, Report
from tests.alerts.builders import make_event, make_report, stored
from tests.alerts.conftest import WaitingClock, mail_channel, queued_deliveries, slack_channel

Configure = Callable[..., AlertConfig]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]
Follow = Callable[..., None]


@pytest.fixture
def publish(database: Database, clock: WaitingClock) -> Follow:
    """Store a report on Marlbury with its events and messages."""

    def published(
        config: AlertConfig,
        *events: EventType,
        file_id: str = "50300001",
        kind: Kind = Kind.INSPECTION,
        start: date = date(2026, 6, 8),
    ) -> None:
        everything = config.subscriptions[0].model_copy(update={"events": frozenset(EventType)})
        config = config.model_copy(update={"subscriptions": (everything,)})
        with database.write() as session:
            report = report_of(session, file_id, kind, start)
            found = [make_event(report, event_type) for event_type in events]
            for event in found:
                event.key += f":{file_id}"
            stored(session, report, found)
            queued_deliveries(session, report, found, config=config, now=clock.now())

    return published


def report_of(session: Session, file_id: str, kind: Kind, start: date) -> Report:
    known = session.query(Report).filter_by(file_id=file_id).one_or_none()
    if known is not None:
        return known
    report = make_report(file_id=file_id, start=start, end=start)
    before = session.query(Report).first()
    if before is not None:
        report.authority = before.authority
    inspection = session.query(Inspection).filter_by(kind=kind, start=start).one_or_none()
    report.inspection = inspection or Inspection(
        authority=report.authority, kind=kind, start=start, end=start, framework="ilacs_2023"
    )
    report.kind = kind
    return report


def thread_of(slack: LocalSlack) -> tuple[str | None, ...]:
    return tuple(message.thread_ts for message in slack.messages)


@pytest.mark.parametrize("event", [EventType.WITHDRAWN, EventType.CORRECTION])
def test_a_follow_up_replies_in_the_thread_and_the_channel_shows_it(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack, event: EventType
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    publish(config, event)
    send(config)
    first, later = slack.messages
    assert (later.thread_ts, later.broadcast) == (first.ts, True)


def test_a_new_version_of_a_report_replies_to_the_first(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    publish(config, EventType.CORRECTION, file_id="50300002")
    send(config)
    first, later = slack.messages
    assert later.thread_ts == first.ts


def test_a_visit_replies_to_the_last_inspection_before_it_and_an_inspection_to_nothing(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    for number, start in enumerate((date(2023, 1, 9), date(2026, 1, 12))):
        publish(config, EventType.NEW_REPORT, file_id=f"5030001{number}", start=start)
        send(config)
    visit = {"kind": Kind.MONITORING_VISIT, "start": date(2026, 6, 3)}
    publish(config, EventType.NEW_REPORT, file_id="50300020", **visit)
    send(config)
    _, second, _ = slack.messages
    assert thread_of(slack) == (None, None, second.ts)


def test_a_visit_that_is_withdrawn_leaves_the_message_about_the_inspection_before_it_as_it_was(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT, file_id="50300010", start=date(2026, 1, 12))
    send(config)
    before = slack.messages[0].visible_text()
    visit = {"kind": Kind.MONITORING_VISIT, "start": date(2026, 6, 3)}
    publish(config, EventType.WITHDRAWN, file_id="50300020", **visit)
    send(config)
    assert thread_of(slack) == (None, None)
    assert slack.messages[0].visible_text() == before


def test_another_councils_report_replies_to_nothing(
    configure: Configure, queue: Callable[..., list[str]], send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    queue(config, reports=2)
    send(config)
    assert thread_of(slack) == (None, None)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (EventType.CORRECTION, "Ofsted has corrected this report. See the reply"),
        (EventType.WITHDRAWN, "this report is no longer on Ofsted's site. See the reply"),
    ],
)
def test_the_first_message_is_edited_to_say_that_it_turned_out_wrong(
    configure: Configure,
    publish: Follow,
    send: Send,
    slack: LocalSlack,
    event: EventType,
    said: str,
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    before = slack.messages[0].visible_text()
    publish(config, event)
    send(config)
    first, later = slack.messages
    assert said in first.visible_blocks()[0]
    assert first.visible_text().endswith(before)
    assert said not in later.visible_text()


def test_a_first_message_that_may_not_be_edited_holds_up_no_reply(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    slack.add_fault(refused("edit_window_closed", method="chat.update"))
    publish(config, EventType.CORRECTION)
    assert send(config).sent == 1


def test_where_the_first_message_was_deleted_the_reply_stands_alone(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    slack.remove_message(slack.messages[0].ts)
    publish(config, EventType.CORRECTION)
    assert send(config).sent == 1
    assert thread_of(slack) == (None,)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_reply_without_an_answer_is_found_and_not_doubled(
    configure: Configure, publish: Follow, send: Send, slack: LocalSlack, deleted: bool
) -> None:
    config = configure(scrutiny=slack_channel(slack))
    publish(config, EventType.NEW_REPORT)
    send(config)
    publish(config, EventType.CORRECTION)
    slack.add_fault(cut(accept=True))
    send(config, wait_seconds=0)
    if deleted:
        slack.remove_message(slack.messages[0].ts)
    assert send(config).found == 1
    assert len(slack.messages) == (1 if deleted else 2)


def test_mails_name_the_first_in_their_headers(
    configure: Configure, publish: Follow, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox, "a@example.org", "b@example.org"))
    publish(config, EventType.NEW_REPORT)
    send(config)
    publish(config, EventType.CORRECTION)
    send(config)
    first_a, first_b, later_a, later_b = mailbox.mails
    for first, later in ((first_a, later_a), (first_b, later_b)):
        assert first.recipients == later.recipients
        assert first.message["In-Reply-To"] is None
        headers: tuple[Any, ...] = (later.message["In-Reply-To"], later.message["References"])
        assert headers == (first.message_id, first.message_id)


def test_a_first_message_that_failed_is_not_replied_to(
    configure: Configure, publish: Follow, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox))
    publish(config, EventType.NEW_REPORT)
    publish(config, EventType.CORRECTION)
    mailbox.add_fault(reply("550 5.1.1 No such user", at="rcpt"))
    summary = send(config)
    assert (summary.sent, summary.failed) == (1, 1)
    assert mailbox.mails[0].message["In-Reply-To"] is None
