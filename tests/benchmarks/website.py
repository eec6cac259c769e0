"""The website of 153 councils and 1,000 reports: from nothing, after one report, and unchanged.

The made-up reports are as dense as real ones: seven areas for improvement each, of which one was
raised before.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from reports.garbage_collection import collect_rarely
from reports.model import Framework, Kind
from storage.database import Database
from storage.kept_repeats import KeptRepeats
from tests.storage.readings import REGISTER, a_reading, stored
from tests.website.built import GOOD, INADEQUATE, OUTSTANDING, RI, graded, snapshot_of, tagged
from website.site import write_site

REPORTS = 1_000
AREAS = 7

TARGETS = {"from nothing": 20.0, "unchanged": None, "after one report": 5.0}
"""Seconds of processor time that `docs/performance.md` aims at; an unchanged site has no target."""

OF_ALL = {"index.html", "compare/index.html"}
"""The pages that have all councils, and are larger."""

_WHAT = ("The quality of", "The timeliness of", "Management oversight of", "The impact of")
_OF = (
    "supervision for social workers",
    "pathway plans for care leavers",
    "assessments of risk for disabled children",
    "return home interviews for missing children",
    "life-story work for children in care",
    "strategy meetings and the attendance of partners",
    "the response to domestic abuse",
    "emergency duty arrangements out of hours",
    "private fostering arrangements",
    "plans for permanence and matching",
    "health assessments for children in care",
    "personal education plans",
    "the local authority designated officer",
    "children at risk of exploitation",
    "homeless 16- and 17-year-olds",
    "pre-proceedings work under the Public Law Outline",
    "foster carers' training and support",
    "accommodation for care leavers",
    "quality assurance and audit",
    "chronologies and case recording",
    "support for unaccompanied children",
    "early help and step-down",
    "advocacy and independent visitors",
    "the workload of social workers",
    "contact with brothers and sisters",
    "unregistered placements",
    "kinship carers and special guardianship",
    "the voice of children who do not speak",
    "data on performance",
    "elective home education",
    "short breaks for disabled children",
    "transitions to adult services",
    "emotional well-being and mental health",
    "corporate parenting by all departments",
    "the front door and thresholds",
    "fathers and partners in assessments",
    "neglect that lasts",
    "families without recourse to public funds",
    "mother and baby placements",
    "independent reviewing officers' challenge",
)


def measure() -> None:
    """Print the seconds of each, and the most memory that was used."""
    collect_rarely()  # as the program does
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.db")
        database.migrate()
        fill(database)
        for name in ("from nothing", "unchanged"):
            _build(Path(folder) / "www", database, name)
        _print_largest_page(Path(folder) / "www")
        with database.write() as session:
            stored(session, "new", tagged(a_reading(), ["The quality of plans."]), authority="kent")
        _build(Path(folder) / "www", database, "after one report")
        database.close()


def _build(folder: Path, database: Database, name: str) -> None:
    start = time.perf_counter()
    used = time.process_time()
    kept = KeptRepeats.load(folder / "kept.json")
    written = write_site(folder, snapshot_of(database, kept=kept), database=database)
    kept.save(folder / "kept.json")
    target = TARGETS[name]
    aim = "" if target is None else f"; target {target:.0f} s"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak //= 1_000_000 if sys.platform == "darwin" else 1_000
    print(
        f"website {name}: {time.process_time() - used:.1f} s of the processor{aim} "
        f"({time.perf_counter() - start:.1f} s by the clock), "
        f"{written.changed} of {written.files} files written, peak memory {peak} MB"
    )


def _print_largest_page(folder: Path) -> None:
    pages = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.html")}
    sizes = {name: path.stat().st_size for name, path in pages.items() if name not in OF_ALL}
    largest = max(sizes, key=lambda name: sizes[name])
    print(f"largest page: {largest}, {sizes[largest] / 1000:.0f} kB; target 100 kB")


def fill(database: Database) -> None:
    """Store the made-up reports."""
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
            texts = [f"{chance.choice(_WHAT)} {what}." for what in chance.sample(_OF, AREAS)]
            stored(
                session,
                str(number),
                tagged(reading, texts),
                authority=key,
                published=start + timedelta(days=50),
            )
