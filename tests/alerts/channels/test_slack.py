"""Slack by token: nothing lost and nothing doubled, whatever the answer is or is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk import WebClient

from alerts.channels.base import Outgoing
from alerts.channels.slack import transport as slack_module
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.slack import (
    Channel,
    LocalSlack,
    cut,
    hang,
    rate_limited,
    refused,
    replaced,
    server_error,
)
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, slack_channel

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


@pytest.fixture
def config(configure: Configure, slack: LocalSlack) -> AlertConfig:
    return configure(scrutiny=slack_channel(slack))


def test_a_due_message_is_posted_once_with_its_key(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    [key] = queue(config)
    summary = send(config)
    assert (summary.sent, summary.waiting, summary.needs_review) == (1, 0, False)
    [message] = slack.messages
    assert message.metadata is not None
    assert message.metadata["event_payload"] == {"key": key}
    assert "overall grade falls from Good to Inadequate" in message.visible_text()
    [row] = rows()
    assert (row.state, row.tries, row.last_error) == (DeliveryState.SENT, 1, None)
    assert row.remote_id == f"{message.channel}:{message.ts}"
    assert row.sent_at is not None


def test_a_second_run_sends_nothing(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack
) -> None:
    queue(config, reports=2)
    send(config)
    assert send(config).sent == 0
    assert len(slack.messages) == 2


def test_one_message_a_second_goes_to_a_channel(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack
) -> None:
    queue(config, reports=25)
    assert send(config, wait_seconds=0).sent == 25
    times = [float(message.ts) for message in slack.messages]
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[1:], strict=False))


def test_a_429_waits_as_long_as_slack_asks(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, clock: WaitingClock
) -> None:
    queue(config)
    slack.add_fault(rate_limited(retry_after="7"))
    assert send(config).sent == 1
    assert 7 <= sum(clock.waits) < 9
    assert len(slack.messages) == 1
    assert slack.calls("conversations.history") == 0


@pytest.mark.parametrize(("header", "seconds"), [(None, 30), ("soon", 30), ("86400", 900)])
def test_a_429_without_a_usable_time_waits_a_bounded_time(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
    header: str | None,
    seconds: float,
) -> None:
    queue(config)
    slack.add_fault(rate_limited(retry_after=header))
    summary = send(config)
    assert (summary.postponed, summary.waiting, summary.needs_review) == (1, 1, True)
    [row] = rows()
    wait = (row.next_attempt_at - clock.moment).total_seconds()
    assert seconds - 1 < wait <= seconds + 1


@pytest.mark.parametrize("fault", [cut(accept=True), server_error(accept=True)])
def test_a_message_that_arrived_without_an_answer_is_found_and_not_sent_again(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, rows: Rows, fault: object
) -> None:
    queue(config)
    slack.add_fault(fault)  # type: ignore[arg-type]
    summary = send(config)
    assert (summary.sent, summary.found, summary.may_be_duplicates) == (0, 1, 0)
    assert len(slack.messages) == 1
    [row] = rows()
    assert (row.state, row.no_replies) == (DeliveryState.SENT, 0)
    assert row.remote_id == f"{slack.messages[0].channel}:{slack.messages[0].ts}"


@pytest.mark.parametrize("fault", [cut(accept=False), server_error(accept=False)])
def test_a_message_that_did_not_arrive_is_sent_again_only_when_that_is_certain(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
    fault: object,
) -> None:
    queue(config)
    slack.add_fault(fault)  # type: ignore[arg-type]
    assert send(config).waiting == 1
    assert slack.calls("conversations.history") == 1
    assert rows()[0].no_replies == 1
    clock.pass_by(60)
    assert send(config).sent == 1
    assert slack.calls("conversations.history") == 2
    [row] = rows()
    assert (row.state, row.tries, row.no_replies) == (DeliveryState.SENT, 2, 0)


def test_a_slack_that_hangs_is_left_after_a_while_and_then_asked(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slack_module, "TIMEOUT_SECONDS", 1.5)
    queue(config)
    slack.add_fault(hang(accept=True))
    assert send(config).found == 1
    assert len(slack.messages) == 1


@pytest.mark.parametrize("code", ["bad\x00thing", "bad\ud800thing"])
def test_characters_of_a_reply_that_no_database_takes_end_nothing(
    due_on_slack: AlertConfig, send: Send, slack: LocalSlack, code: str
) -> None:
    slack.add_fault(refused(code))
    summary = send(due_on_slack)
    assert (summary.sent, summary.errors) == (1, ["scrutiny: Slack refused: badthing"])


def test_a_history_that_lags_does_not_lead_to_a_double(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, clock: WaitingClock
) -> None:
    queue(config)
    slack.hide_new_messages()
    slack.add_fault(cut(accept=True))
    assert send(config).waiting == 1
    slack.hide_new_messages(hidden=False)
    clock.pass_by(60)
    assert send(config).found == 1
    assert len(slack.messages) == 1


def test_a_search_that_fails_is_repeated_before_anything_is_sent(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, clock: WaitingClock
) -> None:
    queue(config)
    slack.add_fault(cut(accept=True))
    slack.add_fault(server_error(accept=False, method="conversations.history"))
    assert send(config).found == 1
    assert slack.calls("chat.postMessage") == 1


def test_a_search_that_ends_in_an_unexpected_error_is_not_a_try_without_reply(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue(config)
    slack.add_fault(cut(accept=True))
    no_messages = '{"ok": true, "messages": ["x"]}'
    slack.add_fault(
        replaced(body=no_messages, accept=False, method="conversations.history"), times=None
    )
    assert send(config).waiting == 1
    [row] = rows()
    assert (row.state, row.tries, row.no_replies) == (DeliveryState.DUE, 1, 1)
    assert "unexpected" in str(row.last_error)
    slack.clear_faults()
    clock.pass_by(60)
    assert send(config).found == 1
    assert len(slack.messages) == 1


def test_a_message_is_looked_up_in_the_channel_that_has_the_name_now(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    database: Database,
) -> None:
    queue(config, reports=2)
    with database.write() as session:
        session.get_one(Delivery, 2).next_attempt_at += timedelta(hours=1)
    assert send(config).sent == 1
    slack.set_channels(
        Channel("C0SAMPLE01", "old-name"), Channel("C0SAMPLE09", "childrens-services")
    )
    clock.pass_by(3_600)
    slack.add_fault(cut(accept=True))
    assert send(config).found == 1
    assert [message.channel for message in slack.messages] == ["C0SAMPLE01", "C0SAMPLE09"]


def test_an_app_that_may_not_look_channels_up_reads_the_history_of_its_last_message(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    database: Database,
) -> None:
    queue(config, reports=2)
    with database.write() as session:
        session.get_one(Delivery, 2).next_attempt_at += timedelta(hours=1)
    assert send(config).sent == 1
    clock.pass_by(3_600)
    slack.add_fault(cut(accept=True))
    for method in ("conversations.info", "conversations.list"):
        slack.add_fault(refused("missing_scope", method=method))
    assert send(config).found == 1
    assert len(slack.messages) == 2


def test_a_message_whose_metadata_is_hidden_is_found_by_the_alert_id_that_readers_see(
    config: AlertConfig, queue: Queue, slack: LocalSlack, rows: Rows, clock: WaitingClock
) -> None:
    [key] = queue(config)
    [row] = rows()
    client = WebClient(token=slack.token, base_url=slack.base_url)
    posted = client.chat_postMessage(
        channel="#childrens-services", text="x", blocks=row.payload["blocks"]
    )
    outgoing = Outgoing(
        key=key,
        recipient=row.recipient,
        payload=row.payload,
        first_attempt_at=clock.now(),
    )
    found = config.channels["scrutiny"].find(outgoing)
    assert found == f"{posted['channel']}:{posted['ts']}"
    assert config.channels["scrutiny"].find(replace(outgoing, key="k")) is None


def test_without_the_right_to_read_it_is_repeated_after_the_outage_and_counted(
    config: AlertConfig,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    rows: Rows,
) -> None:
    queue(config)
    slack.add_fault(refused("missing_scope", method="conversations.history"), times=None)
    slack.add_fault(cut(accept=True))
    assert send(config).waiting == 1
    assert "missing_scope" in (rows()[0].last_error or "")
    clock.pass_by(31 * 60)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)
    assert len(slack.messages) == 2
    assert rows()[0].no_replies == 1


@pytest.mark.parametrize("hours", [-30, -2, 2, 30])
def test_a_clock_that_differs_from_slacks_doubles_nothing(
    configure: Configure, queue: Queue, send: Send, clock: WaitingClock, hours: int
) -> None:
    with LocalSlack(clock=lambda: clock.now() + timedelta(hours=hours)) as slack:
        config = configure(scrutiny=slack_channel(slack))
        queue(config)
        slack.add_fault(cut(accept=True))
        assert send(config).found == 1
        assert len(slack.messages) == 1


def test_a_message_is_found_among_newer_ones_and_the_search_ends_a_day_before_the_first_try(
    config: AlertConfig,
    queue: Queue,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slack_module, "HISTORY_PAGE", 20)
    [key] = queue(config)
    client = WebClient(token=slack.token, base_url=slack.base_url)

    def post(number: int) -> None:
        for _ in range(number):
            client.chat_postMessage(channel="#childrens-services", text="chat")

    post(45)
    clock.pass_by(2 * 24 * 3_600)
    outgoing = Outgoing(
        key=key,
        recipient="C0SAMPLE01",
        payload=rows()[0].payload,
        first_attempt_at=clock.now(),
    )
    metadata = {"event_type": "x", "event_payload": {"key": key}}
    client.chat_postMessage(channel="#childrens-services", text="ours", metadata=metadata)
    post(25)
    assert config.channels["scrutiny"].find(outgoing) is not None
    assert slack.calls("conversations.history") == 2
    assert config.channels["scrutiny"].find(replace(outgoing, key="k")) is None
    assert slack.calls("conversations.history") == 4, "older messages are not read"


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "invalid_auth", "token_revoked", "msg_too_long"]
)
def test_a_refusal_for_good_fails_at_once(
    config: AlertConfig, queue: Queue, send: Send, slack: LocalSlack, rows: Rows, code: str
) -> None:
    queue(config)
    slack.add_fault(refused(code))
    summary = send(config)
    assert (summary.failed, summary.needs_review) == (1, True)
    [row] = rows()
    assert (row.state, row.tries) == (DeliveryState.FAILED, 1)
    assert code in (row.last_error or "")


def test_no_connection_is_a_certain_failure_and_is_tried_again(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    config = configure(scrutiny=slack_channel(slack, base_url="http://127.0.0.1:9/api/"))
    queue(config)
    assert send(config).waiting == 1
    [row] = rows()
    assert row.no_replies == 0
    assert row.tries == 3  # at once, after about 5 and after about 10 seconds more


def test_it_fails_after_three_days(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
) -> None:
    config = configure(scrutiny=slack_channel(slack, base_url="http://127.0.0.1:9/api/"))
    queue(config)
    for _ in range(74):
        send(config, wait_seconds=0)
        clock.pass_by(3_700)
    send(config)
    [row] = rows()
    assert row.state == DeliveryState.FAILED
    assert 70 < row.tries < 90


def test_secrets_do_not_reach_the_database(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    config = configure(scrutiny=slack_channel(slack, token="xoxb-other-secret"))
    queue(config)
    send(config)
    [row] = rows()
    assert row.state == DeliveryState.FAILED
    assert "secret" not in json.dumps([row.payload, row.last_error, row.key, row.recipient])
