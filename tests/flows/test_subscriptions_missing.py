"""While `watch.yaml` is missing or empty, no report is stored without a message for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from flows.pipeline.subscriptions import missing_subscriptions
from flows.pipeline.watch_state import HealthLevel, health
from reports.errors import ConfigurationError
from storage.models import DeliveryState, Notification, Poll
from tests.flows.world import World, open_world, run_in


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site after a first poll, with new reports that nobody has looked for yet."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        with world.app() as app:
            poll(app)
        world.move_to(sample_history().demo_day)
        yield world


@pytest.mark.parametrize("left", [None, "", "channels:\n", "subscriptions:\n"])
def test_reports_wait_for_subscriptions_that_are_gone(world: World, left: str | None) -> None:
    file = world.folder / "watch.yaml"
    whole = file.read_text()
    file.unlink() if left is None else file.write_text(left)
    with (
        world.app() as app,
        pytest.raises(ConfigurationError, match="To stop all messages, put `subscriptions"),
    ):
        poll(app)
    found = health(world.app)
    assert found.level is HealthLevel.CRITICAL
    assert "Nothing new is stored" in found.sentence
    file.write_text(whole)
    with world.app() as app:
        assert poll(app).found.new_reports == 3
    assert len(world.slack.messages) == 1


@pytest.mark.parametrize("name", ["Everything", "Subscriber 1"])
def test_checks_before_an_upgrade_did_not_keep_the_number(world: World, name: str) -> None:
    with world.app() as app:
        poll(app)
        with app.database.write() as session:
            session.execute(update(Poll).values(subscriptions=None))
            session.execute(update(Notification).values(subscription=name))
    (world.folder / "watch.yaml").unlink()
    with world.app() as app, app.database.read() as session:
        assert bool(missing_subscriptions(app, session)) is (name == "Everything")


def test_a_file_may_say_that_there_are_no_subscriptions(world: World) -> None:
    (world.folder / "watch.yaml").write_text("subscriptions: []\n")
    with world.app() as app:
        assert poll(app).found.new_reports == 3
    (world.folder / "watch.yaml").unlink()
    with world.app() as app:
        assert poll(app).found.new_reports == 0
    assert health(world.app).level is HealthLevel.OK


def test_nothing_is_dropped_while_subscriptions_are_gone(world: World) -> None:
    file = world.folder / "watch.yaml"
    whole = file.read_text().replace("when: now", "when: daily").replace(", grade_change", "")
    file.write_text(whole)
    with world.app() as app:
        poll(app)
    file.unlink()
    done = run_in(world, "release", "--drop")
    assert (done.returncode, "To stop all messages, put `subscriptions: []`" in done.stderr) == (
        2,
        True,
    ), done
    file.write_text(whole)
    assert run_in(world, "release", "--drop").stdout == "No messages were held.\n"
    with world.app() as app, app.database.read() as session:
        states = set(session.scalars(select(Notification.state)))
    assert DeliveryState.MUTED not in states


@pytest.mark.parametrize("left", ["subscriptions: {}", 'subscriptions: ""', "subscriptions: 0"])
def test_subscriptions_that_are_not_a_list_are_a_mistake(world: World, left: str) -> None:
    (world.folder / "watch.yaml").write_text(f"{left}\n")
    with pytest.raises(ConfigurationError, match="line 1"), world.app():
        pass
