"""Writing the next migration."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage.database import MIGRATIONS
from storage.migrations.__main__ import write_migration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to write into."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_migration_follows_the_last_and_has_nothing_where_nothing_is_missing(
    folder: Path,
) -> None:
    known = len(list((folder / "versions").glob("*.py")))
    written = write_migration("Room for nothing", folder=folder)
    assert written.name == f"{known + 1:04d}_room_for_nothing.py"
    text = written.read_text(encoding="utf-8")
    assert f"down_revision = '{known:04d}'" in text
    assert "op." not in text


def test_what_the_models_have_more_is_written_down(folder: Path) -> None:
    first = folder / "versions" / "0001_the_first_tables.py"
    text = first.read_text(encoding="utf-8")
    first.write_text(text.replace('sa.Column("missed_since", sa.Date(), nullable=True),', ""))
    written = write_migration("Room for what was missed", folder=folder)
    [line] = [line for line in written.read_text("utf-8").splitlines() if "add_column" in line]
    assert "missed_since" in line
