"""Opening the database: SQLite on one machine, PostgreSQL by URL.

SQLite is set to survive crashes (WAL, synchronous=FULL) and to enforce foreign keys. On both, a
writing session takes one lock for all writers when it begins: two processes queue up, instead of
storing the same thing at once and failing half-way through. Our transactions are short. On
PostgreSQL, a transaction about the reports of one council locks only that council, so that several
workers can store reports at the same time; SQLite has one writer anyway.

No wait is endless. A process that waits too long for another writer fails with a clear message,
and PostgreSQL ends a transaction whose program or host has stopped in the middle of it.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session

from reports.errors import ConfigurationError
from storage.errors import DatabaseTrouble
from storage.issue_counts import write_issue_counts
from storage.private_files import make_private_file

WAIT_MS = 15_000
"""How long to wait for another writer, in milliseconds. Our own transactions take far less."""

IDLE_WRITER_MS = 60_000
IDLE_READER_MS = 3_600_000
"""How long PostgreSQL lets a transaction do nothing, in milliseconds. A writer holds up all others;
a reader holds up nobody, and may draw a whole website meanwhile."""

_KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""A host that does not answer is abandoned after a minute, by us and by the server."""

_SERVER_KEEPALIVE = (
    "SET LOCAL tcp_keepalives_idle = 30; SET LOCAL tcp_keepalives_interval = 10; "
    "SET LOCAL tcp_keepalives_count = 3; SET LOCAL tcp_user_timeout = 60000"
)

_LOCKED, _IDLE = "55P03", "25P03"
"""PostgreSQL's error codes for waiting too long for a lock, and for a transaction idle too long."""

_ALL, _COUNCIL = "all", "council"
"""What a session may write, as an execution option: all tables, or the reports of one council."""

_OURS = "hashtext('inspection-watch ' || current_schema())"
"""A lock number of this schema: another schema of the same server may hold another installation."""

_LOCK_COUNCIL = text(f"SELECT pg_advisory_xact_lock({_OURS}, :council)")

_PAUSE = 0.01
"""The longest pause between two tries to begin writing to SQLite, in seconds."""

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATING = Lock()

_WHICH_ADDRESSES = (
    "WATCH_DATABASE_URL is not a database address this program understands; "
    "use for example sqlite:////var/lib/watch/watch.db or postgresql://user@host/name, and write "
    "%40 for @, %3A for : and %2F for / in a user name or password"
)

_IN_MEMORY = (
    "WATCH_DATABASE_URL names a database in memory, which would be lost when the command ends; "
    "name a file, for example sqlite:////var/lib/watch/watch.db"
)

DISK_ADVICE = "Check that its disk has room, and that this user may write to its folder."

_OF_THE_DISK = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
)
"""SQLite's own words for these do not say what to do."""

BUSY = (
    "The database is busy: another process has been writing to it for more than {seconds:g} "
    "seconds. What was stored before is kept. Try again; if this goes on, find that process and "
    "end it."
)
STOPPED = (
    "The database ended this transaction, because nothing was done in it for too long. "
    "Nothing of it was stored. Try again."
)


