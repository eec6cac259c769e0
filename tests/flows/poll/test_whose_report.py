"""Whose report it is: listed under the wrong council, under two, or under a new number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demo.sample import REGISTER_FILE
from flows.pipeline.poll import poll
from tests.flows.poll.conftest import DAY, event_types
from tests.flows.world import World


def test_a_report_listed_under_the_wrong_authority_raises_no_grade(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    files = world.server.site.files
    files["99000104"], files["99000204"] = files["99000204"], files["99000104"]
    with world.app() as app:
        result = poll(app)
    assert result.needs_review
    assert ("Aldermere", "grade_change") not in event_types(world)
    assert ("Brackenshire", "grade_change") not in event_types(world)
    problems = [problem for report in result.reports for problem in report.problems]
    assert any("lists it under Aldermere" in problem for problem in problems)


def test_a_report_listed_under_two_authorities_is_sent_for_the_one_that_it_is_about(
    world: World,
) -> None:
    world.fill()
    world.move_to(DAY)
    site = world.server.site
    one = next(entry for entry in site.listings if entry.file_id == "99000204")
    site.listings.append(replace(one, urn="99001"))  # Aldermere, which is opened first
    with world.app() as app:
        assert poll(app).needs_review
    assert ("Brackenshire", "grade_change") not in event_types(world)
    for _ in range(2):
        with world.app() as app:
            assert not poll(app).needs_review
    detected = event_types(world)
    assert detected.count(("Brackenshire", "grade_change")) == 1
    assert len(detected) == len(set(detected)), "nothing was detected as of Aldermere but its own"


def test_an_authority_under_a_new_number_is_the_same_authority(world: World) -> None:
    world.fill()
    world.move_to(DAY)
    world.server.site.quirks.moved = {"99001": "9990001"}
    with world.app() as app:
        result = poll(app)
    assert result.found.new_reports == 3
    assert ("Aldermere", "grade_change") in event_types(world)


@pytest.mark.parametrize(("has_ended", "notes"), [(False, 1), (True, 0)])
def test_only_a_council_that_still_exists_is_missed(
    world: World, tmp_path: Path, has_ended: bool, notes: int
) -> None:
    world.fill()
    site = world.server.site
    site.authorities = [one for one in site.authorities if one.urn != "99001"]  # Aldermere
    register = tmp_path / "authorities.csv"
    text = REGISTER_FILE.read_text()
    if has_ended:
        text = text.replace("Metropolitan District,,,962", "Metropolitan District,,2026-03-31,962")
    register.write_text(text)
    with world.app(WATCH_AUTHORITIES=str(register)) as app:
        found = poll(app, full=True).found
    assert len([note for note in found.notes if "was not listed" in note.sentence]) == notes
