"""Authority pages that do not open: what they hold up, and what comes of them when they open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.sample import REGISTER_FILE, sample_history, sample_site
from demo.site import Site, SiteAuthority, SiteListing
from flows.pipeline.poll import poll
from flows.pipeline.unopened_pages import TRIED_AT_MOST
from reports.register import Register
from storage import polls, unopened_pages
from storage.models import PollKind, Report
from storage.withdrawals import WITHDRAWN_AFTER_POLLS
from tests.flows.world import World, open_world, without_feeds

DAY = sample_history().demo_day
SHUT = "/provider/44/99002"  # Brackenshire
SECOND = "/provider/44/99902"
OLD_REPORTS = 3
ANOTHER = "/provider/44/99001"  # Aldermere


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on the day of the first poll; one authority's page does not open."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.server.faults.add(f"status=404@{SHUT}")
        with world.app() as app:
            poll(app)
        world.server.forget_requests()
        yield world


def with_a_second_page(site: Site) -> Site:
    """The site with a council's older reports on a page under its former URN."""
    [council] = [one for one in site.authorities if one.urn == "99002"]
    site.authorities.append(replace(council, urn="99902"))
    older = sorted((each for each in site.listings if each.urn == "99002"), key=_published)
    for listing in older[:OLD_REPORTS]:
        site.listings[site.listings.index(listing)] = replace(listing, urn="99902")
    return site


def _published(listing: SiteListing) -> date:
    return listing.published


def waiting(world: World) -> list[str]:
    with world.app() as app, app.database.read() as session:
        rows = unopened_pages.waiting_pages(session, now=app.settings.instant())
        return [row.authority.short for row in rows]


def test_one_page_does_not_make_every_poll_a_full_poll(world: World) -> None:
    with world.app() as app:
        result = poll(app)
    assert result.found.kind == PollKind.QUICK
    search, page = world.server.paths
    assert "latest_report_date_start" in search
    assert page == SHUT
    assert waiting(world) == ["Brackenshire"]
    assert any("Brackenshire: the page could not be read" in n.sentence for n in result.found.notes)
    assert result.needs_review


def test_a_page_that_opens_at_last_is_filled_in_silently(world: World) -> None:
    world.server.faults.clear()
    with world.app() as app:
        result = poll(app)
    assert result.found.kind == PollKind.QUICK
    assert result.found.new_reports == result.found.silent > 0
    assert waiting(world) == []
    assert world.slack.messages == ()


def test_what_was_published_while_its_page_did_not_open_is_an_event(world: World) -> None:
    world.move_to(DAY)
    with world.app() as app:
        poll(app)
    world.server.faults.clear()
    with world.app() as app:
        poll(app)
        with app.database.read() as session:
            of_it = select(Report).where(Report.authority.has(short="Brackenshire"))
            silent = {report.published: report.silent for report in session.scalars(of_it)}
    assert silent.pop(DAY) is False
    assert set(silent.values()) == {True}
    assert any("Brackenshire" in message.text for message in world.slack.messages)


def test_a_full_poll_tries_it_too(world: World) -> None:
    with world.app() as app:
        poll(app, full=True)
    assert world.server.paths.count(SHUT) == 1
    assert waiting(world) == ["Brackenshire"]


def test_a_page_that_was_open_before_leaves_a_gap(tmp_path: Path) -> None:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        with world.app() as app:
            poll(app)
            with app.database.read() as session:
                filled = polls.last_complete_poll(session, now=app.settings.instant())
        world.move_to(DAY)
        world.server.faults.add(f"status=404@{SHUT}")
        with world.app() as app:
            poll(app)
            with app.database.read() as session:
                assert polls.last_complete_poll(session, now=app.settings.instant()) == filled
        assert waiting(world) == []
        world.server.faults.clear()
        with world.app() as app:
            assert poll(app).found.new_reports == 1


def test_the_second_page_of_a_council_that_does_not_open_leaves_a_gap_for_a_day_only(
    tmp_path: Path,
) -> None:
    site = with_a_second_page(sample_site())
    with open_world(site, tmp_path, authorities=REGISTER_FILE) as world:
        world.server.faults.add(f"status=404@{SECOND}")
        for day, is_complete in ((0, False), (2, True)):
            world.move_to(DAY + timedelta(days=day))
            with world.app() as app:
                poll(app, full=True)
                with app.database.read() as session:
                    polled = polls.last_complete_poll(session, now=app.settings.instant())
            assert (polled is not None) is is_complete
        assert waiting(world) == ["Brackenshire"]
        world.server.faults.clear()
        with world.app() as app:
            poll(app)
        assert waiting(world) == []


