"""Processes that send."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.alerts.killing import Senders


@pytest.fixture
def senders(database: Database, tmp_path: Path) -> Iterator[Senders]:
    """Starts processes on this database; none is left behind."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["tests.alerts.sender_process"]
    )
    url = database.url.render_as_string(hide_password=False)
    found = Senders(url, str(tmp_path / "watch.yaml"), [])
    yield found
    found.end()
