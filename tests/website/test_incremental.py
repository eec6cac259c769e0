"""A build after any single change gives the same files as a build from nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import facts
from storage.database import Database
from storage.kept_repeats import KeptRepeats
from storage.models import Authority, Report
from storage.repeat_decisions import reject_repeat
from tests.storage.readings import NOW, a_reading, stored
from tests.website.built import (
    PATHWAYS,
    SUPERVISION,
    SUPERVISION_AGAIN,
    TODAY,
    Built,
    snapshot_of,
    tagged,
)
from tests.website.test_kills import files
from website import drawn_pages
from website.site import site_pages

_LOOKED = {"who": "A reader", "why": "Looked at it.", "now": NOW}


def _new_report(session: Session) -> None:
    reading = tagged(a_reading(start=date(2026, 2, 2)), [SUPERVISION_AGAIN, PATHWAYS])
    stored(session, "7001", reading, authority="barnet", published=date(2026, 3, 30))


def _correction(session: Session) -> None:
    report = _report(session, "1003")
    facts.confirm(session, report, field="in_care", value="good", **_LOOKED)  # type: ignore[arg-type]


def _withdrawn(session: Session) -> None:
    _report(session, "3001").withdrawn_at = NOW


def _not_the_same(session: Session) -> None:
    pair = {"later": SUPERVISION_AGAIN, "earlier": SUPERVISION}
    reject_repeat(session, **pair, **_LOOKED)  # type: ignore[arg-type]


def _renamed(session: Session) -> None:
    council = session.scalars(select(Authority).where(Authority.key == "leeds")).one()
    council.short = "Leeds & Wharfedale"


def _nothing(session: Session) -> None:
    """Only the day changes."""


def _report(session: Session, file_id: str) -> Report:
    return session.scalars(select(Report).where(Report.file_id == file_id)).one()


CHANGES: tuple[Callable[[Session], None], ...] = (
    _new_report,
    _correction,
    _withdrawn,
    _not_the_same,
    _renamed,
    _nothing,
)


def _build(folder: Path, database: Database, day: date, held: set[int]) -> int:
    kept = KeptRepeats.load(folder / ".repeats.json")
    changed = Built(folder, database).build(kept=kept, today=day, held=held).changed
    kept.save(folder / ".repeats.json")
    return changed


def test_a_build_after_each_single_change_is_a_build_from_nothing(
    own: Built, tmp_path: Path
) -> None:
    """Messages of one report are held meanwhile, and released at the end."""
    order = list(CHANGES)
    random.Random(20261129).shuffle(order)
    with own.database.read() as session:
        held = {_report(session, "2002").id}
    day = TODAY
    _build(own.folder, own.database, day, held)
    for number, change in enumerate([*order, _nothing]):
        with own.database.write() as session:
            change(session)
        if change is _nothing:
            day += timedelta(days=100)
        if number == len(order):
            held = set()
        assert _build(own.folder, own.database, day, held) > 0, change
        nothing = tmp_path / f"from-nothing-{number}"
        _build(nothing, own.database, day, held)
        assert files(own.folder) == files(nothing), change


def test_pages_are_drawn_again_when_any_package_changes_that_draws_them() -> None:
    root = Path(drawn_pages.__file__).parents[1]
    own = {path.parent.name for path in root.glob("*/__init__.py")}
    imported: set[str] = set()
    waiting = ["website"]
    while waiting:
        package = waiting.pop()
        imported.add(package)
        for path in (root / package).rglob("*.py"):
            names = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)
            waiting += sorted((own & set(names)) - imported - set(waiting))
    assert imported <= set(drawn_pages.DRAWING_PACKAGES)


def test_no_record_of_a_page_has_a_set(site: Built) -> None:
    """The order of a set differs in each process, and so would the page's digest."""
    known: set[int] = set()

    def look(value: object, where: str) -> None:
        assert not isinstance(value, set | frozenset), where
        if id(value) in known:
            return
        known.add(id(value))
        if is_dataclass(value):
            for field in fields(value):
                look(getattr(value, field.name), f"{where}.{field.name}")
        elif isinstance(value, tuple | list):
            for one in value:
                look(one, where)

    for page in site_pages(snapshot_of(site.database)):
        look(page, page.template)
