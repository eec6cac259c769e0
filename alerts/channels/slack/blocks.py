"""Pieces of Slack messages, and Slack's limits.

50 blocks, 3,000 characters a section, 150 a header, and (measured by others, not documented) about
13,200 for all blocks together, of which we use 12,000. Slack needs exactly `&`, `<` and `>`
escaped, in every text object; what is escaped can neither mention nor link.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from alerts.messages.keywords import keyword_parts
from alerts.messages.message import Envelope, GradeLine, RepeatLine
from reports.safe_text import shortened

Block = dict[str, Any]

BLOCKS_AT_MOST = 50
HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
BLOCKS_LIMIT = 12_000
TEXT_LIMIT = 4_000


def escaped(text: str) -> str:
    """Text that Slack shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_within(text: str, limit: int) -> str:
    """Escaped text of at most `limit` characters, shortened before it is escaped."""
    room = limit
    while len(result := escaped(shortened(text, room))) > limit:
        room -= max(1, len(result) - limit)
    return result


def grade(line: GradeLine) -> str:
    """One judgement in one line, its note below it."""
    grades = f"*{escaped(line.after)}*"
    if line.is_step:
        grades = f"{escaped(line.before or '')} → {grades}"
    moved = f"  ({escaped(line.moved)})" if line.moved else ""
    note = f"\n      _{escaped(line.note)}_" if line.note else ""
    return f"{line.sign} {escaped(line.label)}:  {grades}{moved}{note}".strip()


def repeat_line(line: RepeatLine) -> str:
    """One issue that is raised again, with both statements."""
    when = f"<{escaped(line.report.url)}|{escaped(line.when)}>" if line.report else line.when
    reason = f"\n      _{escaped(line.reason)}_" if line.reason else ""
    return (
        f"↻ *{escaped(line.issue)}*\n"
        f"      _{escaped(line.why)}_\n"
        f"      Now: {escaped(line.later)}\n"
        f"      Before ({when}): {escaped(line.earlier)}{reason}"
    )


def highlighted(text: str, keywords: Sequence[str]) -> str:
    """Escaped text with the keywords in bold."""
    return "".join(
        f"*{escaped(part)}*" if marked else escaped(part)
        for part, marked in keyword_parts(text, keywords)
    )


def cost(text: str) -> int:
    """Characters that a text takes in the JSON of the blocks."""
    return len(json.dumps(text)) + 2


def signature(envelope: Envelope) -> str:
    """Why the reader gets this, how to stop it, and which delivery it is."""
    note = [envelope.note] if envelope.note else []
    delivery = f"Inspection Watch · {envelope.subscription} · alert {envelope.alert_id}"
    return escaped("\n".join([*note, envelope.because, envelope.ask_to_stop, delivery]))


def header(text: str) -> Block:
    """The line at the top, shortened to fit."""
    words = escaped_within(text, HEADER_LIMIT)
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def paragraph(lines: Iterable[str]) -> list[Block]:
    """Plain lines, shortened to fit; nothing where there are none."""
    text = escaped_within("\n".join(lines), SECTION_LIMIT // 2)
    return [section(text)] if text else []


def section(mrkdwn: str) -> Block:
    """Text that is escaped already."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def small(mrkdwn: str) -> Block:
    """Escaped text in small print."""
    element = {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}
    return {"type": "context", "elements": [element]}
