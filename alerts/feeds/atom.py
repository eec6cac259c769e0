"""A feed as Atom 1.0 XML. Pure: the same feed gives the same bytes."""

from __future__ import annotations

import re

from feedgen.feed import FeedGenerator

from alerts.feeds.model import Feed, FeedEntry
from alerts.messages.message import LICENCE

AUTHOR = "Inspection Watch"
# What XML 1.0 cannot hold at all, not even escaped: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(feed: Feed, *, address: str | None = None) -> bytes:
    """The file of a feed. `address` is where people fetch it, if that is known."""
    writer = FeedGenerator()
    writer.id(feed.id)
    writer.title(_clean(feed.title))
    writer.subtitle(_clean(feed.subtitle))
    writer.updated(feed.updated)
    writer.author({"name": AUTHOR})
    writer.generator(AUTHOR)
    writer.rights(LICENCE)
    writer.language("en-GB")
    if address:
        writer.link(href=address, rel="self", type="application/atom+xml")
    if feed.page:
        writer.link(href=feed.page.url, rel="alternate", title=_clean(feed.page.label))
    for entry in feed.entries:
        _add(writer, entry)
    written: bytes = writer.atom_str(pretty=True)
    return written


def _add(writer: FeedGenerator, entry: FeedEntry) -> None:
    row = writer.add_entry(order="append")
    row.id(entry.id)
    row.title(_clean(entry.title))
    row.published(entry.published)
    row.updated(entry.updated)
    row.content(_clean(entry.html), type="html")
    if entry.link:
        # One only: feedgen writes no other link's `rel`, and the content has them all.
        row.link(href=entry.link.url)
    for category in entry.categories:
        row.category(term=category)
    row.rights(LICENCE)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
