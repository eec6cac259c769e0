"""Polls of the sample site: what is found, sent, held, and left for later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from alerts.outbox.deliveries import release
from demo.documents import SampleLetter, SampleReport, render
from demo.sample import sample_history
from flows.pipeline.deliver import deliver
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.ingest import ingest
from flows.pipeline.poll import poll
from reports.model import Period
from storage import history
from storage.models import Delivery, DeliveryState, MuteKind, Poll, PollOutcome, Report
from storage.mutes import add_mute
from tests.flows.poll.conftest import DAY, event_types
from tests.flows.world import World, without_feeds


def test_the_first_poll_is_silent(world: World) -> None:
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == result.found.silent == 22
    assert event_types(world) == []
    assert world.slack.messages == ()
    assert world.mailbox.mails == ()


def test_history_whose_date_is_mistyped_is_not_sent_by_the_first_poll(world: World) -> None:
    site = world.server.site
    old = site.listings[0]
    site.listings[0] = replace(old, published=date(2062, 6, 30), listed_from=old.published)
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == result.found.silent == 22
    assert event_types(world) == []


def test_new_reports_are_sent_the_same_day_once(world: World) -> None:
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


def list_another(world: World, file_id: str, **more: date) -> None:
    """Let the site list a report of the day a second time, under this number."""
    site = world.server.site
    one = next(entry for entry in site.listings if entry.published == DAY)
    site.listings.append(replace(one, file_id=file_id, **more))
    site.files[file_id] = site.files[one.file_id]


def test_a_second_report_of_the_same_day_is_found_by_a_later_poll(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    list_another(world, "99000999")
    with world.app(WATCH_NOW=f"{DAY}T15:00:00+00:00") as app:
        assert poll(app).found.new_reports == 1


def test_a_machine_that_is_off_whenever_a_full_poll_is_due_misses_no_report(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    list_another(world, "99000999")
    kinds = []
    for days in range(1, 5):
        world.move_to(DAY + timedelta(days=days))
        with world.app() as app:
            kinds.append(str(poll(app).found.kind))
            with app.database.read() as session:
                second = session.scalar(select(Report.state).where(Report.file_id == "99000999"))
    assert kinds == ["quick", "quick", "full", "quick"]
    assert second == "read"


def test_a_back_dated_report_is_found_by_the_full_poll(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    list_another(world, "99000998", published=date(2025, 1, 15), listed_from=DAY)
    with world.app() as app:
        assert poll(app).found.new_reports == 0
        assert poll(app, full=True).found.new_reports == 1


def test_history_that_a_page_did_not_show_in_the_first_poll_is_not_sent(world: World) -> None:
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
            # The event compares with the inspection that the first poll did not show.
            assert change.detail["earlier"]["published"] == "2023-04-14"


def test_suspiciously_many_reports_are_held_until_an_operator_releases_them(world: World) -> None:
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


def test_what_compares_a_report_with_one_that_is_held_is_held_too(world: World) -> None:
    """Two visits after the inspection raise its areas again, the second also after the first."""
    reports = {report.file_id: report.document for report in sample_history().reports}
    new = {report.file_id: report.document for report in sample_history().new_reports}
    visit, inspection = reports["99000102"], new["99000104"]
    assert isinstance(visit, SampleLetter)
    assert isinstance(inspection, SampleReport)
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        poll(app)
    site = world.server.site
    [listed] = [entry for entry in site.listings if entry.file_id == "99000102"]
    for days, file_id in ((1, "99000198"), (2, "99000199")):
        day = DAY + timedelta(days=days)
        began = day - timedelta(days=60 - 10 * days)
        letter = visit.model_copy(
            update={
                "letter_date": day,
                "periods": (Period(start=began, end=began + timedelta(days=1)),),
                "improvements": inspection.improvements[days - 1 : days + 1],
            }
        )
        site.files[file_id] = render(letter)
        entry = replace(listed, file_id=file_id, published=day, inspection_start=began)
        site.listings.append(entry)
        world.move_to(day)
        with world.app(WATCH_HOLD_OVER="2") as app:
            assert not poll(app).found.held
    assert event_types(world)[-4:] == 2 * [
        ("Aldermere", "theme_repeat"),
        ("Aldermere", "new_report"),
    ]
    assert world.slack.messages == ()


def test_no_report_stays_held_where_no_message_is_held(world: World) -> None:
    """The site gives its reports new numbers: nothing in them is an event."""
    world.fill()
    site = world.server.site
    for number, entry in enumerate(list(site.listings)):
        if entry.published < sample_history().first_poll:
            file_id = f"9900{number:04}9"
            site.files[file_id] = site.files[entry.file_id]
            site.listings.append(replace(entry, file_id=file_id))
    with world.app(WATCH_HOLD_OVER="2") as app:
        result = poll(app, full=True)
        assert result.found.new_reports > 2
        assert not result.found.held
        with app.database.read() as session:
            assert session.scalars(select(Delivery)).all() == []
            assert session.scalars(select(Report).where(Report.held)).all() == []
            assert session.scalars(select(Poll).where(Poll.held)).all() == []


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


def test_an_interrupted_poll_goes_on_where_it_stopped(world: World) -> None:
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


def test_a_clock_that_is_wrong_opens_no_gap(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_NOW="2031-01-01T13:00:00+00:00") as app:
        assert poll(app).found.new_reports == 3


def test_what_was_read_while_the_clock_was_far_behind_is_sent_when_it_is_right(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app(WATCH_NOW="1999-01-01T13:00:00+00:00") as app:
        assert poll(app).needs_review
    with world.app() as app:
        poll(app)
    assert ("Aldermere", "grade_change") in event_types(world)


def test_every_poll_is_on_record(world: World) -> None:
    world.fill()
    with world.app() as app, app.database.read() as session:
        looks = session.scalars(select(Poll)).all()
    assert [(look.outcome in (PollOutcome.GOOD, PollOutcome.PROBLEMS)) for look in looks] == [True]
    assert looks[0].requests > 0
    assert looks[0].listed_at is not None


def test_what_a_cut_off_poll_had_listed_is_not_called_nothing_new(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
        result = poll(app)
    assert (result.found.new_reports, result.caught_up) == (0, 3)
    assert "3 reports from an earlier check now read" in result.summary


def test_a_new_report_that_cannot_be_read_does_not_hide_one_from_an_earlier_check(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    site = world.server.site
    late = [entry for entry in site.listings if entry.file_id == "99000204"]
    site.listings = [entry for entry in site.listings if entry not in late]
    with world.app() as app:
        discover(app, begin_poll(app, full=False))
        site.listings += late
        site.files["99000204"] = b"not a report"
        result = poll(app)
    assert (result.found.new_reports, result.caught_up) == (1, 2)
