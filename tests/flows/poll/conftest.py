"""What the tests of polls share: the sample site on the day of the first poll."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE, sample_history, sample_site
from storage import history
from tests.flows.world import World, open_world

DAY = sample_history().demo_day


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site on the day of the first poll, nothing stored yet."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        yield world


def event_types(world: World) -> list[tuple[str, str]]:
    """The council and type of each event."""
    with world.app() as app, app.database.read() as session:
        return [(event.authority.short, str(event.type)) for event in history.events(session)]
