"""The local Slack against the real slack_sdk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from demo.slack import LocalSlack, cut, hang, rate_limited, refused, server_error

CHANNEL = "C0SAMPLE01"
METADATA = {"event_type": "report", "event_payload": {"key": "k1"}}


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(clock=Clock()) as slack:
        yield slack


def client(slack: LocalSlack, *, token: str | None = None, timeout: int = 5) -> WebClient:
    return WebClient(
        token=token or slack.token, base_url=slack.base_url, timeout=timeout, retry_handlers=[]
    )


def code_of(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def test_keeps_what_is_posted(slack: LocalSlack) -> None:
    answer = client(slack).chat_postMessage(
        channel="#childrens-services",
        text="Aldermere: a grade fell",
        blocks=[section("*Aldermere*"), {"type": "divider"}],
        metadata=METADATA,
    )

    (message,) = slack.messages
    assert (answer["channel"], answer["ts"]) == (CHANNEL, message.ts)
    assert message.text == "Aldermere: a grade fell"
    assert message.metadata == METADATA
    assert message.visible_text() == "*Aldermere*"
    assert message.via == "api"


def test_history_shows_the_newest_first_and_metadata_only_on_request(slack: LocalSlack) -> None:
    web = client(slack)
    for words in ("first", "second", "third"):
        web.chat_postMessage(channel=CHANNEL, text=words, metadata=METADATA)

    plain = web.conversations_history(channel=CHANNEL)
    full = web.conversations_history(channel=CHANNEL, include_all_metadata=True)

    assert [m["text"] for m in plain["messages"]] == ["third", "second", "first"]
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == METADATA


def test_history_by_pages_and_from_a_moment_on(slack: LocalSlack) -> None:
    web = client(slack)
    stamps = [web.chat_postMessage(channel=CHANNEL, text=str(n))["ts"] for n in range(5)]

    pages = [len(p["messages"]) for p in web.conversations_history(channel=CHANNEL, limit=2)]
    newer = web.conversations_history(channel=CHANNEL, oldest=stamps[2])
    inclusive = web.conversations_history(channel=CHANNEL, oldest=stamps[2], inclusive=True)

    assert pages == [2, 2, 1]
    assert [m["text"] for m in newer["messages"]] == ["4", "3"]
    assert [m["text"] for m in inclusive["messages"]] == ["4", "3", "2"]


def test_replies_are_in_their_thread_only(slack: LocalSlack) -> None:
    web = client(slack)
    parent = web.chat_postMessage(channel=CHANNEL, text="parent")["ts"]
    web.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=parent)

    history = web.conversations_history(channel=CHANNEL)
    replies = web.conversations_replies(channel=CHANNEL, ts=parent)

    assert [m["text"] for m in history["messages"]] == ["parent"]
    assert {m["text"] for m in replies["messages"]} == {"parent", "reply"}


def test_history_may_lag_behind(slack: LocalSlack) -> None:
    web = client(slack)
    slack.hide_new_messages()
    web.chat_postMessage(channel=CHANNEL, text="late")

    assert web.conversations_history(channel=CHANNEL)["messages"] == []
    slack.hide_new_messages(hidden=False)
    assert len(web.conversations_history(channel=CHANNEL)["messages"]) == 1


def test_says_who_it_is_and_which_channels_there_are(slack: LocalSlack) -> None:
    web = client(slack)

    assert web.auth_test()["bot_id"]
    assert web.conversations_info(channel=CHANNEL)["channel"]["name"] == "childrens-services"
    names = [c["name"] for page in web.conversations_list(limit=1) for c in page["channels"]]
    assert names == ["childrens-services", "operators", "not-invited", "archived"]
    active = web.conversations_list(exclude_archived=True)["channels"]
    assert "archived" not in [c["name"] for c in active]


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        ("#nowhere", "channel_not_found"),
        ("#not-invited", "not_in_channel"),
        ("#archived", "is_archived"),
    ],
)
def test_refuses_channels_it_cannot_post_to(slack: LocalSlack, channel: str, code: str) -> None:
    with pytest.raises(SlackApiError) as error:
        client(slack).chat_postMessage(channel=channel, text="x")

    assert code_of(error) == code


def test_reading_a_channel_needs_its_id(slack: LocalSlack) -> None:
    with pytest.raises(SlackApiError) as error:
        client(slack).conversations_history(channel="#childrens-services")

    assert code_of(error) == "channel_not_found"


def test_refuses_a_wrong_token(slack: LocalSlack) -> None:
    with pytest.raises(SlackApiError) as error:
        client(slack, token="xoxb-wrong").auth_test()

    assert code_of(error) == "invalid_auth"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([section("x")] * 51, "invalid_blocks"),
        ([section("x" * 3001)], "invalid_blocks"),
        ([section("")], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "invalid_blocks"),
        ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}], "invalid_blocks"),
        ([{"type": "chart"}], "invalid_blocks"),
        ([section("x" * 2900)] * 5, "msg_blocks_too_long"),
    ],
)
def test_refuses_blocks_beyond_the_limits(
    slack: LocalSlack, blocks: list[dict[str, Any]], code: str
) -> None:
    with pytest.raises(SlackApiError) as error:
        client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)

    assert code_of(error) == code
    assert slack.messages == ()


def test_accepts_blocks_at_the_limits(slack: LocalSlack) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
        section("x" * 3000),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        *[{"type": "divider"}] * 47,
    ]

    assert client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)["ok"]


def test_refuses_a_message_without_words(slack: LocalSlack) -> None:
    with pytest.raises(SlackApiError) as error:
        client(slack).api_call("chat.postMessage", json={"channel": CHANNEL})

    assert code_of(error) == "no_text"


def test_limits_to_one_message_a_second() -> None:
    clock = Clock()
    with LocalSlack(one_per_second=True, clock=clock) as slack:
        web = client(slack)
        web.chat_postMessage(channel=CHANNEL, text="one")
        with pytest.raises(SlackApiError) as error:
            web.chat_postMessage(channel=CHANNEL, text="two")
        assert error.value.response.status_code == 429
        assert error.value.response.headers["Retry-After"] == "1"
        web.chat_postMessage(channel="#operators", text="another channel")
        clock.now += timedelta(seconds=1)
        web.chat_postMessage(channel=CHANNEL, text="three")

    assert [m.text for m in slack.messages] == ["one", "another channel", "three"]


def test_answers_429_as_scripted(slack: LocalSlack) -> None:
    slack.add_fault(rate_limited(retry_after="7"))

    with pytest.raises(SlackApiError) as error:
        client(slack).chat_postMessage(channel=CHANNEL, text="x")

    assert error.value.response.headers["Retry-After"] == "7"
    assert client(slack).chat_postMessage(channel=CHANNEL, text="x")["ok"]


@pytest.mark.parametrize("accept", [True, False])
def test_server_error_before_or_after_accepting(slack: LocalSlack, *, accept: bool) -> None:
    slack.add_fault(server_error(accept=accept))

    with pytest.raises(SlackApiError) as error:
        client(slack).chat_postMessage(channel=CHANNEL, text="x")

    assert error.value.response.status_code == 500
    assert len(slack.messages) == accept


@pytest.mark.parametrize("accept", [True, False])
def test_connection_cut_before_or_after_accepting(slack: LocalSlack, *, accept: bool) -> None:
    slack.add_fault(cut(accept=accept))

    with pytest.raises((RemoteDisconnected, ConnectionError, URLError)):
        client(slack).chat_postMessage(channel=CHANNEL, text="x")

    assert len(slack.messages) == accept
    assert slack.calls("chat.postMessage") == 1


def test_slack_sdk_posts_twice_after_a_cut_unless_told_not_to(slack: LocalSlack) -> None:
    slack.add_fault(cut(accept=True))

    WebClient(token=slack.token, base_url=slack.base_url).chat_postMessage(
        channel=CHANNEL, text="x"
    )

    assert len(slack.messages) == 2


def test_hangs_until_the_sender_stops(slack: LocalSlack) -> None:
    slack.add_fault(hang(accept=True))

    with pytest.raises(TimeoutError):
        client(slack, timeout=1).chat_postMessage(channel=CHANNEL, text="x")

    assert len(slack.messages) == 1


def test_refusals_by_code_for_any_method(slack: LocalSlack) -> None:
    slack.add_fault(refused("missing_scope", method="conversations.history"), times=None)

    for _ in range(2):
        with pytest.raises(SlackApiError) as error:
            client(slack).conversations_history(channel=CHANNEL)
        assert code_of(error) == "missing_scope"
    slack.clear_faults()
    assert client(slack).conversations_history(channel=CHANNEL)["ok"]


def test_webhook_answers_ok_and_nothing_else(slack: LocalSlack) -> None:
    answer = WebhookClient(slack.webhook_url, retry_handlers=[]).send(text="by webhook")

    assert (answer.status_code, answer.body) == (200, "ok")
    assert slack.messages[0].via == "webhook"
    assert slack.messages[0].channel_name == "childrens-services"


def test_webhook_refuses_bad_messages_and_wrong_addresses(slack: LocalSlack) -> None:
    good = WebhookClient(slack.webhook_url, retry_handlers=[])
    wrong = WebhookClient(slack.webhook_url + "x", retry_handlers=[])

    assert good.send(blocks=[section("x" * 3001)]).body == "invalid_blocks"
    assert wrong.send(text="x").status_code == 404
    slack.add_fault(server_error(accept=True, method="webhook"))
    assert good.send(text="x").status_code == 500
    assert len(slack.messages) == 1


def test_record_survives_a_restart(tmp_path: Path) -> None:
    record = tmp_path / "messages.jsonl"
    with LocalSlack(record=record, clock=Clock()) as slack:
        client(slack).chat_postMessage(channel=CHANNEL, text="kept", metadata=METADATA)
    with LocalSlack(record=record, clock=Clock()) as slack:
        client(slack).chat_postMessage(channel=CHANNEL, text="new")
        assert [m.text for m in slack.messages] == ["kept", "new"]
        assert slack.messages[0].metadata == METADATA

    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    assert [line["text"] for line in lines] == ["kept", "new"]
    assert lines[0]["ts"] < lines[1]["ts"]
