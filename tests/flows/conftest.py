"""The sample site on the day with new reports, for tests that make no world of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE, sample_history, sample_site
from tests.flows.world import World, open_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The sample site after its first poll, on the day with new reports."""
    with open_world(sample_site(), tmp_path, authorities=REGISTER_FILE) as world:
        world.fill()
        world.move_to(sample_history().demo_day)
        yield world
