"""Backup and restore: everything comes back, on either database, and nothing is overwritten."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from reports.errors import ConfigurationError
from storage.archive import Archive
from storage.backup import UNSUBSCRIBE_KEY, copy_tables, restore_backup, write_backup
from storage.database import Database
from storage.errors import ArchiveTrouble
from storage.models import Base, Report, Subscriber
from storage.subscribers import put_subscriber, remove_subscriber
from tests.command import run_command
from tests.storage.readings import NOW, a_report

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


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def restore(file: Path, database: Database, folder: Path, *, data_folder: Path) -> bool:
    """Restore a backup; its originals and settings go into `folder`."""
    return restore_backup(
        file,
        database_url=address(database),
        archive=Archive(folder / "o"),
        config=folder / "w.yaml",
        data_folder=data_folder,
    )


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
        backup,
        database_url=address(elsewhere),
        archive=archive,
        config=config,
        data_folder=data,
    )
    assert restored
    assert (data / UNSUBSCRIBE_KEY).read_text() == "5ec7e7"
    assert (data / UNSUBSCRIBE_KEY).stat().st_mode & 0o777 == 0o600
    assert content(elsewhere) == content(database)
    assert archive.get(sha256(ORIGINAL).hexdigest()) == ORIGINAL
    assert config.read_text(encoding="utf-8") == "subscriptions: []\n"


def test_settings_behind_a_link_come_back_as_a_file(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    (tmp_path / "of-the-machine.yaml").write_text("subscriptions: []\n", encoding="utf-8")
    config = tmp_path / "watch.yaml"
    config.symlink_to(tmp_path / "of-the-machine.yaml")
    file = tmp_path / "backup.tar.gz"
    archive = Archive(tmp_path / "originals")
    write_backup(file, database=database, archive=archive, config=config, data_folder=tmp_path)
    restore(file, elsewhere, tmp_path / "restored", data_folder=tmp_path / "elsewhere")
    assert (tmp_path / "restored" / "w.yaml").read_text(encoding="utf-8") == "subscriptions: []\n"


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


def test_no_number_of_a_deleted_subscriber_is_used_again(
    database: Database, elsewhere: Database
) -> None:
    """The number is in the name of the subscription, which other tables have too."""

    def subscribe(session: Session, address: str) -> Subscriber:
        return put_subscriber(session, address=address, channel="team", choice={}, now=NOW)

    with database.write() as session:
        subscribe(session, "first@example.org")
        last = subscribe(session, "last@example.org")
        number = last.id
        remove_subscriber(session, last, name=f"Subscriber {number}")
    elsewhere.migrate()
    copy_tables(database, elsewhere)
    with elsewhere.write() as session:
        assert subscribe(session, "next@example.org").id == number + 1


def test_a_backup_has_no_other_secret_and_only_its_owner_may_read_it(backup: Path) -> None:
    with tarfile.open(backup) as archived:
        names = {name.split("/")[0] for name in archived.getnames()}
    assert names == {"watch.db", "watch.yaml", "originals", UNSUBSCRIBE_KEY}
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_cannot_have_a_name_that_no_file_can_have(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written: File name too long"):
        write_backup(
            tmp_path / ("x" * 300),
            database=database,
            archive=Archive(tmp_path / "o"),
            config=tmp_path / "watch.yaml",
            data_folder=tmp_path,
        )


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
            database_url=address(elsewhere),
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
        restore(backup, database, tmp_path, data_folder=tmp_path)
    assert content(database) == before


@pytest.mark.parametrize("data", [b"", b"not a backup", ORIGINAL])
def test_a_file_that_is_not_a_backup_is_refused(
    elsewhere: Database, tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "other.tar.gz"
    file.write_bytes(data)
    with pytest.raises(ConfigurationError, match="is not a backup"):
        restore(file, elsewhere, tmp_path, data_folder=tmp_path)


def _changed(backup: Path, changed: Path, name: str, data: bytes) -> Path:
    """Write a copy of a backup in which one file has other content."""
    with tarfile.open(backup) as old, tarfile.open(changed, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            kept = data if entry.name == name else content.read()
            entry.size = len(kept)
            new.addfile(entry, io.BytesIO(kept))
    return changed


def _of_newer_version(folder: Path) -> bytes:
    newer = Database(f"sqlite:///{folder / 'newer.db'}")
    newer.migrate()
    with newer.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer.close()
    return (folder / "newer.db").read_bytes()


@pytest.mark.parametrize("is_newer", [False, True])
def test_nothing_is_restored_from_tables_that_are_damaged_or_too_new(
    elsewhere: Database, backup: Path, tmp_path: Path, is_newer: bool
) -> None:
    tables = _of_newer_version(tmp_path) if is_newer else b"damaged" * 1000
    file = _changed(backup, tmp_path / "other.tar.gz", "watch.db", tables)
    data = tmp_path / "elsewhere"
    (data / UNSUBSCRIBE_KEY).write_text("in use")
    with pytest.raises(ConfigurationError, match="9999" if is_newer else "is damaged"):
        restore(file, elsewhere, tmp_path, data_folder=data)
    assert (data / UNSUBSCRIBE_KEY).read_text() == "in use"
    assert not (tmp_path / "o").exists()
    assert not (tmp_path / "w.yaml").exists()


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9, 0.99])
def test_a_backup_with_changed_bytes_is_refused(
    elsewhere: Database, backup: Path, tmp_path: Path, place: float
) -> None:
    """The checksum at its end tells, even where it can still be unpacked."""
    data = bytearray(backup.read_bytes())
    at = int(len(data) * place)
    data[at : at + 8] = bytes(byte ^ 0x55 for byte in data[at : at + 8])
    file = tmp_path / "changed.tar.gz"
    file.write_bytes(data)
    with pytest.raises(ConfigurationError, match="is not a backup, or is damaged"):
        restore(file, elsewhere, tmp_path, data_folder=tmp_path / "elsewhere")


def test_a_backup_counts_the_originals_that_it_lacks(database: Database, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "originals")
    with database.write() as session:
        a_report(session, "50000001").sha256 = archive.put(ORIGINAL)
        a_report(session, "50000002").sha256 = "a" * 64
    lacking = write_backup(
        tmp_path / "b.tar.gz",
        database=database,
        archive=archive,
        config=tmp_path / "none.yaml",
        data_folder=tmp_path,
    )
    assert lacking == 1


def test_a_backup_that_fails_leaves_no_file_behind(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, folder = Archive(tmp_path / "originals"), tmp_path / "backups"
    folder.mkdir()
    with database.write() as session:
        a_report(session, "50000001").sha256 = archive.put(ORIGINAL)

    def fail(self: Archive, sha256: str) -> bytes:
        raise ArchiveTrouble("The store of original files cannot be used")

    monkeypatch.setattr(Archive, "get", fail)
    with pytest.raises(ArchiveTrouble):
        write_backup(
            folder / "b.tar.gz",
            database=database,
            archive=archive,
            config=tmp_path / "none.yaml",
            data_folder=tmp_path,
        )
    assert list(folder.iterdir()) == []


def test_a_missing_backup_is_named(elsewhere: Database, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Cannot read “.*b.tar.gz”: there is no such file"):
        restore(tmp_path / "b.tar.gz", elsewhere, tmp_path, data_folder=tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"not a backup"])
def test_a_restore_of_what_is_not_a_backup_leaves_nothing(
    tmp_path: Path, content: bytes | None
) -> None:
    file, home = tmp_path / "b.tar.gz", tmp_path / "home"
    if content is not None:
        file.write_bytes(content)
    env = {"PATH": os.environ["PATH"]}
    done = run_command("--home", str(home), "restore", str(file), env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(file) in done.stderr
    assert not home.exists()


def test_a_backup_without_the_key_says_so(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    file, archive = tmp_path / "old.tar.gz", Archive(tmp_path / "o")
    config = tmp_path / "none.yaml"
    write_backup(file, database=database, archive=archive, config=config, data_folder=tmp_path)
    folder = tmp_path / "elsewhere"
    restored = restore_backup(
        file,
        database_url=address(elsewhere),
        archive=archive,
        config=config,
        data_folder=folder,
    )
    assert not restored
    assert not (folder / UNSUBSCRIBE_KEY).exists()
    # The database has made the folder before.
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_restore_says_that_env_has_settings_to_add_again(
    database: Database, tmp_path: Path
) -> None:
    file, archive = tmp_path / "b.tar.gz", Archive(tmp_path / "o")
    config = tmp_path / "none.yaml"
    write_backup(file, database=database, archive=archive, config=config, data_folder=tmp_path)
    env = {"PATH": os.environ["PATH"]}
    done = run_command("--home", str(tmp_path / "home"), "restore", str(file), env=env)
    assert "Add .env again: its settings and secrets are not part of a backup." in done.stdout
