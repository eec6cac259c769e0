"""What a poll gives to Prefect as events."""

from __future__ import annotations

from typing import Any

from alerts.events.types import EventType
from flows.pipeline.poll import poll
from flows.prefect_events import NAMES, emitting
from storage.history import event_as_json, events
from tests.flows.world import World, without_feeds


def test_each_event_of_a_poll_is_emitted_with_the_payload_of_the_command(world: World) -> None:
    emitted: list[dict[str, Any]] = []
    with without_feeds(), world.app() as app:
        for _ in range(2):  # the second poll finds nothing
            with emitting(app, emit=lambda **one: emitted.append(one)):
                poll(app)
        with app.database.read() as session:
            stored = [event_as_json(event) for event in events(session)]
    assert sorted(one["payload"]["id"] for one in emitted) == [row["id"] for row in stored]
    assert [row for one in emitted for row in stored if row == one["payload"]] != []
    assert len({one["id"] for one in emitted}) == len(stored)
    changed = [one for one in emitted if one["event"] == "inspection-watch.grade-changed"]
    assert changed
    for one in changed:
        assert one["resource"]["inspection-watch.council"] == one["payload"]["authority"]
        assert one["resource"]["prefect.resource.id"].startswith("inspection-watch.report.")
        assert one["related"][0]["prefect.resource.id"].startswith("inspection-watch.council.")


def test_a_fault_of_prefect_costs_no_message(world: World) -> None:
    def fails(**_: Any) -> None:
        raise OSError("Prefect is away")

    with without_feeds(), world.app() as app, emitting(app, emit=fails):
        result = poll(app)
    assert result.reports
    assert len(world.slack.messages) == len(world.mailbox.mails) == 1


def test_every_type_of_event_has_a_name() -> None:
    assert set(NAMES) == set(EventType)
