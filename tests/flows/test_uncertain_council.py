"""A document about another council than the one that lists it: no fact of it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.documents import SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline import ingest
from flows.pipeline.app import App
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.confirm import confirm_value
from flows.pipeline.poll import poll
from flows.pipeline.reread import reread_outdated
from reports.errors import ConfigurationError
from reports.model import Reading
from storage import history
from storage.models import (
    Area,
    Authority,
    Event,
    Inspection,
    Report,
    ReportState,
    StoredJudgement,
)
from tests.flows.world import World, open_world

DAY = sample_history().demo_day

ALDERMERES, BRACKENSHIRES = "99000104", "99000204"
"""New reports of that day: the one of Aldermere, and the one of Brackenshire."""

WHO = {"who": "A. Clerk", "why": "page 1"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The site after its first poll, on the day when two councils' documents are swapped."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        config = tmp_path / "watch.yaml"
        config.write_text(config.read_text() + "\noperators: {channels: [mail]}\n")
        world.fill()
        world.move_to(DAY)
        files = world.server.site.files
        files[ALDERMERES], files[BRACKENSHIRES] = files[BRACKENSHIRES], files[ALDERMERES]
        yield world


def look(world: World) -> None:
    with world.app() as app:
        poll(app)


def events_of(world: World, *councils: str) -> list[tuple[str, str, str | None]]:
    """What has been detected about these councils: whose, what, and from which file."""
    with world.app() as app, app.database.read() as session:
        return [
            (event.authority.key, str(event.type), event.report and event.report.file_id)
            for event in session.scalars(select(Event).order_by(Event.id))
            if event.authority.key in councils
        ]


def facts_from(world: World, file_id: str) -> int:
    """How many facts are kept as said by a document: grades, areas, and its inspection."""
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == file_id)).one()
        inspections = select(Inspection).where(Inspection.id == report.inspection_id)
        return sum(
            len(session.scalars(rows).all())
            for rows in (
                select(StoredJudgement).where(StoredJudgement.report_id == report.id),
                select(Area).where(Area.report_id == report.id),
                inspections,
            )
        )


def test_neither_council_gets_a_fact_and_operators_get_an_alert(world: World) -> None:
    look(world)

    assert events_of(world, "aldermere", "brackenshire") == []
    for file_id in (ALDERMERES, BRACKENSHIRES):
        assert facts_from(world, file_id) == 0
    said = [message.text for message in world.slack.messages]
    assert not any("Aldermere" in text or "Brackenshire" in text for text in said)
    (mail,) = [mail.text for mail in world.mailbox.mails if "Operators" in mail.text]
    assert "names Brackenshire, but the site lists it under Aldermere" in mail
    assert f"confirm {ALDERMERES} authority COUNCIL" in mail


def test_a_document_that_is_fetched_once_more_is_not_called_read_only_now(world: World) -> None:
    look(world)
    with world.app() as app:
        again = poll(app)
    assert {report.state for report in again.reports} == {ReportState.READ}
    assert len(again.reports) == 2
    assert "from an earlier check" not in again.summary
    assert "2 reports need review" in again.summary


def test_history_shows_that_the_document_needs_review_and_nothing_it_says(world: World) -> None:
    look(world)
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == ALDERMERES)).one()
        shown = history.report_as_json(report)
    assert [problem["code"] for problem in shown["problems"]] == ["authority_mismatch"]
    assert (shown["judgements"], shown["improvement_areas"]) == ([], [])
    assert (shown["inspection_start"], shown["lead_inspector"]) == (None, None)


def test_after_a_person_confirms_the_council_everything_proceeds_normally(world: World) -> None:
    look(world)
    with world.app() as app:
        named = confirm_value(app, ALDERMERES, field="authority", value=None, **WHO)
        other = confirm_value(app, BRACKENSHIRES, field="authority", value="Aldermere", **WHO)
    assert (named.value, other.value) == ("brackenshire", "aldermere")
    assert named.outcome.problems == other.outcome.problems == ()
    look(world)

    detected = events_of(world, "aldermere", "brackenshire")
    assert ("brackenshire", "grade_change", ALDERMERES) in detected
    assert ("aldermere", "grade_change", BRACKENSHIRES) in detected
    assert {(council, file_id) for council, _, file_id in detected} == {
        ("brackenshire", ALDERMERES),
        ("aldermere", BRACKENSHIRES),
    }
    assert len(detected) == len(set(detected))
    assert facts_from(world, ALDERMERES) > 0


def test_events_about_a_wrong_council_do_not_hide_those_of_its_own_report(world: World) -> None:
    """A document is confirmed as Aldermere's by mistake, and moved; then Aldermere's own comes."""
    site = world.server.site
    [own] = [r.document for r in sample_history().new_reports if r.file_id == ALDERMERES]
    assert isinstance(own, SampleReport)
    site.files[ALDERMERES] = render(own.model_copy(update={"authority": "Brackenshire"}))
    [listed] = [entry for entry in site.listings if entry.file_id == ALDERMERES]
    look(world)
    with world.app() as app:
        for council in ("Aldermere", "Brackenshire"):
            confirm_value(app, ALDERMERES, field="authority", value=council, **WHO)
    assert ("aldermere", "grade_change", ALDERMERES) in events_of(world, "aldermere")
    site.listings.append(replace(listed, file_id="99000999"))
    site.files["99000999"] = render(own)
    for _ in range(2):
        look(world)
    types = [type_ for _, type_, file_id in events_of(world, "aldermere") if file_id == "99000999"]
    assert types.count("grade_change") == 1
    assert types.count("new_report") == 1


def test_a_council_that_is_confirmed_against_the_document_gets_its_facts(world: World) -> None:
    look(world)
    with world.app() as app:
        done = confirm_value(app, ALDERMERES, field="authority", value="Aldermere", **WHO)
    assert done.outcome.problems == ()
    assert ("aldermere", "new_report", ALDERMERES) in events_of(world, "aldermere")


def test_a_report_whose_council_is_confirmed_while_it_is_withdrawn_has_events_on_its_return(
    world: World,
) -> None:
    look(world)
    site = world.server.site
    listings = list(site.listings)
    site.listings = [entry for entry in listings if entry.file_id != ALDERMERES]
    look_for_days(world, [1, 2, 3])
    with world.app() as app:
        confirm_value(app, ALDERMERES, field="authority", value=None, **WHO)
    assert events_of(world, "brackenshire") == []
    site.listings = listings
    look_for_days(world, [4, 5])
    detected = events_of(world, "brackenshire")
    assert detected.count(("brackenshire", "grade_change", ALDERMERES)) == 1
    assert detected.count(("brackenshire", "new_report", ALDERMERES)) == 1
    assert sum("Brackenshire" in message.text for message in world.slack.messages) == 1


def look_for_days(world: World, days: Sequence[int]) -> None:
    """Let a full poll look on each of these days after the first."""
    for day in days:
        world.move_to(DAY + timedelta(days=day))
        with world.app() as app:
            poll(app, full=True)


def reparse(app: App) -> None:
    """Read everything again, as `backfill --reparse` does."""
    run_backfill(app, plan_backfill(app, BackfillRequest(reparse=True, dry_run=False)))


@pytest.mark.parametrize("read_again", [reread_outdated, reparse])
def test_a_better_reader_that_is_certain_of_the_council_announces_the_report(
    world: World, monkeypatch: pytest.MonkeyPatch, read_again: Callable[[App], object]
) -> None:
    look(world)
    assert events_of(world, "aldermere") == []
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app() as app:
        read_again(app)
        assert events_of(world, "aldermere") == [], "it is as uncertain as before"
        monkeypatch.setattr("flows.pipeline.reread.check_authority", lambda _, __, reading: reading)
        for _ in range(2):
            read_again(app)
    types = [event_type for _, event_type, _ in events_of(world, "aldermere")]
    assert types.count("new_report") == 1


def test_nothing_else_can_be_confirmed_before_the_council(world: World) -> None:
    look(world)
    with world.app() as app, pytest.raises(ConfigurationError, match="authority COUNCIL"):
        confirm_value(app, ALDERMERES, field="in_care", value="good", **WHO)


def test_a_file_that_could_first_not_be_read_is_new_to_the_council_that_it_is_about(
    world: World,
) -> None:
    world.server.faults.add(f"encrypted@/v1/file/{ALDERMERES}*1")
    look(world)
    assert events_of(world, "aldermere") == [("aldermere", "new_report", ALDERMERES)]
    look(world)  # fetches the file again, which names Brackenshire now
    look(world)
    assert facts_from(world, ALDERMERES) == 0
    with world.app() as app:
        confirm_value(app, ALDERMERES, field="authority", value=None, **WHO)

    assert ("brackenshire", "grade_change", ALDERMERES) in events_of(world, "brackenshire")
    assert ("brackenshire", "new_report", ALDERMERES) in events_of(world, "brackenshire")


def test_a_report_that_another_process_moves_meanwhile_is_stored_for_its_council(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is about Brackenshire, and another poll finds that while this one compares it."""
    prepare = ingest.prepare_repeats

    def move_meanwhile(session: Session, authority_id: int, reading: Reading) -> None:
        with world.app() as other, other.database.write() as writing:
            moved = writing.scalars(select(Report).where(Report.file_id == ALDERMERES)).one()
            moved.authority = writing.scalars(
                select(Authority).where(Authority.key == "brackenshire")
            ).one()
        prepare(session, authority_id, reading)

    monkeypatch.setattr(ingest, "prepare_repeats", move_meanwhile)
    look(world)
    detected = {file for key, _, file in events_of(world, "brackenshire")}
    assert ALDERMERES in detected
