"""The page that lists the feeds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from alerts.feeds.content import template
from alerts.feeds.model import ENTRIES_AT_MOST, Feed, FeedKind, FeedRow
from alerts.messages.message import LICENCE
from reports.london import london_date
from reports.wording import counted, uk_date


def feed_row(feed: Feed) -> FeedRow:
    """Return the row that describes a feed on the page of feeds."""
    return FeedRow(
        file_name=feed.file_name,
        kind=feed.kind.value,
        group=feed.group,
        label=feed.label,
        about=_about(feed),
    )


def index_page(rows: Iterable[FeedRow]) -> bytes:
    """Return the page of all feeds by group: subscriptions first, then the regions by name."""
    ordered = sorted(
        rows, key=lambda row: (row.kind != FeedKind.SUBSCRIPTION, row.group, row.label)
    )
    groups = [(name, list(group)) for name, group in groupby(ordered, key=lambda row: row.group)]
    page = template("index.html.j2").render(groups=groups, at_most=ENTRIES_AT_MOST, licence=LICENCE)
    return page.encode("utf-8", "replace")


def _about(feed: Feed) -> str:
    if not feed.entries:
        return "nothing yet"
    count = len(feed.entries)
    newest = uk_date(london_date(feed.entries[0].published))
    if feed.kind == FeedKind.AUTHORITY:
        return f"{counted(count, 'report')}, the latest published on {newest}"
    # An item may be about a report that is years old.
    return f"{counted(count, 'item')}, the latest from {newest}"
