"""Letters of joint targeted area inspections: invented look-alikes with the traps of real ones."""

from __future__ import annotations

from datetime import date

import pytest

from reports.layouts.shared.partners import target_of
from reports.model import Framework, Kind, Target
from reports.problems import ProblemCode
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.layouts.conftest import Read, about
from tests.reports.printed import Sheet


def late(*, subject: str = "Joint targeted area inspection of Bury") -> Sheet:
    """A letter as from 2022, up to its headline findings."""
    sheet = Sheet().line("31 January 2023").line("Jo Roe, Director, Bury Council")
    sheet.line("Dear Bury Local Safeguarding Partnership")
    sheet.heading(subject)
    sheet.paragraph(
        "This letter summarises the findings of the joint targeted area inspection (JTAI) of",
        "the multi-agency response to serious youth violence in Bury.",
    )
    sheet.paragraph(
        "This inspection took place from 21 to 25 November 2022. It was carried out by",
        "inspectors from Ofsted, the Care Quality Commission (CQC) and others.",
    )
    return sheet.heading("Headline findings").paragraph("Partners know their services well.")


def early(*, subject: tuple[str, ...] | None = None) -> Sheet:
    """A letter as of 2016 to 2020, up to its list of areas."""
    sheet = Sheet().line("5 December 2016").line("Dear local partnership")
    sheet.heading(
        *(subject or ("Joint targeted area inspection of the multi-agency response to abuse",
                      "and neglect in Bury"))
    )  # fmt: skip
    sheet.paragraph(
        "Between 17 and 21 October 2016, Ofsted, the Care Quality Commission (CQC) and",
        "HMI Constabulary undertook a joint inspection of the multi-agency response to",
        "abuse and neglect in Bury. This inspection included a ‘deep dive’ focus on the",
        "response to children living with domestic abuse.",
    )
    return sheet.heading("Areas for improvement")


def test_the_facts_of_a_letter(read_pdf: ReadPdf) -> None:
    sheet = late().heading("What needs to improve?").item("The length of waits.")
    sheet.item("The attendance of", "all partners.").heading("Strengths").item("A strength.")
    report = read_pdf(sheet.paragraph("Next steps").pdf())
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.JOINT_INSPECTION, Framework.JTAI)
    assert report.authority is not None
    assert report.authority.name == "Bury"
    assert (report.inspection_start, report.inspection_end) == (
        date(2022, 11, 21),
        date(2022, 11, 25),
    )
    assert report.published == date(2023, 1, 31)
    assert report.topic == "serious youth violence"
    assert texts(report) == ["The length of waits.", "The attendance of all partners."]
    assert {area.target for area in report.improvement_areas} == {Target.PARTNERSHIP}
    assert not any(area.priority_action for area in report.improvement_areas)


@pytest.mark.parametrize(
    "subject",
    [
        "JOINT TARGETED AREA INSPECTION OF BURY",
        "JOINT TARGETED AREA INSPECTION OF THE MULTI-AGENCY RESPONSE TO VIOLENCE IN BURY",
    ],
)
def test_a_subject_in_capitals(read_pdf: ReadPdf, subject: str) -> None:
    sheet = late(subject=subject).heading("What needs to improve?").item("The length of waits.")
    report = read_pdf(sheet.heading("Strengths").paragraph("Next steps").pdf())
    assert report.authority is not None
    assert (report.authority.name, report.topic) == ("Bury", "serious youth violence")
    assert report.problems == ()


def test_any_bold_line_ends_a_list_without_themes(read_pdf: ReadPdf) -> None:
    sheet = late().heading("What needs to improve?").item("The length of waits.")
    sheet.heading("What is working well here").item("A strength.")
    assert texts(read_pdf(sheet.heading("Next steps").pdf())) == ["The length of waits."]


def test_priority_actions_of_a_partnership(read_pdf: ReadPdf) -> None:
    sheet = late().heading("Area for priority action")
    sheet.paragraph("Urgent action is required to address the following areas:")
    sheet.item("The failure to share risk.").heading("What needs to improve?").item("Waits.")
    report = read_pdf(sheet.heading("Strengths").pdf())
    assert [(a.text, a.priority_action) for a in report.improvement_areas] == [
        ("The failure to share risk.", True),
        ("Waits.", False),
    ]


def test_themes_divide_a_list_and_are_not_items(read_pdf: ReadPdf) -> None:
    sheet = early().heading("Leadership and management")
    sheet.item("Oversight is weak", "across the partnership.")
    sheet.heading("Identification of risk at the front door,", "and the response to it", x=89)
    sheet.item("Contacts are late.")
    sheet.heading("Case study: area for improvement").paragraph("A child waited.")
    report = read_pdf(sheet.heading("Next steps").paragraph("Yours sincerely", "Ann Lee").pdf())
    assert texts(report) == ["Oversight is weak across the partnership.", "Contacts are late."]
    assert report.problems == ()


