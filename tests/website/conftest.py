"""One site for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.website.built import Built, a_store


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The site of the made-up store. Tests that change it build their own."""
    folder = tmp_path_factory.mktemp("site")
    built = Built(folder / "www", a_store(folder / "store.db"))
    built.build()
    yield built
    built.database.close()
