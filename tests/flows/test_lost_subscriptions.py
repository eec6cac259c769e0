"""What waits for a subscription that is no longer in `watch.yaml`, or for a message that cannot be
made, is not lost without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from alerts.outbox.isolation import MessagesNotMade
from demo.sample import REGISTER_FILE, sample_history, sample_site
from flows.pipeline.poll import poll
from storage.models import Delivery
from tests.flows.world import World, open_world, run_in

DAY: date = sample_history().demo_day


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site, filled in, on a day with three new reports; operators read the mails."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        world.move_to(DAY)
        change(world, "subscriptions:", "operators: {channels: [mail]}\nsubscriptions:")
        yield world


def change(world: World, before: str, after: str) -> None:
    path = world.folder / "watch.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def look(world: World, **more: str) -> None:
    with world.app(**more) as app:
        poll(app)


def test_reports_that_wait_for_a_subscription_that_is_gone_are_shown_until_they_are_dropped(
    world: World,
) -> None:
    change(world, "when: now", "when: weekly\n    min_severity: info")
    change(world, "events: [grade_change, first_grade, priority_action,", "events: [")
    look(world)
    change(world, "name: Everything", "name: All")
    said = "wait for the subscription Everything, which is not in watch.yaml any more"
    for _ in range(2):
        run_in(world, "deliver")
    assert sum(said in " ".join(mail.text.split()) for mail in world.mailbox.mails) == 1
    status = run_in(world, "status")
    assert said in " ".join(status.stdout.split())
    assert status.returncode == 1
    [gone] = json.loads(run_in(world, "status", "--json").stdout)["without_subscription"]
    assert gone["subscription"] == "Everything"
    dropped = run_in(world, "release", "--drop")
    assert f"{gone['reports']} report" in dropped.stdout
    assert json.loads(run_in(world, "status", "--json").stdout)["without_subscription"] == []


def test_messages_to_a_subscription_that_is_gone_are_counted_until_they_are_dropped(
    world: World,
) -> None:
    now = datetime.now(UTC)
    with world.app() as app, app.database.write() as session:
        session.add(
            Delivery(
                key="report:1",
                subscription="Gone",
                channel="mail",
                recipient="a@example.org",
                payload={},
                next_attempt_at=now,
                created_at=now,
            )
        )
    gone = {"subscription": "Gone", "reports": 0, "messages": 1}
    assert json.loads(run_in(world, "status", "--json").stdout)["without_subscription"] == [gone]
    said = "1 message waits for the subscription Gone, which is not in watch.yaml any more"
    assert said in " ".join(run_in(world, "status").stdout.split())
    dropped = run_in(world, "release", "--drop").stdout
    assert dropped == "1 message of removed subscriptions dropped.\n"
    assert json.loads(run_in(world, "status", "--json").stdout)["without_subscription"] == []


def test_the_same_name_again_gets_what_waits(world: World) -> None:
    change(world, "when: now", "when: weekly")
    look(world)
    change(world, "name: Everything", "name: All")
    run_in(world, "deliver")
    change(world, "name: All", "name: Everything")
    change(world, "when: weekly", "when: now")
    run_in(world, "deliver")
    assert json.loads(run_in(world, "status", "--json").stdout)["without_subscription"] == []
    events = json.loads(run_in(world, "events", "--json").stdout)
    deliveries = json.loads(run_in(world, "deliveries", "--json").stdout)
    by_slack = {n for row in deliveries if row["channel"] == "slack" for n in row["event_ids"]}
    assert by_slack == {event["id"] for event in events}


def test_what_is_held_for_a_digest_needs_review_and_is_counted(world: World) -> None:
    change(world, "when: now", "when: weekly")
    change(world, "events: [grade_change, first_grade, priority_action,", "events: [")
    look(world, WATCH_HOLD_OVER="2")
    status = run_in(world, "status")
    assert status.returncode == 1
    assert "held and not yet in a message" in " ".join(status.stdout.split())
    released = run_in(world, "release")
    assert "2 held messages and 2 reports not yet in a message released" in released.stdout
    assert "held and not yet in a message" not in " ".join(run_in(world, "status").stdout.split())


def test_operators_hear_once_of_messages_that_cannot_be_made_and_once_of_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MessagesNotMade({"Everything": "AssertionError it has no report"})

    with monkeypatch.context() as patched:
        patched.setattr("flows.pipeline.deliver.make_messages", fail)
        for _ in range(2):
            done = run_in(world, "deliver")
            assert done.returncode == 1
            assert "Everything: AssertionError it has no report" in " ".join(done.stderr.split())
    run_in(world, "deliver")
    mails = [" ".join(mail.text.split()) for mail in world.mailbox.mails]
    said = "The messages for “Everything” could not be made and are waiting"
    assert [said in text for text in mails] == [True, True]
    assert [f"Resolved: {said}" in text for text in mails] == [False, True]


def test_a_fault_in_the_notices_to_operators_holds_up_no_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("no notice can be made")

    monkeypatch.setattr("flows.pipeline.deliver.notify_watch_state", fail)
    with pytest.raises(AssertionError, match="no notice"):
        look(world)
    assert len(world.mailbox.mails) == 1
