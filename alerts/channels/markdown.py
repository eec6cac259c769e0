"""A message as Markdown, for the services that Apprise reaches, and for GOV.UK Notify."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage, DigestRow, DigestSection, left_out_words
from alerts.messages.keywords import keyword_parts, keyword_sentence
from alerts.messages.message import (
    LICENCE,
    PRIORITY_ACTION_MEANS,
    AreaLine,
    Envelope,
    GradeLine,
    Message,
    Notice,
    RepeatSection,
)
from alerts.messages.national_digest import DigestLine, NationalDigest
from reports.model import Direction

BODY_BYTES = 20_000
"""Microsoft Teams refuses messages of more than 28 KB, including what it adds. Nobody would read
more than this there."""

_REST = 200
"""Room for `left_out_words`, which say how many reports do not fit."""

_SPECIAL = re.compile(r"([\\`*_\[\]#])")
"""Characters with a meaning in every kind of Markdown. Those of HTML are escaped separately."""

_MENTION = re.compile(r"(?<![\w.+-])@|@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
"""A mention, such as "@everyone", notifies people in a chat. An address (jo@example.org) does not.
"""

_SIGNED = (Direction.BETTER, Direction.WORSE, Direction.FIRST)
_LIST_MARK = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))(?=[.)\s])")
"""What would make the beginning of a text a list."""


def markdown_payload(
    content: Content, envelope: Envelope, *, most: int = BODY_BYTES
) -> dict[str, Any]:
    """Return `title` (plain text) and `body` (Markdown).

    Whole parts are left out, or replaced by shorter ones, where the body would be longer than
    `most` bytes.
    """
    ending = [
        *([as_markdown(envelope.note)] if envelope.note else []),
        as_markdown(f"{envelope.because} {envelope.how_to_stop}"),
        *([f"[Unsubscribe]({envelope.unsubscribe_url})"] if envelope.unsubscribe_url else []),
        as_markdown(f"Inspection Watch, {envelope.subscription}, alert {envelope.alert_id}."),
    ]
    room = most - _size(ending) - _REST
    match content:
        case Notice():
            lines = [as_markdown(line) for line in content.lines]
        case NationalDigest():
            lines = _national_lines(content, room)
        case DigestMessage():
            lines = _digest_lines(content, envelope.keywords, room)
        case Message():
            lines = _message_within(content, envelope.keywords, room)
    title = f"[Urgent] {content.headline}" if content.urgent else content.headline
    return {"title": _without_mentions(title), "body": "\n\n".join([*lines, *ending])}


def as_markdown(text: str) -> str:
    """Return text escaped, so that Markdown and HTML show it as it is, and it notifies nobody."""
    text = _without_mentions(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(r"\\\1", text)
    return _LIST_MARK.sub(lambda mark: _unlisted(mark[1], mark[2]), text)


def _without_mentions(text: str) -> str:
    """Return text in which a character that looks the same replaces the @ of each mention."""
    return _MENTION.sub("\N{FULLWIDTH COMMERCIAL AT}", text)


def _unlisted(space: str, mark: str) -> str:
    """Escape a list mark. After a number it is the dot that makes a list."""
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _message_within(message: Message, keywords: Sequence[str], room: int) -> list[str]:
    """Return the whole message, or as many whole parts as fit, and where to find the rest.

    `room` is in bytes, as everywhere in this module.
    """
    links = [f"[{as_markdown(link.label)}]({_address(link.url)})" for link in message.links]
    bottom = [*links, as_markdown(LICENCE)]
    room -= _size(bottom)
    lines: list[str] = []
    for line in _message_lines(message, keywords):
        room -= _size([line])
        if room < 0:
            lines.append("This message is too long for this channel: the report has the rest.")
            break
        lines.append(line)
    return [*lines, *bottom]


def _message_lines(message: Message, keywords: Sequence[str]) -> list[str]:
    lines = [as_markdown(line) for line in (message.document, message.dates) if line]
    if priority := _marked_areas(message.priority_actions, keywords):
        lines.append(f"**❗ {message.priority_heading}**")
        lines.append(as_markdown(PRIORITY_ACTION_MEANS))
        lines.append("\n".join(f"- {item}" for item in priority))
    if message.grades:
        lines.append("\n".join(f"- {_grade(line)}" for line in message.grades))
    lines.extend(as_markdown(remark) for remark in message.remarks)
    if found := keyword_sentence(message, keywords):
        lines.append(as_markdown(found))
    repeats = message.repeats
    for heading, items in (
        (message.improvement_heading, _marked_areas(message.other_areas, keywords)),
        (repeats.heading if repeats else "", _escaped(_repeat_lines(repeats) if repeats else ())),
        ("⚠ Needs review", _escaped(message.problems)),
    ):
        if items:
            lines.append(f"**{heading}**")
            lines.append("\n".join(f"- {item}" for item in items))
    return [*lines, *_other_sections(message)]


def _escaped(items: Iterable[str]) -> list[str]:
    return [as_markdown(item) for item in items]


def _marked_areas(areas: Iterable[AreaLine], keywords: Sequence[str]) -> list[str]:
    """Return the areas with the keywords in bold."""
    if not keywords:
        return _escaped(area.said for area in areas)
    return [
        "".join(
            f"**{as_markdown(part)}**" if marked else as_markdown(part)
            for part, marked in keyword_parts(area.said, keywords)
        )
        for area in areas
    ]


def _other_sections(message: Message) -> list[str]:
    lines = []
    if message.over_time:
        lines.append("**Grades over time**")
        lines.append("\n".join(f"- {as_markdown(line)}" for line in message.over_time.lines))
        lines.extend(as_markdown(note) for note in message.over_time.notes)
    if message.others:
        lines.append("**Other councils at their last inspection**")
        said = [f"{line.group}: {line.judgement}: {line.said}" for line in message.others.short]
        lines.append("\n".join(f"- {as_markdown(line)}" for line in said))
    return lines


def _repeat_lines(repeats: RepeatSection) -> list[str]:
    pairs = [
        f"{line.issue}: {line.certainty} Now: “{line.later}” Before ({line.earlier_report}): "
        f"“{line.earlier}” {line.reason}".rstrip()
        for line in repeats.lines
    ]
    return [*repeats.said, *pairs, *repeats.remarks]


def _digest_lines(digest: DigestMessage, keywords: Sequence[str], room: int) -> list[str]:
    """Return each report in full while there is room, then in short, then its title.

    Reports that are left out are counted.
    """
    top = [as_markdown(digest.summary)]
    bottom = [*_section_lines(digest.sections), as_markdown(LICENCE)]
    room -= _size([*top, *bottom])
    return [*top, *_rows_within(room, digest.rows, keywords), *bottom]


def _national_lines(digest: NationalDigest, room: int) -> list[str]:
    """Return the groups, whole lines only. Lines that are left out are counted."""
    top = _escaped([*digest.counts, digest.summary])
    bottom = [*_section_lines(digest.sections), as_markdown(LICENCE)]
    room -= _size([*top, *bottom])
    said: list[str] = []
    left_out = 0
    for group in digest.groups:
        heading = f"**{as_markdown(group.heading)}**"
        room -= _size([heading])
        shown = []
        for line in map(_group_line, group.lines):
            if _size([line]) > room:
                left_out += 1
                continue
            shown.append(line)
            room -= _size([line])
        if shown:
            said += [heading, "\n".join(shown)]
    if left_out:
        said.append(left_out_words(left_out, digest.rows))
    return [*top, *said, *bottom]


def _group_line(line: DigestLine) -> str:
    headline = as_markdown(line.headline)
    if line.report:
        headline = f"[{headline}]({_address(line.report.url)})"
    also = f" ({as_markdown(line.also)})" if line.also else ""
    details = f", [details]({_address(line.details.url)})" if line.details else ""
    return f"- {headline}{also}{details}"


def _section_lines(sections: Iterable[DigestSection]) -> list[str]:
    lines = []
    for section in sections:
        lines.append(f"**{as_markdown(section.heading)}**")
        lines.append("\n".join(f"- {as_markdown(line)}" for line in section.lines))
    return lines


def _rows_within(room: int, rows: Sequence[DigestRow], keywords: Sequence[str]) -> list[str]:
    """Return the reports that fit, in short where needed. The most important rows come first."""
    titles = [_row_title(row) for row in rows]
    # Room for the titles of the reports that follow: at most half of `room`, if there are hundreds.
    later, half = sum(_size(title) for title in titles), room // 2
    lines: list[str] = []
    for number, (row, title) in enumerate(zip(rows, titles, strict=True)):
        later -= _size(title)
        room_now = room - min(later, half)
        said = next((form for form in _row_forms(row, keywords) if _size(form) <= room_now), title)
        if _size(said) > room:
            return [*lines, left_out_words(len(rows) - number, rows)]
        lines.extend(said)
        room -= _size(said)
    return lines


def _size(lines: Iterable[str]) -> int:
    """Return the size in bytes, with the blank lines between them."""
    return sum(len(line.encode()) + 2 for line in lines)


def _row_title(row: DigestRow) -> list[str]:
    message = row.message
    title = f"**{as_markdown(message.headline)}**"
    if message.report:
        title = f"[{title}]({_address(message.report.url)})"
    return [title, *([f"❗ {as_markdown(row.marks)}"] if row.marks else [])]


def _row_forms(row: DigestRow, keywords: Sequence[str]) -> Iterator[list[str]]:
    """Yield the forms of a report: with the repeats word for word, then without them."""
    short = _digest_row(row)
    if found := keyword_sentence(row.message, keywords):
        short.append(as_markdown(found))
    if row.message.repeats and not row.sent_before:
        quotes = _escaped(_repeat_lines(row.message.repeats))
        yield [
            *short,
            f"{row.message.repeats.heading}:",
            "\n".join(f"- {quote}" for quote in quotes),
        ]
    yield short


def _digest_row(row: DigestRow) -> list[str]:
    message = row.message
    said = [*_row_title(row), as_markdown(row.about)]
    if row.grades:
        said.append("\n".join(f"- {_grade(line)}" for line in row.grades))
    unchanged = (row.unchanged,) if row.unchanged else ()
    remarks = (*unchanged, *message.remarks, *row.priority_words, *row.doubts, *row.others_in_brief)
    return [*said, *(as_markdown(line) for line in remarks)]


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("@", "%40")


def _grade(line: GradeLine) -> str:
    grades = f"**{as_markdown(line.after)}**"
    if line.is_step:
        grades = f"{as_markdown(line.before or '')} → {grades}"
    moved = f" ({as_markdown(line.moved)})" if line.moved else ""
    note = f". {as_markdown(line.note)}" if line.note else ""
    # In a list, "–" and "=" would look like a second mark of the list.
    sign = f"{line.sign} " if line.direction in _SIGNED else ""
    return f"{sign}{as_markdown(line.label)}: {grades}{moved}{note}".strip()
