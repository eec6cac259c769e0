"""Reaching each channel, and test messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from alerts.subscriptions.channel_check import check_channels, send_test
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, reply
from demo.slack import LocalSlack, refused
from tests.alerts.conftest import mail_channel, slack_channel

Configure = Callable[..., AlertConfig]


def test_channels_that_work_are_reached_without_sending(
    configure: Configure, slack: LocalSlack, mailbox: LocalMailbox
) -> None:
    config = configure(
        scrutiny=slack_channel(slack),
        hook={"type": "slack-webhook", "url": slack.webhook_url},
        team=mail_channel(mailbox),
        teams={"type": "apprise", "url": "json://127.0.0.1/x"},
    )
    checks = check_channels(config)
    assert [(check.channel, check.ok) for check in checks] == [
        ("scrutiny", True),
        ("hook", True),
        ("team", True),
        ("teams", True),
    ]
    assert "Sample workspace" in checks[0].message
    assert slack.messages == ()
    assert mailbox.mails == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"token": "xoxb-wrong"}, "invalid_auth"),
        ({"channel": "#nowhere"}, "no channel #nowhere"),
        ({"channel": "#archived"}, "archived"),
        ({"channel": "#not-invited"}, "invite the app"),
        ({"channel": "C0SAMPLE03"}, "invite the app"),
        ({"base_url": "http://127.0.0.1:9/api/"}, "cannot be reached"),
    ],
)
def test_a_slack_channel_that_cannot_work_is_reported(
    configure: Configure, slack: LocalSlack, more: dict[str, Any], words: str
) -> None:
    [check] = check_channels(configure(scrutiny=slack_channel(slack, **more)))
    assert not check.ok
    assert words in check.message
    assert str(more.get("token", slack.token)) not in check.message


def test_a_bot_that_may_not_list_channels_is_not_wrong(
    configure: Configure, slack: LocalSlack
) -> None:
    slack.add_fault(refused("missing_scope", method="conversations.list"))
    [check] = check_channels(configure(scrutiny=slack_channel(slack)))
    assert check.ok
    assert "only a test message shows" in check.message


def test_a_mail_server_that_is_away_is_reported(
    configure: Configure, mailbox: LocalMailbox
) -> None:
    [check] = check_channels(configure(team=mail_channel(mailbox) | {"port": 9}))
    assert not check.ok
    assert "cannot be reached" in check.message


def test_a_channel_with_a_mistake_in_its_host_does_not_keep_the_others_from_being_checked(
    configure: Configure, slack: LocalSlack, mailbox: LocalMailbox
) -> None:
    config = configure(
        team=mail_channel(mailbox) | {"host": "smtp..example.gov.uk"},
        scrutiny=slack_channel(slack),
    )
    for checks in (check_channels(config), send_test(config)):
        assert [(check.channel, check.ok) for check in checks] == [
            ("team", False),
            ("scrutiny", True),
        ]
        assert checks[0].message


def test_a_test_message_goes_to_every_recipient(
    configure: Configure, slack: LocalSlack, mailbox: LocalMailbox
) -> None:
    addresses = ("a@example.gov.uk", "gone@example.gov.uk")
    mailbox.add_fault(reply("550 5.1.1 No such user", at="rcpt", address=addresses[1]))
    config = configure(scrutiny=slack_channel(slack), team=mail_channel(mailbox, *addresses))
    assert [(check.recipient, check.ok) for check in send_test(config)] == [
        ("#childrens-services", True),
        ("a@example.gov.uk", True),
        ("gone@example.gov.uk", False),
    ]
    assert "Test: Inspection Watch can reach you here" in slack.messages[0].visible_text()
    [mail] = mailbox.mails
    assert mail.subject == "Test: Inspection Watch can reach you here"
    assert "This is a test message." in mail.text
    assert "This is a test message." in mail.html
    assert "because an operator ran inspection-watch check --send-test." in mail.text
    assert "subscription" not in mail.text, "it belongs to none"
