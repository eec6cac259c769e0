"""The website of 153 councils and 1,000 reports: from nothing, after one report, and unchanged."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from reports.model import Framework, Kind
from storage.database import Database
from tests.storage.readings import REGISTER, a_reading, stored
from tests.website.built import GOOD, INADEQUATE, OUTSTANDING, RI, graded, snapshot_of, tagged
from website.site import write_site

REPORTS = 1_000
_WHAT = ("The quality of", "The timeliness of", "Management oversight of", "The impact of")
_OF = (
    "supervision for social workers",
    "pathway plans for care leavers",
    "assessments of risk for disabled children",
    "return home interviews for missing children",
    "life-story work for children in care",
    "strategy meetings and the attendance of partners",
)


def measure() -> None:
    """Print the seconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        database.migrate()
        _fill(database)
        for name in ("from nothing", "unchanged"):
            _build(Path(folder) / "www", database, name)
        with database.write() as session:
            stored(session, "new", tagged(a_reading(), ["The quality of plans."]), authority="kent")
        _build(Path(folder) / "www", database, "after one report")
        database.close()


def _build(folder: Path, database: Database, name: str) -> None:
    start = time.perf_counter()
    used = time.process_time()
    written = write_site(folder, snapshot_of(database), database=database)
    print(
        f"website {name}: {time.perf_counter() - start:.1f} s "
        f"({time.process_time() - used:.1f} s of the processor), "
        f"{written.changed} of {written.files} files written"
    )


def _fill(database: Database) -> None:
    chance = random.Random(14)
    keys = [one.key for one in REGISTER.authorities if one.valid_to is None]
    grades = (OUTSTANDING, GOOD, GOOD, RI, INADEQUATE)
    with database.write() as session:
        for number in range(REPORTS):
            turn, key = number // len(keys), keys[number % len(keys)]
            start = date(2018, 1, 8) + timedelta(days=420 * turn + number % 150)
            visit = turn % 2 == 1
            reading = a_reading(
                start=start,
                kind=Kind.FOCUSED_VISIT if visit else Kind.INSPECTION,
                framework=Framework.FOCUSED_VISIT if visit else Framework.ILACS_2023,
                grades={}
                if visit
                else graded(Framework.ILACS_2023, *(chance.choice(grades) for _ in range(5))),
            )
            texts = [f"{chance.choice(_WHAT)} {what}." for what in chance.sample(_OF, 4)]
            stored(
                session,
                str(number),
                tagged(reading, texts),
                authority=key,
                published=start + timedelta(days=50),
            )
