"""Reports that a new version of the reader reads again."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.pipeline.confirm import confirm_value
from flows.pipeline.poll import poll
from flows.pipeline.reread import reread_outdated
from reports.model import Problem, Reading
from reports.problems import ProblemCode
from reports.sandbox.pool import NamedFile
from storage import facts, watch_status
from storage.archive import Archive
from storage.models import Report
from tests.flows.stored_reports.conftest import (
    ALDERMERE,
    DAY,
    FIRST,
    GONE,
    WHO,
    a_report,
    look,
    operators_mails,
    types_of,
)
from tests.flows.world import World, run_in


def test_an_older_reading_is_read_again_by_the_full_poll_in_silence(world: World) -> None:
    look(world, DAY)
    with world.app() as app:
        confirm_value(app, ALDERMERE.file_id, field="lead_inspector", value="Ann Other", **WHO)
        with app.database.write() as session:
            for report in session.scalars(select(Report)):
                reading = dict(report.reading or {})
                # As other weights of themes left it: without a theme nothing is raised again.
                areas = [{**area, "themes": []} for area in reading["improvement_areas"]]
                older = {"topic": "what an older reader made of it", "improvement_areas": areas}
                report.reading = {**reading, **older}
                report.reader_version = 0
    before = len(world.slack.messages), len(world.mailbox.mails), types_of(world, "aldermere")
    with world.app() as app:
        assert reread_outdated(app, at_most=10).read == 10
    look(world, DAY)
    assert count_outdated(world) == 15, "a quick look reads nothing again"
    for _ in range(2):
        look(world, DAY, full=True)
    assert count_outdated(world) == 0
    assert (
        len(world.slack.messages),
        len(world.mailbox.mails),
        types_of(world, "aldermere"),
    ) == before
    report = a_report(world, ALDERMERE.file_id)
    assert facts.reading_of(report).lead_inspector == "Ann Other"
    assert facts.reading_of(report).topic is None
    assert all(area.themes for area in facts.reading_of(report).improvement_areas)


def count_outdated(world: World) -> int:
    with world.app() as app, app.database.read() as session:
        return len(session.scalars(select(Report).where(Report.reader_version == 0)).all())


def test_what_one_machine_cannot_read_again_is_shown_and_operators_get_an_alert(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two machines on one database, each with originals of its own."""
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    mails = len(operators_mails(world))
    other = {"WATCH_ORIGINALS": str(tmp_path / "originals of another machine")}
    with world.app(**other) as app:
        poll(app, full=True)
        with app.database.read() as session:
            assert len(watch_status.without_original(session)) == 22
    shown = json.loads(run_in(world, "status", "--json").stdout)
    assert len(shown["originals_missing"]) == 22
    with world.app(**other, WATCH_NOW=f"{FIRST + timedelta(days=1)}T06:00:00+00:00") as app:
        poll(app, full=True)
    later = json.loads(run_in(world, "status", "--json").stdout)
    assert later["originals_missing"] == shown["originals_missing"]
    (messages,) = operators_mails(world)[mails:]
    assert "22 reports could not be read again" in messages

    look(world, FIRST, full=True)  # on the machine that keeps them

    with world.app() as app, app.database.read() as session:
        assert watch_status.without_original(session) == []
    assert "Resolved: 22 reports could not be read again" in operators_mails(world)[-1]


def test_machines_that_share_their_originals_can_all_read_them_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shared = {"WATCH_ORIGINALS": "memory://shared"}
    with world.app(**shared, WATCH_DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}") as app:
        poll(app, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app(**shared, WATCH_DATABASE_URL=f"sqlite:///{tmp_path / 'one.db'}") as app:
        assert reread_outdated(app).read == 22


def test_a_report_that_cannot_be_stored_again_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = facts.store_reading

    def refuse_one(session: Session, report: Report, *arguments: Any, **more: Any) -> None:
        if report.file_id == GONE:
            raise ValueError("refused")
        store(session, report, *arguments, **more)

    look(world, FIRST, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    monkeypatch.setattr("flows.pipeline.reread.facts.store_reading", refuse_one)
    with world.app() as app:
        assert reread_outdated(app).read == 22


def test_an_original_that_cannot_be_opened_does_not_keep_the_others_from_being_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(world, FIRST, full=True)
    with world.app() as app, app.database.read() as session:
        broken = session.scalars(select(Report.sha256).order_by(Report.id)).first()
    path = Archive.path

    def fail_for_one(archive: Archive, sha256: str) -> Path:
        if sha256 == broken:
            raise OSError(errno.EIO, "Input/output error")
        return path(archive, sha256)

    monkeypatch.setattr(Archive, "path", fail_for_one)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app() as app:
        found = reread_outdated(app)
        assert (found.read, found.missed) == (21, 1)
        with app.database.read() as session:
            (missed,) = watch_status.without_original(session)
    assert missed.sha256 == broken


def test_reports_that_cannot_be_stored_again_do_not_keep_the_others_from_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def refuse(session: Session, report: Report, *arguments: Any, **more: Any) -> None:
        tried.append(report.file_id)
        raise ValueError("refused")

    look(world, FIRST, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    monkeypatch.setattr("flows.pipeline.reread.facts.store_reading", refuse)
    with world.app() as app:
        for _ in range(2):
            reread_outdated(app, at_most=11)
    assert len(set(tried)) == len(tried) == 22


def test_a_report_whose_reading_fails_lets_the_others_go_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(world, FIRST, full=True)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app() as app, monkeypatch.context() as failing:
        problem = Problem(code=ProblemCode.READER_STOPPED, message="Out of memory.")
        read_many = app.reader.read_many

        def fail(files: Iterable[NamedFile]) -> list[Reading]:
            return [one.model_copy(update={"problems": (problem,)}) for one in read_many(files)]

        failing.setattr(app.reader, "read_many", fail)
        reread_outdated(app, at_most=11)
        failing.undo()
        assert reread_outdated(app, at_most=11).read == 11
        with app.database.read() as session:
            assert session.query(Report).filter(Report.not_reread_at.is_not(None)).count() == 11
