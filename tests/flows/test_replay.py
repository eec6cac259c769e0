"""Years of real reports replayed on a local site: each change told once, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from demo.site import load_corpus
from flows.pipeline.poll import poll
from storage import history
from storage.models import Event
from tests.flows.grade_oracle import expected_changes
from tests.flows.world import World, open_world

pytestmark = pytest.mark.corpus

FILL = date(2024, 1, 1)
JUMPS = (date(2024, 7, 12), date(2025, 1, 31), date(2026, 8, 22))


def told_changes(event: Event) -> dict[str, tuple[str, str]]:
    """What a grade_change event says moved."""
    return {
        change["judgement"]: (change["from"], change["to"])
        for change in event.detail["changes"]
        if change["direction"] in ("better", "worse")
    }


def all_events(world: World) -> list[Event]:
    with world.app() as app, app.database.read() as session:
        return list(history.events(session))


def test_years_of_polls_tell_each_grade_change_once(shared: Path, tmp_path: Path) -> None:
    corpus = shared / "corpus"
    expected = {
        item.file_id: item.changes
        for item in expected_changes(corpus)
        if item.changes and FILL < item.published <= JUMPS[-1]
    }
    with open_world(load_corpus(corpus, today=FILL), tmp_path, events="grade_change") as world:
        with world.app() as app:
            poll(app)
        assert all_events(world) == []
        assert world.slack.messages == ()
        assert world.mailbox.mails == ()

        for day in JUMPS:
            world.move_to(day)
            for _ in range(2):  # the second look finds nothing more
                with world.app(WATCH_HOLD_OVER="0") as app:
                    poll(app)

        changes = [event for event in all_events(world) if event.type == "grade_change"]
        told = {event.report.file_id: told_changes(event) for event in changes if event.report}
        assert told == expected
        assert len(changes) == len(expected)
        assert len(world.slack.messages) == len(expected)
        assert len(world.mailbox.mails) == len(expected)
        for file_id in expected:
            assert sum(file_id in str(m.blocks) for m in world.slack.messages) == 1


def test_a_quiet_poll_asks_once(shared: Path, tmp_path: Path) -> None:
    with open_world(load_corpus(shared / "corpus", today=FILL), tmp_path) as world:
        with world.app() as app:
            poll(app)
        world.server.forget_requests()
        with world.app() as app:
            result = poll(app)
        assert len(world.server.requests) == 1
        assert result.found.new_reports == 0
