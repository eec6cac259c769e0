"""One site for all tests that only look at it, and a browser that shows it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from storage.database import Database
from tests.alerts.chromium import browser as installed_browser
from tests.website.built import Built, a_store, snapshot_of
from website.site import write_site

COUNCILS = (
    *("barnet", "brent", "cornwall", "ealing", "havering", "kent", "northamptonshire"),
    *("redbridge", "somerset", "west-northamptonshire", "york"),
)
"""The councils of the smaller site `small`."""


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


@pytest.fixture(scope="module")
def small(site: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site of a dozen councils."""
    folder = tmp_path_factory.mktemp("small") / "www"
    whole = snapshot_of(site.database)
    few = replace(whole, councils={key: whole.councils[key] for key in COUNCILS})
    write_site(folder, few, database=site.database)
    return Built(folder, site.database)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = installed_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()
