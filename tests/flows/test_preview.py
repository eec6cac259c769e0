"""What the preview says is what polls would have sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.messages.sites import NO_SITES
from alerts.subscriptions.replay import past_events
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from flows.pipeline.preview import previews
from storage import history
from storage.models import Delivery, Event
from tests.command import Done
from tests.flows.world import World, open_world, run_in

FIRST, NEW = sample_history().first_poll, sample_history().demo_day


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def check(world: World, *arguments: str, **more: str) -> Done:
    return run_in(world, "check", *arguments, **more)


def filled_on(world: World, day: date) -> None:
    """One first poll, in silence."""
    world.move_to(day)
    with world.app() as app:
        poll(app)


def already_filled(world: World) -> None:
    """The same, on the day of the new reports, and made once for all tests."""
    world.move_to(NEW)
    world.fill(NEW)


def sent_since_the_fill(world: World) -> dict[str, Any]:
    """The preview of the days after the first poll."""
    with world.app() as app, app.database.read() as session:
        past = past_events(session, first=FIRST + timedelta(days=1), last=NEW, due=False)
        subscription = app.config.subscriptions[0]
    return {
        key: one.message(subscription, sites=NO_SITES).headline
        for one in past
        for key in one.keys.values()
    }


def test_a_silent_fill_is_previewed_as_polls_would_have_sent_it(tmp_path: Path) -> None:
    """Once filled before the new reports and polled after, and once filled with all of them."""
    sent: list[dict[str, Any]] = []
    for name, days in (("polled", (FIRST, NEW)), ("filled", (NEW,))):
        (tmp_path / name).mkdir()
        with open_world(sample_site(), tmp_path / name, authorities=REGISTER_FILE) as world:
            for day in days:
                filled_on(world, day)
            sent.append(sent_since_the_fill(world))
            if name == "polled":
                with world.app() as app, app.database.read() as session:
                    stored = {event.key for event in history.events(session)}
    assert sent[0] == sent[1]
    assert set(sent[1]) == stored
    assert len(stored) > 3


def test_a_preview_stores_and_sends_nothing(world: World) -> None:
    already_filled(world)
    with world.app() as app:
        found = previews(app)
        with app.database.read() as session:
            assert session.query(Event).count() == 0
            assert session.query(Delivery).count() == 0
    assert [one.subscription for one in found.subscriptions] == ["Everything"]
    assert found.subscriptions[0].reports >= 3
    assert world.slack.messages == ()


def test_check_counts_and_lists_the_messages(world: World) -> None:
    already_filled(world)
    done = check(world, "--json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["ok"] is True
    one = data["preview"]["subscriptions"][0]
    assert one["name"] == "Everything"
    assert one["messages_at_once"] == len(one["messages"]) > 0
    assert one["events"]["grade_change"] >= 1
    headlines = [line for message in one["messages"] for line in message["headlines"]]
    assert any(line.startswith("Aldermere: overall grade falls") for line in headlines)

    short, long = check(world).stdout, check(world, "--verbose").stdout
    assert f"{len(one['messages'])} messages" in short
    assert headlines[-1] not in short
    assert all(line in long for line in headlines)
    assert f"{date.fromisoformat(one['messages'][-1]['day']):%d %b %Y}  " in long


def test_check_says_plainly_that_nothing_is_stored(world: World) -> None:
    done = check(world)
    assert done.returncode == 0, done.stderr
    assert "Nothing is stored yet" in done.stdout
    assert json.loads(check(world, "--json").stdout)["preview"]["nothing_stored"] is True


def test_check_warns_of_a_silent_subscription(world: World) -> None:
    already_filled(world)
    path = world.folder / "watch.yaml"
    path.write_text(
        path.read_text()
        .replace("grade_change, first_grade,", "")
        .replace("priority_action, new_report, correction", "withdrawn")
    )
    assert "It would have sent nothing" in check(world).stdout
