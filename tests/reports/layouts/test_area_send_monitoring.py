"""Monitoring inspections of a local area partnership."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Kind
from tests.reports.conftest import codes, texts
from tests.reports.layouts.conftest import Read, about

MONITORED = """\
Area SEND monitoring inspection of Bury
Local Area Partnership

Inspection dates: 9 to 11 June 2025
Dates of previous inspection: 5 to 9 February 2024

Inspection outcome

The local area partnership has not taken effective action to address the areas for priority action.

Areas for priority action

- Waiting lists are unsafe.

Areas for improvement

- The oversight of plans.
- The offer of short breaks.

Inspection team
"""


def test_a_monitoring_inspection_of_a_partnership(read: Read) -> None:
    reading = read(MONITORED)
    assert reading.problems == ()
    assert about(reading) == (
        "Bury", Kind.AREA_SEND_MONITORING, Framework.AREA_SEND_MONITORING,
        date(2025, 6, 9), date(2025, 6, 11),
    )  # fmt: skip
    assert reading.judgements == ()
    assert texts(reading) == ["The oversight of plans.", "The offer of short breaks."]
    assert not any(area.priority_action for area in reading.improvement_areas)
    assert reading.monitoring is not None
    assert reading.monitoring.areas_reviewed == ("Waiting lists are unsafe.",)
    assert reading.monitoring.progress == (
        "The local area partnership has not taken effective action to address the areas for "
        "priority action."
    )


@pytest.mark.parametrize(
    "title",
    [
        "Area SEND monitoring inspection of the Bury local area partnership",
        "Monitoring inspection of Bury Local Area Partnership",
        "Bury Local Area Partnership\nArea SEND monitoring inspection",
        "Area SEND monitoring inspection: Bury Local Area Partnership",
        "Area special educational needs and disabilities (SEND) monitoring inspection of Bury "
        "Local Area Partnership",
        "Bury Local Area Partnership Area SEND monitoring inspection",
    ],
)
def test_the_title_of_a_monitoring_inspection_has_several_forms(read: Read, title: str) -> None:
    lines = MONITORED.splitlines()
    reading = read("\n".join([title, *lines[2:]]))
    assert reading.problems == ()
    assert reading.authority is not None
    assert reading.authority.name == "Bury"


FOUND = "The local area partnership has not taken effective action"


def test_the_question_of_a_monitoring_inspection_is_not_its_finding(read: Read) -> None:
    question = "Inspectors considered whether the partnership has taken effective action."
    reading = read(MONITORED.replace(FOUND, f"{question}\n{FOUND}"))
    assert reading.problems == ()
    assert reading.monitoring is not None
    assert str(reading.monitoring.progress).startswith(FOUND)


def test_findings_of_a_monitoring_inspection_that_disagree_are_a_problem(read: Read) -> None:
    before = "In 2024, inspectors found that the partnership has taken effective action."
    reading = read(MONITORED.replace(FOUND, f"{before}\n{FOUND}"))
    assert codes(reading) == {"visit_unclear"}
    assert reading.monitoring is not None
    assert reading.monitoring.progress is None


def test_a_monitoring_inspection_without_its_finding_is_a_problem(read: Read) -> None:
    words = MONITORED.replace("has not taken effective action", "met inspectors")
    assert codes(read(words)) == {"visit_unclear"}


@pytest.mark.parametrize(
    "heading",
    [
        "Areas for irnprovement",
        "What needs to improve",
        "Remaining areas for improvement",
        "Next steps",
        "These still need to improve:",
        "Areas for improvement - The timeliness of plans.",
    ],
)
def test_a_list_under_an_unknown_heading_is_a_problem(read: Read, heading: str) -> None:
    assert "Areas for improvement\n" in MONITORED
    reading = read(MONITORED.replace("Areas for improvement\n", f"{heading}\n"))
    assert "areas_unclear" in codes(reading)


def test_a_list_in_the_findings_is_not_one_of_areas(read: Read) -> None:
    findings = (
        "Findings\n\n- The improvement of plans.\n\nLeaders know:\n- families\n- schools.\n\n"
    )
    reading = read(MONITORED.replace("Areas for priority", f"{findings}Areas for priority", 2))
    assert reading.problems == read(MONITORED).problems
    assert texts(reading) == texts(read(MONITORED))


@pytest.mark.parametrize("mark", ["-", "1.", "(a)", "1.1"])
def test_a_list_with_any_marks_under_no_known_heading_is_a_problem(read: Read, mark: str) -> None:
    added = f"What the partnership should do next\n\n{mark} Plan for adults.\n\nInspection team"
    reading = read(MONITORED.replace("Inspection team", added))
    assert codes(reading) == {"areas_unclear"}
