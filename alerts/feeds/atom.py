"""A feed as Atom 1.0 XML that a browser shows as a page. Pure: the same feed gives the same bytes.

Browsers drop XSLT. So the feed is a page by two things that they keep: a CSS style sheet, and
entries whose content is XHTML, so that links in them can be followed. A line in XHTML, which feed
readers pass over, says what a feed is and leads to the list of feeds and to the council's page.
"""

from __future__ import annotations

import re

from feedgen.feed import FeedGenerator
from lxml import etree
from lxml import html as lxml_html

from alerts.feeds.model import Feed, FeedEntry
from alerts.messages.message import LICENCE, Link

AUTHOR = "Inspection Watch"
STYLE_FILE = "feed.css"
_XHTML = "http://www.w3.org/1999/xhtml"
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
    root = etree.fromstring(writer.atom_str())
    root.insert(0, _explanation(feed))
    root.addprevious(
        etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{STYLE_FILE}"')
    )
    return bytes(
        etree.tostring(
            root.getroottree(), xml_declaration=True, encoding="utf-8", pretty_print=True
        )
    )


def _explanation(feed: Feed) -> etree._Element:
    """What a person reads above the feed in a browser."""
    said = etree.fromstring(f'<p xmlns="{_XHTML}"/>')
    said.text = "This is a feed. To follow it, copy its address into a feed reader. "
    links = [Link(label="All feeds", url="index.html"), *([feed.own_page] if feed.own_page else [])]
    for link in links:
        element = etree.SubElement(said, f"{{{_XHTML}}}a", href=link.url)
        element.text, element.tail = _clean(link.label), " "
    return said


def _xhtml(fragment: str) -> str:
    """HTML of ours as XHTML: the same elements, each closed."""
    element = lxml_html.fragment_fromstring(fragment, create_parent="div")
    text = etree.tostring(element, method="xml", encoding="unicode")
    return str(text).removeprefix("<div>").removesuffix("</div>")


def _add(writer: FeedGenerator, entry: FeedEntry) -> None:
    row = writer.add_entry(order="append")
    row.id(entry.id)
    row.title(_clean(entry.title))
    row.published(entry.published)
    row.updated(entry.updated)
    row.content(_xhtml(_clean(entry.html)), type="xhtml")
    if entry.link:
        # One only: feedgen writes no other link's `rel`, and the content has them all.
        row.link(href=entry.link.url)
    for category in entry.categories:
        row.category(term=category)
    row.rights(LICENCE)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
