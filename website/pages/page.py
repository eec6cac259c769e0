"""What every page has: its place, its name, the way back, its feed, its page at Ofsted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from website import addresses


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page of ours (a path in the site) or a checked web address, and the words for it."""

    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: `content` is the record that `template` shows.

    `path` is its file in the site; `crumbs` lead back to the national page; `feed` is a path.
    `script`: it has a table to sort, or something to choose or to look for.
    """

    path: str
    template: str
    title: str
    description: str
    content: Any
    crumbs: tuple[Link, ...] = ()
    feed: str = addresses.FEEDS
    feed_label: str = "All feeds"
    ofsted: Link | None = None
    script: bool = False


ENGLAND = Link(label="England", href=addresses.NATIONAL)
