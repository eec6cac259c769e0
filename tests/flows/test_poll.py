"""Looks at the sample site: what is found, told, held, and left for later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.outbox.deliveries import release
from demo.documents import SampleReport, render
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.deliver import deliver
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.ingest import ingest
from flows.pipeline.poll import poll
from flows.pipeline.results import ReportOutcome
from reports.model import Grade, ImprovementArea, Judgement, Reading
from reports.sandbox.pool import NamedFile, ReaderPool
from scrapers.errors import LayoutChanged, SiteError
from storage import history, watch_status
from storage.models import Delivery, DeliveryState, MuteKind, Poll, PollOutcome, Report, ReportState
from storage.mutes import add_mute
from tests.flows.world import World, open_world, without_feeds

FILL = sample_history().first_fill
DAY = sample_history().demo_day


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on the day of the first fill, nothing stored yet."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def event_types(world: World) -> list[tuple[str, str]]:
    with world.app() as app, app.database.read() as session:
        return [(event.authority.short, str(event.type)) for event in history.events(session)]


def test_the_first_fill_is_silent(world: World) -> None:
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == result.found.silent == 22
    assert event_types(world) == []
    assert world.slack.messages == ()
    assert world.mailbox.mails == ()


def test_new_reports_are_told_the_same_day_once(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        first = poll(app)
        second = poll(app)
    assert first.found.new_reports == 3
    assert second.found.new_reports == 0
    assert event_types(world) == [
        ("Aldermere", "grade_change"),
        ("Aldermere", "theme_repeat"),
        ("Aldermere", "new_report"),
        ("Brackenshire", "grade_change"),
        ("Brackenshire", "first_grade"),
        ("Brackenshire", "new_report"),
        ("Castlebourne", "grade_change"),
        ("Castlebourne", "new_report"),
    ]
    [message], [mail] = world.slack.messages, world.mailbox.mails
    for name in ("Aldermere", "Brackenshire", "Castlebourne"):
        assert name in message.visible_text()
        assert name in mail.text


def test_a_poll_says_how_many_messages_were_muted(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with without_feeds(), world.app() as app:
        with app.database.write() as session:
            add_mute(
                session,
                kind=MuteKind.AUTHORITY,
                target="aldermere",
                until=DAY,
                who="Jo",
                why="known",
                now=app.settings.instant(),
            )
        result = poll(app)
    assert "2 messages were muted." in result.summary  # by Slack and by email
    [muted] = [report for report in result.reports if report.muted]
    assert (muted.authority, muted.queued) == ("Aldermere", 0)


def test_a_quiet_poll_is_one_request(world: World) -> None:
    world.fill()
    world.server.forget_requests()
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == 0
    assert len(world.server.paths) == 1
    assert "latest_report_date_start" in world.server.paths[0]


def test_a_second_report_of_the_same_day_is_found_by_a_later_poll(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    site = world.server.site
    one = next(entry for entry in site.listings if entry.published == DAY)
    site.listings.append(replace(one, file_id="99000999"))
    site.files["99000999"] = site.files[one.file_id]
    with world.app(WATCH_NOW=f"{DAY}T15:00:00+00:00") as app:
        assert poll(app).found.new_reports == 1


def test_a_back_dated_report_is_found_by_the_full_poll(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    site = world.server.site
    template = next(entry for entry in site.listings if entry.published == DAY)
    late = replace(template, file_id="99000998", published=date(2025, 1, 15), listed_from=DAY)
    site.listings.append(late)
    site.files[late.file_id] = site.files[template.file_id]
    with world.app() as app:
        assert poll(app).found.new_reports == 0
        assert poll(app, full=True).found.new_reports == 1


def test_history_that_a_page_did_not_show_in_the_first_fill_is_not_told(world: World) -> None:
    site = world.server.site
    whole = list(site.listings)
    site.listings = [entry for entry in whole if entry.file_id != "99000103"]
    with world.app() as app:
        poll(app)
    site.listings = whole
    with world.app() as app:
        assert poll(app, full=True).found.new_reports == 1
    assert event_types(world) == []
    assert world.slack.messages == ()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
        with app.database.read() as session:
            [change] = [
                event
                for event in history.events(session)
                if (event.authority.short, str(event.type)) == ("Aldermere", "grade_change")
            ]
            # The event compares with the inspection that the first fill did not show.
            assert change.detail["earlier"]["published"] == "2023-04-14"


def test_suspiciously_much_is_held_until_somebody_releases_it(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        result = poll(app)
        assert result.found.held
        assert result.needs_review
        assert world.slack.messages == ()
        with app.database.read() as session:
            states = set(session.scalars(select(Delivery.state)))
        assert states == {DeliveryState.HELD}
        with app.database.write() as session:
            assert release(session, drop=False, now=app.settings.instant()) == 2
        deliver(app)
    assert len(world.slack.messages) == 1


def test_dropped_messages_are_never_sent(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        poll(app)
        with app.database.write() as session:
            release(session, drop=True, now=app.settings.instant())
        deliver(app)
    assert world.slack.messages == ()
    assert world.mailbox.mails == ()


def test_an_interrupted_look_goes_on_where_it_stopped(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        found = discover(app, begin_poll(app, full=False))
        ingest(app, found.report_ids[:1])
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == 0
    assert len(result.reports) == 2
    assert len(world.slack.messages) == 1


def test_a_site_with_another_layout_is_an_error_and_not_no_news(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.site.quirks.renamed_classes = {"search-result": "result-card"}
    with world.app() as app:
        with pytest.raises(LayoutChanged):
            poll(app)
        with app.database.read() as session:
            last = watch_status.last_polls(session, count=1)[0]
    assert last.outcome == PollOutcome.FAILED
    assert last.error
    world.server.site.quirks.renamed_classes = {}
    with world.app() as app:
        assert poll(app).found.new_reports == 3


def test_a_site_that_shrinks_to_nothing_proves_nothing(world: World) -> None:
    world.fill()
    gone = world.server.site.authorities[:4]
    del world.server.site.authorities[:4]
    with world.app() as app, pytest.raises(SiteError):
        poll(app, full=True)
    world.server.site.authorities.extend(gone)


def test_a_search_without_any_of_the_known_reports_proves_nothing(world: World) -> None:
    world.fill()
    listings, world.server.site.listings = world.server.site.listings, []
    with world.app() as app, pytest.raises(SiteError, match="plausible"):
        poll(app)
    world.server.site.listings = listings
    with world.app() as app:
        assert poll(app).found.new_reports == 0


def test_a_site_that_refuses_its_pages_is_not_asked_for_all_of_them(world: World) -> None:
    world.fill()
    world.server.forget_requests()
    world.server.faults.add("status=401@/provider")
    with world.app() as app, pytest.raises(SiteError):
        poll(app, full=True)
    assert sum(path.startswith("/provider") for path in world.server.paths) == 2


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


def test_a_new_document_that_is_not_there_yet_needs_a_person_and_is_told_when_it_is(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.faults.add("status=404@/v1/file/99000104")
    with world.app() as app:
        assert poll(app).needs_review
        with app.database.read() as session:
            assert [one.file_id for one in watch_status.stuck_reports(session)] == ["99000104"]
    assert ("Aldermere", "grade_change") not in event_types(world)
    world.server.faults.clear()
    with world.app() as app:
        assert not poll(app).needs_review
    assert ("Aldermere", "grade_change") in event_types(world)


def test_a_report_for_which_the_site_sent_an_older_file_is_told_when_it_sends_the_right_one(
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


def test_a_damaged_file_is_told_when_a_whole_one_lies_there(world: World) -> None:
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
    told = event_types(world)
    assert ("Aldermere", "grade_change") in told
    assert len(told) == len(set(told))


def test_a_file_that_is_replaced_under_its_number_is_told_as_a_correction_once(
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


def test_a_document_that_no_longer_exists_needs_nobody(world: World) -> None:
    del world.server.site.files["99000101"]
    with world.app() as app:
        result = poll(app)
        with app.database.read() as session:
            report = session.scalars(select(Report).where(Report.file_id == "99000101")).one()
    assert report.state == ReportState.MISSING
    assert not any(o.needs_review for o in result.reports if o.report_id == report.id)


def test_a_report_listed_under_the_wrong_authority_raises_no_grade(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    files = world.server.site.files
    files["99000104"], files["99000204"] = files["99000204"], files["99000104"]
    with world.app() as app:
        result = poll(app)
    assert result.needs_review
    assert ("Aldermere", "grade_change") not in event_types(world)
    assert ("Brackenshire", "grade_change") not in event_types(world)
    problems = [problem for report in result.reports for problem in report.problems]
    assert any("lists it under Aldermere" in problem for problem in problems)


def test_a_report_listed_under_two_authorities_is_told_as_of_the_one_that_it_is_about(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    site = world.server.site
    one = next(entry for entry in site.listings if entry.file_id == "99000204")
    site.listings.append(replace(one, urn="99001"))  # Aldermere, which is opened first
    with world.app() as app:
        assert poll(app).needs_review
    assert ("Brackenshire", "grade_change") not in event_types(world)
    for _ in range(2):
        with world.app() as app:
            assert not poll(app).needs_review
    told = event_types(world)
    assert told.count(("Brackenshire", "grade_change")) == 1
    assert len(told) == len(set(told)), "nothing was told as of Aldermere but its own"


def test_an_authority_under_a_new_number_is_the_same_authority(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.site.quirks.moved = {"99001": "9990001"}
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == 3
    assert ("Aldermere", "grade_change") in event_types(world)


def test_a_clock_that_is_wrong_opens_no_gap(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_NOW="2031-01-01T13:00:00+00:00") as app:
        assert poll(app).found.new_reports == 3


def test_what_was_read_while_the_clock_was_far_behind_is_told_when_it_is_right(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_NOW="1999-01-01T13:00:00+00:00") as app:
        assert poll(app).needs_review
    with world.app() as app:
        poll(app)
    assert ("Aldermere", "grade_change") in event_types(world)


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


def test_every_look_is_on_record(world: World) -> None:
    world.fill()
    with world.app() as app, app.database.read() as session:
        looks = session.scalars(select(Poll)).all()
    assert [(look.outcome in (PollOutcome.GOOD, PollOutcome.PROBLEMS)) for look in looks] == [True]
    assert looks[0].requests > 0
    assert looks[0].listed_at is not None


def test_what_a_cut_off_look_had_listed_is_not_called_nothing_new(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
        result = poll(app)
    assert (result.found.new_reports, result.caught_up) == (0, 3)
    assert "3 reports from an earlier check now read" in result.summary


def test_a_search_that_fails_holds_up_nothing_found_before(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
    world.server.faults.add("slim_500@/search")
    outcomes = []
    with world.app() as app:

        def note(_: ReportOutcome) -> None:
            with app.database.read() as session:
                last = select(Poll.outcome).order_by(Poll.id.desc()).limit(1)
                outcomes.append(session.scalar(last))

        with pytest.raises(SiteError):
            poll(app, on_outcome=note)
        with app.database.read() as session:
            assert session.scalar(select(Poll.outcome).order_by(Poll.id.desc())) == "failed"
    assert outcomes == ["running"] * 3, "whoever delivers meanwhile waits for all of them"
    assert len(world.slack.messages) == 1


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