def test_a_bold_line_without_text_below_it_may_be_an_area(read_pdf: ReadPdf) -> None:
    sheet = late().heading("Area for priority action").heading("Partners share no information.")
    sheet.heading("What needs to improve?").item("The length of waits.")
    report = read_pdf(sheet.heading("Strengths").paragraph("Next steps").pdf())
    assert texts(report) == ["The length of waits."]
    assert codes(report) == {"areas_unclear"}
    sheet = early().heading("Leadership").paragraph("Oversight is weak.")
    sheet.heading("Information is not shared.").heading("Front door").paragraph("Waits are long.")
    report = read_pdf(sheet.heading("Next steps").paragraph("Yours sincerely", "Ann Lee").pdf())
    assert texts(report) == ["Oversight is weak.", "Waits are long."]
    assert codes(report) == {"areas_unclear"}


def test_the_heading_of_a_case_study_does_not_begin_a_section(read_pdf: ReadPdf) -> None:
    sheet = early().item("Contacts are late.")
    sheet.heading("Case study:").line("Area for improvement", bold=True).paragraph(
        "A child waited."
    )
    assert texts(read_pdf(sheet.heading("Next steps").pdf())) == ["Contacts are late."]


def test_items_after_a_box_are_a_problem(read_pdf: ReadPdf) -> None:
    sheet = early().item("Contacts are late.").heading("Case study: area for improvement")
    sheet.paragraph("A child waited.").item("Another item of the list.")
    assert codes(read_pdf(sheet.heading("Next steps").pdf())) == {"areas_unclear"}


def test_a_larger_title_ends_a_list_with_themes(read_pdf: ReadPdf) -> None:
    sheet = Sheet().line("5 December 2016").line("Dear local partnership")
    sheet.heading("Joint targeted area inspection of Bury")
    sheet.paragraph("Between 17 and 21 October 2016, Ofsted and CQC inspected.")
    sheet.heading("Areas for improvement", size=14).heading("Leadership").item("Weak oversight.")
    sheet.heading("What happens after this letter", size=14).item("An action plan.")
    assert texts(read_pdf(sheet.heading("Next steps").pdf())) == ["Weak oversight."]


def test_long_items_cross_pages(read_pdf: ReadPdf) -> None:
    sheet = early().item("The quality of referrals is", "variable and")
    sheet.page(number=1).line("too late.", x=89)
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert texts(report) == ["The quality of referrals is variable and too late."]


@pytest.mark.parametrize("themes", [("Leadership", "Responses"), ("", "")])
def test_numbers_are_the_marks_of_items(read_pdf: ReadPdf, themes: tuple[str, str]) -> None:
    sheet = early()
    number = 0
    for theme in themes:
        if theme:
            sheet.heading(theme)
            number = 0
        for words in ("Audits of", "Data about"):
            number += 1
            sheet.paragraph(f"{number}. {words} {theme or number} must", "be clear.")
    report = read_pdf(sheet.heading("Next steps").paragraph("Yours sincerely", "Ann Lee").pdf())
    assert len(texts(report)) == 4
    assert texts(report)[0] == f"Audits of {themes[0] or 1} must be clear."
    assert report.problems == ()


def test_prose_is_one_area_for_each_theme(read_pdf: ReadPdf) -> None:
    sheet = (
        early().heading("Leadership").paragraph("Audits are", "rare.").paragraph("Data is late.")
    )
    sheet.heading("Responses").paragraph("Police do not record", "the views of children.")
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert texts(report) == [
        "Audits are rare. Data is late.",
        "Police do not record the views of children.",
    ]


def test_dashes_that_begin_every_item_are_its_marks(read_pdf: ReadPdf) -> None:
    sheet = early().heading("Leadership").item("Audits are rare.", mark="–")
    sheet.heading("Practice").item("Data on children in", "need is late", mark="–")
    report = read_pdf(sheet.item("visits are late", mark="–").heading("Next steps").pdf())
    assert texts(report) == [
        "Audits are rare.", "Data on children in need is late", "visits are late"
    ]  # fmt: skip
    assert report.problems == ()
    sheet = late().heading("What needs to improve?").paragraph("The partnership should improve:")
    sheet.paragraph("- The length of", "waits.", "- Audits.")
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert texts(report) == ["The length of waits.", "Audits."]
    assert report.problems == ()


def test_dashes_that_may_be_part_of_a_sentence_are_a_problem(read_pdf: ReadPdf) -> None:
    sheet = late().heading("What needs to improve?")
    sheet.paragraph("– Plans for children who need", "– and want help are weak.")
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}


