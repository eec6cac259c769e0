"""A digest as Slack blocks: each report in full while there is room, then in short, then by its
title.

What does not fit even so is counted, never dropped without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from alerts.channels.slack.blocks import (
    BLOCKS_LIMIT,
    SECTION_LIMIT,
    Block,
    cost,
    escaped,
    escaped_within,
    grade,
    header,
    paragraph,
    repeat_line,
    section,
    signature,
    small,
)
from alerts.messages.digest import DigestMessage, DigestRow, DigestSection
from alerts.messages.keywords import keyword_sentence
from alerts.messages.message import LICENCE, Envelope
from alerts.messages.national_digest import DigestLine, NationalDigest
from reports.wording import counted

# Slack takes 50 blocks; the frame needs four, and the further parts of a digest the rest.
_MOST_ROWS = 42
_MOST_SECTIONS = 4
_SECTION_LIMIT = 1_000
# What a block costs in addition to its text.
_BLOCK = 80
# "… and 12 more reports", with its block.
_REST = 300


def digest_blocks(digest: DigestMessage, envelope: Envelope) -> list[Block]:
    """All blocks of a digest."""
    top = [header(digest.headline), *paragraph([digest.summary])]
    bottom = [section(_section_text(part)) for part in digest.sections[:_MOST_SECTIONS]]
    bottom.append(small(f"{signature(envelope)}\n{escaped(LICENCE)}"))
    room = BLOCKS_LIMIT - len(json.dumps([*top, *bottom])) - _REST
    return [*top, *_row_blocks(digest.rows, envelope.keywords, room), *bottom]


def national_blocks(digest: NationalDigest, envelope: Envelope) -> list[Block]:
    """All blocks of a national digest: a section for each group, whole lines only."""
    top = [header(digest.headline), *paragraph([*digest.counts, digest.summary])]
    bottom = [section(_section_text(part)) for part in digest.sections[:_MOST_SECTIONS]]
    bottom.append(small(f"{signature(envelope)}\n{escaped(LICENCE)}"))
    room = BLOCKS_LIMIT - len(json.dumps([*top, *bottom])) - _REST
    blocks: list[Block] = []
    left_out = 0
    for group in digest.groups:
        heading = f"*{escaped(group.heading)}*"
        room -= cost(heading) + _BLOCK
        taken = [heading]
        for line in map(_group_line, group.lines):
            if cost(line) + _BLOCK > room:
                left_out += 1
                continue
            if sum(len(one) + 1 for one in taken) + len(line) > SECTION_LIMIT:
                blocks.append(section("\n".join(taken)))
                taken = []
                room -= _BLOCK
            taken.append(line)
            room -= cost(line)
        if taken != [heading]:
            blocks.append(section("\n".join(taken)))
    if left_out:
        what = counted(left_out, "more report")
        blocks.append(section(f"… and {what}; inspection-watch events lists them all"))
    return [*top, *blocks, *bottom]


def _group_line(line: DigestLine) -> str:
    headline = escaped(line.headline)
    if line.report:
        headline = f"<{escaped(line.report.url)}|{headline}>"
    also = f" ({escaped(line.also)})" if line.also else ""
    details = f" · <{escaped(line.details.url)}|details>" if line.details else ""
    return f"• {headline}{also}{details}"


def digest_fallback(digest: DigestMessage) -> str:
    """What a phone's notification and a screen reader get."""
    if isinstance(digest, NationalDigest):
        groups = [group.heading for group in digest.groups]
        return "\n".join([digest.headline, *digest.counts, digest.summary, *groups])
    rows = [row.message.headline + (f" ({row.marks})" if row.marks else "") for row in digest.rows]
    headline = f"[Urgent] {digest.headline}" if digest.urgent else digest.headline
    return "\n".join([headline, digest.summary, *rows])


def _section_text(part: DigestSection) -> str:
    """Whole lines only, as many as fit."""
    shown = [f"*{escaped_within(part.heading, 200)}*"]
    for number, line in enumerate(part.lines):
        text = f"• {escaped(line)}"
        if sum(len(one) + 1 for one in shown) + len(text) > _SECTION_LIMIT:
            shown.append(f"… and {len(part.lines) - number} more")
            break
        shown.append(text)
    return "\n".join(shown)


def _row_blocks(rows: tuple[DigestRow, ...], keywords: Sequence[str], room: int) -> list[Block]:
    """The rows come in the order of their weight, so the first are the last to be cut."""
    shown = rows[:_MOST_ROWS]
    short = [_line(row) for row in shown]
    # Room that the short lines of all that follows will need.
    later = sum(cost(line) + _BLOCK for line in short)
    blocks: list[Block] = []
    for row, line in zip(shown, short, strict=True):
        later -= cost(line) + _BLOCK
        text = next(
            (form for form in _forms(row, line, keywords) if _fits(form, room - later)), line
        )
        if cost(text) + _BLOCK > room:
            break
        blocks.append(section(text))
        room -= cost(text) + _BLOCK
    left_out = len(rows) - len(blocks)
    if left_out:
        what = counted(left_out, "more report")
        blocks.append(section(f"… and {what}; inspection-watch events lists them all"))
    return blocks


def _fits(text: str, room: int) -> bool:
    return len(text) <= SECTION_LIMIT and cost(text) + _BLOCK <= room


def _forms(row: DigestRow, line: str, keywords: Sequence[str]) -> Iterator[str]:
    """Return a report with the repeats word for word, and without them. No statement is cut."""
    short = _short(row, line)
    if found := keyword_sentence(row.message, keywords):
        short = f"{short}\n{escaped(found)}"
    if quotes := _quotes(row):
        yield "\n".join([short, *quotes])
    yield short


def _quotes(row: DigestRow) -> list[str]:
    repeats = row.message.repeats
    if repeats is None or row.sent_before:
        return []
    return [
        "*Raised again*",
        *(f"“{escaped(text)}”" for text in repeats.said),
        *(repeat_line(line) for line in repeats.lines),
    ]


def _line(row: DigestRow) -> str:
    message = row.message
    title = f"*{escaped(message.headline)}*"
    if message.report:
        # The address is percent-encoded already, so it cannot end its own brackets.
        title = f"*<{escaped(message.report.url)}|{escaped(message.headline)}>*"
    mark = "❗ " if message.urgent else ""
    return f"{mark}{title}" + (f" ({escaped(row.marks)})" if row.marks else "")


def _short(row: DigestRow, line: str) -> str:
    over_time = row.message.over_time
    steps = over_time.brief.steps if over_time and row.grades else ""
    said = [line, escaped(row.about), *(grade(one) for one in row.grades)]
    remarks = (
        row.unchanged,
        steps,
        *row.message.remarks,
        *row.priority_words,
        *row.doubts,
        *row.others_in_brief,
    )
    said += [escaped(line) for line in remarks]
    return "\n".join(part for part in said if part)
