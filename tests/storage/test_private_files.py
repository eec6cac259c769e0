"""What the program keeps, no other user of the machine can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.models import Poll
from storage.private_files import make_private_folder, others_can_read, private_by_default


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_is_private_and_an_older_one_of_ours_becomes_so(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "new" / "data")
    assert mode(tmp_path / "new" / "data") == 0o700
    (tmp_path / "old").mkdir()
    make_private_folder(tmp_path / "old")
    assert mode(tmp_path / "old") == 0o700


def test_a_shared_folder_and_the_current_one_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    make_private_folder(shared)
    assert mode(shared) == 0o777
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in (here, Path(), tmp_path / "shared" / ".." / "here"):
        make_private_folder(name)
        assert mode(here) == 0o755


def test_the_database_and_its_companions_are_private(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'watch.db'}")
    database.migrate()
    with database.read() as session:
        session.query(Poll).all()
        files = sorted(tmp_path.iterdir())
        assert len(files) == 3, "the file, -wal and -shm"
        assert {mode(file) for file in files} == {0o600}
    database.close()


def test_what_is_made_meanwhile_is_private(tmp_path: Path) -> None:
    with private_by_default():
        (tmp_path / "log").write_text("x")
    (tmp_path / "page").write_text("x")
    assert (mode(tmp_path / "log"), mode(tmp_path / "page")) == (0o600, 0o644)
    assert not others_can_read(tmp_path / "log")
    assert others_can_read(tmp_path / "page")
    assert not others_can_read(tmp_path / "nothing there")
