"""What the files in a folder of feeds rest on, kept next to them.

By it a later run knows which feeds it must write again, and what the page that lists them says of
the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from alerts.feeds.model import FeedRow

MARKS = ".fingerprint"


@dataclass(frozen=True, kw_only=True)
class FeedMarks:
    """A fingerprint of all that the folder rests on, and one for each feed that has its own."""

    basis: str = ""
    feeds: Mapping[str, tuple[str, FeedRow]] = field(default_factory=dict)
    """By the name of its file: what a feed rests on, and what the page says of it."""

    @classmethod
    def read(cls, folder: Path) -> FeedMarks:
        """The marks of a folder; none where there are none that this version can read."""
        try:
            data = json.loads((folder / MARKS).read_text("utf-8"))
            feeds = {
                name: (basis, FeedRow(file_name=name, **row))
                for name, (basis, row) in data["feeds"].items()
            }
            return cls(basis=data["basis"], feeds=feeds)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def write(self, folder: Path) -> None:
        """Keep them in the folder. Raises OSError."""
        feeds = {name: (basis, _without_name(row)) for name, (basis, row) in self.feeds.items()}
        text = json.dumps({"basis": self.basis, "feeds": feeds}, ensure_ascii=False)
        (folder / MARKS).write_text(text, "utf-8")

    def unchanged(self, folder: Path, bases: Mapping[str, str]) -> list[FeedRow]:
        """The feeds that rest on the same as before and whose files are still there."""
        return [
            row
            for name, (basis, row) in self.feeds.items()
            if bases.get(name) == basis and (folder / name).is_file()
        ]


def _without_name(row: FeedRow) -> dict[str, str]:
    return {name: value for name, value in asdict(row).items() if name != "file_name"}
