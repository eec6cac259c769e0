"""The context of a report as Slack blocks: grades over time, and other councils' grades."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from alerts.channels.slack.blocks import Block, section, small
from alerts.channels.slack.escaping import escaped, escaped_within
from alerts.messages.grades import GradesContext
from alerts.messages.message import OtherCouncils
from reports.safe_text import shortened

_PLACE = "grades-over-time"
"""The id of the block that has the grades in words, or the picture in their place."""

_WORDS_LIMIT = 2_000
_LONGER_IMAGE = 200
"""The most characters by which the picture's block is longer than the block of the words."""


def context_blocks(
    grades: GradesContext | None, others: OtherCouncils | None, *, room: int
) -> list[Block]:
    """Return the blocks that fit into `room`, which is in characters of JSON.

    With too little room for both, other councils' grades are kept, if they fit.
    """
    blocks: list[Block] = []
    if others:
        block = _others(others)
        if (size := len(json.dumps(block))) <= room:
            blocks.append(block)
            room -= size
    if grades:
        block = _in_words(grades)
        if len(json.dumps(block)) + _LONGER_IMAGE <= room:
            blocks.insert(0, block)
    return blocks


def has_place(blocks: Sequence[Block]) -> bool:
    """Return whether the blocks have the grades in words, which the picture can replace."""
    return any(_is_the_place(block) for block in blocks)


def _in_words(grades: GradesContext) -> Block:
    """Return the grades over time in words, in small print."""
    words = "\n".join(["Grades over time", *grades.lines, *grades.notes])
    return {**small(escaped_within(words, _WORDS_LIMIT)), "block_id": _PLACE}


def picture_data(grades: GradesContext) -> dict[str, Any]:
    """Return the data of the picture, which is drawn when the message is sent, and its alt text."""
    return {"data": grades.picture, "alt": shortened(grades.words, _WORDS_LIMIT)}


def with_image(blocks: Sequence[Block], *, file_id: str, alt: str) -> list[Block]:
    """Return the blocks with an uploaded picture in the place of its words."""
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
    """Return a block that counts other councils by grade."""
    said = ["*Other councils at their last inspection*"]
    for group, lines in groupby(grades.short, key=lambda line: line.group):
        said.append(escaped(group))
        said += [f"• {escaped(line.judgement)}: {escaped(line.said)}" for line in lines]
    return section("\n".join(said))
