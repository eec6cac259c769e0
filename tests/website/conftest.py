"""One site for all tests that only look at it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from tests.website.built import Built, a_store


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The site of the made-up store. Tests that change it take `own`."""
    folder = tmp_path_factory.mktemp("site")
    built = Built(folder / "www", a_store(folder / "store.db"))
    built.build()
    yield built
    built.database.close()


@pytest.fixture
def own(site: Built, tmp_path: Path) -> Iterator[Built]:
    """A copy of the site and its store that a test may change."""
    shutil.copytree(site.folder, tmp_path / "www")
    # Not a copy of the file: what was written last may still be in the log next to it.
    with closing(sqlite3.connect(str(site.database.engine.url.database))) as store:
        store.execute("vacuum into ?", (str(tmp_path / "store.db"),))
    built = Built(tmp_path / "www", Database(f"sqlite:///{tmp_path / 'store.db'}"))
    yield built
    built.database.close()
