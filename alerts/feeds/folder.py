"""The files of the feeds: each written whole or not at all, and left alone if unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alerts.feeds.atom import STYLE_FILE, atom
from alerts.feeds.index import feed_row, index_page
from alerts.feeds.model import Feed, FeedKind, FeedRow
from storage.whole_files import WRITING, is_left_behind, write_file

INDEX = "index.html"
STYLE = Path(__file__).parent / "templates" / STYLE_FILE
_OURS = re.compile(rf"(?:{'|'.join(FeedKind)})-[a-z0-9-]+\.(?:xml|atom)")
"""The names of feeds. Earlier versions of the program gave them the ending `.atom`."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """All feeds that there are now, and how many files changed."""

    feeds: tuple[FeedRow, ...]
    changed: int


def write_feeds(
    folder: Path,
    feeds: Iterable[Feed],
    *,
    unchanged: Iterable[FeedRow] = (),
    address: str | None = None,
) -> Written:
    """Write the feeds and the page that lists them. `address` is the folder's public address.

    The files of `unchanged` feeds stay. Feeds of subscriptions and authorities that no longer exist
    are removed; other files are never touched. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    changed = 0
    rows = list(unchanged)
    for feed in feeds:
        own = f"{address}/{feed.file_name}" if address else None
        changed += write_file(folder / feed.file_name, atom(feed, address=own))
        rows.append(feed_row(feed))
    changed += write_file(folder / INDEX, index_page(rows))
    changed += write_file(folder / STYLE_FILE, STYLE.read_bytes())
    wanted = {row.file_name for row in rows}
    for path in list(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.name not in wanted:
            path.unlink(missing_ok=True)
            changed += 1
        elif path.name.startswith(WRITING) and is_left_behind(path):
            path.unlink(missing_ok=True)
    return Written(feeds=tuple(rows), changed=changed)
