"""Health and metrics, as monitoring programs ask for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from flows.serve import serve
from flows.serve.health_and_metrics import monitored
from flows.settings import Settings
from reports.errors import ConfigurationError
from storage.models import Delivery, Report
from tests.flows.world import World, open_world, run_in

PASSWORD = "admin:correct-horse"
CREDENTIALS = ("admin", "correct-horse")
Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        yield world


def asked(
    world: World, path: str, *, auth: tuple[str, str] | None, **more: str
) -> requests.Response:
    """The answer to one request, from a service that runs for it."""
    settings = world.settings(WATCH_MONITORING_ADDRESS="127.0.0.1:0", **more)
    with monitored(
        settings, password=PASSWORD, variables=world.environment(), say=print
    ) as address:
        return requests.get(f"{address}{path}", auth=auth, timeout=30)


def numbers(text: str) -> Numbers:
    """Every sample of a text in Prometheus' format, by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return f"inspection_watch_{name}", frozenset(labels.items())


@pytest.mark.parametrize("path", ["health", "metrics", "elsewhere"])
@pytest.mark.parametrize("auth", [None, ("admin", "guessed"), ("admin", "ünïcode")])
def test_nobody_learns_anything_without_the_password(
    world: World, path: str, auth: tuple[str, str] | None
) -> None:
    answer = asked(world, path, auth=auth)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert "inspection_watch" not in answer.text


def test_a_watch_that_works_is_healthy(world: World) -> None:
    answer = asked(world, "health", auth=CREDENTIALS)
    assert answer.status_code == 200
    said = answer.json()
    assert said["state"] in ("ok", "warning")
    assert date.fromisoformat(said["last_successful_poll"][:10]) == sample_history().first_poll


def test_a_watch_that_cannot_read_the_site_is_not_healthy(world: World) -> None:
    answer = asked(world, "health", auth=CREDENTIALS, WATCH_NOW="2026-07-20T13:00:00+00:00")
    assert answer.status_code == 503
    assert answer.json()["state"] == "critical"
    checked = run_in(world, "status", "--check", WATCH_NOW="2026-07-20T13:00:00+00:00")
    assert checked.stdout == f"CRITICAL - {answer.json()['message']}\n"


def test_without_its_database_a_watch_says_that_it_does_not_know(world: World) -> None:
    (world.folder / "a-file").write_text("")
    nowhere = {"WATCH_DATABASE_URL": f"sqlite:///{world.folder}/a-file/watch.db"}
    health = asked(world, "health", auth=CREDENTIALS, **nowhere)
    assert (health.status_code, health.json()["state"]) == (503, "unknown")
    assert asked(world, "metrics", auth=CREDENTIALS, **nowhere).status_code == 503


def test_metrics_count_what_is_stored(world: World) -> None:
    world.move_to(sample_history().demo_day)
    with world.app() as app:
        poll(app)
    with world.app() as app, app.database.read() as session:
        reports = session.scalar(select(func.count(Report.id)))
        deliveries = session.scalar(select(func.count(Delivery.id)))
    text = asked(world, "metrics", auth=CREDENTIALS).text
    found = numbers(text)
    of = {name for name, _ in found}
    assert sum(n for (name, _), n in found.items() if name.endswith("_reports")) == reports
    assert found[labelled("deliveries", state="sent")] == deliveries
    assert found[labelled("deliveries", state="given_up")] == 0
    assert found[labelled("deliveries_failed_lately")] == 0
    assert found[labelled("source_unavailable")] == 0
    assert found[labelled("polls_total", kind="quick", outcome="failed")] == 0
    assert sum(n for (name, _), n in found.items() if name.endswith("_polls_total")) == 2
    day = found[labelled("last_successful_poll_timestamp_seconds")]
    assert date.fromtimestamp(day) == sample_history().demo_day
    assert {"inspection_watch_last_poll_duration_seconds", "inspection_watch_info"} <= of
    assert world.slack.token not in text
    assert "@" not in text
    assert run_in(world, "status", "--metrics").stdout == text


def test_a_failed_poll_is_counted_and_the_source_goes(world: World) -> None:
    world.server.site.quirks.renamed_classes["search-result"] = "hit"
    run_in(world, "poll")
    found = numbers(run_in(world, "status", "--metrics").stdout)
    failed = [n for (name, labels), n in found.items() if ("outcome", "failed") in labels]
    assert sum(failed) == 1
    late = run_in(world, "status", "--metrics", WATCH_NOW="2026-07-20T13:00:00+00:00")
    assert numbers(late.stdout)[labelled("source_unavailable")] == 1


def test_an_address_for_other_machines_needs_a_password_of_the_users_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, monitoring_address="0.0.0.0:4290")
    with pytest.raises(ConfigurationError, match=r"WATCH_MONITORING_ADDRESS 0\.0\.0\.0:4290 .*"):
        serve(settings, port=0, say=print)


def test_a_taken_address_is_said_and_stops_nothing(world: World) -> None:
    offered = partial(monitored, password=PASSWORD, variables={})
    said: list[str] = []
    free = world.settings(WATCH_MONITORING_ADDRESS="127.0.0.1:0")
    with offered(free, say=said.append) as first:
        assert first is not None
        taken = world.settings(WATCH_MONITORING_ADDRESS=first.split("/")[2])
        with offered(taken, say=said.append) as second:
            assert second is None
    assert "choose another WATCH_MONITORING_ADDRESS" in json.dumps(said)
