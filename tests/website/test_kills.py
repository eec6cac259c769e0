"""A build may be killed at any moment: what is there is whole, and the next build does the rest."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from pathlib import Path

import pytest

from storage.database import Database
from storage.whole_files import WRITING
from tests.alerts.killing import KILLS
from tests.website.built import Built

pytestmark = pytest.mark.faults


def build(folder: str, database_url: str) -> None:
    """Build a site in a process of its own."""
    Built(Path(folder), Database(database_url)).build()


def kill_build_after(site: Built, folder: Path, councils: int, pause: float) -> bool:
    """Start a build, kill it `pause` seconds after a number of councils; was it still running?"""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=build, args=(str(folder), str(site.database.engine.url)))
    process.start()
    while process.is_alive() and number_of_councils(folder) < councils:
        time.sleep(0.002)
    process.join(pause)
    was_running = process.is_alive()
    process.kill()
    process.join()
    return was_running


def number_of_councils(folder: Path) -> int:
    councils = folder / "councils"
    return len(list(councils.iterdir())) if councils.is_dir() else 0


def files(folder: Path) -> dict[str, bytes]:
    """What the site's visitors can see."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_killed_build_leaves_whole_files_and_the_next_ends_the_same(
    site: Built, tmp_path: Path
) -> None:
    expected = files(site.folder)
    moments = random.Random(20261128)
    folder = tmp_path / "www"
    killed = 0
    for councils in sorted(moments.sample(range(1, 155), KILLS)):
        killed += kill_build_after(site, folder, councils, moments.uniform(0, 0.02))
        there = files(folder)
        assert there, "nothing was written before the kill"
        assert there.items() <= expected.items(), f"killed after {councils} councils"
    assert killed > 0
    Built(folder, site.database).build()
    assert files(folder) == expected


def test_what_a_killed_build_was_writing_is_never_served_and_goes_in_time(
    own: Built,
) -> None:
    # The first page and the notes are in the folder itself.
    left = [own.folder / "councils" / "kent" / f"{WRITING}abc", own.folder / f"{WRITING}abc"]
    for path in left:
        path.write_text("half a pa")
    own.build()
    assert all(path.exists() for path in left), "its writer may still be at work"
    long_ago = time.time() - 7200
    for path in left:
        os.utime(path, (long_ago, long_ago))
    own.build()
    assert not any(path.exists() for path in left)
