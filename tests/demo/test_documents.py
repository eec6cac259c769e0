"""Sample documents say what their descriptions say, in the layouts of real ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest

from demo.documents import (
    Quirks,
    SampleAreaSendReport,
    SampleJointLetter,
    SampleLetter,
    SampleReport,
    SampleSifReport,
    render,
)
from demo.documents.wording import inspection_dates
from reports.model import Framework, Grade, Judgement, Kind, Period

TWO_WEEKS = (Period(start=date(2026, 5, 11), end=date(2026, 5, 22)),)


def lines(pdf: bytes) -> list[list[str]]:
    """The lines of each page, as a reader gets them."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        [line.strip() for line in page.get_textpage().get_text_range().splitlines()]
        for page in document
    ]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page) for page in lines(pdf))


def report(**changes: Any) -> SampleReport:
    """A 2018 report; its summary fills so much of page 1 that the bullets are on it or on 2."""
    settings: dict[str, Any] = {
        "authority": "Brackenshire",
        "framework": Framework.ILACS_2018,
        "periods": (Period(start=date(2019, 7, 8), end=date(2019, 7, 19)),),
        "lead_inspector": "Imogen Fairley",
        "grades": {
            Judgement.IMPACT_OF_LEADERS: Grade.REQUIRES_IMPROVEMENT,
            Judgement.HELP_AND_PROTECTION: Grade.INADEQUATE,
            Judgement.CARE_AND_CARE_LEAVERS: Grade.GOOD,
            Judgement.OVERALL_EFFECTIVENESS: Grade.REQUIRES_IMPROVEMENT,
        },
        "improvements": ("The quality of supervision.", "The pace of decisions."),
    }
    return SampleReport(**(settings | changes))


FOUR_GRADES = {
    Judgement.IMPACT_OF_LEADERS: Grade.GOOD,
    Judgement.HELP_AND_PROTECTION: Grade.GOOD,
    Judgement.IN_CARE: Grade.OUTSTANDING,
    Judgement.CARE_LEAVERS: Grade.REQUIRES_IMPROVEMENT,
}


def letter(**changes: Any) -> SampleLetter:
    settings: dict[str, Any] = {
        "authority": "Dunwater",
        "letter_date": date(2025, 5, 20),
        "periods": (Period(start=date(2025, 4, 15), end=date(2025, 4, 16)),),
        "inspectors": ("Ruth Calder", "Owen Baines"),
        "looked_at": "children in care",
        "headline": ("Most children are settled.",),
        "improvements": ("The timeliness of planning.",),
    }
    return SampleLetter(**(settings | changes))


def test_front_page_of_2018() -> None:
    first = lines(render(report()))[0]

    assert first[:2] == ["Inspection of Brackenshire local authority", "children’s services"]
    assert "Inspection dates: 8 to 19 July 2019" in first
    assert "Lead inspector: Imogen Fairley, Her Majesty’s Inspector" in first
    assert "Judgement Grade" in first
    assert "Overall effectiveness Requires improvement to be good" in first
    assert "What needs to improve?" in first
    assert "◼ The quality of supervision." in first


def test_the_tables_grade_is_next_to_the_last_line_until_2022_and_the_first_since() -> None:
    older = lines(render(report()))[0]
    newer = lines(render(report(framework=Framework.ILACS_2023)))[0]

    assert "who need help and protection Inadequate" in older
    assert newer[newer.index("who need help and protection") + 1] == "Inadequate"


def test_body_headings_carry_the_grades() -> None:
    text = words(render(report()))

    assert "who need help and protection: inadequate 1. " in text
    assert "children in care and care leavers: good" in text
    assert "practice with children and families: requires improvement to be good" in text


def test_report_of_2026_has_four_rows_and_a_footnote() -> None:
    pages = lines(
        render(report(framework=Framework.ILACS_2026, grades=FOUR_GRADES, periods=TWO_WEEKS))
    )
    text = " ".join(pages[0])

    assert "Overall effectiveness" not in text
    assert "What needs to improve?1" in pages[0]
    assert "1 The areas for improvement have been cross-referenced" in text
    assert pages[1][:2] == [
        "Inspection of Brackenshire local authority children’s services",
        "11 to 22 May 2026 2",
    ]


def test_closes_with_the_standing_box_and_the_mark_of_a_sample() -> None:
    last = " ".join(lines(render(report()))[-1])

    assert "The Office for Standards in Education, Children’s Services and Skills" in last
    assert "© Crown copyright 2019" in last
    assert last.endswith("Sample report about an invented council")


def test_a_hyphen_at_the_end_of_a_line_comes_out_as_in_real_reports() -> None:
    long = "multi-agency and well-established " * 12

    assert "\ufffe" in words(render(report(improvements=(long.strip(),))))


