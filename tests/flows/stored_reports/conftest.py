"""The sample site, whose next report on Aldermere has a grade in doubt, with operators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.documents import Quirks, SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from reports.model import Grade, Judgement
from storage import history
from storage.models import Report
from tests.flows.world import World, open_world

FIRST = sample_history().first_poll
DAY = sample_history().demo_day
ALDERMERE = next(r for r in sample_history().new_reports if r.authority == "aldermere")
VISIT = next(r for r in sample_history().reports if r.file_id == "99000102")
GONE = "99000103"
WHO = {"who": "A. Clerk", "why": "page 1"}
WHO_SAYS = ("--who", "A. Clerk", "--why", "page 1")

OPERATORS = """
operators: {channels: [mail]}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site, filled in; the next report on Aldermere has a grade in doubt."""
    site = sample_site()
    site.files[ALDERMERE.file_id] = render(doubtful())
    with open_world(
        site,
        tmp_path,
        authorities=REGISTER_FILE,
        events="grade_change, first_grade, priority_action, correction, withdrawn",
    ) as world:
        config = tmp_path / "watch.yaml"
        config.write_text(config.read_text() + OPERATORS)
        world.fill()
        yield world


def doubtful() -> SampleReport:
    document = ALDERMERE.document
    assert isinstance(document, SampleReport)
    other = Quirks(heading_grades={Judgement.IN_CARE: Grade.OUTSTANDING})
    return document.model_copy(update={"quirks": other})


def look(world: World, day: date, *, full: bool = False, **more: str) -> None:
    world.move_to(day)
    with world.app(**more) as app:
        poll(app, full=full)


def types_of(world: World, authority: str) -> list[str]:
    with world.app() as app, app.database.read() as session:
        found = history.events(session)
        return [str(event.type) for event in found if event.authority.key == authority]


def operators_mails(world: World) -> list[str]:
    return [mail.text for mail in world.mailbox.mails if "Operators" in mail.text]


def a_report(world: World, file_id: str) -> Report:
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == file_id)).one()
        assert report.problems is not None
        return report
