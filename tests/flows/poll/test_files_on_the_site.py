"""The files of reports: late, damaged, replaced, gone or listed twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.documents import Quirks, SampleLetter, SampleReport, render
from demo.sample import sample_history
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.ingest import ingest
from flows.pipeline.poll import poll
from flows.pipeline.reread import reread_outdated
from reports.model import Grade, ImprovementArea, Judgement, Kind, Period, Reading
from reports.sandbox.pool import NamedFile, ReaderPool
from storage import facts, watch_status
from storage.models import Report, ReportState
from tests.flows.poll.conftest import DAY, event_types
from tests.flows.world import World, run_in, without_feeds

FILE_ID = "99000104"
CARE = Judgement.IN_CARE


def test_a_failed_download_is_tried_again_by_the_next_poll(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.faults.add("html@/v1/file/99000104")
    with world.app() as app:
        result = poll(app)
        assert [r.state for r in result.reports].count(ReportState.READ) == 2
        assert result.needs_review
    world.server.faults.clear()
    with world.app() as app:
        poll(app)
    assert len(world.slack.messages) == 2


@pytest.mark.parametrize("fault", ["status=404", "redirect=https://elsewhere.example/"])
def test_a_new_document_that_is_not_there_yet_needs_review_and_is_sent_when_it_is(
    world: World, fault: str
) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.faults.add(f"{fault}@/v1/file/99000104")
    with world.app() as app:
        assert poll(app).needs_review
        with app.database.read() as session:
            assert [one.file_id for one in watch_status.stuck_reports(session)] == ["99000104"]
    assert ("Aldermere", "grade_change") not in event_types(world)
    world.server.faults.clear()
    with world.app() as app:
        assert not poll(app).needs_review
    assert ("Aldermere", "grade_change") in event_types(world)


def test_a_report_for_which_the_site_sent_an_older_file_is_sent_when_the_right_one_comes(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    files = world.server.site.files
    right = files["99000104"]
    files["99000104"] = files["99000103"]
    with world.app() as app:
        poll(app)
    assert ("Aldermere", "grade_change") not in event_types(world)
    files["99000104"] = right
    with world.app() as app:
        poll(app)
    assert ("Aldermere", "grade_change") in event_types(world)
    assert ("Aldermere", "new_report") in event_types(world)


def test_a_report_with_a_damaged_file_is_sent_when_a_whole_file_comes(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    files = world.server.site.files
    whole = files["99000104"]
    files["99000104"] = whole[: len(whole) // 2] + b"\n%%EOF\n"
    with world.app() as app:
        assert poll(app).needs_review
    assert ("Aldermere", "grade_change") not in event_types(world)
    files["99000104"] = whole
    with world.app() as app:
        poll(app)
    detected = event_types(world)
    assert ("Aldermere", "grade_change") in detected
    assert len(detected) == len(set(detected))


def test_a_file_that_is_replaced_under_its_number_is_sent_as_a_correction_once(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    with without_feeds(), world.app() as app:
        poll(app)
    before = event_types(world)
    [document] = [r.document for r in sample_history().new_reports if r.file_id == "99000104"]
    assert isinstance(document, SampleReport)
    grades = {**document.grades, Judgement.IN_CARE: Grade.INADEQUATE}
    files = world.server.site.files
    files["99000104"] = render(document.model_copy(update={"grades": grades}))
    for days in (1, 2):
        world.move_to(DAY + timedelta(days=days))
        with without_feeds(), world.app() as app:
            poll(app, full=True)
        assert event_types(world) == [*before, ("Aldermere", "correction")]

    files["99000104"] = b"%PDF-1.7 cut off\n%%EOF\n"
    world.move_to(DAY + timedelta(days=3))
    with without_feeds(), world.app() as app:
        assert "another file for it, which cannot be read" in str(poll(app, full=True).reports)
        with app.database.read() as session:
            report = session.scalars(select(Report).where(Report.file_id == "99000104")).one()
            assert (report.state, list(report.problems)) == (ReportState.READ, [])


@pytest.mark.parametrize("bad", [b"%PDF-1.7 cut off\n%%EOF\n", b"PK\x03\x04 a text document"])
@pytest.mark.parametrize("end", ["confirmed", "put back"])
def test_a_file_replaced_by_one_that_cannot_be_read_needs_review_until_that_is_settled(
    world: World, end: str, bad: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = world.server.site.files
    first = files[FILE_ID]
    operators = "operators: {channels: [mail]}\n"
    with (world.folder / "watch.yaml").open("a") as file:
        file.write(operators)
    world.fill()
    poll_on(world, 0)
    before = len(world.mailbox.mails)
    files[FILE_ID] = bad
    for days in (1, 2):
        poll_on(world, days)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app() as app:
        reread_outdated(app)  # reads the file of before
    [alert] = world.mailbox.mails[before:]
    assert "another file for it, which cannot be read" in " ".join(alert.text.split())
    words = " ".join(run_in(world, "problems").stdout.split())
    assert " document --who NAME --why REASON" in words
    if end == "confirmed":
        for field in (("lead_inspector", "Jo Smith"), ("document",)):
            assert "cannot be read" in run_in(world, "problems").stdout
            run_in(world, "confirm", FILE_ID, *field, "--who", "Jo", "--why", "page 1")
    else:
        files[FILE_ID] = first
    poll_on(world, 3)
    assert "1 problem is resolved" in world.mailbox.mails[-1].subject
    assert "No open problems" in run_in(world, "problems").stdout


def test_a_web_page_instead_of_a_file_that_was_read_is_not_taken_for_another_file(
    world: World,
) -> None:
    world.fill()
    poll_on(world, 0)
    world.server.faults.add("maintenance@/v1/file")
    world.move_to(DAY + timedelta(days=1))
    with world.app() as app:
        reports = str(poll(app, full=True).reports)
    assert "could not be fetched again: The site sent a web page" in reports
    assert "another file" not in reports
    assert "No open problems" in run_in(world, "problems").stdout


@pytest.mark.parametrize("then", ["confirmed", "replaced", "put back"])
def test_a_file_that_is_replaced_by_one_in_doubt_is_corrected_once_there_is_certainty(
    world: World, then: str
) -> None:
    [document] = [r.document for r in sample_history().new_reports if r.file_id == FILE_ID]
    assert isinstance(document, SampleReport)
    worse = document.model_copy(update={"grades": {**document.grades, CARE: Grade.INADEQUATE}})
    doubt = worse.model_copy(update={"quirks": Quirks(heading_grades={CARE: Grade.GOOD})})
    files = world.server.site.files
    first = files[FILE_ID]
    world.fill()
    detected = poll_on(world, 0)
    files[FILE_ID] = render(doubt)
    assert poll_on(world, 1) == detected
    if then == "confirmed":
        run_in(world, "confirm", FILE_ID, str(CARE), "inadequate", "--who", "Jo", "--why", "page 1")
    else:
        files[FILE_ID] = first if then == "put back" else render(worse)
    for days in (2, 3):
        found = poll_on(world, days)
        assert found == [*detected, *([] if then == "put back" else [("Aldermere", "correction")])]


def test_a_file_that_is_replaced_after_a_person_has_corrected_a_grade_is_read_and_needs_review(
    world: World,
) -> None:
    [document] = [r.document for r in sample_history().new_reports if r.file_id == FILE_ID]
    assert isinstance(document, SampleReport)
    worse = document.model_copy(update={"grades": {**document.grades, CARE: Grade.INADEQUATE}})
    world.fill()
    poll_on(world, 0)
    person = ("--who", "Jo", "--why", "page 1")
    run_in(world, "confirm", FILE_ID, str(CARE), "outstanding", *person)
    events = event_types(world)
    world.server.site.files[FILE_ID] = render(worse)
    for days in (1, 2):
        assert poll_on(world, days) == events
        problems = " ".join(run_in(world, "problems").stdout.split())
        assert "Ofsted has replaced the file since a person confirmed “outstanding”" in problems
    run_in(world, "confirm", FILE_ID, str(CARE), *person)
    assert event_types(world) == [*events, ("Aldermere", "correction")]
    assert "No open problems" in run_in(world, "problems").stdout


@pytest.mark.parametrize("end", ["confirmed", "put back", "listed so"])
def test_a_file_replaced_by_a_document_about_another_inspection_needs_review_until_settled(
    world: World, end: str
) -> None:
    reports = {report.file_id: report.document for report in sample_history().reports}
    visit = reports["99000102"]
    assert isinstance(visit, SampleLetter)
    days = (Period(start=DAY - timedelta(days=20), end=DAY - timedelta(days=19)),)
    letter = visit.model_copy(update={"letter_date": DAY - timedelta(days=5), "periods": days})
    files = world.server.site.files
    first = files[FILE_ID]
    world.fill()
    events = poll_on(world, 0)
    files[FILE_ID] = render(letter)
    for day in (1, 2):
        assert poll_on(world, day) == events
        assert "a document about another inspection" in run_in(world, "problems").stdout
        assert read_now(world).kind == Kind.INSPECTION, "what was read before counts"
    if end == "put back":
        files[FILE_ID] = first
    elif end == "listed so":
        listings = world.server.site.listings
        [entry] = [entry for entry in listings if entry.file_id == FILE_ID]
        listings[listings.index(entry)] = replace(entry, inspection_start=days[0].start)
        for day in (3, 4):
            assert poll_on(world, day) == events
            assert "a document about another inspection" in run_in(world, "problems").stdout
    if end != "put back":
        run_in(world, "confirm", FILE_ID, "document", "--who", "Jo", "--why", "seen")
    assert poll_on(world, 5) == events
    assert "No open problems" in run_in(world, "problems").stdout
    assert (read_now(world).kind == Kind.INSPECTION) is (end != "listed so")


def test_a_file_replaced_by_that_of_another_council_is_not_said_to_be_unreadable(
    world: World,
) -> None:
    files = world.server.site.files
    world.fill()
    events = poll_on(world, 0)
    reports = {report.file_id: report for report in sample_history().reports}
    own = reports[FILE_ID].authority
    files[FILE_ID] = files[next(id_ for id_, one in reports.items() if one.authority != own)]
    assert poll_on(world, 1) == events
    problems = run_in(world, "problems").stdout
    assert "the site now has a document about another council for it" in problems
    assert "cannot be read" not in problems


def read_now(world: World) -> Reading:
    """What the report says now."""
    with world.app() as app, app.database.read() as session:
        report = session.scalars(select(Report).where(Report.file_id == FILE_ID)).one()
        return facts.reading_of(report)


def poll_on(world: World, days: int) -> list[tuple[str, str]]:
    """Check every page some days after the first poll, and return all events."""
    world.move_to(DAY + timedelta(days=days))
    with without_feeds(), world.app() as app:
        poll(app, full=True)
    return event_types(world)


def test_a_file_that_was_not_asked_for_waits_without_a_failed_try(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        found = discover(app, begin_poll(app, full=False))
        app.site.client.pace = replace(app.site.client.pace, patience=0.0)
        outcomes = ingest(app, found.report_ids)
        with app.database.read() as session:
            tries = [session.get_one(Report, one.report_id).tries for one in outcomes]
    assert tries == [0, 0, 0]
    assert all(one.needs_review and one.state == ReportState.LISTED for one in outcomes)


def test_a_document_that_no_longer_exists_needs_no_review(world: World) -> None:
    del world.server.site.files["99000101"]
    with world.app() as app:
        result = poll(app)
        with app.database.read() as session:
            report = session.scalars(select(Report).where(Report.file_id == "99000101")).one()
    assert report.state == ReportState.MISSING
    assert not any(o.needs_review for o in result.reports if o.report_id == report.id)


@pytest.mark.parametrize("is_removed", [True, False])
def test_the_same_file_under_a_new_id_is_a_silent_version(world: World, is_removed: bool) -> None:
    """In each later poll too, and whether or not the site still has it under the old id."""
    world.fill()
    world.move_to(DAY)
    world.server.faults.add("status=503@/v1/file/99000104")
    with world.app() as app:
        poll(app)
        world.server.faults.clear()  # read at the second try: later polls ask for it last
        poll(app)
    before = event_types(world)
    messages = len(world.slack.messages)
    site = world.server.site
    one = next(entry for entry in site.listings if entry.file_id == "99000104")
    site.listings.append(replace(one, file_id="99000997", published=DAY + timedelta(days=2)))
    site.files["99000997"] = site.files["99000104"]
    if is_removed:
        site.listings.remove(one)
        del site.files["99000104"]
    world.move_to(DAY + timedelta(days=2))
    with without_feeds(), world.app() as app:
        assert poll(app).found.new_reports == 1
        for _ in range(2):
            assert not poll(app).needs_review
        with app.database.read() as session:
            states = {one.file_id: one.state for one in session.scalars(select(Report))}
    assert (states["99000104"], states["99000997"]) == (ReportState.READ, ReportState.READ)
    assert event_types(world) == before
    assert len(world.slack.messages) == messages


class Poisoned:
    """A reader whose reading of one file holds what no database takes."""

    def __init__(self, reader: ReaderPool, name: str, poison: str) -> None:
        self.reader, self.name, self.poison = reader, name, poison
        self.ended = False

    def read_many(self, files: Iterable[Path | NamedFile]) -> Iterator[Reading]:
        for reading in self.reader.read_many(files):
            if reading.file == self.name:
                area = ImprovementArea(text=self.poison, heading="What needs to improve")
                yield reading.model_copy(update={"improvement_areas": (area,)})
            else:
                yield reading

    def end_processes(self) -> None:
        self.reader.end_processes()
        self.ended = True


@pytest.mark.parametrize(
    ("url", "poison"),
    [
        (None, "half a \ud800 sign"),
        pytest.param("postgres", "half a \ud800 sign", marks=pytest.mark.postgres),
        pytest.param("postgres", "a \x00 in it", marks=pytest.mark.postgres),
    ],
)
def test_a_report_that_the_database_refuses_fails_alone(
    world: World, url: str | None, poison: str, request: pytest.FixtureRequest
) -> None:
    more = {"WATCH_DATABASE_URL": request.getfixturevalue("postgres_schema")} if url else {}
    with world.app(**more) as app:
        reader = Poisoned(app.reader, "99000101.pdf", poison)
        result = poll(replace(app, reader=reader))  # type: ignore[arg-type]
        assert reader.ended, "processes that wait take memory"
        with app.database.read() as session:
            counted = watch_status.counts(session)["reports"]
    assert counted == {"read": 21, "fetched": 1}
    (failed,) = [one for one in result.reports if one.state == ReportState.FETCHED]
    assert all(problem.isprintable() for problem in failed.problems)
