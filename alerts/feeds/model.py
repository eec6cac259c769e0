"""What a feed is. Pure.

Ids never change, whatever becomes of addresses and titles: feed readers use ids to tell which
entries they have shown. They are tag URIs (RFC 4151) from our own names for things, in a domain
that nobody can own.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from urllib.parse import quote

from alerts.messages.message import Link
from reports.london import LONDON

_TAG = "tag:inspection-watch.invalid,2026"
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 60
ENTRIES_AT_MOST = 50

NEVER = datetime(2009, 1, 1, tzinfo=UTC)
"""Atom requires a date even where nothing has happened yet."""


class FeedKind(StrEnum):
    """What a feed is about."""

    AUTHORITY = "authority"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One report, or one message about it. `link` leads to the report."""

    id: str
    title: str
    published: datetime
    updated: datetime
    html: str
    link: Link | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One file, its entries newest first. The index lists it as `label` under `group`.

    `page` is the council's page on Ofsted's site, `own_page` that on our website. The address of
    `own_page` may be relative to the feed.
    """

    kind: FeedKind
    slug: str
    label: str
    title: str
    subtitle: str
    group: str
    entries: tuple[FeedEntry, ...] = ()
    page: Link | None = None
    own_page: Link | None = None

    @property
    def id(self) -> str:
        """Its stable id."""
        return tag_uri(self.kind, self.slug)

    @property
    def file_name(self) -> str:
        """The name of its file: ASCII letters, digits and dashes."""
        return feed_file(self.kind, self.slug)

    @property
    def updated(self) -> datetime:
        """When something in it last changed."""
        return max((entry.updated for entry in self.entries), default=NEVER)


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """What the page that lists all feeds says about one feed."""

    file_name: str
    kind: str
    group: str
    label: str
    about: str


def feed_file(kind: FeedKind, slug: str) -> str:
    """Return the name of a feed's file.

    It does not end in `.atom`: web servers give such files the type of Atom feeds, and Chromium
    shows the source of those instead of a page.
    """
    return f"{kind}-{slug}.xml"


def tag_uri(*parts: str) -> str:
    """Return a stable id made of our own names for things."""
    return ":".join((_TAG, *(quote(part, safe="") for part in parts)))


def noon(day: date) -> datetime:
    """Return noon of a day in London: the same day everywhere in Europe."""
    return datetime.combine(day, time(12), tzinfo=LONDON).astimezone(UTC)


def latest(entries: list[FeedEntry]) -> tuple[FeedEntry, ...]:
    """Return the newest entries, as many as a feed may have."""
    ordered = sorted(entries, key=lambda entry: (entry.published, entry.id), reverse=True)
    return tuple(ordered[:ENTRIES_AT_MOST])


def slugs(names: Sequence[str]) -> dict[str, str]:
    """Return a different slug for each name, to be part of a file name and an address.

    If a slug loses characters (for example non-ASCII letters) or is already taken, part of the
    name's hash is appended.
    """
    found: dict[str, str] = {}
    for name in names:
        slug = slug_of(name)
        found[name] = f"{slug}-{_hash(name)}" if slug in found.values() else slug
    return found


def slug_of(name: str) -> str:
    """Return the slug of one name, ignoring all others."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = _NOT_IN_SLUG.sub("-", ascii_name.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    if slug == name.lower().replace(" ", "-"):
        return slug
    return f"{slug}-{_hash(name)}".strip("-")


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
