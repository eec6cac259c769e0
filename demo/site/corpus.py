"""A site from a folder of real reports: `index.csv`, `providers.csv` and `pdfs/`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from demo.site.content import Site, SiteAuthority, SiteListing


def load_corpus(folder: Path, *, today: date) -> Site:
    """Return the site as it looked on `today`.

    A report whose row of `index.csv` has no path is listed, but its file is missing, as happens on
    the real site. Raises OSError for missing files and KeyError for missing columns.
    """
    authorities = [
        SiteAuthority(row["urn"], row["name"], la_code=row["la_code"] or None)
        for row in _rows(folder / "providers.csv")
    ]
    listings, files = [], {}
    for row in _rows(folder / "index.csv"):
        start = row["inspection_start"]
        listings.append(
            SiteListing(
                urn=row["urn"],
                title=row["title"],
                published=date.fromisoformat(row["published"]),
                inspection_start=date.fromisoformat(start) if start else None,
                file_id=row["file_id"],
            )
        )
        if row["path"]:
            files[row["file_id"]] = folder / "pdfs" / row["path"]
    return Site(authorities, listings, files, today=today)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)
