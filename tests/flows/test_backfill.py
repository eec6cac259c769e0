"""Backfills: how they end where the site, or whoever asked for them, lets them down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.sample import REGISTER_FILE, sample_site
from flows.pipeline.backfill import plan_backfill, run_backfill
from flows.pipeline.backfill_request import BackfillRequest
from flows.pipeline.poll import poll
from scrapers.errors import LayoutChanged, SiteError
from storage.models import Poll, PollKind, PollOutcome
from storage.polls import LONGEST_POLL, start_poll
from tests.flows.world import World, open_world, run_in


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on the day of the first poll, nothing stored yet."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def polls(world: World) -> list[tuple[str, str, str | None]]:
    with world.app() as app, app.database.read() as session:
        rows = session.scalars(select(Poll).order_by(Poll.id))
        return [(row.kind, row.outcome, row.error) for row in rows]


def test_a_backfill_that_the_site_refuses_does_not_stay_running(world: World) -> None:
    world.server.faults.add("status=404")
    request = BackfillRequest(dry_run=False)
    with world.app() as app, pytest.raises(SiteError) as caught:
        run_backfill(app, plan_backfill(app, request))
    assert polls(world) == [(PollKind.BACKFILL, PollOutcome.FAILED, str(caught.value))]


def test_a_poll_that_was_killed_long_ago_is_no_longer_running(world: World) -> None:
    with world.app() as app:
        long_ago = app.settings.instant() - LONGEST_POLL - timedelta(hours=1)
        with app.database.write() as session:
            start_poll(session, kind=PollKind.QUICK, now=long_ago, since=None)
        poll(app)
    assert [outcome for _, outcome, _ in polls(world)][0] == PollOutcome.FAILED


def test_a_backfill_counts_its_requests(world: World) -> None:
    with world.app() as app:
        run_backfill(app, plan_backfill(app, BackfillRequest(dry_run=False)))
        with app.database.read() as session:
            row = session.scalars(select(Poll)).one()
    assert row.outcome in (PollOutcome.GOOD, PollOutcome.PROBLEMS)
    assert row.requests == len(world.server.requests)


def test_a_council_that_the_search_does_not_list_properly_is_noted(world: World) -> None:
    world.server.site.quirks.moved = {"99001": "7" * 300}
    with world.app() as app:
        result = run_backfill(app, plan_backfill(app, BackfillRequest(dry_run=False)))
    assert result.notes == ("The search lists Aldermere under a number that is too long.",)
    assert result.needs_review


def test_a_site_that_lists_too_few_councils_is_not_believed(world: World) -> None:
    with world.app() as app:
        poll(app)
        site = world.server.site
        site.authorities = site.authorities[:3]
        with pytest.raises(LayoutChanged):
            run_backfill(app, plan_backfill(app, BackfillRequest(dry_run=False)))


def test_a_backfill_finds_a_council_under_a_number_that_no_poll_has_seen(world: World) -> None:
    world.server.site.quirks.moved = {"99001": "88001"}
    request = BackfillRequest(authorities=["Aldermere"], dry_run=False)
    with world.app() as app:
        result = run_backfill(app, plan_backfill(app, request))
    assert result.notes == ()
    assert {report.authority for report in result.reports} == {"Aldermere"}


def test_a_backfill_says_that_the_site_does_not_list_a_council(world: World) -> None:
    site = world.server.site
    site.authorities = [council for council in site.authorities if council.urn != "99001"]
    done = run_in(world, "backfill", "--council", "Aldermere")
    assert done.returncode == 1
    assert "Note: Aldermere is not listed by the site" in done.stderr