def test_the_same_description_gives_the_same_bytes() -> None:
    assert render(report()) == render(report())
    assert render(letter()) == render(letter())
    assert render(report()) != render(report(lead_inspector="Hugh Pemble"))


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        (
            Quirks(heading_grades={Judgement.HELP_AND_PROTECTION: Grade.GOOD}),
            "who need help and protection: good",
        ),
        (
            Quirks(heading_grades={Judgement.HELP_AND_PROTECTION: None}),
            "who need help and protection 1. ",
        ),
        (Quirks(grade_words={Judgement.HELP_AND_PROTECTION: "Goood"}), "protection Goood"),
        (
            Quirks(labels={Judgement.HELP_AND_PROTECTION: "Children who need help"}),
            "Children who need help Inadequate",
        ),
        (Quirks(improvement_heading="What needs to improve:"), "What needs to improve: ◼"),
        (Quirks(improvement_prose="Nothing much."), "What needs to improve? Nothing much."),
        (Quirks(bullet="•"), "• The quality of supervision."),
        (Quirks(bullet="■"), "■ The quality of supervision."),
        (Quirks(footer_authority="Elsewhere"), "Inspection of Elsewhere local authority"),
        (Quirks(footer_dates="1 to 2 May 2000"), "1 to 2 May 2000 2"),
        (Quirks(council_title=True), "Brackenshire Council Inspection of children’s social care"),
    ],
)
def test_quirks(quirks: Quirks, expected: str) -> None:
    assert expected in words(render(report(quirks=quirks)))


def test_narrow_grades_break_in_two() -> None:
    first = lines(render(report(quirks=Quirks(narrow_grades=True))))[0]

    assert any(line.endswith("Requires improvement") for line in first)
    assert any(line.endswith("to be good") for line in first)


def test_header_before_the_title_and_footer_after_the_text() -> None:
    running = "Inspection of Brackenshire local authority children’s services"
    header = lines(render(report(quirks=Quirks(header_before_title=True))))
    footer = lines(render(report(quirks=Quirks(footer_after_text=True))))

    assert header[0][0] == running
    assert footer[1][-2:] == [running, "8 to 19 July 2019 2"]


def test_sections_can_be_left_out_or_added() -> None:
    without = words(render(report(improvements=())))
    with_priority = words(render(report(priority_actions=("The safety of children.",))))

    assert "What needs to improve" not in without
    assert "Areas for priority action The local authority needs to take swift" in with_priority
    assert "◼ The safety of children." in with_priority
    assert "Office for Standards" not in words(render(report(quirks=Quirks(closing_box=False))))


def test_rows_are_in_the_order_given() -> None:
    turned = dict(reversed(report().grades.items()))
    first = lines(render(report(grades=turned)))[0]

    rows = [line for line in first if line.startswith(("Overall", "The impact"))]
    assert rows[0].startswith("Overall effectiveness")


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (["2026-05-11/2026-05-22"], "11 to 22 May 2026"),
        (["2024-04-22/2024-05-03"], "22 April to 3 May 2024"),
        (["2022-12-12/2023-01-06"], "12 December 2022 to 6 January 2023"),
        (["2026-05-11/2026-05-11"], "11 May 2026"),
        (
            ["2022-12-05/2022-12-09", "2023-02-14/2023-02-15"],
            "5 to 9 December 2022 and 14 to 15 February 2023",
        ),
        (
            ["2022-10-10/2022-10-14", "2022-10-24/2022-10-26"],
            "10 to 14 October and 24 to 26 October 2022",
        ),
    ],
)
def test_dates_as_printed(periods: list[str], expected: str) -> None:
    days = [[date.fromisoformat(day) for day in period.split("/")] for period in periods]

    assert inspection_dates(tuple(Period(start=a, end=b) for a, b in days)) == expected


def test_focused_visit_letter() -> None:
    pages = lines(render(letter(findings=("Children are well known. " * 30,) * 6)))
    first = pages[0]

    assert first[0] == "20 May 2025"
    assert "Focused visit to Dunwater children’s services" in first
    assert "15 and 16 April 2025. His Majesty’s Inspectors" in " ".join(first)
    assert "What needs to improve in this area of social work practice?" in first
    assert first[-1] == "enquiries@ofsted.gov.uk"
    assert pages[1][0] == "2"
    assert "Ofsted will take the findings from this focused visit into account" in words(
        render(letter())
    )


def test_letter_with_priority_actions() -> None:
    text = words(render(letter(priority_actions=("The response to missing children.",))))

    assert "Areas for priority action" in text
    assert "◼ The response to missing children. What needs to improve" in text


