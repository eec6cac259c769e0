"""How much work the database has: counted, because time depends on what else the machine does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from demo.sample import REGISTER_FILE, sample_site
from flows.pipeline.poll import poll
from storage.database import Database
from tests.benchmarks.history import multiply, store_one
from tests.flows.world import open_world
from tests.storage.readings import REGISTER, a_reading, a_report, stored
from tests.website.built import PATHWAYS, SUPERVISION, tagged

STEP = 50
"""Instructions of SQLite's virtual machine that count as one."""
MANY_TIMES = 10


@dataclass
class Work:
    """Queries, and the steps that SQLite took to answer them."""

    queries: int = 0
    steps: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Work]:
    """Count what is asked of a SQLite database meanwhile."""
    work = Work()

    def step() -> int:
        work.steps += 1
        return 0

    def begins(connection: Any, cursor: Any, *_rest: object) -> None:
        work.queries += 1
        cursor.connection.set_progress_handler(step, STEP)

    event.listen(engine, "before_cursor_execute", begins)
    try:
        yield work
    finally:
        event.remove(engine, "before_cursor_execute", begins)


def test_storing_a_report_is_as_much_work_with_a_long_history(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'watch.db'}")
    database.migrate()
    keys = [one.key for one in REGISTER.authorities if one.valid_to is None][:20]
    with database.write() as session:
        for turn in range(2):
            for number, key in enumerate(keys):
                start = date(2015, 1, 12) + timedelta(days=900 * turn)
                reading = tagged(a_reading(start=start), [SUPERVISION, PATHWAYS])
                stored(session, f"{turn}-{number}", reading, authority=key, silent=True)
        new = [a_report(session, f"new-{key}", authority=key) for key in keys[:3]]
        ids = [(report.id, report.authority_id) for report in new]
    store_one(database, *ids[0])  # the first asks what the connection can do
    with counted(database.engine) as short:
        store_one(database, *ids[1])
    multiply(database, MANY_TIMES)
    with counted(database.engine) as long:
        store_one(database, *ids[2])
    database.close()
    assert short.queries > 0
    assert long.queries == short.queries
    assert long.steps <= 1.2 * short.steps


def test_a_quiet_poll_is_as_much_work_as_the_one_before(tmp_path: Path) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        with world.app() as app:
            poll(app)
            asked = []
            for _ in range(2):
                with counted(app.database.engine) as work:
                    poll(app)
                asked.append(work.queries)
    assert asked[0] == asked[1] <= 64
