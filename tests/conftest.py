"""Fixtures that several rooms use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from storage.database import Database

SHARED = Path(__file__).resolve().parents[2] / "shared"
# A server that answers here without a password is used when nothing else is named.
LOCAL_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"


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
        pytest.skip("the real reports (../shared/corpus) are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server to test against; tests that need it skip where none answers."""
    url = os.environ.get("WATCH_TEST_POSTGRES_URL", LOCAL_POSTGRES)
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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database: once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
    else:
        url = request.getfixturevalue("postgres_schema")
    database = Database(url)
    database.migrate()
    try:
        yield database
    finally:
        database.close()
