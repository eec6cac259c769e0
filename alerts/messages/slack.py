"""A message as Slack blocks with a plain-text fallback, within Slack's limits.

Limits: 50 blocks, 3,000 characters a section, 150 a header, and (measured by others, not
documented) about 13,200 for all blocks together, of which we use 12,000. Slack needs exactly
`&`, `<` and `>` escaped, in every text object; what is escaped can neither mention nor link.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from alerts.messages.message import (
    LICENCE,
    AreaLine,
    Envelope,
    GradeLine,
    Link,
    Message,
    Notice,
)
from alerts.messages.safe import shortened

Block = dict[str, Any]

HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
BLOCKS_LIMIT = 12_000
TEXT_LIMIT = 4_000
# What the blocks other than the areas may need at most is left free when areas are counted in.
_AREA_SECTION = 2_900


def escaped(text: str) -> str:
    """Text that Slack shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack_payload(content: Message | Notice, envelope: Envelope) -> dict[str, Any]:
    """`text` and `blocks` for chat.postMessage or an incoming webhook."""
    if isinstance(content, Notice):
        blocks = [_header(content.headline), *_paragraph(content.lines)]
        blocks.append(_small(_signature(envelope)))
        text = "\n".join([content.headline, *content.lines])
    else:
        blocks = _message_blocks(content, envelope)
        text = _fallback(content)
    return {"text": escaped_within(text, TEXT_LIMIT), "blocks": blocks}


def escaped_within(text: str, limit: int) -> str:
    """Escaped text of at most `limit` characters, shortened before it is escaped."""
    room = limit
    while len(result := escaped(shortened(text, room))) > limit:
        room -= max(1, len(result) - limit)
    return result


def _message_blocks(message: Message, envelope: Envelope) -> list[Block]:
    about = "\n".join(escaped(line) for line in (message.document, message.dates) if line)
    if message.urgent:
        about = f"❗ *Urgent*\n{about}"
    top = [_header(message.headline), _small(about)]
    if message.grades:
        top.append(_section("\n".join(_grade(line) for line in message.grades)))
    if message.remarks:
        top.extend(_paragraph(message.remarks))
    bottom = [
        *_problems(message.problems),
        *_links(message.links),
        _small(f"{_signature(envelope)}\n{escaped(LICENCE)}"),
    ]
    room = BLOCKS_LIMIT - len(json.dumps([*top, *bottom]))
    return [*top, *_areas(message, room), *bottom]


def _grade(line: GradeLine) -> str:
    grades = f"*{escaped(line.after)}*"
    if line.is_step:
        grades = f"{escaped(line.before or '')} → {grades}"
    moved = f"  ({escaped(line.moved)})" if line.moved else ""
    note = f"\n      _{escaped(line.note)}_" if line.note else ""
    return f"{line.sign} {escaped(line.label)}:  {grades}{moved}{note}".strip()


def _areas(message: Message, room: int) -> list[Block]:
    """The areas, whole ones only: half a sentence could say the opposite."""
    blocks: list[Block] = []
    left_out = 0
    for heading, areas in (
        ("❗ Areas for priority action", message.priority_actions),
        (f"What needs to improve ({len(message.other_areas)})", message.other_areas),
    ):
        if not areas:
            continue
        taken, room, missed = _that_fit(f"*{heading}*", areas, room)
        blocks.extend(taken)
        left_out += missed
    if left_out:
        more = "more" if blocks else "areas for improvement"
        blocks.append(_section(f"… and {left_out} {more} in the report"))
    return blocks


def _that_fit(heading: str, areas: Sequence[AreaLine], room: int) -> tuple[list[Block], int, int]:
    """Sections with the areas that fit, the room left, and how many did not fit."""
    sections: list[list[str]] = [[heading]]
    room -= _cost(heading) + 200
    missed = 0
    for area in areas:
        line = f"• {escaped(area.text)}"
        if len(line) > _AREA_SECTION or room - _cost(line) < 200:
            missed += 1
            continue
        if sum(len(text) + 1 for text in sections[-1]) + len(line) > _AREA_SECTION:
            sections.append([])
            room -= 100
        sections[-1].append(line)
        room -= _cost(line)
    if len(sections[0]) == 1 and len(sections) == 1:
        return [], room, missed
    return [_section("\n".join(lines)) for lines in sections], room, missed


def _cost(text: str) -> int:
    """Characters that a text takes in the JSON of the blocks."""
    return len(json.dumps(text)) + 2


def _problems(problems: Sequence[str]) -> list[Block]:
    if not problems:
        return []
    lines = ["⚠ Not everything could be read with certainty:", *problems]
    return _paragraph(lines)


def _links(links: Iterable[Link]) -> list[Block]:
    # The addresses are percent-encoded already, so none of them can end its own brackets.
    said = [f"<{escaped(link.url)}|{escaped(link.label)}>" for link in links]
    return [_section("  ·  ".join(said))] if said else []


def _signature(envelope: Envelope) -> str:
    return escaped(f"Inspection Watch · {envelope.subscription} · alert {envelope.alert_id}")


def _header(text: str) -> Block:
    words = escaped_within(text, HEADER_LIMIT)
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def _paragraph(lines: Iterable[str]) -> list[Block]:
    text = escaped_within("\n".join(lines), SECTION_LIMIT // 2)
    return [_section(text)] if text else []


def _section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}}


def _small(mrkdwn: str) -> Block:
    element = {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}
    return {"type": "context", "elements": [element]}


def _fallback(message: Message) -> str:
    """What a phone's notification and a screen reader get."""
    lines = [f"[Urgent] {message.headline}" if message.urgent else message.headline]
    lines += [line for line in (message.document, message.dates) if line]
    for line in message.grades:
        grades = f"{line.before} → {line.after}" if line.is_step else line.after
        lines.append(f"{line.label}: {grades}" + (f" ({line.moved})" if line.moved else ""))
    lines.extend(message.remarks)
    if message.areas:
        lines.append(f"{len(message.areas)} areas for improvement")
    if message.report:
        lines.append(message.report.url)
    return "\n".join(lines)
