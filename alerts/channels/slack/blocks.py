"""Pieces of Slack messages, and Slack's limits.

A message may have 50 blocks, a section 3,000 characters, a header 150, and all blocks together
(measured by others, not documented) about 13,200, of which we use 12,000.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from alerts.channels.slack.escaping import escaped, escaped_within
from alerts.messages.keywords import keyword_parts
from alerts.messages.message import Envelope, GradeLine, RepeatLine

Block = dict[str, Any]

BLOCKS_AT_MOST = 50
HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
BLOCKS_LIMIT = 12_000
TEXT_LIMIT = 4_000


def grade(line: GradeLine) -> str:
    """Return one judgement in one line, with its note below it."""
    grades = f"*{escaped(line.after)}*"
    if line.is_step:
        grades = f"{escaped(line.before or '')} → {grades}"
    moved = f"  ({escaped(line.moved)})" if line.moved else ""
    note = f"\n      _{escaped(line.note)}_" if line.note else ""
    return f"{line.sign} {escaped(line.label)}:  {grades}{moved}{note}".strip()


def repeat_line(line: RepeatLine) -> str:
    """Return one issue that is raised again, with both statements."""
    earlier = escaped(line.earlier_report)
    if line.report:
        earlier = f"<{escaped(line.report.url)}|{earlier}>"
    reason = f"\n      _{escaped(line.reason)}_" if line.reason else ""
    return (
        f"↻ *{escaped(line.issue)}*\n"
        f"      _{escaped(line.certainty)}_\n"
        f"      Now: {escaped(line.later)}\n"
        f"      Before ({earlier}): {escaped(line.earlier)}{reason}"
    )


def highlighted(text: str, keywords: Sequence[str]) -> str:
    """Return escaped text with the keywords in bold."""
    return "".join(
        f"*{escaped(part)}*" if marked else escaped(part)
        for part, marked in keyword_parts(text, keywords)
    )


def cost(text: str) -> int:
    """Return the number of characters that a text takes in the JSON of the blocks."""
    return len(json.dumps(text)) + 2


def signature(envelope: Envelope) -> str:
    """Return why the recipient gets the message, how to stop it, and which delivery it is."""
    note = [envelope.note] if envelope.note else []
    delivery = f"Inspection Watch · {envelope.subscription} · alert {envelope.alert_id}"
    return escaped("\n".join([*note, envelope.because, envelope.ask_to_stop, delivery]))


def header(text: str) -> Block:
    """Return the block of the headline, shortened to fit."""
    words = escaped_within(text, HEADER_LIMIT)
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def paragraph(lines: Iterable[str]) -> list[Block]:
    """Return a list of one block with plain lines, or an empty list without lines.

    The text is shortened to half of a section, which is enough for the words around a report.
    """
    text = escaped_within("\n".join(lines), SECTION_LIMIT // 2)
    return [section(text)] if text else []


def section(mrkdwn: str) -> Block:
    """Return a block of text that is escaped already."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def small(mrkdwn: str) -> Block:
    """Return a block of escaped text in small print."""
    element = {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}
    return {"type": "context", "elements": [element]}
