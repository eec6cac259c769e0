"""The files: each written whole or not at all, and left alone where it says the same already."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.feeds.atom import atom
from alerts.feeds.index import index_page
from alerts.feeds.model import Feed, FeedKind

INDEX = "index.html"
_WRITING = ".writing-"
# What a killed process left half-written; nobody writes for so long.
_LEFT_BEHIND_SECONDS = 3600.0
_OURS = re.compile(rf"(?:{'|'.join(FeedKind)})-[a-z0-9-]+\.atom")
_READABLE_BY_ALL = 0o644


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
    wanted = {feed.file_name for feed in feeds}
    for path in list(folder.iterdir()):
        if _OURS.fullmatch(path.name) and path.name not in wanted:
            path.unlink(missing_ok=True)
            changed += 1
        elif path.name.startswith(_WRITING) and _is_left_behind(path):
            path.unlink(missing_ok=True)
    return Written(feeds=len(feeds), changed=changed)


def write_file(path: Path, data: bytes) -> bool:
    """Put `data` in a file's place in one step; whether that was needed. Raises OSError."""
    if path.is_file() and path.read_bytes() == data:
        return False
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_WRITING, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            # Others serve these files; a temporary one is its owner's alone.
            os.fchmod(file.fileno(), _READABLE_BY_ALL)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return True


def _is_left_behind(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _LEFT_BEHIND_SECONDS
    except FileNotFoundError:
        return False  # its writer has just finished