def test_nothing_on_a_second_page_that_does_not_open_counts_as_withdrawn(tmp_path: Path) -> None:
    site = with_a_second_page(sample_site())
    with open_world(site, tmp_path, authorities=REGISTER_FILE, events="withdrawn") as world:
        with without_feeds(), world.app() as app:
            poll(app)
        world.server.faults.add(f"status=404@{SECOND}")
        for day in range(WITHDRAWN_AFTER_POLLS + 1):
            world.move_to(DAY + timedelta(days=day))
            with without_feeds(), world.app() as app:
                assert poll(app, full=True).found.withdrawn == ()
        assert world.slack.messages == ()


def test_a_second_page_that_never_opens_does_not_stop_the_withdrawal_of_reports_on_the_first(
    tmp_path: Path,
) -> None:
    site = with_a_second_page(sample_site())
    [gone] = [each for each in site.listings if each.urn == "99002"]
    with open_world(site, tmp_path, authorities=REGISTER_FILE, events="withdrawn") as world:
        world.server.faults.add(f"status=404@{SECOND}")
        for day in range(WITHDRAWN_AFTER_POLLS + 1):
            if day == 1:
                site.listings.remove(gone)
            world.move_to(DAY + timedelta(days=day))
            with without_feeds(), world.app() as app:
                result = poll(app, full=True)
        assert len(result.found.withdrawn) == 1


@pytest.mark.parametrize("days", [(-1,), (-3, -1)], ids=["before a complete poll", "after one"])
def test_old_reports_on_a_second_page_that_opens_late_are_history(
    tmp_path: Path, days: tuple[int, ...]
) -> None:
    site = with_a_second_page(sample_site())
    with open_world(site, tmp_path, authorities=REGISTER_FILE) as world:
        world.server.faults.add(f"status=404@{SECOND}")
        for day in days:  # the page does not wait until it has not opened for a day
            world.move_to(DAY + timedelta(days=day))
            with world.app() as app:
                poll(app)
        world.server.faults.clear()
        world.server.faults.add(f"status=404@{ANOTHER}")
        with world.app() as app:
            assert poll(app).found.new_reports == OLD_REPORTS
        assert world.slack.messages == ()


def test_one_page_that_stays_shut_does_not_make_the_whole_site_unavailable(tmp_path: Path) -> None:
    """Its reports are sent when it opens again, and operators get one alert."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        with (world.folder / "watch.yaml").open("a") as file:
            file.write("operators: {channels: [mail]}\n")
        with world.app() as app:
            poll(app)
        world.server.faults.add(f"status=404@{SHUT}")
        for day in range(8):
            world.move_to(DAY + timedelta(days=day))
            for full in (True, False):
                with without_feeds(), world.app() as app:
                    poll(app, full=full)
        texts = [message.visible_text() for message in world.slack.messages]
        assert not any("cannot read Ofsted" in text for text in texts)
        assert not any("Brackenshire" in text for text in texts)
        alerts = [mail for mail in world.mailbox.mails if "could not be read" in mail.text]
        assert len(alerts) == 1
        world.server.faults.clear()
        with without_feeds(), world.app() as app:
            assert poll(app).found.new_reports == 1
        assert "Brackenshire" in world.slack.messages[-1].visible_text()


def test_few_are_tried_in_a_quick_poll_and_each_in_its_turn(tmp_path: Path) -> None:
    councils = [a for a in Register.default().authorities if a.urn and a.valid_to is None][:40]
    site = Site([SiteAuthority(a.urn, a.name) for a in councils], [], {}, today=DAY)
    with open_world(site, tmp_path) as world:
        shut = [f"/provider/44/{council.urn}" for council in councils[:4]]
        for path in shut:
            world.server.faults.add(f"status=404@{path}")
        tried: list[set[str]] = []
        for day in range(3):
            world.server.forget_requests()
            world.move_to(DAY + timedelta(days=day))
            with world.app() as app:
                poll(app)
            tried.append(set(world.server.paths) & set(shut))
        assert tried[0] == set(shut)
        assert len(tried[1]) == TRIED_AT_MOST
        assert set(shut) - tried[1] <= tried[2]
