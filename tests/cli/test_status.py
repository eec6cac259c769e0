"""What `status` says of Inspection Watch itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from demo.sample import REGISTER_FILE, sample_site
from flows.pipeline.discover import begin_poll, discover
from flows.pipeline.ingest import ingest
from flows.pipeline.poll import poll
from flows.pipeline.watch_notices import notify_watch_state
from flows.pipeline.watch_state import needs_review
from storage.models import Poll, PollKind, PollOutcome
from tests.command import Done
from tests.flows.world import World, open_world, run_in

FRIDAY = date(2026, 7, 3)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on a Friday, nothing stored yet."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.move_to(FRIDAY)
        yield world


def status(world: World, *arguments: str, **more: str) -> Done:
    return run_in(world, "status", *arguments, **more)


def as_json(world: World, **more: str) -> dict[str, Any]:
    data = json.loads(status(world, "--json", **more).stdout)
    assert isinstance(data, dict)
    return data


def test_it_counts_the_councils_whose_pages_were_opened(world: World) -> None:
    said = (
        "Councils: 8 current, 8 in the register of councils; "
        "{} pages on Ofsted's site opened so far\n"
    )
    with world.app() as app:
        assert said.format(0) in status(world).stdout
        poll(app)
    assert said.format(8) in status(world).stdout


@pytest.mark.parametrize(
    ("now", "unavailable"),
    [
        ("2026-07-07T13:00:00+00:00", False),  # four days, of which two were a weekend
        ("2026-07-08T12:59:00+00:00", False),
        ("2026-07-08T13:01:00+00:00", True),
    ],
)
def test_the_source_is_unavailable_as_soon_as_subscribers_get_a_message_about_it(
    world: World, now: str, unavailable: bool
) -> None:
    with world.app() as app:
        poll(app)
    with world.app(WATCH_NOW=now) as app, app.database.write() as session:
        an_hour_ago = app.settings.instant() - timedelta(hours=1)
        failed = Poll(kind=PollKind.QUICK, started_at=an_hour_ago, outcome=PollOutcome.FAILED)
        session.add(failed)
    with world.app(WATCH_NOW=now) as app:
        sent = notify_watch_state(app)
    assert as_json(world, WATCH_NOW=now)["source_unavailable"] is unavailable
    assert (sent > 0) is unavailable


def test_the_source_is_unavailable_before_the_first_check(world: World) -> None:
    data = as_json(world)
    assert data["last_successful_poll"] is None
    assert data["source_unavailable"] is True
    assert status(world).returncode == 1
    assert status(world, "--check").stdout == "CRITICAL - no successful check of the site yet\n"


def test_while_the_first_check_runs_no_measure_says_that_the_source_is_unavailable(
    world: World,
) -> None:
    with world.app() as app:
        begin_poll(app, full=True)
    assert as_json(world)["source_unavailable"] is False
    assert status(world, "--check").stdout == "OK - the first check of the site is running\n"
    assert "\ninspection_watch_source_unavailable 0.0\n" in status(world, "--metrics").stdout


def test_a_first_check_that_was_killed_in_a_container_hides_no_failure_of_the_next(
    world: World,
) -> None:
    with world.app() as app:
        begin_poll(app, full=True)
        with app.database.write() as session:
            session.scalars(select(Poll)).one().owner = "another:1:1.0:container"
            failed = Poll(
                kind=PollKind.FULL, started_at=app.settings.instant(), outcome=PollOutcome.FAILED
            )
            session.add(failed)
    assert as_json(world)["source_unavailable"] is True


def test_an_authority_whose_page_never_opened_is_not_filled_in(world: World) -> None:
    world.server.faults.add("status=404@/provider/44/99002")
    with world.app() as app:
        poll(app)
    [page] = as_json(world)["not_filled"]
    assert page["authority"] == "Brackenshire"
    assert page["since"].startswith(FRIDAY.isoformat())
    done = status(world)
    assert done.returncode == 1
    assert "Brackenshire: not filled in yet" in done.stdout
    monitored = status(world, "--check")
    assert (monitored.returncode, monitored.stdout.split(" - ")[0]) == (1, "WARNING")


def test_checks_are_shown_with_the_time_in_london(world: World) -> None:
    with world.app(WATCH_NOW="2026-07-03T23:30:00+00:00") as app:
        poll(app)
    assert "   4 Jul 2026, 00:30  full " in status(world).stdout


def test_what_a_full_poll_noted_needs_review_until_the_next_full_poll(world: World) -> None:
    with world.app() as app:
        poll(app)
        world.server.faults.add("status=404@/provider/44/99005")
        poll(app, full=True)
        world.server.faults.clear()
        poll(app)
    done = status(world)
    assert "  ! Eastmarch: the page could not be read" in done.stdout
    assert done.returncode == status(world, "--check").returncode == 1
    with world.app() as app:
        poll(app, full=True)
    assert (as_json(world)["notes"], status(world).returncode) == ([], 0)


def test_a_killed_poll_is_not_running(world: World) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        ended.wait()
    with world.app() as app:
        begin_poll(app, full=True)
        with app.database.write() as session:
            row = session.scalars(select(Poll)).one()
            assert row.owner is not None
            machine, _, rest = row.owner.split(":", 2)
            row.owner = f"{machine}:{ended.pid}:{rest}"
    [shown] = as_json(world)["polls"]
    assert (shown["outcome"], shown["error"]) == ("failed", "It was stopped before it finished")


def test_during_the_first_poll_what_waits_is_not_a_fault(world: World) -> None:
    with world.app() as app:
        ids = discover(app, begin_poll(app, full=True)).report_ids
        ingest(app, ids[:2])
    data = as_json(world)
    assert data["waiting"] == len(ids) - 2
    assert data["stuck"] == []
    done = status(world)
    assert done.returncode == 0
    assert f"{len(ids) - 2} reports wait to be read." in done.stdout
    checked = run_in(world, "check")
    assert "The history is not complete yet" in checked.stdout
    assert "choose more councils" not in checked.stdout


def test_held_and_failed_deliveries_need_review() -> None:
    nothing: dict[str, dict[str, int]] = {"deliveries": {}}
    quiet = dict.fromkeys(
        (
            "source_unavailable",
            "notes",
            "not_filled",
            "stuck",
            "held_reports",
            "without_subscription",
            "subscriptions_missing",
            "originals_missing",
            "overdue",
            "failed_lately",
        ),
        False,
    )
    assert not needs_review({"stored": nothing, **quiet})
    assert needs_review({"stored": {"deliveries": {"held": 1}}, **quiet})
    assert needs_review({"stored": nothing, **quiet, "failed_lately": 1})
    assert not needs_review({"stored": {"deliveries": {"given_up": 1}}, **quiet})


def test_monitoring_gets_one_line_and_an_exit_code(world: World) -> None:
    with world.app() as app:
        poll(app)
    well = status(world, "--check")
    assert (well.returncode, well.stdout) == (
        0,
        "OK - last successful check Friday 3 July 2026, 14:00\n",
    )
    assert "Last successful check: Friday 3 July 2026, 14:00\n" in status(world).stdout
    late = status(world, "--check", WATCH_NOW="2026-07-20T13:00:00+00:00")
    assert (late.returncode, late.stdout.split(" - ")[0]) == (2, "CRITICAL")
    nowhere = f"sqlite:///{world.folder}/nowhere.db/x.db"
    (world.folder / "nowhere.db").write_text("", encoding="utf-8")
    lost = status(world, "--check", WATCH_DATABASE_URL=nowhere)
    assert (lost.returncode, lost.stdout.split(" - ")[0]) == (3, "UNKNOWN")


def test_a_check_for_monitoring_is_one_line_or_one_json_document(world: World) -> None:
    line, document = status(world, "--check"), status(world, "--check", "--json")
    assert line.returncode == document.returncode == 2
    assert line.stdout == "CRITICAL - no successful check of the site yet\n"
    assert json.loads(document.stdout) == {
        "state": "critical",
        "message": "no successful check of the site yet",
        "last_successful_poll": None,
    }


@pytest.mark.parametrize("other", ["--json", "--check"])
def test_metrics_are_not_combined_with_another_form(world: World, other: str) -> None:
    done = status(world, "--metrics", other)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--metrics cannot be combined with --check or --json\n"
