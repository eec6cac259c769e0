"""Files uploaded to the local Slack by the real slack_sdk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from demo.slack import LocalSlack, refused

CHANNEL = "C0SAMPLE01"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack() as slack:
        yield slack


def client(slack: LocalSlack) -> WebClient:
    return WebClient(token=slack.token, base_url=slack.base_url, timeout=5, retry_handlers=[])


def image(file_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": "A line", **more}


def upload(slack: LocalSlack, **more: Any) -> str:
    answer = client(slack).files_upload_v2(
        filename="grades.png", content=b"PNG \x00\xff", title="Grades", alt_txt="A line", **more
    )
    return str(answer["file"]["id"])


def test_a_file_is_kept_and_can_be_shown_without_being_shared(slack: LocalSlack) -> None:
    file_id = upload(slack)
    [file] = slack.files
    assert (file.id, file.content, file.complete) == (file_id, b"PNG \x00\xff", True)
    assert (file.name, file.title, file.alt_text) == ("grades.png", "Grades", "A line")
    assert slack.messages == ()
    client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=[image(file_id)])
    assert slack.messages[0].visible_text() == "A line"


@pytest.mark.parametrize(
    "block",
    [
        image("F0UNKNOWN99"),
        image("not-an-id"),
        image("F0SAMPLE001", image_url="https://example.org/x.png"),
        {"type": "image", "slack_file": {"id": "F0SAMPLE001"}},
    ],
)
def test_blocks_with_a_file_that_cannot_be_shown_are_refused(
    slack: LocalSlack, block: dict[str, Any]
) -> None:
    upload(slack)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=[block])
    assert slack.messages == ()


def test_a_file_that_was_only_announced_cannot_be_shown(slack: LocalSlack) -> None:
    answer = client(slack).files_getUploadURLExternal(filename="a.png", length=3)
    file_id = str(answer["file_id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        client(slack).files_completeUploadExternal(files=[{"id": file_id, "title": "A"}])
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=[image(file_id)])


def test_a_bot_without_the_scope_is_refused(slack: LocalSlack) -> None:
    slack.add_fault(refused("missing_scope", method="files.getUploadURLExternal"))
    with pytest.raises(SlackApiError, match="missing_scope"):
        upload(slack)
    assert slack.files == ()
