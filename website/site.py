"""Write the files of the site that changed.

Each file is whole at any moment (`storage.whole_files`) and untouched where its content is the
same. Files that a build wrote and the site no longer has are removed at the end; other files in the
folder are never removed. A run that is killed at any moment leaves whole pages, and the next run
does the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.database import Database
from storage.export import FILES, Known, tables_at_hand
from storage.whole_files import WRITING, is_left_behind, write_file
from website import addresses
from website.drawn_pages import DrawnPages, page_digest
from website.pages.about import about_page
from website.pages.briefing import briefing_page
from website.pages.changes import changes_files, changes_pages, week_begins
from website.pages.comparison import comparison_page, free_page
from website.pages.council import build_council_page
from website.pages.data import data_page
from website.pages.national import national_page
from website.pages.page import Page
from website.pages.regions import region_pages
from website.pages.report import build_report_page
from website.pages.search import search_pages
from website.pages.themes import theme_pages
from website.render import PAGE_MARK, render
from website.snapshot import Snapshot

_TABLES = tuple(map(addresses.data_file, FILES))

_BEGINNING = 1_000
"""The number of bytes at the beginning of a file that show whether the site wrote it."""

_NOTHING_YET = datetime(2009, 1, 1, tzinfo=UTC)
"""The date of an export where nothing is stored yet."""


@dataclass(frozen=True, kw_only=True)
class SiteWritten:
    """The number of files of the site, and of those that were written or removed."""

    files: int
    changed: int


def write_site(folder: Path, snapshot: Snapshot, *, database: Database) -> SiteWritten:
    """Write the site into a folder, and return how many files it has and how many changed.

    Raises OSError where a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = DrawnPages.load(folder)
    wanted = set(_TABLES)
    changed = _write_tables(folder, snapshot, database, drawn)
    for path, data in changes_files(snapshot):
        wanted.add(path)
        changed += _write(folder, path, data)
    for page in site_pages(snapshot):
        wanted.add(page.path)
        digest = page_digest(page)
        if not drawn.have([page.path], digest):
            changed += _write(folder, page.path, render(page))
            drawn.remember(page.path, digest)
    # Before the notes are replaced: they say which files an earlier build wrote.
    changed += _remove_obsolete(folder, wanted, drawn)
    drawn.save()
    return SiteWritten(files=len(wanted), changed=changed)


def _write(folder: Path, path: str, data: bytes) -> bool:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    return write_file(folder / path, data)


def write_national_page(folder: Path, snapshot: Snapshot) -> bool:
    """Write only the first page, for when only the time of the last check has changed.

    Return whether the file changed.
    """
    page = national_page(snapshot)
    return write_file(folder / page.path, render(page))


def site_pages(snapshot: Snapshot) -> Iterable[Page]:
    """Yield every page, the targets of links before the pages that link to them."""
    for council in snapshot.councils.values():
        for report in council.reports:
            yield build_report_page(snapshot, council, report)
        yield comparison_page(snapshot, council)
        yield briefing_page(snapshot, council)
        yield build_council_page(snapshot, council)
    yield from theme_pages(snapshot)
    yield from region_pages(snapshot)
    yield from changes_pages(snapshot)
    yield from search_pages(snapshot)
    yield free_page(snapshot)
    yield data_page()
    yield about_page(snapshot)
    yield national_page(snapshot)


def _write_tables(folder: Path, snapshot: Snapshot, database: Database, drawn: DrawnPages) -> int:
    """Write the exported tables in all formats, unless no row has changed.

    Return the number of files that changed. Their date is that of the last stored fact, so that the
    same facts give the same files.
    """
    councils = snapshot.councils.values()
    known = Known(
        superseded=frozenset().union(*(council.superseded for council in councils)),
        rates=snapshot.rates,
        counted=snapshot.counted,
        repeats={council.id: tuple(council.repeats.values()) for council in councils},
        windows={council.key: council.window for council in councils if council.window},
        graded={
            council.id: [report for report, _ in council.graded]
            for council in councils
            if council.graded
        },
        held=snapshot.held,
    )
    now = snapshot.facts_at or _NOTHING_YET
    changed = 0
    with (
        database.read() as session,
        tables_at_hand(session, today=snapshot.today, now=now, known=known) as tables,
    ):
        if drawn.have(_TABLES, tables.digest):
            return 0
        with tempfile.TemporaryDirectory() as made:
            for file in tables.write(Path(made)):
                path = addresses.data_file(file.name)
                changed += _write(folder, path, file.read_bytes())
                drawn.remember(path, tables.digest)
    return changed


def is_of_site(folder: Path, name: str, drawn: DrawnPages) -> bool:
    """Return whether a build wrote a file, according to its notes or its content.

    A build that was killed has saved no notes. `name` is the path within the folder.
    """
    if drawn.wrote(name):
        return True
    if not addresses.is_generated(name):
        return False
    try:
        with (folder / name).open("rb") as file:
            start = file.read(_BEGINNING)
    except OSError:
        return False
    return PAGE_MARK in start or start.startswith(week_begins(name))


def _remove_obsolete(folder: Path, wanted: set[str], drawn: DrawnPages) -> int:
    """Remove files that the site no longer has, and what killed writers left.

    Return the number of removed files.
    """
    removed = 0
    for path in [*folder.glob(f"{WRITING}*"), *_files_below(folder)]:
        name = path.relative_to(folder).as_posix()
        if path.name.startswith(WRITING):
            if is_left_behind(path):
                path.unlink(missing_ok=True)
        elif name not in wanted and is_of_site(folder, name, drawn):
            path.unlink(missing_ok=True)
            removed += 1
            _remove_empty(path.parent, folder)
    return removed


def _files_below(folder: Path) -> list[Path]:
    return [
        path
        for name in addresses.FOLDERS
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    ]


def _remove_empty(path: Path, folder: Path) -> None:
    """Remove the folders that a page has left empty."""
    while path != folder and not any(path.iterdir()):
        path.rmdir()
        path = path.parent
