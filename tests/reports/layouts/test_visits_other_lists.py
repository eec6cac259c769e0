"""Letters about visits: lists under no known heading, which may be areas for improvement."""

from __future__ import annotations

import pytest

from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import Sheet
from tests.reports.visit_letters import MONITORING, NEEDS, closed, in_text, letter

UNKNOWN = [
    "Next steps for leaders",
    "Matters for attention",
    "Where practice should be stronger",
    "What is not working well enough",
    "Issues to address",
    "Priorities",
    "Learning points",
    "Next steps",
    "Leaders should:",
    "Findings that leaders must address",
]
SIGNED = ("Ann Lee", "His Majesty’s Inspector")


def ended(sheet: Sheet) -> bytes:
    return sheet.paragraph("Yours sincerely").paragraph(*SIGNED).pdf()


@pytest.mark.parametrize("heading", UNKNOWN)
def test_a_list_under_an_unknown_title_is_a_problem(read_pdf: ReadPdf, heading: str) -> None:
    bold = letter().heading(heading).item("The quality of plans.")
    assert codes(read_pdf(closed(bold))) == {"areas_unclear"}
    plain = letter().paragraph(heading).item("The quality of plans.")
    assert codes(read_pdf(closed(plain))) == {"areas_unclear"}
    numbered = letter().heading(heading).paragraph("1. The quality of plans.")
    assert codes(read_pdf(closed(numbered))) == {"areas_unclear"}
    text = in_text("- The quality of plans.").replace(NEEDS, heading)
    assert codes(read_pdf(text.encode())) == {"areas_unclear"}


def test_a_list_under_an_unknown_title_is_a_problem_after_the_areas(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.").heading("Learning points")
    assert codes(read_pdf(closed(sheet.item("The use of data.")))) == {"areas_unclear"}


@pytest.mark.parametrize("heading", UNKNOWN)
def test_a_list_under_an_unknown_title_is_a_problem_after_the_findings(
    read_pdf: ReadPdf, heading: str
) -> None:
    sheet = letter().heading("Main findings").paragraph("Most visits are regular.")
    sheet.item("Plans are clear.").heading(heading).item("The quality of plans.")
    assert codes(read_pdf(ended(sheet))) == {"areas_unclear"}


@pytest.mark.parametrize(
    "words",
    [
        "The local authority should now:",
        "Further improvement is needed in:",
        "Inspectors have asked the council to:",
        "Inspectors identified the following:",
    ],
)
def test_a_list_after_a_sentence_that_asks_is_a_problem(
    register: Register, read_pdf: ReadPdf, words: str
) -> None:
    old = "- Assessments are timelier than they were."
    text = MONITORING.replace(old, f"{old}\n\nThere is progress. {words}\n\n- Placements.")
    assert codes(read_bytes(text.encode(), name="x.txt", register=register)) == {"areas_unclear"}
    sheet = letter().paragraph(words).item("Placements.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_lists_of_findings_and_strengths_are_not_areas(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("Areas of strength").item("Leaders know their services.")
    sheet.heading("Findings").item("Staff should not have to wait.", "They need to know.")
    sheet.item("Plans are clear. Leaders should be proud", "of Bury Plans")
    sheet.item("Visits are regular.").paragraph("Help comes early and includes:")
    sheet.item("Support for parents.").heading("Strengths").item("Early help.")
    report = read_pdf(ended(sheet))
    assert (report.improvement_areas, report.problems) == ((), ())


@pytest.mark.parametrize(
    "looked",
    [
        ("Inspectors looked at children in need of help and at", "those at risk, focusing on:"),
        ("A range of evidence was considered, including:",),
        ("The visit included a focus on the improvement of:",),
    ],
)
def test_a_list_of_what_the_visit_looked_at_is_not_one_of_areas(
    read_pdf: ReadPdf, looked: tuple[str, ...]
) -> None:
    assert read_pdf(closed(letter(looked=looked))).problems == ()


@pytest.mark.parametrize("marks", [("•", "•"), ("1.", "2."), ("(a)", "(b)")])
def test_a_list_of_areas_of_an_earlier_inspection_is_a_problem_with_any_marks(
    read_pdf: ReadPdf, marks: tuple[str, str]
) -> None:
    sheet = letter().heading("What needs to improve in this area of social work practice?")
    sheet.paragraph("These areas were identified in 2022 and still need to improve.")
    report = read_pdf(closed(sheet.item("Plans.", mark=marks[0]).item("Visits.", mark=marks[1])))
    assert report.improvement_areas == ()
    assert codes(report) == {"areas_unclear"}
