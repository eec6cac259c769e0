"""Slack's incoming webhooks: no look-up of what arrived, so a copy is possible, and counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from alerts.channels.slack_webhook import transport
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.slack import LocalSlack, cut, hang, rate_limited, refused, server_error
from reports.errors import ConfigurationError
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock

Configure = Callable[..., AlertConfig]
Queue = Callable[..., list[str]]
Send = Callable[..., SendSummary]
Rows = Callable[[], list[Delivery]]


def webhook_channel(slack: LocalSlack) -> dict[str, Any]:
    """The entry of an incoming webhook."""
    return {"type": "slack-webhook", "url": slack.webhook_url}


def test_a_webhook_gets_the_same_message(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    queue(configure(hook=webhook_channel(slack)))
    assert send(configure(hook=webhook_channel(slack))).sent == 1
    [message] = slack.messages
    assert message.via == "webhook"
    assert "overall grade falls from Good to Inadequate" in message.visible_text()
    assert (rows()[0].recipient, rows()[0].remote_id) == ("webhook", None)


@pytest.mark.parametrize("fault", [cut, server_error])
def test_a_webhook_message_without_a_reply_is_repeated_after_the_outage_and_counted(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    clock: WaitingClock,
    fault: Any,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(fault(accept=True, method="webhook"))
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    summary = send(config)
    assert (summary.sent, summary.may_be_duplicates) == (1, 1)
    first, second = slack.messages
    assert first.blocks == second.blocks, "the same alert id shows that it is a copy"
    assert rows()[0].no_replies == 1


def test_a_webhook_that_is_out_of_order_for_an_hour_loses_nothing(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config, reports=2)
    slack.add_fault(server_error(accept=False, status=503, method="webhook"), times=None)
    for _ in range(4):
        assert send(config, wait_seconds=0).waiting == 2
        clock.pass_by(15 * 60)
    slack.clear_faults()
    clock.pass_by(2 * 3_600)
    assert send(config).sent == 2
    assert len(slack.messages) == 2


def test_a_webhook_that_hangs_is_left_after_a_while(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.5)
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(hang(accept=False, method="webhook"))
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    assert send(config).sent == 1
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (refused("invalid_payload", method="webhook"), DeliveryState.FAILED),
        (refused("no_service", method="webhook"), DeliveryState.FAILED),
        (server_error(accept=False, status=404, method="webhook"), DeliveryState.FAILED),
        (rate_limited(method="webhook"), DeliveryState.SENT),
    ],
)
def test_what_a_webhook_answers_decides(
    configure: Configure,
    queue: Queue,
    send: Send,
    slack: LocalSlack,
    rows: Rows,
    fault: Any,
    state: DeliveryState,
) -> None:
    config = configure(hook=webhook_channel(slack))
    queue(config)
    slack.add_fault(fault)
    send(config)
    assert rows()[0].state == state


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://hooks.slack.com/services/T0/B0/very-secret", "must begin with https://"),
        ("https://[hooks/services/T0/B0/very-secret", "must be a whole address"),
        ("https://hooks.slack.com", "must be the whole address"),
    ],
)
def test_an_address_that_would_not_do_is_an_error_that_does_not_show_it(
    configure: Configure, address: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as fault:
        configure(hook={"type": "slack-webhook", "url": address})
    assert said in str(fault.value)
    assert "secret" not in str(fault.value)


def test_the_address_of_a_webhook_is_not_in_the_database(
    configure: Configure, queue: Queue, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    entry = {"type": "slack-webhook", "url": "http://127.0.0.1:9/services/T0/B0/very-secret"}
    config = configure(hook=entry)
    queue(config)
    send(config)
    [row] = rows()
    assert row.last_error
    assert "secret" not in json.dumps([row.payload, row.last_error, row.key, row.recipient])
