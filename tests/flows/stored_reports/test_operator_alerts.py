"""What operators hear of problems: once, and once of the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import select

from flows.pipeline.confirm import confirm_value
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.poll import poll
from reports.model import Problem
from reports.problems import ProblemCode
from scrapers.errors import SiteError
from storage import facts, history, watch_status
from storage.models import PollOutcome, Report, ReportState
from tests.flows.stored_reports.conftest import (
    ALDERMERE,
    DAY,
    FIRST,
    VISIT,
    WHO,
    look,
    operators_mails,
    types_of,
)
from tests.flows.world import World, run_in


def test_operators_hear_of_a_problem_once_and_of_its_solution_once(world: World) -> None:
    look(world, DAY)
    before = operators_mails(world)
    assert sum("Aldermere" in mail for mail in before) == 1
    look(world, DAY)
    assert operators_mails(world) == before
    with world.app() as app:
        confirm_value(app, ALDERMERE.file_id, field="in_care", value="inadequate", **WHO)
    look(world, DAY)
    look(world, DAY)
    after = operators_mails(world)[len(before) :]
    assert len(after) == 1
    assert "Resolved: Aldermere" in after[0]


def test_what_to_do_about_an_uncertain_council_follows_the_problem_with_the_council(
    world: World,
) -> None:
    problems = (
        Problem(code=ProblemCode.KIND_MISMATCH, message="It is a draft."),
        Problem(code=ProblemCode.AUTHORITY_UNKNOWN, message="It names nobody."),
        Problem(code=ProblemCode.TEXT_DAMAGED, message="Page 2 is damaged."),
    )
    with world.app() as app, app.database.write() as session:
        report = session.scalars(select(Report).where(Report.file_id == VISIT.file_id)).one()
        reading = facts.reading_of(report).model_copy(update={"problems": problems})
        facts.store_reading(session, report, reading, now=app.settings.instant())
    look(world, FIRST)
    said = " ".join(operators_mails(world)[-1].split())
    assert "(12 November 2021): It is a draft. It names nobody. Not used until you run:" in said
    assert f"confirm {VISIT.file_id} authority COUNCIL. Page 2 is damaged." in said


def test_operators_hear_once_that_the_site_cannot_be_looked_at(world: World) -> None:
    before = len(operators_mails(world))
    world.server.site.quirks.renamed_classes["search-result"] = "hit"
    for _ in range(3):
        with pytest.raises(SiteError):
            look(world, FIRST, full=True)
    world.server.site.quirks.renamed_classes.clear()
    look(world, FIRST)
    look(world, FIRST)
    messages = operators_mails(world)[before:]
    assert len(messages) == 2
    assert "The site could not be checked" in messages[0]
    assert "Resolved:" in messages[1]


def test_a_report_whose_original_cannot_be_stored_fails_alone_and_is_sent_later(
    world: World, tmp_path: Path
) -> None:
    world.move_to(DAY)
    file = tmp_path / "not a folder"
    file.write_text("")
    with world.app(WATCH_ORIGINALS=str(file)) as app:
        outcomes = poll(app).reports
    assert [outcome.state for outcome in outcomes] == [ReportState.LISTED] * 3
    assert "original files" in outcomes[0].problems[0]
    assert types_of(world, "brackenshire") == []
    assert "original files" in operators_mails(world)[-1]
    look(world, DAY)
    assert types_of(world, "brackenshire") != []


def test_operators_hear_of_a_check_that_stopped_after_it_had_listed_reports(world: World) -> None:
    world.move_to(DAY)
    with world.app() as app:
        stopped = patch.object(app.reader, "read_many", side_effect=MemoryError("no process"))
        with stopped, pytest.raises(MemoryError):
            poll(app)
        with app.database.read() as session:
            [last] = watch_status.last_polls(session, count=1)
            day = {"start": last.started_at, "end": last.started_at + timedelta(days=1)}
            assert (last.outcome, last.error) == (PollOutcome.FAILED, "no process")
            assert history.polls_between(session, **day)[0] == 0
    assert "A check stopped before its end: no process" in operators_mails(world)[-1]


def test_reports_that_nothing_reads_for_a_day_need_review(world: World) -> None:
    world.move_to(DAY)
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
    assert run_in(world, "status", "--check").returncode == 0
    world.move_to(DAY + timedelta(days=2))
    assert run_in(world, "status", "--check").returncode == 1
    shown = run_in(world, "status").stdout
    assert "3 reports have waited for more than a day to be read" in shown
    with patch("flows.pipeline.poll.ingest", return_value=[]):
        look(world, DAY + timedelta(days=2))
    assert "3 reports have waited for more than a day to be read" in operators_mails(world)[-1]


def test_a_page_that_fails_in_other_words_each_time_is_one_problem(world: World) -> None:
    look(world, FIRST)
    page = "/provider/44/99001"
    for fault in ("status=404", "cut", "status=401"):
        world.server.faults.add(f"{fault}@{page}")
        look(world, FIRST, full=True)
        world.server.faults.clear()
    [mail] = operators_mails(world)
    assert "Aldermere: the page could not be read" in mail
    look(world, FIRST, full=True)
    assert "1 problem is resolved" in operators_mails(world)[-1]


def test_a_full_poll_does_not_resolve_that_the_site_ignores_the_date_of_quick_polls(
    world: World,
) -> None:
    world.server.site.quirks.ignore_dates = True
    for days in range(2):
        look(world, FIRST + timedelta(days=days), full=True)
        look(world, FIRST + timedelta(days=days))
    alerts = [mail for mail in operators_mails(world) if "the day it was asked for" in mail]
    assert len(alerts) == 1
    world.server.site.quirks.ignore_dates = False
    look(world, FIRST + timedelta(days=1))
    assert "Resolved: The search lists" in operators_mails(world)[-1]
