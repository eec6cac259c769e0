"""What was in doubt, and a newer version of the program is certain of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.documents import SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.app import App
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.backfill_results import BackfillResult
from flows.pipeline.deliver import deliver
from flows.pipeline.poll import poll
from flows.pipeline.reread import reread_outdated
from reports.model import Grade, Problem, Reading
from reports.problems import ProblemCode
from reports.sandbox.pool import NamedFile, ReaderPool
from storage.models import Event, Poll
from tests.flows.world import World, open_world, run_in, without_feeds

DAY = sample_history().demo_day
NEW, EARLIER, CORRECTED = "99000104", "99000103", "99000999"
"""Reports of Aldermere: the new one of that day, the inspection before, and a correction."""

Change = Callable[[Reading], Reading]


class OlderReader:
    """The reader as an older version of the program had it: it made something else of a file."""

    def __init__(self, reader: ReaderPool, file_id: str, change: Change) -> None:
        self.reader, self.name, self.change = reader, f"{file_id}.pdf", change

    def read_many(self, files: Iterable[Path | NamedFile]) -> Iterator[Reading]:
        for reading in self.reader.read_many(files):
            yield self.change(reading) if reading.file == self.name else reading

    def end_processes(self) -> None:
        self.reader.end_processes()


def in_doubt(code: ProblemCode) -> Change:
    problem = Problem(code=code, message="In doubt for the older reader.", page=1)
    return lambda reading: reading.with_problem(problem)


def as_before(reading: Reading) -> Reading:
    """A reading that is certain, with the grades of the report before: none changes."""
    [document] = [r.document for r in sample_history().reports if r.file_id == EARLIER]
    assert isinstance(document, SampleReport)
    grades = document.grades
    rows = [row.model_copy(update={"grade": grades[row.judgement]}) for row in reading.judgements]
    return reading.model_copy(update={"judgements": tuple(rows)})


GRADES, AREAS = in_doubt(ProblemCode.GRADE_UNCONFIRMED), in_doubt(ProblemCode.AREAS_UNCLEAR)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def more(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of the database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return {}
    return {"WATCH_DATABASE_URL": request.getfixturevalue("postgres_schema")}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site before its first poll. Aldermere's next report falls to Inadequate."""
    site = sample_site(today=DAY - timedelta(days=1))
    site.files[NEW] = render(graded(Grade.INADEQUATE))
    with open_world(site, tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def graded(grade: Grade) -> SampleReport:
    [document] = [r.document for r in sample_history().new_reports if r.file_id == NEW]
    assert isinstance(document, SampleReport)
    return document.model_copy(update={"grades": dict.fromkeys(document.grades, grade)})


def check(
    world: World, more: dict[str, str], *, days: int, file_id: str = NEW, change: Change | None
) -> None:
    """Check every page, with a reader that reads a file otherwise, or with the present one."""
    world.move_to(DAY + timedelta(days=days))
    with world.app(**more) as app:
        if change is not None:
            reader = OlderReader(app.reader, file_id, change)
            app = replace(app, reader=reader)  # type: ignore[arg-type]
        with without_feeds():
            poll(app, full=True)


def events(world: World, more: dict[str, str]) -> list[tuple[str, str]]:
    """The type and file of each event about Aldermere."""
    with world.app(**more) as app, app.database.read() as session:
        return [
            (event.type, event.report.file_id)
            for event in session.scalars(select(Event).order_by(Event.id))
            if event.report and event.authority.key == "aldermere"
        ]


def after_update(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Sequence[tuple[str, str]]:
    """Read all again with a newer version, in each way and twice. The events that are new."""
    before = events(world, more)
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    with world.app(**more) as app:
        for _ in range(2):
            reread_outdated(app)
            reparse(app)
    return events(world, more)[len(before) :]


def reparse(app: App) -> BackfillResult:
    """Read all about Aldermere again, as `backfill --reparse` does."""
    request = BackfillRequest(authorities=("Aldermere",), reparse=True, dry_run=False)
    return run_backfill(app, plan_backfill(app, request))


def fall_in_doubt(world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the older reader doubt the fall, and let a newer one come. The messages so far."""
    with (world.folder / "watch.yaml").open("a") as file:
        file.write("operators: {channels: [mail]}\n")
    check(world, more, days=-1, change=None)
    check(world, more, days=0, change=GRADES)
    assert events(world, more) == [("new_report", NEW)]
    monkeypatch.setattr("flows.pipeline.reread.READER_VERSION", 10_000)
    return len(world.slack.messages)


def release_in(world: World, more: dict[str, str], *options: str) -> str:
    return run_in(world, "release", *options, **more).stdout


FALL = "falls from Good to Inadequate"


def test_a_fall_that_a_newer_reader_is_certain_of_is_held_until_it_is_released(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a fault of the newer reader: the operators look at it first."""
    messages = fall_in_doubt(world, more, monkeypatch)
    for days in (1, 2):
        world.move_to(DAY + timedelta(days=days))
        with world.app(**more) as app:
            result = poll(app, full=True)
            assert (result.found.held, result.needs_review) == (days == 1, days == 1)
            assert ("Messages are held" in result.summary) == (days == 1)
            with app.database.read() as session:
                assert session.get_one(Poll, result.found.poll_id).held == (days == 1)
    assert len(world.slack.messages) == messages
    assert "held: run" in " ".join(run_in(world, "status", **more).stdout.split())
    assert "Messages are held" in " ".join(world.mailbox.mails[-1].text.split())

    release_in(world, more)
    [message] = world.slack.messages[messages:]
    assert FALL in message.text
    assert "problem is resolved" in world.mailbox.mails[-1].subject
    assert "held" not in run_in(world, "status", **more).stdout


def test_a_report_that_was_public_stays_on_pages_while_messages_about_it_are_held(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fall_in_doubt(world, {}, monkeypatch)
    check(world, {}, days=1, change=None)
    run_in(world, "publish", "--to", str(tmp_path / "site"))
    assert (tmp_path / "site" / "reports" / NEW / "index.html").is_file()
    run_in(world, "export", "--format", "json", "--to", str(tmp_path / "tables"))
    told = {row["type"] for row in rows_about(NEW, tmp_path / "tables" / "events.json")}
    assert rows_about(NEW, tmp_path / "tables" / "reports.json")
    assert told == {"new_report"}, "what is held is not told here either"
    feed = tmp_path / "site" / "feeds" / "subscription-everything.xml"
    assert NEW in feed.read_text("utf-8")
    assert FALL not in feed.read_text("utf-8")


def rows_about(file_id: str, table: Path) -> list[dict[str, object]]:
    """The rows of an exported table about a report."""
    rows = json.loads(table.read_text("utf-8"))
    return [row for row in rows if row["report"] == file_id]


@pytest.mark.parametrize("change", ["withdrawn", "correction"])
def test_a_change_is_held_for_those_who_have_only_held_messages_about_the_report(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    with (world.folder / "watch.yaml").open("a") as file:
        for name, wanted in (("Falls", "grade_change"), ("All", "new_report")):
            file.write(
                f"  - {{name: {name}, authorities: {{all: true}}, channels: [slack],"
                f" when: now, events: [{wanted}, {change}]}}\n"
            )
    fall_in_doubt(world, more, monkeypatch)
    check(world, more, days=1, change=None)
    messages = len(world.slack.messages)
    site = world.server.site
    if change == "withdrawn":
        site.listings = [entry for entry in site.listings if entry.file_id != NEW]
    else:
        site.files[NEW] = render(graded(Grade.REQUIRES_IMPROVEMENT))
    for days in (2, 3, 4):
        check(world, more, days=days, change=None)
    assert (change, NEW) in events(world, more)
    sent = [message.visible_text() for message in world.slack.messages[messages:]]
    assert any("· All ·" in text for text in sent)
    assert not any("· Falls ·" in text for text in sent)

    release_in(world, more)
    later = [message.visible_text() for message in world.slack.messages[messages + len(sent) :]]
    assert sum("· Falls ·" in text for text in later) == 2


def test_a_fall_that_is_dropped_is_never_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = fall_in_doubt(world, {}, monkeypatch)
    check(world, {}, days=1, change=None)
    assert "dropped" in release_in(world, {}, "--drop")
    check(world, {}, days=2, change=None)
    assert len(world.slack.messages) == messages


def test_a_fall_that_a_newer_reader_is_certain_of_is_sent_at_once_where_nothing_is_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = {"WATCH_HOLD_OVER": "0"}
    messages = fall_in_doubt(world, more, monkeypatch)
    check(world, more, days=1, change=None)
    [message] = world.slack.messages[messages:]
    assert FALL in message.text


@pytest.mark.parametrize("when", ["now", "weekly"])
def test_a_backfill_that_reads_again_holds_messages_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    config = world.folder / "watch.yaml"
    config.write_text(config.read_text().replace("when: now", f"when: {when}"))
    # Not urgent: nothing of it is in a message before the digest.
    world.server.site.files[NEW] = render(graded(Grade.REQUIRES_IMPROVEMENT))
    messages = fall_in_doubt(world, {}, monkeypatch)
    with world.app() as app:
        result = reparse(app)
        assert (result.queued, result.held, result.needs_review) == (0, True, True)
        assert "0 messages queued; messages are held until you release them." in result.summary
        again = reparse(app)
        assert not again.held, "nothing is new"
        deliver(app)
    assert len(world.slack.messages) == messages
    assert "Messages are held" in " ".join(world.mailbox.mails[-1].text.split())


def test_a_reading_that_failed_in_its_run_is_read_again_without_a_hold(
    world: World,
) -> None:
    """Nothing was read otherwise before. The site's file is tried again, and so are originals."""
    check(world, {}, days=-1, change=None)
    check(world, {}, days=0, change=in_doubt(ProblemCode.READER_STOPPED))
    assert ("grade_change", NEW) not in events(world, {})
    messages = len(world.slack.messages)
    with world.app() as app:
        assert not reparse(app).held
        deliver(app)
    [message] = world.slack.messages[messages:]
    assert FALL in message.text


def publish_correction(world: World, grade: Grade) -> None:
    """Let Ofsted publish the report of that day again the day after, with other grades."""
    site = world.server.site
    [listed] = [entry for entry in site.listings if entry.file_id == NEW]
    site.listings.append(replace(listed, file_id=CORRECTED, published=DAY + timedelta(days=1)))
    site.files[CORRECTED] = render(graded(grade))


def test_a_correction_under_a_new_number_that_was_in_doubt_is_sent_once_it_is_certain(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(world, more, days=-1, change=None)
    check(world, more, days=0, change=None)
    publish_correction(world, Grade.GOOD)
    check(world, more, days=1, file_id=CORRECTED, change=GRADES)
    assert after_update(world, more, monkeypatch) == [("correction", CORRECTED)]


def test_a_correction_of_a_report_whose_messages_are_held_is_held_too(world: World) -> None:
    """It says what the held report said, which recipients do not know yet."""
    more = {"WATCH_HOLD_OVER": "1"}
    check(world, more, days=-1, change=None)
    check(world, more, days=0, change=None)
    publish_correction(world, Grade.GOOD)
    check(world, more, days=1, change=None)
    assert events(world, more)[-1] == ("correction", CORRECTED)
    assert world.slack.messages == ()
    release_in(world, more)
    assert "corrected" in " ".join(message.text for message in world.slack.messages).casefold()


def test_a_fall_is_sent_once_a_newer_reader_is_certain_of_the_report_before(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(world, more, days=-1, file_id=EARLIER, change=GRADES)
    check(world, more, days=0, change=None)
    assert ("grade_change", NEW) not in events(world, more)
    assert ("grade_change", NEW) in after_update(world, more, monkeypatch)


def test_what_was_certain_before_stays_silent_although_a_newer_reader_reads_it_otherwise(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(world, more, days=-1, change=None)
    check(world, more, days=0, change=as_before)
    assert ("grade_change", NEW) not in events(world, more)
    assert after_update(world, more, monkeypatch) == []


def test_doubt_about_areas_releases_no_grades_that_were_certain_before(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(world, more, days=-1, change=None)
    check(world, more, days=0, change=lambda reading: AREAS(as_before(reading)))
    assert "grade_change" not in dict(after_update(world, more, monkeypatch))


def test_history_that_was_in_doubt_stays_silent_once_it_is_certain(
    world: World, more: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(world, more, days=-1, file_id=EARLIER, change=GRADES)
    assert after_update(world, more, monkeypatch) == []
    assert not world.slack.messages
