"""How much of a report a subscription's messages say. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.messages.message import Message, Notice
from reports.wording import counted


class Detail(StrEnum):
    """full: everything. short: grades, areas for priority action, counts and links."""

    FULL = "full"
    SHORT = "short"


def in_detail(content: Content, detail: Detail) -> Content:
    """Return a message in this detail. Areas for priority action are always quoted."""
    if detail is Detail.FULL or isinstance(content, Notice):
        return content
    if isinstance(content, DigestMessage):
        return replace(content, rows=tuple(_short_row(row) for row in content.rows))
    short = _short(content)
    return replace(short, remarks=(*short.remarks, *_counted(content)))


def _short_row(row: DigestRow) -> DigestRow:
    return replace(row, message=_short(row.message))


def _short(message: Message) -> Message:
    return replace(
        message,
        areas=message.priority_actions,
        repeats=None,
        areas_left_out=message.other_areas,
        repeats_left_out=message.repeat_count,
        over_time=None,
        others=None,
    )


def _counted(message: Message) -> tuple[str, ...]:
    """Return what is left out, in one sentence."""
    said = []
    if areas := len(message.other_areas):
        noun = "more area" if message.priority_actions else "area"
        said.append(f"{counted(areas, noun)} for improvement")
    if again := message.repeat_count:
        said.append(f"{again} raised again")
    return (f"{', '.join(said)}: see the report.",) if said else ()
