"""Priority actions that no heading announces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.conftest import ReadPdf, Reads, codes, texts
from tests.reports.documents import ILACS_2023
from tests.reports.visit_letters import NEEDS, closed, letter

CALLED = [
    "Area for priority action: the quality of plans.",
    "The quality of plans (area for priority action).",
    "Priority action 1: the quality of plans.",
]


@pytest.mark.parametrize("words", CALLED)
def test_an_item_that_calls_itself_a_priority_action_is_a_problem(
    read_pdf: ReadPdf, words: str
) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).item(words).item("Visits.")))
    assert (texts(report), codes(report)) == ([words, "Visits."], {"areas_unclear"})


def test_a_lead_in_may_announce_a_priority_action(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).paragraph("The following is an area for priority action:")
    sheet.item("The quality of plans.").paragraph("The following are areas for improvement:")
    assert codes(read_pdf(closed(sheet.item("Visits.")))) == {"areas_unclear"}


NAMED_NOW = [
    "Inspectors identified an area for priority action: the quality of plans.",
    "THE VISIT IDENTIFIED AN AREA FOR PRIORITY ACTION.",
    "We have notified the Department for Education of the areas for priority action.",
    "Plans are late. This is an area for priority action.",
    "One area for priority action was identified at this visit.",
    "The visit identified a serious failing that requires priority action.",
]


@pytest.mark.parametrize("words", NAMED_NOW)
def test_a_priority_action_in_prose_without_a_heading_is_a_problem(
    read_pdf: ReadPdf, words: str
) -> None:
    sheet = letter().heading(NEEDS).item("Visits.").heading("Main findings").paragraph(words)
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}
    headed = letter().heading("Areas for priority action").item("Plans.")
    headed.heading(NEEDS).item("Visits.").heading("Main findings").paragraph(words)
    assert codes(read_pdf(closed(headed))) == set()


@pytest.mark.parametrize(
    "words",
    [
        "This was an area for priority action following the focused visit in March 2023.",
        "Since the last visit, which identified two areas for priority action, plans are better.",
        "Inspectors found that leaders act on the areas for priority action of 2022.",
        "We did not identify any areas for priority action.",
        "Records do not show the priority actions of a plan.",
    ],
)
def test_a_priority_action_of_an_earlier_visit_is_not_reported(
    read_pdf: ReadPdf, words: str
) -> None:
    sheet = letter().heading(NEEDS).item("Visits.").heading("Main findings").paragraph(words)
    assert codes(read_pdf(closed(sheet))) == set()


def test_an_inspection_names_a_priority_action_in_its_items_only_as_a_problem(reads: Reads) -> None:
    report = replace(ILACS_2023, areas=(CALLED[0], "Visits."))
    assert [codes(read) for read in reads.both(report)] == [{"areas_unclear"}] * 2


@pytest.mark.parametrize("title", ["Urgent actions", "Areas requiring immediate improvement"])
def test_a_title_of_urgent_actions_over_prose_is_a_problem(read_pdf: ReadPdf, title: str) -> None:
    sheet = letter().heading(title).paragraph("Plans are late and are not reviewed.")
    assert codes(read_pdf(closed(sheet.heading(NEEDS).item("Visits.")))) == {"areas_unclear"}
