"""The files: each written whole or not at all, and left alone where it says the same already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.feeds.atom import STYLE_FILE, atom
from alerts.feeds.index import index_page
from alerts.feeds.model import Feed, FeedKind
from storage.whole_files import WRITING, is_left_behind, write_file

INDEX = "index.html"
STYLE = Path(__file__).parent / "templates" / STYLE_FILE
_OURS = re.compile(rf"(?:{'|'.join(FeedKind)})-[a-z0-9-]+\.atom")


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many feeds there are, and how many files changed."""

    feeds: int
    changed: int


def write_feeds(folder: Path, feeds: Sequence[Feed], *, address: str | None = None) -> Written:
    """Bring a folder in line with the feeds. `address` is where people find the folder.

    Feeds of subscriptions and authorities that are gone are removed, other files never touched.
    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    changed = 0
    for feed in feeds:
        own = f"{address}/{feed.file_name}" if address else None
        changed += write_file(folder / feed.file_name, atom(feed, address=own))
    changed += write_file(folder / INDEX, index_page(feeds))
    changed += write_file(folder / STYLE_FILE, STYLE.read_bytes())
    wanted = {feed.file_name for feed in feeds}
    for path in list(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.name not in wanted:
            path.unlink(missing_ok=True)
            changed += 1
        elif path.name.startswith(WRITING) and is_left_behind(path):
            path.unlink(missing_ok=True)
    return Written(feeds=len(feeds), changed=changed)
