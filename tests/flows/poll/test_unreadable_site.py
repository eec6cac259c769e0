"""Polls of a site that cannot be read as expected: nothing is concluded from it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from demo.site import SiteListing
from flows.pipeline.discover import FEW_PAGES, begin_poll, discover
from flows.pipeline.poll import poll
from flows.pipeline.results import ReportOutcome
from scrapers.errors import LayoutChanged, SiteError
from storage import watch_status
from storage.models import Poll, PollOutcome, Report
from tests.flows.poll.conftest import DAY
from tests.flows.world import World


def test_a_site_with_another_layout_is_an_error_and_not_an_empty_result(world: World) -> None:
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
    asked = sum(path.startswith("/provider") for path in world.server.paths)
    assert asked == FEW_PAGES + 1


def test_pages_that_list_less_than_half_of_their_reports_withdraw_none(world: World) -> None:
    world.fill()
    site = world.server.site
    newest = {entry.urn: entry.file_id for entry in sorted(site.listings, key=by_publication)}
    site.listings = [entry for entry in site.listings if entry.file_id in newest.values()]
    notes = set()
    for days in range(4):
        world.move_to(DAY + timedelta(days=days))
        with world.app() as app:
            notes.update(note.sentence for note in poll(app, full=True).found.notes)
            with app.database.read() as session:
                withdrawn = select(Report.file_id).where(Report.withdrawn_at.is_not(None))
                assert session.scalars(withdrawn).all() == []
    [note] = notes
    assert "reports are missing from the pages that listed them" in note


def test_a_page_that_lists_none_of_its_reports_withdraws_none(world: World) -> None:
    world.fill()
    site = world.server.site
    [(urn, before), *_] = Counter(entry.urn for entry in site.listings).most_common()
    site.listings = [entry for entry in site.listings if entry.urn != urn]
    notes = set()
    for days in range(-1, 3):
        world.move_to(DAY + timedelta(days=days))
        with world.app() as app:
            found = poll(app, full=True).found
        assert found.withdrawn == ()
        notes.update(note.sentence for note in found.notes)
    [note] = notes
    assert before > 1
    assert "the page lists none of the" in note


def by_publication(listing: SiteListing) -> date:
    return listing.published


def test_two_pages_that_cannot_be_read_hold_up_no_report_on_another(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    for urn in ("99002", "99003"):
        world.server.faults.add(f"status=404@/provider/44/{urn}")
    with world.app() as app:
        result = poll(app)
        assert [report.authority for report in result.reports] == ["Aldermere"]
        with app.database.read() as session:
            [last] = watch_status.last_polls(session, count=1)
    assert last.listed_at is None, "the next poll searches from the same day"
    assert len(world.slack.messages) == 1


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


def test_a_file_that_would_need_a_long_pause_holds_up_no_other_report_nor_the_next_poll(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.faults.add("busy=600@/v1/file*1")
    with world.app() as app:
        assert sorted(bool(outcome.events) for outcome in poll(app).reports) == [False, True, True]
    with world.app() as app:
        [outcome] = poll(app).reports
        assert outcome.events