class Database:
    """One database: `read()` and `write()` give sessions, `migrate()` brings it up to date."""

    def __init__(self, url: str) -> None:
        """Open `url` (a SQLAlchemy URL). Raises ConfigurationError where it cannot be used.

        All methods and sessions raise DatabaseTrouble where the database itself fails.
        """
        self.url = checked_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _make_file(Path(str(self.url.database)))
        self.engine: Engine = _engine(self.url)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "begin", _begin_postgresql)
            event.listen(self.engine, "after_cursor_execute", _time_idleness_again)
        # A session reads the state of one moment, whatever others store meanwhile. SQLite does so
        # by itself. PostgreSQL without this option shows each query what is stored by then.
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**one_moment)
        self._writing = self.engine.execution_options(writes=_ALL)
        self._writing_council = self.engine.execution_options(writes=_COUNCIL)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads, from the state of one moment. Nothing is committed."""
        with _in_words(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *, council: int | None = None) -> Iterator[Session]:
        """Open a session in one transaction: committed at the end, rolled back on any error.

        `council` is the id of the only authority whose reports and events the session reads or
        writes, if there is only one. Others may then be written at the same time.
        """
        engine = self._writing if council is None else self._writing_council
        with (
            _in_words(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            if council is not None and not self.is_sqlite:
                session.execute(_LOCK_COUNCIL, {"council": council})
            yield session
            write_issue_counts(session)

    def is_current(self) -> bool:
        """Return whether the tables are those of this version of the program. Changes nothing."""
        with _in_words(), self.engine.connect() as connection:
            return _revision(connection) == max(_revisions())

    def migrate(self) -> None:
        """Create the tables, or bring them up to this version of the program.

        Raises ConfigurationError for tables that a newer version of the program has made.
        """
        known = _revisions()
        if self.is_current():
            return  # without the writers' lock: commands that only read need not wait for it
        with _in_words(), self._writing.connect() as connection:
            found = _revision(connection)
            if found == max(known):
                return
            if found is not None and found not in known:
                raise ConfigurationError(_unknown_version(found, newest=max(known)))
            connection.commit()
            # Imported here: it takes as long as all other imports together, and is rarely needed.
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            # Alembic keeps the migration under way in variables of its module.
            with _MIGRATING:
                command.upgrade(config, "head")
                connection.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def may_exist(url: str) -> bool:
    """Return whether a URL may lead to a database: to any server, or to an SQLite file that exists.

    Raises ConfigurationError where the URL cannot be used.
    """
    parsed = checked_url(url)
    if parsed.get_backend_name() != "sqlite":
        return True
    return Path(str(parsed.database)).is_file()


def checked_url(url: str) -> URL:
    """Return the URL of a database, parsed. Raises ConfigurationError where it cannot be used.

    The error has no cause: the parser's own message quotes part of a password with "@" and ":".
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        is_known = _is_known(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        is_known = False
    if not is_known:
        raise ConfigurationError(_WHICH_ADDRESSES)
    if parsed.get_backend_name() == "sqlite" and _is_in_memory(parsed):
        raise ConfigurationError(_IN_MEMORY)
    return parsed


def _is_in_memory(url: URL) -> bool:
    """Return whether the address of an SQLite database names no file."""
    unnamed = (None, "", ":memory:", "file::memory:")
    return url.database in unnamed or url.query.get("mode") == "memory"


def _is_known(url: URL) -> bool:
    dialect = url.get_dialect()
    if dialect.is_async:
        return False
    if url.get_backend_name() == "sqlite":
        dialect().create_connect_args(url)  # raises ArgumentError where it names a host
        return "\0" not in (url.database or "")
    # An "@" there is from a password that was parsed wrongly: errors about the host would show it.
    return url.get_backend_name() == "postgresql" and "@" not in f"{url.host}{url.database}"


def _make_file(file: Path) -> None:
    """Make the file for the database, if there is none. Only its owner can read it.

    SQLite gives its companions (-wal, -shm) the same mode. Raises ConfigurationError where the file
    cannot be made.
    """
    if str(file).startswith("file:"):
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        make_private_file(file)
    except OSError as error:
        raise ConfigurationError(
            f"the file {file} for the database cannot be made: {error.strerror}"
        ) from error


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() != "postgresql":
            return create_engine(url)
        # What the address itself says takes precedence.
        wanted = {key: value for key, value in _KEEPALIVE.items() if key not in url.query}
        return create_engine(url, connect_args=wanted)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"WATCH_DATABASE_URL needs the Python package {error.name}, which is not installed"
        ) from error


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn failures of the database itself into DatabaseTrouble. Errors in our statements pass."""
    try:
        yield
    except DatabaseError as error:
        # A damaged SQLite file has no class of its own.
        is_trouble = isinstance(error, OperationalError) or type(error) is DatabaseError
        # Without a statement, it was the connection that failed: its address has a wrong option.
        is_trouble = is_trouble or error.statement is None
        if is_trouble or error.connection_invalidated or _code(error) == _IDLE:
            raise DatabaseTrouble(_said(error)) from error
        raise
    except InterfaceError as error:
        raise DatabaseTrouble(_said(error)) from error


def _said(error: DatabaseError | InterfaceError) -> str:
    """Return what the database said, without the statement: that may hold personal data."""
    first = (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
    if _code(error) == _LOCKED or "database is locked" in first:
        return BUSY.format(seconds=WAIT_MS / 1000)
    if _code(error) == _IDLE:
        return STOPPED
    sentence = f"The database cannot be used: {first}"
    # The lowest byte of SQLite's extended codes is the code that they belong to.
    is_disk = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in _OF_THE_DISK
    return f"{sentence}. {DISK_ADVICE}" if is_disk else sentence


def _code(error: DatabaseError | InterfaceError) -> str | None:
    """Return PostgreSQL's code for an error; None for errors of SQLite."""
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _unknown_version(found: str, *, newest: str) -> str:
    """Return the error message for tables whose version this program does not know."""
    if not re.fullmatch(r"\d{4}", found):
        return (
            f"the database has the tables of another program (version {found}), such as Prefect: "
            "name a separate database in WATCH_DATABASE_URL"
        )
    return (
        f"the tables of the database have version {found}, but this program only knows "
        f"versions up to {newest}: update the program"
    )


