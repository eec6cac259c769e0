"""Areas for priority action in letters."""

from __future__ import annotations

import pytest

from reports.model import Problem
from storage.database import Database
from storage.models import Event
from tests.alerts.events.versions_of_an_inspection import (
    AUTUMN,
    LETTER,
    SUMMER,
    ingested,
)
from tests.storage.readings import a_reading


def test_an_area_for_priority_action_in_a_letter_is_an_event_of_its_own(
    database: Database,
) -> None:
    letter = a_reading(priority=["The oversight of children at risk."], **LETTER)
    with database.write() as session:
        types = ingested(session, [("50000001", SUMMER, letter)], [0])
        assert [kind for kind, _ in types] == ["new_report", "priority_action"]
        event = session.query(Event).filter_by(type="priority_action").one()
        assert event.key == "priority_action:havering:focused_visit:2024-05-13"
        assert event.detail["areas"][0]["text"] == "The oversight of children at risk."


def test_a_priority_action_may_say_that_there_is_no_oversight(database: Database) -> None:
    letter = a_reading(priority=["There is no oversight of children at risk."], **LETTER)
    with database.write() as session:
        types = ingested(session, [("50000001", SUMMER, letter)], [0])
    assert [kind for kind, _ in types] == ["new_report", "priority_action"]


@pytest.mark.parametrize(
    ("code", "is_event"),
    [
        ("lead_unclear", True),
        ("grade_disagreement", True),
        ("visit_unclear", True),
        ("areas_unclear", False),
    ],
)
def test_a_priority_action_needs_certainty_as_to_the_areas(
    database: Database, code: str, is_event: bool
) -> None:
    problem = Problem(code=code, message="Unclear.")
    letter = a_reading(priority=["The oversight of children."], problems=[problem], **LETTER)
    with database.write() as session:
        types = ingested(session, [("50000001", SUMMER, letter)], [0])
    assert ("priority_action" in [kind for kind, _ in types]) is is_event


def test_a_reissued_letter_makes_no_second_event_of_its_priority_action(database: Database) -> None:
    letter = a_reading(priority=["The oversight of children."], **LETTER)
    again = letter.model_copy(update={"sha256": "9" * 64})
    documents = [("50000001", SUMMER, letter), ("50000002", AUTUMN, again)]
    with database.write() as session:
        types = ingested(session, documents, [0, 1], silent=["50000001"])
    assert types == []


def test_a_new_version_with_a_priority_action_makes_an_event_of_it(database: Database) -> None:
    letter = a_reading(**LETTER)
    urgent = a_reading(sha256="9" * 64, priority=["The oversight of children."], **LETTER)
    documents = [("50000001", SUMMER, letter), ("50000002", AUTUMN, urgent)]
    with database.write() as session:
        types = ingested(session, documents, [0, 1])
    assert ("priority_action", "50000002") in types
    assert ("correction", "50000002") in types
