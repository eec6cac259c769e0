"""What a reader without any knowledge of the program sees first, sees once, and can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import markdown_payload
from alerts.channels.notify.renderer import notify_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.events.types import EventType
from alerts.messages.combined import combined_message
from alerts.messages.content import Content
from alerts.messages.digest import DigestRow
from alerts.messages.message import PRIORITY_ACTION_MEANS, Envelope
from tests.alerts.builders import NOW
from tests.alerts.surroundings import fall_message, message_of_2026

ENVELOPE = Envelope(key="k", subscription="Scrutiny", at=NOW)
Shown = Callable[[Content], str]

SHOWN: dict[str, Shown] = {
    "text": lambda content: str(mail_payload(content, ENVELOPE, sender="w@example.org")["text"]),
    "html": lambda content: str(mail_payload(content, ENVELOPE, sender="w@example.org")["html"]),
    "slack": lambda content: str(slack_payload(content, ENVELOPE)["blocks"]),
    "notify": lambda content: str(notify_payload(content, ENVELOPE)["body"]),
    "markdown": lambda content: str(markdown_payload(content, ENVELOPE)["body"]),
}


@pytest.mark.parametrize("channel", SHOWN)
def test_priority_action_comes_first_and_is_explained(channel: str) -> None:
    said = SHOWN[channel](message_of_2026())
    action = said.index("The timeliness of child protection medicals.")
    assert said.index(PRIORITY_ACTION_MEANS) < action < said.index("Impact of leaders")
    assert "timeliness of child protection medicals" not in said[action + 50 :]


@pytest.mark.parametrize("channel", SHOWN)
def test_the_neighbours_are_counted_once_after_the_report_itself(channel: str) -> None:
    message = fall_message()
    assert message.others is not None
    said = SHOWN[channel](message)
    assert said.count(message.others.lines[0].group) == 1
    assert said.count(message.others.short[0].said) == 1
    assert said.index(message.others.lines[0].group) > said.lower().index("areas for improvement")


TO_STOP = "To change or stop these messages, (ask the person who runs Inspection Watch|email )"


@pytest.mark.parametrize("channel", SHOWN)
def test_it_says_whom_to_ask_to_stop_it(channel: str) -> None:
    for content in (fall_message(), combined_message([DigestRow(message=fall_message())] * 2)):
        said = SHOWN[channel](content)
        assert re.search(TO_STOP, said)
        assert "watch.yaml" not in said


def test_in_slack_each_report_of_a_combined_message_has_its_own_blocks() -> None:
    rows = [DigestRow(message=fall_message()), DigestRow(message=message_of_2026())]
    blocks = slack_payload(combined_message(rows), ENVELOPE)["blocks"]
    kinds = [block["type"] for block in blocks]
    first, second = (n for n, kind in enumerate(kinds) if kind == "divider")
    assert (
        kinds[first : first + 3] == kinds[second : second + 3] == ["divider", "section", "context"]
    )
    longest = max(len(b["text"]["text"].splitlines()) for b in blocks if b["type"] == "section")
    assert longest <= 12


def test_what_is_not_a_report_is_not_counted_as_one() -> None:
    message = fall_message()
    due = replace(message, events=(EventType.DUE_SOON,))
    both = combined_message([DigestRow(message=message), DigestRow(message=due)])
    assert both.summary.startswith("This message covers 2 items")
