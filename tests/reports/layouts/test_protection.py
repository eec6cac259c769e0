"""Inspections of the arrangements for the protection of children, 2012 to 2013."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.layouts.conftest import Read, about
from tests.reports.printed import Sheet

PROTECTION = """\
Inspection of local authority arrangements for the protection of children
Bury Metropolitan Borough Council

Inspection dates: 8 – 17 January 2013
Lead inspector: Ann Lee HMI

Age group: All
Published: 20 February 2013

Overall effectiveness

1. The overall effectiveness of the arrangements to protect children in Bury is judged to be
adequate.

Areas for improvement

2. In order to improve, the local authority should take the following action.

Immediately:

• see every child

Within three months:

• review thresholds
• train staff.

The effectiveness of the help and protection provided to children, young people, families and carers

3. The effectiveness of the help and protection provided is judged to be adequate.

The quality of practice

4. The quality of practice is good.

Leadership and governance

5. Leadership and governance are inadequate.

Record of main findings

Overall effectiveness Adequate
The effectiveness of the help and protection provided to children, young people, families and carers Adequate
The quality of practice Good
Leadership and governance Adequate
"""  # noqa: E501


def test_an_inspection_of_the_protection_of_children(read: Read) -> None:
    reading = read(PROTECTION)
    assert about(reading) == (
        "Bury", Kind.INSPECTION, Framework.PROTECTION_OF_CHILDREN,
        date(2013, 1, 8), date(2013, 1, 17),
    )  # fmt: skip
    assert (reading.published, reading.lead_inspector) == (date(2013, 2, 20), "Ann Lee")
    assert {j.judgement: j.grade for j in reading.judgements} == {
        Judgement.OVERALL_EFFECTIVENESS: Grade.ADEQUATE,
        Judgement.HELP_AND_PROTECTION: Grade.ADEQUATE,
        Judgement.QUALITY_OF_PRACTICE: Grade.GOOD,
        Judgement.LEADERSHIP_AND_GOVERNANCE: None,
    }
    assert codes(reading) == {"grade_disagreement"}
    assert texts(reading) == ["see every child", "review thresholds", "train staff."]


def test_a_grade_that_is_in_one_place_only_is_not_certain(read: Read) -> None:
    reading = read(PROTECTION.replace("4. The quality of practice is good.", "4. Practice varies."))
    assert reading.grade(Judgement.QUALITY_OF_PRACTICE) is None
    assert "grade_unconfirmed" in codes(reading)


def test_each_grade_has_the_page_of_the_sentence_that_gives_it(read: Read) -> None:
    text = PROTECTION.replace("The quality of practice\n\n4.", "\fThe quality of practice\n\n4.")
    pages = {j.judgement: j.page for j in read(text).judgements}
    assert pages == {
        Judgement.OVERALL_EFFECTIVENESS: 1,
        Judgement.HELP_AND_PROTECTION: 1,
        Judgement.QUALITY_OF_PRACTICE: 2,
        Judgement.LEADERSHIP_AND_GOVERNANCE: 2,
    }


@pytest.mark.parametrize("size", [12, 14])
def test_a_list_that_ends_at_a_deadline_in_unknown_words_is_a_problem(
    read_pdf: ReadPdf, size: float
) -> None:
    sheet = Sheet().line(
        "Inspection of local authority arrangements for the protection of children"
    )
    sheet.line("Bury Metropolitan Borough Council").paragraph(
        "Inspection dates: 8 – 17 January 2013"
    )
    sheet.paragraph("Lead inspector: Ann Lee HMI", "Published: 20 February 2013").page()
    sheet.heading("Areas for improvement", size=14)
    sheet.paragraph("In order to improve, the council should take the following action.")
    sheet.heading("Immediately", size=size).item("see every child")
    sheet.heading("Over the next", "three months", size=size).item("review thresholds")
    report = read_pdf(sheet.heading("The quality of practice", size=14).paragraph("3. Good.").pdf())
    assert any("The list ends at “Over the next”" in p.message for p in report.problems)
