"""Inspections of safeguarding and looked after children services, 2009 to 2012."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.layouts.conftest import Read, about
from tests.reports.printed import Sheet

ANNOUNCED = """\
Inspection of safeguarding and looked after children services
Bury

Inspection dates: 6 – 17 June 2011
Reporting inspector: Ann Lee HMI

Age group: All
Published: 22 July 2011

The inspection outcomes: safeguarding services

Overall effectiveness Grade 4 (Inadequate)

1. The overall effectiveness of safeguarding services in Bury is inadequate.

Capacity for improvement Grade 3 (Adequate)

Areas for improvement

2. The council and its partners should take the following action:

Immediately:

• screen every referral

The inspection outcomes: services for looked after children

Overall effectiveness Grade 2 (Good)

Capacity for improvement Grade 2 (Good)

Areas for improvement

Within six months:

• offer health checks on time.

Record of main findings: Bury

Safeguarding services
Overall effectiveness Inadequate
Capacity for improvement Good
Services for looked after children
Overall effectiveness Good
Capacity for improvement Good
Being healthy Adequate
"""


def test_an_announced_inspection_has_two_sets_of_judgements(read: Read) -> None:
    reading = read(ANNOUNCED)
    assert about(reading) == (
        "Bury", Kind.INSPECTION, Framework.SAFEGUARDING_AND_LOOKED_AFTER,
        date(2011, 6, 6), date(2011, 6, 17),
    )  # fmt: skip
    assert {j.judgement: j.grade for j in reading.judgements} == {
        Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS: Grade.INADEQUATE,
        Judgement.SAFEGUARDING_CAPACITY_FOR_IMPROVEMENT: None,
        Judgement.LOOKED_AFTER_OVERALL_EFFECTIVENESS: Grade.GOOD,
        Judgement.LOOKED_AFTER_CAPACITY_FOR_IMPROVEMENT: Grade.GOOD,
    }
    assert codes(reading) == {"grade_disagreement"}
    assert texts(reading) == ["screen every referral", "offer health checks on time."]


@pytest.mark.parametrize("heading", ["Areas for irnprovement", "Arcas for improvement"])
def test_a_second_list_whose_heading_is_misread_is_a_problem(read: Read, heading: str) -> None:
    first, _, second = ANNOUNCED.rpartition("Areas for improvement")
    assert "areas_unclear" in codes(read(f"{first}{heading}{second}"))


def test_a_number_that_contradicts_its_word_gives_no_grade(read: Read) -> None:
    reading = read(ANNOUNCED.replace("Grade 4 (Inadequate)", "Grade 3 (Inadequate)"))
    assert reading.grade(Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS) is None
    assert reading.problems[0].message == (
        "Safeguarding overall effectiveness is graded differently in different places: "
        "“Grade 3 (Inadequate)” and “inadequate”."
    )


def test_a_title_that_ends_in_a_colon_has_the_name_below_it(read: Read) -> None:
    reading = read(ANNOUNCED.replace("children services\n", "children services:\n", 1))
    assert reading.authority is not None
    assert reading.authority.name == "Bury"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Screen every referral.", "areas_empty"),
        ("• screen every referral\n\nWithin a month:\nTrain all staff.", "areas_unclear"),
        ("• screen every referral; - train staff; - check plans", "areas_unclear"),
        ("• priority action: screen every referral", "areas_unclear"),
    ],
)
def test_a_list_of_2011_that_is_not_certain_is_a_problem(read: Read, words: str, code: str) -> None:
    reading = read(ANNOUNCED.replace("• screen every referral", words))
    assert codes(reading) == {"grade_disagreement", code}


def announced_pdf(*, time: str = "Immediately:") -> bytes:
    sheet = Sheet().line("Inspection of safeguarding and looked after", size=26)
    sheet.line("children services", size=26).line("Bury Council", size=18)
    for text in ("Inspection dates: 6 – 17 June 2011", "Reporting inspector Ann Lee HMI"):
        sheet.line(text, bold=True, size=10)
    sheet.line("Published: 22 July 2011", bold=True, size=10)
    for part in ("safeguarding services", "services for looked after children"):
        sheet.page().heading(f"The inspection outcomes: {part}", size=18)
        sheet.heading("Overall effectiveness", size=14).heading("Grade 2 (Good)", size=14)
        sheet.paragraph("1. Inspectors saw what they saw, and they wrote it down.")
        sheet.heading("Capacity for improvement Grade 3 (Adequate)", size=14)
        sheet.heading("Areas for improvement", size=14).item("act early")
        sheet.heading(time).item("act on what", "was found").heading("Outcomes", size=14)
    sheet.page().heading("Record of main findings", size=18)
    for part in ("Safeguarding services", "Services for looked after children"):
        sheet.heading(part, size=11).line("Overall effectiveness Good", size=11)
        sheet.line("Capacity for improvement Adequate", size=11)
    return sheet.pdf()


def test_an_announced_inspection_as_a_pdf(read_pdf: ReadPdf) -> None:
    reading = read_pdf(announced_pdf())
    assert reading.problems == ()
    assert reading.authority is not None
    assert reading.authority.name == "Bury"
    assert [j.grade for j in reading.judgements] == [Grade.GOOD, Grade.ADEQUATE] * 2
    assert texts(reading) == ["act early", "act on what was found"] * 2


@pytest.mark.parametrize(
    ("time", "problems"),
    [
        ("By September 2011:", set()),
        ("As soon as possible:", set()),
        ("Within three months of the publication of this report:", set()),
        ("When leaders can", {"areas_unclear"}),
    ],
)
def test_a_bold_line_by_when_does_not_end_the_list(
    read_pdf: ReadPdf, time: str, problems: set[str]
) -> None:
    reading = read_pdf(announced_pdf(time=time))
    assert codes(reading) == problems
    assert problems or texts(reading) == ["act early", "act on what was found"] * 2