@pytest.mark.parametrize("marks", [("(a)", "(b)", "(a)", "(b)"), ("i.", "ii.", "iii.", "iv.")])
def test_letters_mark_the_items_of_each_theme(read_pdf: ReadPdf, marks: tuple[str, ...]) -> None:
    sheet = early().heading("Leadership").item("Audits are rare.", mark=marks[0])
    sheet.item("Data is late.", mark=marks[1]).heading("Practice")
    sheet.item("Visits are", "late.", mark=marks[2]).item("Plans are late.", mark=marks[3])
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert texts(report) == [
        "Audits are rare.", "Data is late.", "Visits are late.", "Plans are late."
    ]  # fmt: skip
    assert report.problems == ()


def test_a_title_that_nearly_heads_a_list_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = late().heading("What needs to improve?").item("The length of waits.")
    sheet.heading("Areas for priority action now").item("Act.")
    report = read_pdf(sheet.heading("Next steps").pdf())
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}


@pytest.mark.parametrize(
    ("subject", "topic"),
    [
        (("Joint targeted area inspection of the multi-agency response to child",
          "exploitation in Bury"), "child exploitation"),
        (("Joint targeted area inspection of the multi-agency response to abuse and",
          "neglect in Bury"), "children living with domestic abuse"),
    ],
)  # fmt: skip
def test_the_theme_is_in_the_subject_or_in_the_deep_dive(
    read_pdf: ReadPdf, subject: tuple[str, ...], topic: str
) -> None:
    report = read_pdf(early(subject=subject).item("Waits.").heading("Next steps").pdf())
    assert report.topic == topic
    assert report.authority is not None
    assert report.authority.name == "Bury"


def test_a_letter_without_any_area_is_a_problem(read_pdf: ReadPdf) -> None:
    assert "areas_missing" in codes(read_pdf(late().heading("Strengths").item("All.").pdf()))


@pytest.mark.parametrize(
    "text",
    [
        "Police officers do not routinely record the views of children.",
        "Adult mental health services’ risk-assessment practice.",
        "East Cheshire NHS Trust should improve practice in emergency departments.",
        "Probation staff do not check addresses.",
    ],
)
def test_one_agency_alone_is_the_target(text: str) -> None:
    assert target_of(text) is Target.PARTNER


@pytest.mark.parametrize(
    "text",
    [
        "Police and health professionals do not attend.",
        "The consistent attendance by health and police professionals at meetings about children.",
        "Police officers do not share risk with children’s social care.",
        "The timely provision of accommodation for children subject to police protection.",
        "Staffing capacity in the emergency duty team and the police missing persons unit.",
        "The length of time children spend in police stations out of hours.",
        "Seeing children in a range of venues.",
        "In police referrals, the voice of the child is missing.",
    ],
)
def test_whatever_is_not_certain_is_for_the_partnership(text: str) -> None:
    assert target_of(text) is Target.PARTNERSHIP


PLAIN = """\
5 December 2016

Dear local partnership

Joint targeted area inspection of the multi-agency response to abuse and neglect in Bury

Between 17 and 21 October 2016, Ofsted and the Care Quality Commission (CQC) inspected.

Areas for improvement

Leadership

• Oversight is weak{broken}

Responses to children

• Contacts are late.

Case study: area for improvement

Yours sincerely

Ann Lee
"""


def test_a_letter_in_plain_text(read_pdf: ReadPdf) -> None:
    report = read_pdf(PLAIN.format(broken=" across\nthe partnership.").encode())
    assert texts(report) == ["Oversight is weak across the partnership.", "Contacts are late."]
    assert report.problems == ()


@pytest.mark.parametrize("broken", [".\n\f\nAudits are rare", ".\n\nAudits are rare."])
def test_plain_text_that_may_go_on_with_an_item_is_a_problem(
    read_pdf: ReadPdf, broken: str
) -> None:
    assert codes(read_pdf(PLAIN.format(broken=broken).encode())) == {"areas_unclear"}


def test_a_word_at_the_top_of_a_page_is_not_a_title(read_pdf: ReadPdf) -> None:
    report = read_pdf(PLAIN.format(broken=" for want of a\n\f\nbackground.").encode())
    assert texts(report) == ["Oversight is weak for want of a background.", "Contacts are late."]


@pytest.mark.parametrize("more", ["remotely on 24", "then, virtually, on 24", "also 24"])
def test_more_days_of_the_inspection_are_read(read_pdf: ReadPdf, more: str) -> None:
    days = "Between 17 and 21 October 2016, Ofsted and the Care Quality Commission (CQC) inspected."
    took_place = (
        "Ofsted and the Care Quality Commission (CQC) led it. "
        f"This inspection took place from 17 to 21 October 2016 and {more} October 2016."
    )
    report = read_pdf(PLAIN.replace(days, took_place).encode())
    assert report.inspection_start == date(2016, 10, 17)
    assert report.inspection_end == date(2016, 10, 24)


