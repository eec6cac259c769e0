"""Opening, migrating and crashing."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from reports.errors import ConfigurationError
from storage.database import Database
from storage.errors import DatabaseTrouble
from storage.models import Base, Poll, PollKind


def test_migrations_build_exactly_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
    database.migrate()
    with database.read() as session:
        assert len(session.scalars(select(Poll)).all()) == 1


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail_in_the_middle() -> None:
        with database.write() as session:
            session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
            session.flush()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_in_the_middle()
    with database.read() as session:
        assert session.scalars(select(Poll)).all() == []


def test_a_database_that_refuses_to_begin_writing_is_one_sentence(tmp_path: Path) -> None:
    """As one does whose folder is not writable; to root, every folder is."""
    database = Database(f"sqlite:///{tmp_path / 'watch.db'}")
    database.migrate()

    def refuse(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_authorizer(
            lambda action, *_: (
                sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_OK
            )
        )

    database.engine.dispose()
    event.listen(database.engine, "connect", refuse)
    with (
        pytest.raises(DatabaseTrouble, match="The database cannot be used: not authorized"),
        database.write() as session,
    ):
        session.connection()
    database.close()


def test_a_full_disk_is_one_sentence_that_says_what_to_check(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'watch.db'}")
    database.migrate()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with (
            pytest.raises(DatabaseTrouble, match="Check that its disk has room"),
            database.write() as session,
        ):
            session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        database.close()


def test_foreign_keys_are_kept(database: Database) -> None:
    insert = text("INSERT INTO delivery_event (delivery_id, event_id) VALUES (1, 1)")
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert)


def test_instants_come_back_in_utc(database: Database) -> None:
    summer = timezone(timedelta(hours=1))
    with database.write() as session:
        session.add(
            Poll(
                kind=PollKind.FULL,
                started_at=datetime(2026, 6, 30, 13, 0, tzinfo=summer),
                notes=[],
            )
        )
    with database.read() as session:
        started = session.scalars(select(Poll.started_at)).one()
    assert started == datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
    assert started.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 6, 30, 13, 0)
    with pytest.raises(StatementError, match="without time zone"), database.write() as session:
        session.add(Poll(kind=PollKind.FULL, started_at=naive, notes=[]))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "oracle+nosuch://x",
        "postgresql://watch@host:port/name",
        "sqlite://host/watch.db",
        "sqlite+aiosqlite:///watch.db",
        "sqlite:///half\0",
    ],
)
def test_an_address_that_makes_no_sense_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="WATCH_DATABASE_URL"):
        Database(url)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?uri=true",
        "sqlite:///file:watch?mode=memory&uri=true",
    ],
)
def test_a_database_in_memory_is_refused_because_it_would_be_lost(url: str) -> None:
    with pytest.raises(ConfigurationError, match="lost when the command ends; name a file"):
        Database(url)


@pytest.mark.parametrize("option", ["schema=public", "connect_timeout=abc"])
def test_an_address_with_an_option_that_postgresql_does_not_know_is_one_sentence(
    option: str,
) -> None:
    database = Database(f"postgresql://watch:canary@127.0.0.1:1/name?{option}")
    with (
        pytest.raises(DatabaseTrouble, match=option.partition("=")[0]) as caught,
        database.read() as session,
    ):
        session.connection()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("password", ["se@can:ary", "se@canary", "se@can/ary", "@canary:1"])
def test_no_part_of_a_password_that_is_not_escaped_is_in_the_error(password: str) -> None:
    with pytest.raises(ConfigurationError, match="%40") as caught:
        Database(f"postgresql://watch:{password}@host/name")
    assert "can" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None), "a log shows them"


WRITER = """
import sys
from datetime import UTC, datetime
from storage.database import Database
from storage.models import Poll, PollKind
database = Database(sys.argv[1])
while True:
    with database.write() as session:
        session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
        session.add(Poll(kind=PollKind.QUICK, started_at=datetime.now(UTC), notes=[]))
    print("committed", flush=True)
"""


@pytest.mark.faults
def test_a_killed_writer_leaves_whole_transactions(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    Database(url).migrate()
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(20):
        assert process.stdout.readline() == "committed\n"
    process.kill()
    process.wait()
    process.stdout.close()
    with Database(url).read() as session:
        kinds = list(session.scalars(select(Poll.kind)))
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert kinds.count(PollKind.FULL) == kinds.count(PollKind.QUICK) >= 20


def test_writers_queue_up(database: Database) -> None:
    """Two that find the same thing missing at the same moment must not both store it."""
    stored: list[int] = []

    def store_once() -> None:
        with database.write() as session:
            if not session.scalars(select(Poll)).all():
                session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
                stored.append(1)

    writers = [threading.Thread(target=store_once) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(stored) == 1


@pytest.mark.postgres
def test_two_processes_may_create_the_tables(postgres_schema: str) -> None:
    databases = [Database(postgres_schema) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: one.migrate(), databases))
    for one in databases:
        one.close()


def test_tables_of_a_newer_version_are_left_alone(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="9999.*update the program"):
        database.migrate()


def test_tables_of_another_program_are_left_alone(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '91e2b8f3d6a4'"))
    with pytest.raises(ConfigurationError, match="another program.*WATCH_DATABASE_URL"):
        database.migrate()


def test_a_damaged_file_is_trouble_in_words(tmp_path: Path) -> None:
    (tmp_path / "watch.db").write_bytes(b"not a database " * 1000)
    database = Database(f"sqlite:///{tmp_path / 'watch.db'}")
    with pytest.raises(DatabaseTrouble, match="file is not a database"):
        database.migrate()


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_trouble_in_words() -> None:
    with pytest.raises(DatabaseTrouble) as caught:
        Database("postgresql://watch:canary@127.0.0.1:1/watch").migrate()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("url", ["banana", "mysql://user@host/name", "oracle://host/name"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="WATCH_DATABASE_URL"):
        Database(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="file"):
        Database(f"sqlite:///{tmp_path / 'file' / 'watch.db'}")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long, so that the tests need not either."""
    monkeypatch.setattr("storage.database.WAIT_MS", 100)


