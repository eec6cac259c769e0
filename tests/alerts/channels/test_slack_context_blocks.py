"""The context of a report in Slack: within every limit, and giving way to the report itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from alerts.channels.slack.context_blocks import context_blocks, has_place, with_image
from alerts.channels.slack.renderer import slack_payload
from alerts.messages.compose import compose
from alerts.messages.message import Envelope, Message
from demo.slack.limits import message_error
from tests.alerts.builders import NOW, SITES, fall_events, make_report
from tests.alerts.surroundings import fall_message, message_of_2026, surroundings

ENVELOPE = Envelope(key="k", subscription="Scrutiny", at=NOW)


def payload_of(message: Message) -> dict[str, Any]:
    return slack_payload(message, ENVELOPE, with_picture=True)


def illustrated(payload: dict[str, Any]) -> dict[str, Any]:
    """The message as it is offered with its picture."""
    blocks = with_image(payload["blocks"], file_id="F0SAMPLE001", alt=payload["picture"]["alt"])
    return {**payload, "blocks": blocks}


@pytest.mark.parametrize("message", [fall_message(), message_of_2026()])
def test_the_picture_takes_the_place_of_the_words_and_of_nothing_else(message: Message) -> None:
    payload = payload_of(message)
    shown = illustrated(payload)
    assert message_error(payload) is None
    assert message_error(shown) is None
    pairs = zip(payload["blocks"], shown["blocks"], strict=True)
    [(words, image)] = [(old, new) for old, new in pairs if old != new]
    assert words["elements"][0]["text"].startswith("Grades over time\nOverall effectiveness: ")
    assert image["type"] == "image"


def test_other_councils_are_shown_in_short() -> None:
    [block] = [b for b in payload_of(fall_message())["blocks"] if "Other councils" in str(b)]
    assert block["text"]["text"].splitlines() == [
        "*Other councils at their last inspection*",
        "DfE statistical neighbours, list in use since 16 June 2025",
        "• Overall effectiveness: 1 outstanding, 5 good, 1 requires improvement, 1 inadequate, "
        "2 without a comparable grade",
        "Other councils in West Midlands",
        "• Overall effectiveness: 1 outstanding, 4 good, 1 requires improvement, 1 inadequate",
    ]


def test_without_an_overall_grade_the_judgements_that_exist_are_shown() -> None:
    [block] = [b for b in payload_of(message_of_2026())["blocks"] if "Other councils" in str(b)]
    lines = block["text"]["text"].splitlines()
    assert [line.partition(":")[0] for line in lines[2:]] == [
        "• Impact of leaders",
        "• Help and protection",
        "• Children in care",
        "• Care leavers",
    ]


@pytest.mark.parametrize("length", [100, 900, 2_500])
@pytest.mark.parametrize("number", [3, 12, 60])
def test_everything_together_keeps_within_the_limits(length: int, number: int) -> None:
    report = make_report(
        areas=["&" * length] * number, priority=["<" * length] * 3, problems=["p" * length] * 5
    )
    message = compose(report, fall_events(report), sites=SITES, context=surroundings())
    payload = payload_of(message)
    assert message_error(payload) is None
    assert len(json.dumps(payload["blocks"])) <= 12_000
    if "picture" in payload:
        assert message_error(illustrated(payload)) is None


def test_what_has_no_room_is_left_out_and_then_there_is_no_picture() -> None:
    message = fall_message()
    every = context_blocks(message.over_time, message.others, room=12_000)
    assert [block["type"] for block in every] == ["context", "section"]
    assert has_place(every)
    others = context_blocks(message.over_time, message.others, room=1_200)
    assert [block["type"] for block in others] == ["section"]
    assert not has_place(others)
    assert context_blocks(message.over_time, message.others, room=0) == []


def test_the_grades_over_time_are_shown_where_only_the_other_councils_have_no_room() -> None:
    message = fall_message()
    assert message.others is not None
    many = replace(message.others, lines=message.others.lines * 20)
    [block] = context_blocks(message.over_time, many, room=3_000)
    assert has_place([block])
