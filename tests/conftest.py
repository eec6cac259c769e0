"""Fixtures that the tests of several packages use."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import hypothesis
import pytest
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

import storage.database
from storage.database import MIGRATIONS, Database
from storage.models import Base
from tests.cost import (  # noqa: F401
    pytest_configure,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)

SHARED = Path(__file__).resolve().parents[2] / "shared"

LOCAL_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
"""A server that answers here without a password is used when nothing else is named."""

# A single example may take long on a busy machine, and that is not a failure.
hypothesis.settings.register_profile("any-load", deadline=None)
hypothesis.settings.load_profile("any-load")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the readings of tests/reports/golden anew instead of comparing them",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no worker is left with one at the end."""
    items.sort(key=lambda item: not any(item.iter_markers("prefect")))


def pytest_collection_finish() -> None:
    """Keep the thousands of collected tests out of every later search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def update_golden(pytestconfig: pytest.Config) -> bool:
    """Whether golden examples are to be written anew."""
    return bool(pytestconfig.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no WATCH_ setting, no .env file and no data of the machine they run on."""
    for name in list(os.environ):
        if name.startswith("WATCH_") and not name.startswith("WATCH_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WATCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WATCH_CONFIG", str(tmp_path / "watch.yaml"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and references; tests that need it skip where it is absent."""
    if not (SHARED / "corpus" / "gold.jsonl").exists():
        pytest.skip("the real reports (../shared/corpus) are not next to this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> Iterator[None]:
    """Let all engines for one kind of database share what SQLAlchemy has compiled.

    Each test opens an engine of its own, and to compile all statements anew for each took a sixth
    of the time of all tests. A server that does not answer is not shared.
    """
    own = storage.database._engine
    shared: dict[str, Engine | None] = {"sqlite": _connected("sqlite://")}

    def engine(url: URL) -> Engine:
        made = own(url)
        name = url.get_backend_name()
        if name not in shared:
            shared[name] = _connected(_postgres_server())
        if model := shared[name]:
            made.dialect, made._compiled_cache = model.dialect, model._compiled_cache
        return made

    with patch.object(storage.database, "_engine", engine):
        yield
    for model in shared.values():
        if model:
            model.dispose()


def _connected(url: str) -> Engine | None:
    """An engine that knows its server; None where no server answers."""
    found = create_engine(url)
    try:
        with found.connect():
            return found
    except OperationalError:
        return None


def _postgres_server() -> str:
    return os.environ.get("WATCH_TEST_POSTGRES_URL", LOCAL_POSTGRES)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server to test against; tests that need it skip where none answers."""
    url = _postgres_server()
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return url
    except OperationalError:
        pytest.skip("no PostgreSQL server answers (set WATCH_TEST_POSTGRES_URL)")
    finally:
        engine.dispose()


@pytest.fixture
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """The URL of an empty schema of its own on the PostgreSQL server."""
    with schema_on(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, for copies: migrating costs twenty times more."""
    path = tmp_path_factory.mktemp("migrated") / "watch.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_schema(postgres_url: str) -> Iterator[str]:
    """The URL of a schema with all tables, which the tests of this process use in turn."""
    with schema_on(postgres_url) as url:
        database = Database(url)
        database.migrate()
        database.close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        database = Database(f"sqlite:///{path}")
    else:
        database = Database(request.getfixturevalue("migrated_schema"))
        empty(database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def schema_on(postgres_url: str) -> Iterator[str]:
    """Make an empty schema on a PostgreSQL server, and give its URL."""
    name = f"watch_{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        yield f"{postgres_url}?options=-csearch_path%3D{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


def empty(database: Database) -> None:
    """Delete all rows of a PostgreSQL schema; ids begin with 1 again."""
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    statements = [f"DELETE FROM {name}" for name in tables]  # noqa: S608
    newest = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    statements.append(f"UPDATE alembic_version SET version_num = '{newest}'")  # noqa: S608
    statements.append(
        "SELECT setval(quote_ident(sequencename)::regclass, 1, false)"
        " FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
    )
    with database.engine.begin() as connection:
        # A test that was killed may hold a lock for as long as the server has not noticed.
        connection.exec_driver_sql("; ".join(["SET LOCAL lock_timeout = '20s'", *statements]))
