"""The context of a report, as Slack blocks: the grades over time, and other councils'."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from alerts.channels.slack.blocks import Block, escaped, escaped_within, section, small
from alerts.messages.grades import GradesOverTime
from alerts.messages.message import OtherCouncils
from reports.safe_text import shortened

# Slack shows the words of this block, or the picture in its place.
_PLACE = "grades-over-time"
_WORDS_LIMIT = 2_000
# Characters by which the block of the picture can be longer than that of its words.
_IMAGE = 200


def context_blocks(
    grades: GradesOverTime | None, others: OtherCouncils | None, *, room: int
) -> list[Block]:
    """The context of a report, as far as there is room for it (in characters of JSON)."""
    blocks: list[Block] = []
    for block in (_others(others) if others else None, _in_words(grades) if grades else None):
        if block is None:
            continue
        room -= len(json.dumps(block)) + _IMAGE
        if room >= 0:
            blocks.insert(0, block)
    return blocks


def has_place(blocks: Sequence[Block]) -> bool:
    """Whether the words of the grades are there, which the picture can replace."""
    return any(_is_the_place(block) for block in blocks)


def _in_words(grades: GradesOverTime) -> Block:
    """The line in words, in small print."""
    words = "\n".join(["Grades over time", *grades.lines, *grades.notes])
    return {**small(escaped_within(words, _WORDS_LIMIT)), "block_id": _PLACE}


def picture_data(grades: GradesOverTime) -> dict[str, Any]:
    """What is drawn when the message is sent, and its words for those who do not see it."""
    return {"data": grades.picture, "alt": shortened(grades.words, _WORDS_LIMIT)}


def with_image(blocks: Sequence[Block], *, file_id: str, alt: str) -> list[Block]:
    """The blocks with an uploaded picture in the place of its words."""
    image = {
        "type": "image",
        "block_id": _PLACE,
        "slack_file": {"id": file_id},
        "alt_text": alt,
    }
    return [image if _is_the_place(block) else block for block in blocks]


def _is_the_place(block: Mapping[str, Any]) -> bool:
    return block.get("block_id") == _PLACE


def _others(grades: OtherCouncils) -> Block:
    """How many other councils have which grade."""
    said = ["*Other councils at their last inspection*"]
    for group, lines in groupby(grades.short, key=lambda line: line.group):
        said.append(escaped(group))
        said += [f"• {escaped(line.judgement)}: {escaped(line.said)}" for line in lines]
    return section("\n".join(said))