def test_days_on_which_it_was_only_planned_are_not_taken(read_pdf: ReadPdf) -> None:
    days = "Between 17 and 21 October 2016, Ofsted and the Care Quality Commission (CQC) inspected."
    planned = "Ofsted and the CQC planned to inspect from 10 to 14 October 2016."
    assert days in PLAIN
    took_place = "The visit took place from 17 to 21 October 2016."
    report = read_pdf(PLAIN.replace(days, f"{planned} {took_place}").encode())
    assert report.inspection_start == date(2016, 10, 17)
    assert read_pdf(PLAIN.replace(days, planned).encode()).inspection_start is None


@pytest.mark.parametrize(
    "earlier",
    [
        "The previous inspection took place from 10 to 14 October 2016.",
        "The last joint inspection of Bury took place between 10 and 14 October 2016.",
        "On 10 October 2016, Ofsted announced the inspection.",
    ],
)
def test_days_of_an_earlier_event_are_not_taken(read_pdf: ReadPdf, earlier: str) -> None:
    days = "Between 17 and 21 October 2016, Ofsted and the Care Quality Commission (CQC) inspected."
    both = f"{earlier} This inspection took place from 17 to 21 October 2016, with the CQC."
    assert read_pdf(PLAIN.replace(days, both).encode()).inspection_start == date(2016, 10, 17)
    alone = read_pdf(PLAIN.replace(days, f"{earlier} The CQC took part.").encode())
    assert (alone.inspection_start, codes(alone) >= {"dates_missing"}) == (None, True)


def test_days_of_the_week_before_the_dates(read_pdf: ReadPdf) -> None:
    sheet = early().paragraph("Between Monday 17 and Friday 21 October 2016, more was seen.")
    assert read_pdf(sheet.pdf()).inspection_start == date(2016, 10, 17)


def test_a_heading_that_is_not_set_as_one_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = late().line("Area for priority action").line("Urgent action is required.")
    sheet.heading("What needs to improve?").item("The length of waits.")
    report = read_pdf(sheet.heading("Strengths").paragraph("Next steps").pdf())
    assert codes(report) == {"areas_unclear"}


@pytest.mark.parametrize("mark", ["•", "-"])
@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Joint targeted area inspection (JTAI) of", "Joint targeted area inspection (JTAI) of"),
        ("JTAI of", "joint targeted area inspection of"),
        ("Joint targeted area inspection (JTAI):", "joint targeted area inspection of"),
    ],
)
def test_a_joint_inspection_with_its_short_name_in_the_subject(
    read: Read, title: str, subject: str, mark: str
) -> None:
    reading = read(
        f"8 March 2024\n\nDear partnership\n\n{title} the multi-agency response to neglect in "
        f"Bury\n\nThis letter summarises the findings of the {subject} the multi-agency response "
        "to neglect in Bury.\n\nThis inspection took place from 15 to 19 January 2024. It was "
        "carried out by inspectors from Ofsted and the Care Quality Commission (CQC).\n\n"
        f"What needs to improve?\n\n{mark} The quality of plans.\n{mark} The oversight of cases."
        "\n\n"
        "Next steps\n\nThe partnership should act.\n\nYours sincerely\n\nAnn Lee\n"
    )
    assert reading.problems == ()
    assert about(reading) == (
        "Bury", Kind.JOINT_INSPECTION, Framework.JTAI, date(2024, 1, 15), date(2024, 1, 19),
    )  # fmt: skip
    assert texts(reading) == ["The quality of plans.", "The oversight of cases."]


def test_there_may_be_no_priority_actions(read_pdf: ReadPdf) -> None:
    sheet = late().heading("Areas for priority action")
    sheet.paragraph("There are no areas for priority action.")
    sheet.heading("What needs to improve?").item("The length of waits.").heading("Strengths")
    report = read_pdf(sheet.paragraph("Next steps").pdf())
    assert (texts(report), report.problems) == (["The length of waits."], ())


def test_a_priority_action_that_no_heading_announces_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = late().paragraph("Inspectors identified an area for priority action.")
    sheet.heading("What needs to improve?").item("The length of waits.").heading("Strengths")
    report = read_pdf(sheet.paragraph("Next steps").pdf())
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}


@pytest.mark.parametrize("words", ["Visits", "Visits are reviewed late."])
def test_items_below_words_in_bold_are_never_lost_in_silence(read_pdf: ReadPdf, words: str) -> None:
    sheet = late().heading("What needs to improve?").item("The length of waits.")
    sheet.heading(words).item("The timeliness of visits.").heading("Strengths")
    report = read_pdf(sheet.paragraph("Next steps").pdf())
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}
