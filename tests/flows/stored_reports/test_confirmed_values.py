"""What happens to a report, and to messages about it, once a person confirms a value."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from flows.pipeline.confirm import confirm_value
from flows.pipeline.poll import poll
from reports.errors import ConfigurationError
from storage.models import Notification
from storage.problems import open_problems
from tests.flows.stored_reports.conftest import (
    ALDERMERE,
    DAY,
    WHO,
    WHO_SAYS,
    a_report,
    look,
    operators_mails,
    types_of,
)
from tests.flows.world import World, run_in


def test_a_confirmed_grade_is_sent_once(world: World) -> None:
    look(world, DAY)
    assert types_of(world, "aldermere") == ["new_report"]
    with world.app() as app:
        with app.database.read() as session:
            rows = [p for p in open_problems(session) if p.report.file_id == ALDERMERE.file_id]
            assert [(row.code, row.confirm) for row in rows] == [
                ("grade_disagreement", ("in_care",))
            ]
        first = confirm_value(app, ALDERMERE.file_id, field="in_care", value="inadequate", **WHO)
        assert first.outcome.problems == ()
        assert any("Inadequate" in event for event in first.outcome.events)
        assert first.outcome.queued == 2
        again = confirm_value(app, ALDERMERE.file_id, field="in_care", value=None, **WHO)
        assert (again.outcome.events, again.outcome.queued) == ((), 0)
    look(world, DAY)
    assert types_of(world, "aldermere").count("grade_change") == 1
    assert sum("Aldermere" in message.text for message in world.slack.messages) == 1


def subscribe_to_visits(world: World, *, when: str = "now") -> None:
    path = world.folder / "watch.yaml"
    visits = "  - {name: Visits, authorities: {all: true}, channels: [mail], events: [new_report],"
    settings = f"{visits} kinds: [focused_visit], when: {when}}}\noperators:"
    path.write_text(path.read_text().replace("operators:", settings))


def test_whoever_asks_for_the_kind_that_a_person_confirms_gets_the_report(world: World) -> None:
    subscribe_to_visits(world)
    look(world, DAY)
    for _ in range(2):
        run_in(world, "confirm", ALDERMERE.file_id, "kind", "focused_visit", *WHO_SAYS)
        run_in(world, "deliver")
    visits_of = [mail.text for mail in world.mailbox.mails if "“Visits”" in mail.text]
    assert len(visits_of) == 1
    assert "Aldermere" in visits_of[0]


def test_whoever_asks_for_a_kind_that_was_confirmed_by_mistake_gets_nothing(world: World) -> None:
    subscribe_to_visits(world, when="weekly")
    look(world, DAY)
    for minute, kind in enumerate(("focused_visit", "inspection")):
        at = {"WATCH_NOW": f"{DAY}T15:0{minute}:00+00:00"}
        run_in(world, "confirm", ALDERMERE.file_id, "kind", kind, *WHO_SAYS, **at)
    with world.app() as app, app.database.read() as session:
        waiting = session.scalars(select(Notification).where(Notification.subscription == "Visits"))
        assert waiting.all() == []


def test_what_is_confirmed_after_a_release_is_not_held_again(world: World) -> None:
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        assert poll(app).found.held
    assert "Messages are held" in operators_mails(world)[-1]
    assert (
        "  ! 2 messages are held: run inspection-watch release\n" in run_in(world, "status").stdout
    )
    assert run_in(world, "release").returncode == 0
    assert "Resolved: Messages are held" in operators_mails(world)[-1]
    arrived = len(world.slack.messages)
    done = run_in(world, "confirm", ALDERMERE.file_id, "in_care", "inadequate", *WHO_SAYS)
    assert "2 messages queued; `deliver` sends them." in done.stdout
    run_in(world, "deliver")
    assert len(world.slack.messages) == arrived + 1


def test_confirm_says_that_messages_are_held(world: World) -> None:
    world.move_to(DAY)
    with world.app(WATCH_HOLD_OVER="2") as app:
        poll(app)
    confirm = ("confirm", ALDERMERE.file_id, "in_care")
    held = run_in(world, *confirm, "inadequate", *WHO_SAYS)
    assert "2 messages held; `release` sends them." in held.stdout
    assert "`deliver`" not in held.stdout
    again = json.loads(run_in(world, *confirm, *WHO_SAYS, "--json").stdout)
    assert (again["messages_queued"], again["messages_held"]) == (0, 0)


def test_the_report_may_be_named_by_its_address(world: World) -> None:
    look(world, DAY)
    url = a_report(world, ALDERMERE.file_id).url
    with world.app() as app:
        done = confirm_value(app, str(url), field="in_care", value="inadequate", **WHO)
    assert done.outcome.problems == ()


@pytest.mark.parametrize(
    ("file_id", "field", "value", "fault"),
    [
        ("1", "in_care", "good", "no report"),
        (ALDERMERE.file_id, "in_car", "good", "did you mean in_care"),
        (ALDERMERE.file_id, "in_care", "goood", "did you mean good"),
        (ALDERMERE.file_id, "authority", "Aldermeer", "did you mean Aldermere"),
        (ALDERMERE.file_id, "published", "2099-01-01", "published 2099-01-01 is in the future"),
        (ALDERMERE.file_id, "published", "0204-01-01", "published 0204-01-01 is too early"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    world: World, file_id: str, field: str, value: str, fault: str
) -> None:
    look(world, DAY)
    with world.app() as app, pytest.raises(ConfigurationError, match=fault):
        confirm_value(app, file_id, field=field, value=value, **WHO)
    assert a_report(world, ALDERMERE.file_id).as_read is None
