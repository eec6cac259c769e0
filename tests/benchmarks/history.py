"""What it costs to store one report, with a short and with a long history, on both databases."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from alerts.events import detection
from reports.model import Framework, Reading
from storage import facts
from storage.database import Database
from storage.models import (
    Area,
    Authority,
    Inspection,
    IssueCount,
    Report,
    StoredJudgement,
    StoredProblem,
)
from storage.repeats import prepare_repeats
from tests.benchmarks.costs import Costs
from tests.conftest import schema_on
from tests.storage.readings import NOW, REGISTER, a_reading, a_report, stored
from tests.website.built import GOOD, RI, graded, tagged

SHORT, LONGER = 1_000, (10, 100)
REPORTS = 40
"""That are stored to find out what one costs."""
COPIED: tuple[Any, ...] = (Authority, Inspection, Report, StoredJudgement, Area, StoredProblem)
_STATEMENTS = (
    "The quality and regularity of supervision for social workers, so that plans do not drift.",
    "The timeliness of return home interviews for children who go missing from care.",
    "The quality of pathway plans for care leavers, and how far young people shape them.",
    "The sufficiency of suitable homes for children in care.",
    "Management oversight of assessments of risk for disabled children.",
)


def measure(costs: Costs) -> None:
    """Add what one report costs, on SQLite and on the server of WATCH_TEST_POSTGRES_URL."""
    with tempfile.TemporaryDirectory() as folder:
        _measure_on("SQLite", f"sqlite:///{folder}/store.db", costs)
    server = os.environ.get("WATCH_TEST_POSTGRES_URL")
    if server is None:
        print("PostgreSQL is not measured: WATCH_TEST_POSTGRES_URL names no server.")
        return
    with schema_on(server) as url:
        _measure_on("PostgreSQL", url, costs)
    with schema_on(server) as url:
        _two_workers(url, costs)


def _measure_on(name: str, url: str, costs: Costs) -> None:
    print(f"storing a report on {name}, with its events")
    database = Database(url)
    database.migrate()
    _fill(database)
    short = _cost_of_one(database)
    costs.add(f"lock held for a report, {name}", short.held * 1000, "ms", target=20)
    costs.add(f"storing a report, {name}", short.cpu * 1000, "ms")
    times = 1
    for factor in LONGER:
        multiply(database, factor // times)
        times = factor
        one = _cost_of_one(database)
        ratio = one.cpu / short.cpu
        costs.add(f"storing with {factor} x the history, {name}", ratio, "times", target=1.2)
    database.close()


def _fill(database: Database) -> None:
    """A history of all councils, each inspected again and again."""
    keys = [one.key for one in REGISTER.authorities if one.valid_to is None]
    with database.write() as session:
        for number in range(SHORT):
            turn, at = divmod(number, len(keys))
            stored(
                session,
                str(number),
                _reading(date(2012, 1, 9) + timedelta(days=700 * turn + at % 150)),
                authority=keys[at],
                published=date(2012, 3, 9) + timedelta(days=700 * turn),
                silent=True,
            )


def _reading(start: date) -> Reading:
    ilacs = Framework.ILACS_2018
    return tagged(
        a_reading(start=start, framework=ilacs, grades=graded(ilacs, GOOD, RI, GOOD, RI)),
        _STATEMENTS,
    )


class _Cost:
    """Seconds of our processor for one report, and for how many of them the lock was held."""

    def __init__(self, cpu: list[float], held: list[float]) -> None:
        # The least: whatever else the machine does only adds.
        self.cpu, self.held = sorted(cpu)[len(cpu) // 4], sorted(held)[len(held) // 4]


def _cost_of_one(database: Database) -> _Cost:
    """Store reports of many councils, as `flows.pipeline.ingest` does, and take them out again."""
    keys = [one.key for one in REGISTER.authorities if one.valid_to is None][:REPORTS]
    cpu, held = [], []
    with database.write() as session:
        listed = [a_report(session, f"new-{key}", authority=key) for key in keys]
        ids = [(report.id, report.authority_id) for report in listed]
    for report_id, council in ids:
        began = time.process_time()
        locked = store_one(database, report_id, council)
        cpu.append(time.process_time() - began)
        held.append(locked)
    with database.write() as session:
        for report_id, _ in ids:
            facts.remove_report(session, session.get_one(Report, report_id))
    return _Cost(cpu, held)


def store_one(database: Database, report_id: int, council: int) -> float:
    """Store a report with its events; returns the seconds of it for which the lock was held."""
    reading = _reading(date(2026, 4, 13))
    with database.read() as session:
        prepare_repeats(session, council, reading)
    with database.write(council=council) as session:
        report = facts.lock_report(session, report_id)
        began = time.process_time()
        facts.store_reading(session, report, reading, now=NOW)
        detection.store(session, report, detection.detect(session, report), now=NOW)
    return time.process_time() - began


def _two_workers(url: str, costs: Costs) -> None:
    """How much longer two processes take for twice the reports of one."""
    database = Database(url)
    database.migrate()
    _fill(database)
    keys = [one.key for one in REGISTER.authorities if one.valid_to is None]
    with database.write() as session:
        listed = [a_report(session, f"new-{key}", authority=key) for key in keys[:120]]
        ids = [(report.id, report.authority_id) for report in listed]
    database.close()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(store_many, [url] * 2, [ids[:5], ids[5:10]]))
        began = time.perf_counter()
        pool.submit(store_many, url, ids[10:46]).result()
        one = time.perf_counter() - began
        began = time.perf_counter()
        list(pool.map(store_many, [url] * 2, [ids[46:82], ids[82:118]]))
        two = time.perf_counter() - began
    # 36 reports by one process, 72 by two: at 1.7 times the speed, two take 1.18 times as long.
    costs.add("two workers on PostgreSQL for twice the reports", two / one, "times", target=1.18)


def store_many(url: str, ids: list[tuple[int, int]]) -> None:
    """Store many reports; a process of its own."""
    database = Database(url)
    for report_id, council in ids:
        store_one(database, report_id, council)
    database.close()


def multiply(database: Database, factor: int) -> int:
    """Copy all councils with their reports, so that there are `factor` times as many.

    Returns the highest id of a report before.
    """
    with database.write() as session:
        last = {table: session.scalar(select(func.max(table.id))) or 0 for table in COPIED}
        for copy in range(1, factor):
            for table in COPIED:
                _copy(session, table, last, copy)
        session.execute(IssueCount.__table__.update().values(reports=IssueCount.reports * factor))
        for table in COPIED if not database.is_sqlite else ():
            own = f"'{table.__tablename__}', 'id'"
            highest = f"SELECT max(id) FROM {table.__tablename__}"  # noqa: S608
            session.execute(text(f"SELECT setval(pg_get_serial_sequence({own}), ({highest}))"))
    # Databases find out by themselves in time how much there is.
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return last[Report]


def _copy(session: Session, table: Any, last: dict[Any, int], copy: int) -> None:
    tables = {one.__tablename__: one for one in COPIED}
    names, values = [], []
    for column in table.__table__.columns:
        names.append(f'"{column.name}"')
        target = next(iter(column.foreign_keys), None)
        owner = tables.get(target.column.table.name) if target else None
        if column.primary_key:
            owner = table
        if owner is not None:
            values.append(f'"{column.name}" + {copy * last[owner]}')
        elif column.unique:
            values.append(f"\"{column.name}\" || '-{copy}-{last[table]}'")
        else:
            values.append(f'"{column.name}"')
    session.execute(
        text(
            f"INSERT INTO {table.__tablename__} ({', '.join(names)}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM {table.__tablename__} WHERE id <= {last[table]}"
        )
    )
