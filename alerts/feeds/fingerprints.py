"""The fingerprints of what the files in a folder of feeds were made from, kept next to them.

They tell a later run which feeds it must write again, and what the page that lists the feeds says
about the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from alerts.feeds.model import FeedRow

FINGERPRINT_FILE = ".fingerprint"


@dataclass(frozen=True, kw_only=True)
class FeedFingerprints:
    """A fingerprint of all that the folder was made from, and one for each feed that has its own.

    `feeds` has them by the name of the feed's file, each with its row on the page of feeds. The
    fingerprint is empty for a feed that is always written again.
    """

    folder: str = ""
    feeds: Mapping[str, tuple[str, FeedRow]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> FeedFingerprints:
        """Return the fingerprints of a folder; none where this version cannot read them."""
        try:
            data = json.loads((folder / FINGERPRINT_FILE).read_text("utf-8"))
            feeds = {
                name: (fingerprint, FeedRow(file_name=name, **row))
                for name, (fingerprint, row) in data["feeds"].items()
            }
            return cls(folder=data["folder"], feeds=feeds)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Keep them in the folder. Raises OSError."""
        feeds = {
            name: (fingerprint, _without_name(row))
            for name, (fingerprint, row) in self.feeds.items()
        }
        text = json.dumps({"folder": self.folder, "feeds": feeds}, ensure_ascii=False)
        (folder / FINGERPRINT_FILE).write_text(text, "utf-8")

    def unchanged(self, folder: Path, now: Mapping[str, str]) -> list[FeedRow]:
        """Return the feeds whose fingerprint `now` is the same and whose files are still there."""
        return [
            row
            for name, (fingerprint, row) in self.feeds.items()
            if now.get(name) == fingerprint and (folder / name).is_file()
        ]


def _without_name(row: FeedRow) -> dict[str, str]:
    return {name: value for name, value in asdict(row).items() if name != "file_name"}