def _revisions() -> set[str]:
    """Return the numbers of all migrations, with which the names of their files begin."""
    return {path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # _begin_sqlite begins transactions. The driver itself would begin them too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={WAIT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction. To write, wait for other writers, and try at irregular intervals.

    SQLite's own waiting ends up trying every 100 ms. Where others write back to back, the database
    is free for less than 1 ms at a time, and a waiting process may miss every gap for 15 s.
    """
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None, "it has just been opened"
    cursor = driver.cursor()
    end = time.monotonic() + WAIT_MS / 1000
    try:
        cursor.execute("PRAGMA busy_timeout=0")
        with suppress(sqlite3.Error):
            while not _begins(cursor) and time.monotonic() < end:
                time.sleep(random.uniform(0, _PAUSE))
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises the error as SQLAlchemy's own
    finally:
        cursor.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        cursor.close()


def _begins(cursor: Any) -> bool:
    """Try to begin writing. Returns False where another process is writing."""
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _time_idleness_again(
    connection: Connection, _cursor: Any, _sql: str, _values: Any, _context: Any, many_rows: bool
) -> None:
    """Make PostgreSQL limit the idle time of a transaction again, after many rows were written.

    psycopg writes the rows in one go that ends with a Flush message. PostgreSQL then stops timing
    and begins again only after another statement. Without one, a writer that hangs here would never
    be ended. While the rows are written, only the server's keepalive notices that a host is gone.
    """
    if many_rows:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("SELECT 1")


def _begin_postgresql(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    idle = IDLE_WRITER_MS if writes else IDLE_READER_MS
    # Within the transaction, because a connection pooler may lend the session to others after it.
    begin = [
        f"SET LOCAL lock_timeout = {WAIT_MS}",
        f"SET LOCAL idle_in_transaction_session_timeout = {idle}",
        _SERVER_KEEPALIVE,
    ]
    if writes == _ALL:
        begin.append(f"SELECT pg_advisory_xact_lock({_OURS})")
    elif writes == _COUNCIL:
        # Shared: it waits only for sessions that may write all tables.
        begin.append(f"SELECT pg_advisory_xact_lock_shared({_OURS})")
    connection.exec_driver_sql("; ".join(begin))
