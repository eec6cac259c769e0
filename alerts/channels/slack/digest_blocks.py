"""A digest as Slack blocks.

Each report is shown in full while there is room, then in short, then by its title. Reports that do
not fit even then are counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from alerts.channels.slack.blocks import (
    BLOCKS_LIMIT,
    SECTION_LIMIT,
    Block,
    cost,
    grade,
    header,
    paragraph,
    repeat_line,
    section,
    signature,
    small,
)
from alerts.channels.slack.escaping import escaped, escaped_within
from alerts.messages.digest import (
    DigestMessage,
    DigestRow,
    DigestSection,
    left_out_words,
    only_titles_words,
)
from alerts.messages.keywords import keyword_sentence
from alerts.messages.message import LICENCE, Envelope
from alerts.messages.national_digest import DigestLine, NationalDigest

_MOST_ROWS = 42
"""Slack takes 50 blocks; the top and the bottom need four, and the sections of a digest the rest.
"""

_MOST_SECTIONS = 4
_SECTION_LIMIT = 1_000
_BLOCK = 80
"""Characters of JSON that a block takes in addition to its text."""

_REST = 300
"""Characters for `only_titles_words` and `left_out_words`, with their block."""


def digest_blocks(digest: DigestMessage, envelope: Envelope) -> list[Block]:
    """Return all blocks of a digest."""
    top = [header(digest.headline), *paragraph([digest.summary])]
    bottom = [section(_section_text(part)) for part in digest.sections[:_MOST_SECTIONS]]
    bottom.append(small(f"{escaped(LICENCE)}\n{signature(envelope)}"))
    room = BLOCKS_LIMIT - len(json.dumps([*top, *bottom])) - _REST
    return [*top, *_row_blocks(digest.rows, envelope.keywords, room), *bottom]


def national_blocks(digest: NationalDigest, envelope: Envelope) -> list[Block]:
    """Return all blocks of a national digest: a section for each group, whole lines only."""
    top = [header(digest.headline), *paragraph([*digest.counts, digest.summary])]
    bottom = [section(_section_text(part)) for part in digest.sections[:_MOST_SECTIONS]]
    bottom.append(small(f"{escaped(LICENCE)}\n{signature(envelope)}"))
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
            if sum(len(text) + 1 for text in taken) + len(line) > SECTION_LIMIT:
                blocks.append(section("\n".join(taken)))
                taken = []
                room -= _BLOCK
            taken.append(line)
            room -= cost(line)
        if taken != [heading]:
            blocks.append(section("\n".join(taken)))
    if left_out:
        blocks.append(section(left_out_words(left_out, digest.rows)))
    return [*top, *blocks, *bottom]


def _group_line(line: DigestLine) -> str:
    headline = escaped(line.headline)
    if line.report:
        headline = f"<{escaped(line.report.url)}|{headline}>"
    also = f" ({escaped(line.also)})" if line.also else ""
    details = f" · <{escaped(line.details.url)}|details>" if line.details else ""
    return f"• {headline}{also}{details}"


def digest_fallback(digest: DigestMessage) -> str:
    """Return the plain text that a phone's notification and a screen reader get."""
    if isinstance(digest, NationalDigest):
        groups = [group.heading for group in digest.groups]
        return "\n".join([digest.headline, *digest.counts, digest.summary, *groups])
    rows = [row.message.headline + (f" ({row.marks})" if row.marks else "") for row in digest.rows]
    headline = f"[Urgent] {digest.headline}" if digest.urgent else digest.headline
    return "\n".join([headline, digest.summary, *rows])


def _section_text(part: DigestSection) -> str:
    """Return a section of a digest: whole lines only, as many as fit."""
    shown = [f"*{escaped_within(part.heading, 200)}*"]
    for number, line in enumerate(part.lines):
        text = f"• {escaped(line)}"
        if sum(len(text) + 1 for text in shown) + len(text) > _SECTION_LIMIT:
            shown.append(f"… and {len(part.lines) - number} more")
            break
        shown.append(text)
    return "\n".join(shown)


def _row_blocks(rows: tuple[DigestRow, ...], keywords: Sequence[str], room: int) -> list[Block]:
    """Return the reports that fit, in short where needed. The most important rows come first."""
    shown = rows[:_MOST_ROWS]
    lines = [_line(row) for row in shown]
    # Characters that the titles of the reports that follow will need.
    later = sum(cost(line) + _BLOCK for line in lines)
    blocks: list[Block] = []
    placed = only_titles = 0
    for row, line in zip(shown, lines, strict=True):
        later -= cost(line) + _BLOCK
        spare = _MOST_ROWS - len(blocks) - (len(shown) - placed - 1)
        forms = _forms(row, line, keywords)
        fitting = (f for f in forms if len(f) <= spare and _cost(f) <= room - later)
        title = [section(line)]
        form = next(fitting, title)
        if _cost(form) > room:
            break
        blocks += form
        room -= _cost(form)
        placed += 1
        only_titles += form is title
    rest = [only_titles_words(only_titles, rows)] if only_titles else []
    if left_out := len(rows) - placed:
        rest.append(left_out_words(left_out, rows))
    if rest:
        blocks.append(section("\n".join(rest)))
    return blocks


def _cost(blocks: Sequence[Block]) -> int:
    return len(json.dumps(blocks))


def _forms(row: DigestRow, line: str, keywords: Sequence[str]) -> Iterator[list[Block]]:
    """Yield the forms of a report: with the repeats word for word, without them, in one block.

    Lines that belong together have a block of their own, so that they are easy to find. No
    statement is cut.
    """
    found = keyword_sentence(row.message, keywords)
    grades = "\n".join(grade(change) for change in row.grades)
    over_time = row.message.over_time
    steps = over_time.brief.steps if over_time and row.grades else ""
    remarks = [*row.message.remarks, *row.doubts, *([found] if found else [])]
    sections = (
        _joined(row.priority_words),
        "\n".join(part for part in (grades, escaped(row.unchanged), escaped(steps)) if part),
        _joined(remarks),
    )
    others = _joined(row.others_in_brief)
    parts = [section(line), small(escaped(row.about)) if row.about else None]
    parts += [section(text) if text else None for text in sections]
    parts.append(small(others) if others else None)
    quotes = "\n".join(_quotes(row))
    whole = [{"type": "divider"}, *(part for part in parts if part)]
    if all(len(text) <= SECTION_LIMIT for text in (line, *sections, others)):
        if quotes and len(quotes) <= SECTION_LIMIT:
            yield [*whole, section(quotes)]
        yield whole
    text = "\n".join(part for part in (line, escaped(row.about), *sections) if part)
    if len(text) <= SECTION_LIMIT:
        yield [section(text)]


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(escaped(line) for line in lines if line)


def _quotes(row: DigestRow) -> list[str]:
    repeats = row.message.repeats
    if repeats is None or row.sent_before or not (repeats.lines or repeats.said):
        return []
    return [
        f"*{repeats.heading}*",
        *(escaped(text) for text in repeats.said),
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
