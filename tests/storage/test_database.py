"""Opening, migrating and crashing."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
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


@pytest.mark.parametrize("url", ["", "nonsense", "oracle+nosuch://x"])
def test_an_address_that_makes_no_sense_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="WATCH_DATABASE_URL"):
        Database(url)


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
