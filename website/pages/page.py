"""What every page has: its path, title, breadcrumbs and feed, and a link to Ofsted's site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from website import addresses


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page of ours (a path in the site) or a checked web address, and the words for it."""

    label: str
    href: str


ALL_FEEDS = Link(label="All feeds", href=addresses.FEEDS)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: `content` is the record that `template` shows.

    `path` is its file in the site; `crumbs` lead back to the national page; `feed` is the feed to
    follow. `script`: whether it needs the script, to sort a table, to choose or to search.
    `finder`: whether it has a field that finds a council in its list, which has its own script.
    `subject` is what it is about, `as_of` says how new it is: printed pages repeat both.
    """

    path: str
    template: str
    title: str
    description: str
    content: Any
    crumbs: tuple[Link, ...] = ()
    feed: Link = ALL_FEEDS
    ofsted: Link | None = None
    script: bool = False
    finder: bool = False
    subject: str = ""
    as_of: str = ""


ENGLAND = Link(label="England", href=addresses.NATIONAL)
