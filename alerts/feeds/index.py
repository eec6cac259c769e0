"""The page that lists the feeds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from alerts.feeds.content import template
from alerts.feeds.model import ENTRIES_AT_MOST, Feed, FeedKind
from alerts.messages.message import LICENCE
from reports.london import london_date
from reports.wording import counted, uk_date


@dataclass(frozen=True)
class _Row:
    file_name: str
    label: str
    about: str


def index_page(feeds: Sequence[Feed]) -> bytes:
    """All feeds by group: subscriptions first, then the regions by name."""
    ordered = sorted(
        feeds, key=lambda feed: (feed.kind != FeedKind.SUBSCRIPTION, feed.group, feed.label)
    )
    groups = [(name, _rows(group)) for name, group in groupby(ordered, key=lambda feed: feed.group)]
    page = template("index.html.j2").render(groups=groups, at_most=ENTRIES_AT_MOST, licence=LICENCE)
    return page.encode("utf-8", "replace")


def _rows(feeds: Iterable[Feed]) -> list[_Row]:
    return [_Row(feed.file_name, feed.label, _about(feed)) for feed in feeds]


def _about(feed: Feed) -> str:
    if not feed.entries:
        return "nothing yet"
    what = "report" if feed.kind == FeedKind.AUTHORITY else "item"
    count = len(feed.entries)
    newest = uk_date(london_date(feed.entries[0].published))
    return f"{counted(count, what)}, the newest of {newest}"