@pytest.fixture
def two(database: Database, impatient: None) -> Iterator[tuple[Database, Database]]:
    """The same database as two processes have it open."""
    other = Database(database.url.render_as_string(hide_password=False))
    yield database, other
    other.close()


def test_who_waits_too_long_for_another_writer_fails_in_words(
    two: tuple[Database, Database],
) -> None:
    stuck, other = two
    with stuck.write() as session:
        session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
        session.flush()
        started = time.monotonic()
        with (
            pytest.raises(DatabaseTrouble, match="busy: another process") as caught,
            other.write() as late,
        ):
            late.scalars(select(Poll)).all()
        # The same command may have stored something in an earlier transaction.
        assert "What was stored before is kept." in str(caught.value)
        assert time.monotonic() - started < 10


def write_a_poll(database: Database, *, council: int | None = None) -> None:
    """Write as another process would."""
    with database.write(council=council) as session:
        session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))


def test_writers_about_one_council_take_turns(two: tuple[Database, Database]) -> None:
    first, second = two
    with first.write(council=1) as session:
        session.connection()
        with pytest.raises(DatabaseTrouble, match="busy"):
            write_a_poll(second, council=1)


def test_who_writes_about_all_waits_for_who_writes_about_one(
    two: tuple[Database, Database],
) -> None:
    first, second = two
    for writes, waits in ((1, None), (None, 1)):
        with first.write(council=writes) as session:
            session.connection()
            with pytest.raises(DatabaseTrouble, match="busy"):
                write_a_poll(second, council=waits)


@pytest.mark.postgres
def test_writers_about_two_councils_do_not_wait_for_each_other(
    postgres_schema: str, impatient: None
) -> None:
    first, second = Database(postgres_schema), Database(postgres_schema)
    first.migrate()
    with first.write(council=1):
        write_a_poll(second, council=2)
    for database in (first, second):
        database.close()


def test_four_writers_back_to_back_all_get_their_turn(tmp_path: Path) -> None:
    """SQLite has one writer at a time, and lets others wait without a queue."""
    url = f"sqlite:///{tmp_path / 'watch.db'}"
    Database(url).migrate()

    def write_often(database: Database) -> None:
        for _ in range(60):
            write_a_poll(database)
        database.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(write_often, [Database(url) for _ in range(4)]))
    with Database(url).read() as session:
        assert len(session.scalars(select(Poll.id)).all()) == 240


def test_what_a_session_reads_is_of_one_moment(two: tuple[Database, Database]) -> None:
    looking, other = two
    with looking.read() as session:
        assert session.scalars(select(Poll)).all() == []
        write_a_poll(other)
        assert session.scalars(select(Poll)).all() == []


def test_who_only_looks_does_not_wait_for_a_stuck_writer(two: tuple[Database, Database]) -> None:
    stuck, other = two
    with stuck.write() as session:
        session.add(Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]))
        session.flush()
        other.migrate()
        with other.read() as looking:
            assert looking.scalars(select(Poll)).all() == []


@pytest.mark.postgres
@pytest.mark.parametrize("many_rows", [False, True])
def test_a_writer_that_stops_in_the_middle_does_not_hold_up_the_others(
    many_rows: bool, postgres_schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its host dies or its process hangs: the server ends the transaction."""
    first = Database(postgres_schema)
    first.migrate()  # with the usual limits: a busy machine may pause in the middle of it
    first.close()
    monkeypatch.setattr("storage.database.WAIT_MS", 10_000)
    monkeypatch.setattr("storage.database.IDLE_WRITER_MS", 1_000)
    database = Database(postgres_schema)

    def stop_in_the_middle() -> None:
        with database.write() as session:
            rows = [
                Poll(kind=PollKind.FULL, started_at=datetime.now(UTC), notes=[]) for _ in range(2)
            ]
            session.add_all(rows)
            session.flush()
            if many_rows:
                session.execute(update(Poll), [{"id": row.id, "notes": ["-"]} for row in rows])
            with database.write() as another:  # waits until the server has ended the first
                assert another.scalars(select(Poll)).all() == []
            session.scalars(select(Poll)).all()

    with pytest.raises(DatabaseTrouble, match="nothing was done in it|cannot be used"):
        stop_in_the_middle()
    database.close()


@pytest.mark.postgres
def test_connections_notice_a_host_that_is_gone(postgres_schema: str) -> None:
    database = Database(postgres_schema)
    with database.write() as session:
        for setting in (
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "tcp_user_timeout",
        ):
            assert session.scalar(text(f"SHOW {setting}")) not in ("0", None)
        connection = session.connection().connection.driver_connection
        assert connection is not None
        parameters = connection.info.get_parameters()
    assert {"keepalives_idle", "tcp_user_timeout", "connect_timeout"} <= parameters.keys()
    database.close()


@pytest.mark.postgres
def test_the_address_decides_how_long_to_wait_for_the_server(postgres_schema: str) -> None:
    joint = "&" if "?" in postgres_schema else "?"
    database = Database(f"{postgres_schema}{joint}connect_timeout=7")
    with database.read() as session:
        connection = session.connection().connection.driver_connection
        assert connection is not None
        assert connection.info.get_parameters()["connect_timeout"] == "7"
    database.close()
