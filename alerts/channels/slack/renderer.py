"""A message as Slack blocks with a plain-text fallback, within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from alerts.channels.slack.blocks import (
    BLOCKS_LIMIT,
    TEXT_LIMIT,
    Block,
    cost,
    grade,
    header,
    highlighted,
    paragraph,
    repeat_line,
    section,
    signature,
    small,
)
from alerts.channels.slack.context_blocks import context_blocks, has_place, picture_data
from alerts.channels.slack.digest_blocks import digest_blocks, digest_fallback, national_blocks
from alerts.channels.slack.escaping import escaped, escaped_within
from alerts.events.types import EventType
from alerts.messages.combined import CombinedMessage
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage
from alerts.messages.keywords import keyword_sentence
from alerts.messages.message import (
    LICENCE,
    PRIORITY_ACTION_MEANS,
    Envelope,
    Link,
    Message,
    Notice,
    RepeatSection,
)
from alerts.messages.national_digest import NationalDigest

_FOR_AREAS = 3_000
"""Characters kept free for areas when the context is fitted in."""

_AREA_SECTION = 2_900
"""Characters of one section: Slack refuses more than 3,000."""

_REMARKS = 1_500
"""Characters of the remarks about repeats: what inspectors say about progress, and counts."""

_CHANGED_SINCE = {
    EventType.RETURNED: "{} is on Ofsted's site again",
    EventType.WITHDRAWN: "{} is no longer on Ofsted's site",
    EventType.CORRECTION: "Ofsted has corrected {}",
}
"""The latest change comes first; a message usually has only one of them."""

_CHANGES_IN_NOTE = 5
"""The number of reports of which a note on the first message says what has changed."""


def slack_payload(
    content: Content, envelope: Envelope, *, with_picture: bool = False
) -> dict[str, Any]:
    """Return `text` and `blocks` for chat.postMessage or an incoming webhook.

    `with_picture` adds `picture`, which can replace the grades in words (`with_image`). A message
    about a correction, withdrawal or return also has `note_on_first`, a note for the first message.
    """
    match content:
        case Notice():
            blocks = [header(content.headline), *paragraph(content.lines)]
            blocks.append(small(signature(envelope)))
            text = "\n".join([content.headline, *content.lines])
        case NationalDigest():
            blocks, text = national_blocks(content, envelope), digest_fallback(content)
        case DigestMessage():
            blocks, text = digest_blocks(content, envelope), digest_fallback(content)
        case Message():
            blocks, text = _message_blocks(content, envelope), _fallback(content)
    payload: dict[str, Any] = {"text": escaped_within(text, TEXT_LIMIT), "blocks": blocks}
    if with_picture and isinstance(content, Message) and content.over_time and has_place(blocks):
        payload["picture"] = picture_data(content.over_time)
    if note := _note_on_first(content):
        payload["note_on_first"] = note
    return payload


def _note_on_first(content: Content) -> str | None:
    """Return the note for the first message about reports that Ofsted has changed since."""
    match content:
        case Message():
            messages = [content]
        case CombinedMessage():
            messages = [row.message for row in content.rows]
        case _:
            return None
    changes = [change for message in messages if (change := _change_since(message))]
    if not changes:
        return None
    if len(changes) > _CHANGES_IN_NOTE:
        changes = [f"{len(changes)} of these reports have changed on Ofsted's site."]
    return f"⚠️ {' '.join(changes)} See the reply to this message."


def _change_since(message: Message) -> str | None:
    """Return how Ofsted has changed a report since the first message, in a sentence."""
    for event_type, happened in _CHANGED_SINCE.items():
        if event_type in message.events:
            if message.earlier_version_counts:
                happened = "Ofsted's correction of this report is no longer on its site"
            elif message.corrected_before:
                happened = f"Ofsted has corrected this report, and {happened.format('it')}"
            else:
                happened = happened.format("this report")
            return f"{message.authority}: {happened}."
    return None


def _message_blocks(message: Message, envelope: Envelope) -> list[Block]:
    about = "\n".join(escaped(line) for line in (message.document, message.dates) if line)
    if message.urgent:
        about = f"❗ *Urgent*\n{about}"
    top = [header(message.headline), small(about)]
    body = []
    if message.grades:
        body.append(section("\n".join(grade(line) for line in message.grades)))
    found = keyword_sentence(message, envelope.keywords)
    if remarks := [*message.remarks, *([found] if found else [])]:
        body.extend(paragraph(remarks))
    repeats = _repeats(message.repeats) if message.repeats else []
    bottom = [
        *_problems(message.problems),
        *_links(message.links),
        small(f"{escaped(LICENCE)}\n{signature(envelope)}"),
    ]
    room = BLOCKS_LIMIT - len(json.dumps([*top, *body, *repeats, *bottom]))
    context = context_blocks(message.over_time, message.others, room=room - _FOR_AREAS)
    room -= len(json.dumps(context))
    priority, others = _areas(message, envelope.keywords, room)
    return [*top, *priority, *body, *others, *repeats, *context, *bottom]


def _areas(message: Message, keywords: Sequence[str], room: int) -> tuple[list[Block], list[Block]]:
    """Return the areas for priority action and the others, whole ones only.

    Half a sentence could say the opposite.
    """
    found: list[list[Block]] = []
    left_out = 0
    for heading, areas in (
        (f"*❗ {message.priority_heading}*\n{PRIORITY_ACTION_MEANS}", message.priority_actions),
        (f"*{message.improvement_heading}*", message.other_areas),
    ):
        lines = [f"• {highlighted(area.said, keywords)}" for area in areas]
        taken, room, missed = _that_fit(heading, lines, room) if lines else ([], room, 0)
        found.append(taken)
        left_out += missed
    priority, others = found
    if left_out:
        more = "more" if priority or others else "areas for improvement"
        others.append(section(f"… and {left_out} {more} in the report"))
    return priority, others


def _that_fit(heading: str, areas: Sequence[str], room: int) -> tuple[list[Block], int, int]:
    """Return sections with the areas that fit, the room that is left, and how many did not fit."""
    sections: list[list[str]] = [[heading]]
    room -= cost(heading) + 200
    missed = 0
    for line in areas:
        if len(line) > _AREA_SECTION or room - cost(line) < 200:
            missed += 1
            continue
        if sum(len(text) + 1 for text in sections[-1]) + len(line) > _AREA_SECTION:
            sections.append([])
            room -= 100
        sections[-1].append(line)
        room -= cost(line)
    if len(sections[0]) == 1 and len(sections) == 1:
        return [], room, missed
    return [section("\n".join(lines)) for lines in sections], room, missed


def _repeats(repeats: RepeatSection) -> list[Block]:
    """Return the issues that are raised again, with both statements. None is cut."""
    said = [escaped(text) for text in repeats.said]
    pairs = [repeat_line(line) for line in repeats.lines]
    shown, left_out = [f"*{repeats.heading}*"], 0
    for text in (*said, *pairs):
        if sum(len(part) + 1 for part in shown) + len(text) > _AREA_SECTION:
            left_out += 1
        else:
            shown.append(text)
    if left_out:
        shown.append(f"… and {left_out} more")
    blocks = [section("\n".join(shown))]
    if remarks := _remarks_that_fit([f"_{escaped(remark)}_" for remark in repeats.remarks]):
        blocks.append(section("\n".join(remarks)))
    return blocks


def _remarks_that_fit(remarks: Sequence[str]) -> list[str]:
    """Return the remarks that have room; the longest are left out first, and none is cut."""
    kept = list(remarks)
    while sum(len(remark) + 1 for remark in kept) > _REMARKS:
        kept.remove(max(kept, key=len))
    left_out = len(remarks) - len(kept)
    return [*kept, f"… and {left_out} more remarks in the report"] if left_out else kept


def _problems(problems: Sequence[str]) -> list[Block]:
    if not problems:
        return []
    lines = ["⚠ Needs review:", *problems]
    return paragraph(lines)


def _links(links: Iterable[Link]) -> list[Block]:
    # The addresses are percent-encoded already, so none of them can end its own brackets.
    said = [f"<{escaped(link.url)}|{escaped(link.label)}>" for link in links]
    return [section("  ·  ".join(said))] if said else []


def _fallback(message: Message) -> str:
    """Return the plain text that a phone's notification and a screen reader get."""
    lines = [f"[Urgent] {message.headline}" if message.urgent else message.headline]
    lines += [line for line in (message.document, message.dates) if line]
    for line in message.grades:
        grades = f"{line.before} → {line.after}" if line.is_step else line.after
        lines.append(f"{line.label}: {grades}" + (f" ({line.moved})" if line.moved else ""))
    lines.extend(message.remarks)
    if areas := message.counted_areas:
        lines.append(areas)
    if message.repeats and message.repeats.surer:
        issues = ", ".join(dict.fromkeys(line.issue for line in message.repeats.surer))
        lines.append(f"Raised again: {issues}")
    if message.report:
        lines.append(message.report.url)
    return "\n".join(lines)
