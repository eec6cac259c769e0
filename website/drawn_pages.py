"""Note which pages a folder already has, so that only pages with new records are rendered.

A page is a pure record, and rendering it is most of the work. So a page whose record, templates and
program are the same as last time is left alone. So are the tables to download while no row changes.
The notes save time: a page is rendered if it is missing or has another size than noted. Without
notes, every page is. The notes also say which files a build wrote, so that the next one removes no
others.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Collection
from functools import cache
from pathlib import Path

from storage.whole_files import write_file
from website.pages.page import Page

NOTES = ".pages.json"
_PROGRAM = Path(__file__).parents[1]

DRAWING_PACKAGES = ("alerts", "reports", "storage", "website")
"""The packages whose code, words and charts go into pages."""


class DrawnPages:
    """The notes on one folder: for each file the digest of what it was drawn from, and its size."""

    def __init__(self, folder: Path, notes: dict[str, tuple[str, int]]) -> None:
        self._folder = folder
        self._before = notes
        self._now: dict[str, tuple[str, int]] = {}

    @classmethod
    def load(cls, folder: Path) -> DrawnPages:
        """Return the notes of the last build; none where they cannot be read."""
        try:
            raw = json.loads((folder / NOTES).read_text("utf-8"))
            return cls(folder, {path: (str(note[0]), int(note[1])) for path, note in raw.items()})
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return cls(folder, {})

    def have(self, paths: Collection[str], digest: str) -> bool:
        """Return whether all files are as a build drew them from records with this digest.

        If so, their notes are kept for the next build.
        """
        notes = {path: (digest, self._size(path)) for path in paths}
        if any(self._before.get(path) != note for path, note in notes.items()):
            return False
        self._now.update(notes)
        return True

    def wrote(self, path: str) -> bool:
        """Return whether the last build left this file as it is now."""
        note = self._before.get(path)
        return note is not None and note[1] == self._size(path)

    def remember(self, path: str, digest: str) -> None:
        """Note a file that has just been written."""
        self._now[path] = (digest, self._size(path))

    def save(self) -> None:
        """Keep the notes for the next build."""
        write_file(self._folder / NOTES, json.dumps(self._now, indent=0, sort_keys=True).encode())

    def _size(self, path: str) -> int:
        try:
            return (self._folder / path).stat().st_size
        except OSError:
            return -1


def page_digest(page: Page) -> str:
    """Return a digest of a page. The same digest means the same page, but not the reverse.

    A page whose record contains a set would have a new digest, and be drawn, in each process.
    """
    return hashlib.sha256(_program() + pickle.dumps(page, protocol=5)).hexdigest()


@cache
def _program() -> bytes:
    """Return the hash of everything that renders records: code, templates, assets and data."""
    files = sorted(
        path
        for package in DRAWING_PACKAGES
        for path in (_PROGRAM / package).rglob("*")
        if path.suffix in _SUFFIXES
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


_SUFFIXES = frozenset({".py", ".j2", ".css", ".js", ".csv", ".yaml"})