def test_monitoring_visit_letter() -> None:
    text = words(render(letter(visit=Kind.MONITORING_VISIT, improvements=())))

    assert "Monitoring visit to Dunwater children’s services" in text
    assert "What needs to improve" not in text


SIF_GRADES = {
    Judgement.OVERALL_EFFECTIVENESS: Grade.REQUIRES_IMPROVEMENT,
    Judgement.HELP_AND_PROTECTION: Grade.INADEQUATE,
    Judgement.LOOKED_AFTER_AND_PERMANENCE: Grade.REQUIRES_IMPROVEMENT,
    Judgement.ADOPTION: Grade.GOOD,
    Judgement.CARE_LEAVERS: Grade.REQUIRES_IMPROVEMENT,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: Grade.REQUIRES_IMPROVEMENT,
}


def sif(**changes: Any) -> SampleSifReport:
    settings: dict[str, Any] = {
        "authority": "Ravenholt",
        "council": "Ravenholt Metropolitan Borough Council",
        "layout": 2014,
        "periods": (Period(start=date(2014, 6, 3), end=date(2014, 6, 25)),),
        "published": date(2014, 8, 8),
        "lead_inspector": "Hugh Pemble",
        "grades": SIF_GRADES,
        "priority_actions": ("Review all cases that were closed without a visit.",),
        "recommendations": ("Ensure that help comes early.", "Ensure that records are current."),
        "lscb_grade": Grade.GOOD,
        "lscb_recommendations": ("Ensure that the board hears young people.",),
    }
    return SampleSifReport(**(settings | changes))


def test_sif_report_of_2014() -> None:
    pdf = render(sif())
    first, text = " ".join(lines(pdf)[0]), words(pdf)

    assert "Inspection date: 3 June 2014 – 25 June 2014 Report published: 8 August 2014" in first
    assert "The overall judgement is requires improvement The judgements on areas" in first
    assert "2.1 Adoption performance Good" in first
    assert "Local Safeguarding Children Board (LSCB) is good." in first
    assert (
        "What does the local authority need to improve? Priority and immediate action 3. " in text
    )
    assert "Areas for improvement 4. Ensure that help comes early. 5. Ensure that records" in text
    assert "Lead inspector: Hugh Pemble" in text


def test_sif_report_of_2016_counts_on_into_the_boards_recommendations() -> None:
    text = words(render(sif(layout=2016, priority_actions=())))

    assert "Children’s services in Ravenholt require improvement to be good" in text
    assert "Recommendations 1. Ensure that help comes early." in text
    board = text.index("The Local Safeguarding Children Board is good")
    assert "Ensure that the board hears young people." in text[board:]
    assert "Recommendations 1. " not in text[board:]


def test_joint_letter() -> None:
    text = words(
        render(
            SampleJointLetter(
                authority="Kingsmarsh",
                letter_date=date(2025, 3, 13),
                periods=(Period(start=date(2025, 1, 20), end=date(2025, 1, 24)),),
                theme="identification of initial need and risk",
                headline=("Partners work well together.",),
                improvements=("Police attendance at strategy discussions.",),
                strengths=("Schools are equal partners.",),
            )
        )
    )

    assert "Joint targeted area inspection of Kingsmarsh" in text
    assert "This inspection took place from 20 to 24 January 2025." in text
    assert "What needs to improve? ◼ Police attendance at strategy discussions. Strengths" in text
    assert "Next steps We have determined" in text


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Grade.TYPICALLY_POSITIVE, "typically lead to positive experiences"),
        (Grade.INCONSISTENT, "lead to inconsistent experiences and outcomes"),
        (Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS, "widespread and/or systemic failings"),
    ],
)
def test_area_send_report(outcome: Grade, sentence: str) -> None:
    pdf = render(
        SampleAreaSendReport(
            authority="Fallowdean",
            council="Fallowdean Council",
            health_board="NHS North Sample Integrated Care Board",
            periods=(Period(start=date(2024, 11, 18), end=date(2024, 11, 22)),),
            lead_inspector="Alice Thorogood",
            lead_inspector_cqc="Martin Sele",
            outcome=outcome,
            priority_actions=("Leaders should shorten the wait for assessments.",),
            improvements=("Leaders should ask parents sooner.", "Leaders should share plans."),
        )
    )
    text = words(pdf)

    assert "Area SEND inspection of Fallowdean Local Area Partnership Inspection dates:" in text
    assert sentence in text
    assert "Responsible body Areas for priority action" in text
    assert "Leaders should ask parents sooner. Leaders should share plans." in text
    assert "Alice Thorogood, Ofsted HMI Lead" in text
