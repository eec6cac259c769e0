"""One file with all that is stored: tables, original files, `watch.yaml`, the unsubscribe key.

The tables are copied into an SQLite database in one reading transaction, whatever the database is.
A backup is therefore consistent while Inspection Watch runs, and can be restored into SQLite or
PostgreSQL. Original files never change; those that the copied tables name are added. Passwords and
tokens are not part of a backup: they are in `.env` or the environment.

The key of the unsubscribe links is part of a backup. Without it, the links in all emails already
sent would no longer work, and a lost key cannot be recovered. The key can only be used to
unsubscribe addresses, and a backup has those addresses anyway.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp

from sqlalchemy import Connection, Table, func, insert, select, text

from reports.errors import ConfigurationError
from reports.safe_text import quoted
from storage.archive import Archive
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Base, Report
from storage.private_files import keep_private_text, make_private_folder
from storage.shared_archive import SharedArchive

TABLES = "watch.db"
ORIGINALS = "originals"
SETTINGS = "watch.yaml"
UNSUBSCRIBE_KEY = "unsubscribe.key"
"""The key of the links by which recipients unsubscribe: in a backup, and in the data folder."""
_ROWS = 500
_BYTES = 1 << 20


def write_backup(
    file: Path,
    *,
    database: Database,
    archive: Archive | SharedArchive,
    config: Path,
    data_folder: Path,
) -> int:
    """Write everything into `file` (a `.tar.gz`), whole or not at all.

    Returns the number of original files that are not in it, because they are missing or damaged.
    Raises ConfigurationError where the file exists or cannot be written.
    """
    if os.path.exists(file):  # unlike `Path.exists`, False for a name that is too long
        raise ConfigurationError(f"{file} exists already; choose another name")
    with TemporaryDirectory(prefix="inspection-watch-") as folder:
        tables = Path(folder) / TABLES
        copy = Database(f"sqlite:///{tables}")
        try:
            copy.migrate()
            copy_tables(database, copy)
            with copy.read() as session:
                originals = session.scalars(
                    select(Report.sha256).where(Report.sha256.is_not(None)).distinct()
                ).all()
        finally:
            copy.close()
        missing = 0
        partial: Path | None = None
        try:
            # A new name, so that a file left by a killed backup is not in the way. Only the owner
            # may read the file, because it contains recipients' addresses.
            number, name = mkstemp(dir=file.parent, prefix=f".{file.name}.")
            partial = Path(name)
            with (
                os.fdopen(number, "wb") as opened,
                # A backup needs the text of `watch.yaml`, even if that is a link to another file.
                tarfile.open(fileobj=opened, mode="w:gz", dereference=True) as archived,
            ):
                archived.add(tables, TABLES)
                for part, name in (
                    (config, SETTINGS),
                    (data_folder / UNSUBSCRIBE_KEY, UNSUBSCRIBE_KEY),
                ):
                    if part.is_file():
                        archived.add(part, name)
                for sha256 in filter(None, originals):
                    data = archive.get(sha256)
                    if data is None:
                        missing += 1
                        continue
                    entry = tarfile.TarInfo(f"{ORIGINALS}/{sha256}")
                    entry.size = len(data)
                    archived.addfile(entry, BytesIO(data))
            partial.replace(file)
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error
        finally:
            if partial is not None:
                partial.unlink(missing_ok=True)
        return missing


def restore_backup(
    file: Path,
    *,
    database_url: str,
    archive: Archive | SharedArchive,
    config: Path,
    data_folder: Path,
) -> bool:
    """Restore what `write_backup` wrote into an empty database, which may not exist yet.

    Returns whether the backup has the key of the unsubscribe links. That key replaces the one in
    the data folder, which no email has used yet. An existing `watch.yaml` stays. A restore that was
    interrupted can be repeated. Raises ConfigurationError, and restores nothing, where something is
    stored already, or where `file` is not a backup, is damaged or is from a newer version of the
    program.
    """
    with TemporaryDirectory(prefix="inspection-watch-") as folder, ExitStack() as stack:
        unpacked = Path(folder)
        _unpack(file, unpacked)
        copy = stack.enter_context(closing(Database(f"sqlite:///{unpacked / TABLES}")))
        # First, because nothing may be restored from tables that are damaged or too new.
        _migrate_copy(file, copy)
        database = stack.enter_context(closing(Database(database_url)))
        # Before anything is in it, so that others can never read the originals.
        make_private_folder(data_folder)
        database.migrate()
        with database.write() as session:
            _check_empty(session.connection())
        for path in _files(unpacked / ORIGINALS):
            archive.put(path.read_bytes())
        if (unpacked / SETTINGS).is_file() and not config.exists():
            config.parent.mkdir(parents=True, exist_ok=True)
            config.write_bytes((unpacked / SETTINGS).read_bytes())
        has_key = (unpacked / UNSUBSCRIBE_KEY).is_file()
        if has_key:
            key = (unpacked / UNSUBSCRIBE_KEY).read_text()
            (data_folder / UNSUBSCRIBE_KEY).unlink(missing_ok=True)
            keep_private_text(data_folder / UNSUBSCRIBE_KEY, key)
        # Last, and in one transaction: a restore that was interrupted can be repeated.
        copy_tables(copy, database)
        return has_key


def _unpack(file: Path, folder: Path) -> None:
    """Unpack a backup. Raises ConfigurationError where it is not one, or not a whole one."""
    try:
        with gzip.open(file) as stream:
            with tarfile.open(fileobj=stream, mode="r:") as archived:
                archived.extractall(folder, filter="data")
            # The checksum is at the end, after all that `tarfile` reads.
            while stream.read(_BYTES):
                pass
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"Cannot read {quoted(str(file))}: there is no such file"
        ) from error
    except (gzip.BadGzipFile, tarfile.TarError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{file} is not a backup, or is damaged") from error
    except OSError as error:
        raise ConfigurationError(
            f"Cannot read {quoted(str(file))}: {error.strerror or error}"
        ) from error
    if not (folder / TABLES).is_file():
        raise ConfigurationError(f"{file} is not a backup of Inspection Watch")


def _migrate_copy(file: Path, copy: Database) -> None:
    """Bring the tables of a backup up to this version of the program."""
    try:
        copy.migrate()
    except DatabaseTrouble as error:
        raise ConfigurationError(f"{file} is not a backup, or is damaged: {error}") from error


def copy_tables(source: Database, target: Database) -> None:
    """Copy all rows into an empty database. Raises ConfigurationError where it is not empty."""
    with source.read() as session, target.write() as writing:
        reading, into = session.connection(), writing.connection()
        _check_empty(into)
        for table in _tables():
            _copy(table, reading, into)
        _continue_numbers(reading, into)


def _check_empty(into: Connection) -> None:
    if any(into.scalar(select(func.count()).select_from(table)) for table in _tables()):
        raise ConfigurationError(
            "The database to restore into is not empty. Name an empty one in "
            "WATCH_DATABASE_URL or another folder in WATCH_DATA_DIR."
        )


def _tables() -> list[Table]:
    """Return all tables, the referenced ones first."""
    return list(Base.metadata.sorted_tables)


def _copy(table: Table, reading: Connection, into: Connection) -> None:
    result = reading.execution_options(yield_per=_ROWS).execute(
        select(table).order_by(*table.primary_key)
    )
    for rows in result.mappings().partitions(_ROWS):
        into.execute(insert(table), [dict(row) for row in rows])


def _continue_numbers(reading: Connection, into: Connection) -> None:
    """Let new rows continue the numbers of the source, including those of its deleted rows.

    Copying rows with ids does not do it.
    """
    for table in _tables():
        key = list(table.primary_key)
        if [column.name for column in key] != ["id"] or key[0].autoincrement is False:
            continue
        highest = into.scalar(select(func.max(key[0]))) or 0
        last = max(highest, _last_number(reading, table))
        if last and into.dialect.name == "postgresql":
            into.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": table.name, "last": last},
            )
        elif last and _is_numbered_once(table):
            numbers = {"name": table.name, "last": last}
            into.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), numbers)
            into.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), numbers)


def _last_number(connection: Connection, table: Table) -> int:
    """Return the last number that a table has given to a row; 0 where the database does not know.

    Without `sqlite_autoincrement`, SQLite itself uses the numbers of deleted rows again.
    """
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'id') AS regclass))"
        )
    elif _is_numbered_once(table):
        query = "SELECT seq FROM sqlite_sequence WHERE name = :name"
    else:
        return 0
    return connection.scalar(text(query), {"name": table.name}) or 0


def _is_numbered_once(table: Table) -> bool:
    """Return whether SQLite never uses a number of this table twice."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
