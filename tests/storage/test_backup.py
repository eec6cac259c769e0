"""Backup and restore: everything comes back, on either database, and nothing is overwritten."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import event, select

from reports.errors import ConfigurationError
from storage.archive import Archive
from storage.backup import UNSUBSCRIBE_KEY, copy_tables, restore_backup, write_backup
from storage.database import Database
from storage.errors import ArchiveTrouble
from storage.models import Base, Report
from tests.storage.readings import a_report

ORIGINAL = b"%PDF-1.7 an invented report %%EOF"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database on another machine."""
    database = Database(f"sqlite:///{tmp_path / 'elsewhere' / 'watch.db'}")
    yield database
    database.close()


@pytest.fixture
def backup(database: Database, tmp_path: Path) -> Path:
    """A backup of a database with two reports and one original file."""
    archive = Archive(tmp_path / "originals")
    with database.write() as session:
        a_report(session, "50000001")
        a_report(session, "50000002").sha256 = archive.put(ORIGINAL)
    config = tmp_path / "watch.yaml"
    config.write_text("subscriptions: []\n", encoding="utf-8")
    file = tmp_path / "backup.tar.gz"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / UNSUBSCRIBE_KEY).write_text("5ec7e7")
    write_backup(
        file, database=database, archive=archive, config=config, data_folder=tmp_path / "data"
    )
    return file


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_everything_comes_back_elsewhere(
    database: Database, backup: Path, elsewhere: Database, tmp_path: Path
) -> None:
    archive, config = Archive(tmp_path / "elsewhere" / "originals"), tmp_path / "elsewhere.yaml"
    data = tmp_path / "elsewhere"
    (data / UNSUBSCRIBE_KEY).write_text("made at the first start there")
    restored = restore_backup(
        backup, database=elsewhere, archive=archive, config=config, data_folder=data
    )
    assert restored
    assert (data / UNSUBSCRIBE_KEY).read_text() == "5ec7e7"
    assert (data / UNSUBSCRIBE_KEY).stat().st_mode & 0o777 == 0o600
    assert content(elsewhere) == content(database)
    assert archive.get(sha256(ORIGINAL).hexdigest()) == ORIGINAL
    assert config.read_text(encoding="utf-8") == "subscriptions: []\n"


def test_what_is_stored_during_a_backup_is_wholly_in_it_or_not_at_all(
    database: Database, elsewhere: Database
) -> None:
    with database.write() as session:
        a_report(session, "50000001")
    before = content(database)
    stored: list[str] = []

    def another_process(_c: object, _u: object, statement: str, *_: object) -> None:
        """Stores a report as soon as the first table has been read."""
        if stored or "FROM authority" not in statement:
            return
        stored.append("50000002")
        other = Database(database.url.render_as_string(hide_password=False))
        with other.write() as session:
            a_report(session, stored[0])
        other.close()

    elsewhere.migrate()
    event.listen(database.engine, "after_cursor_execute", another_process)
    copy_tables(database, elsewhere)
    assert stored
    assert content(elsewhere) == before
    assert content(database) != before


def test_new_rows_after_a_restore_get_new_numbers(database: Database, elsewhere: Database) -> None:
    elsewhere.migrate()
    with elsewhere.write() as session:
        a_report(session, "50000001")
    copy_tables(elsewhere, database)
    with database.write() as session:
        a_report(session, "50000002")
    with database.read() as session:
        assert len(session.scalars(select(Report.id)).all()) == 2


def test_a_backup_has_no_other_secret_and_only_its_owner_may_read_it(backup: Path) -> None:
    with tarfile.open(backup) as archived:
        names = {name.split("/")[0] for name in archived.getnames()}
    assert names == {"watch.db", "watch.yaml", "originals", UNSUBSCRIBE_KEY}
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_replaces_no_file(database: Database, backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(ConfigurationError, match="exists already"):
        write_backup(
            backup,
            database=database,
            archive=Archive(tmp_path),
            config=tmp_path / "none.yaml",
            data_folder=tmp_path,
        )
    assert backup.read_bytes() == before


def test_a_restore_that_was_interrupted_can_be_repeated(
    elsewhere: Database, backup: Path, tmp_path: Path
) -> None:
    def restore(originals: Path) -> bool:
        return restore_backup(
            backup,
            database=elsewhere,
            archive=Archive(originals),
            config=tmp_path / "w.yaml",
            data_folder=tmp_path / "new",
        )

    (tmp_path / "no folder").write_text("")
    with pytest.raises(ArchiveTrouble):
        restore(tmp_path / "no folder")
    assert restore(tmp_path / "o")


def test_a_database_with_rows_is_not_restored_into(
    database: Database, backup: Path, tmp_path: Path
) -> None:
    before = content(database)
    with pytest.raises(ConfigurationError, match="not empty"):
        restore_backup(
            backup,
            database=database,
            archive=Archive(tmp_path / "o"),
            config=tmp_path / "w.yaml",
            data_folder=tmp_path,
        )
    assert content(database) == before


@pytest.mark.parametrize("data", [b"", b"not a backup", ORIGINAL])
def test_a_file_that_is_not_a_backup_is_refused(
    elsewhere: Database, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "other.tar.gz"
    file.write_bytes(data)
    with pytest.raises(ConfigurationError, match="is not a backup"):
        restore_backup(
            file,
            database=elsewhere,
            archive=Archive(tmp_path / "o"),
            config=tmp_path / "w.yaml",
            data_folder=tmp_path,
        )


def test_a_missing_backup_is_named(elsewhere: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Cannot read “.*b.tar.gz”: there is no such file"):
        restore_backup(
            tmp_path / "b.tar.gz",
            database=elsewhere,
            archive=Archive(tmp_path / "o"),
            config=tmp_path / "w.yaml",
            data_folder=tmp_path,
        )


def test_a_backup_without_the_key_says_so(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    file, archive = tmp_path / "old.tar.gz", Archive(tmp_path / "o")
    config = tmp_path / "none.yaml"
    write_backup(file, database=database, archive=archive, config=config, data_folder=tmp_path)
    folder = tmp_path / "elsewhere"
    restored = restore_backup(
        file, database=elsewhere, archive=archive, config=config, data_folder=folder
    )
    assert not restored
    assert not (folder / UNSUBSCRIBE_KEY).exists()
