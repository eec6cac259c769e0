"""ILACS reports in the three layouts, as text and as PDF; every rule on an invented report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import Reads, codes, texts
from tests.reports.documents import (
    BOTH,
    HELP,
    ILACS_2018,
    ILACS_2023,
    ILACS_2026,
    IN_CARE,
    LEADERS,
    LEAVERS,
    OVERALL,
    RI,
    Ilacs,
    as_pdf,
    as_text,
)
from tests.reports.printed import Sheet

RI_GRADE = Grade.REQUIRES_IMPROVEMENT


@pytest.mark.parametrize(
    ("report", "framework"),
    [
        (ILACS_2018, Framework.ILACS_2018),
        (ILACS_2023, Framework.ILACS_2023),
        (ILACS_2026, Framework.ILACS_2026),
    ],
)
def test_the_rows_of_the_table_decide_the_framework(
    reads: Reads, report: Ilacs, framework: Framework
) -> None:
    for reading in reads.both(report):
        assert reading.problems == ()
        assert reading.kind is Kind.INSPECTION
        assert reading.framework is framework
        assert len(reading.judgements) == len(report.rows)


def test_everything_on_the_title_page_is_read(reads: Reads) -> None:
    for reading in reads.both(ILACS_2018):
        assert reading.authority is not None
        assert reading.authority.urn == "80500"
        assert reading.authority_as_printed == "London Borough of Havering"
        assert reading.inspection_start == date(2018, 6, 11)
        assert reading.inspection_end == date(2018, 6, 22)
        assert reading.lead_inspector == "Ann Example"


def test_grades_have_label_words_and_page(reads: Reads) -> None:
    for reading in reads.both(ILACS_2023):
        leavers = next(j for j in reading.judgements if j.judgement is Judgement.CARE_LEAVERS)
        assert leavers.label == LEAVERS
        assert leavers.grade is Grade.OUTSTANDING
        assert leavers.as_printed == "Outstanding"
        assert leavers.page == 1


def test_areas_are_verbatim_and_in_order_with_heading_and_page(reads: Reads) -> None:
    for reading in reads.both(ILACS_2023):
        assert [area.text for area in reading.improvement_areas] == list(ILACS_2023.areas)
        assert {area.heading for area in reading.improvement_areas} == {"What needs to improve?"}
        assert not any(area.priority_action for area in reading.improvement_areas)
        assert reading.improvement_areas[0].page == 1


def test_rows_in_another_order_and_spelling_are_the_same_grades(reads: Reads) -> None:
    rows = (
        (HELP.upper(), "requires improvement"),
        ("The impact of leaders on practice with children and families.", "GOOD"),
        (OVERALL, "Good"),
        ("The experiences and progress of children care leavers", "Outstanding"),
        (IN_CARE, "Good"),
    )
    report = replace(ILACS_2023, rows=rows, headings=ILACS_2023.graded_headings())
    for reading in reads.both(report):
        assert reading.problems == ()
        assert reading.grade(Judgement.IMPACT_OF_LEADERS) is Grade.GOOD
        assert reading.grade(Judgement.HELP_AND_PROTECTION) is RI_GRADE
        assert reading.grade(Judgement.CARE_LEAVERS) is Grade.OUTSTANDING


@pytest.mark.parametrize("columns", [(72.0, 200.0), (72.0, 300.0), (60.0, 420.0)])
def test_labels_and_grades_that_wrap_stay_together(
    register: Register, columns: tuple[float, float]
) -> None:
    rows = tuple((label, RI) for label, _ in ILACS_2023.rows)
    reading = read_bytes(
        as_pdf(replace(ILACS_2023, rows=rows), columns=columns), name="x.pdf", register=register
    )
    assert reading.problems == ()
    assert [j.as_printed for j in reading.judgements] == [RI] * 5
    assert [j.label for j in reading.judgements] == [label for label, _ in rows]


def test_a_grade_that_the_body_contradicts_is_not_given(reads: Reads) -> None:
    for reading in reads.both(ILACS_2023.with_row(HELP, "Inadequate")):
        assert reading.grade(Judgement.HELP_AND_PROTECTION) is None
        assert reading.grade(Judgement.IN_CARE) is Grade.GOOD
        assert codes(reading) == {ProblemCode.GRADE_DISAGREEMENT}


@pytest.mark.parametrize(
    "sentence",
    [
        "Services for children in Havering are inadequate. They were good.",
        "Leaders listen. Services for vulnerable children in Havering now require improvement.",
        "Overall, children’s services in Havering are inadequate.",
        "Children’s services in Havering are judged to be inadequate overall.",
        "Children’s services in Havering continue to be outstanding.",
        "Havering children’s services are inadequate.",
        "Leaders listen. Overall effectiveness is inadequate.",
        "The overall effectiveness of children’s services in Havering is now inadequate.",
        "The overall effectiveness of services for children is inadequate because leaders failed.",
        "The overall judgement is requires improvement to be good.",
        "Inspectors judged the overall effectiveness to be inadequate.",
        "Inspectors judged overall effectiveness to be outstanding at this inspection.",
    ],
)
def test_an_overall_grade_that_the_summary_contradicts_is_not_given(
    reads: Reads, sentence: str
) -> None:
    for reading in reads.both(replace(ILACS_2023, summary=(sentence,))):
        assert reading.grade(Judgement.OVERALL_EFFECTIVENESS) is None
        assert codes(reading) == {ProblemCode.GRADE_DISAGREEMENT}


@pytest.mark.parametrize(
    "sentence",
    [
        "Services for children in care in Havering are inadequate.",
        "Services for children in Havering who need protection are inadequate.",
        "At the last inspection, children’s services in Havering were inadequate.",
        "Children’s services in Havering were judged inadequate in 2018.",
        "Children’s services in Havering are no longer inadequate.",
        "Children’s services in Havering are outstanding at listening to children.",
        "Some children’s services are inadequate.",
        "The overall effectiveness of services for care leavers is inadequate.",
        "The overall judgement for help and protection is inadequate.",
        "Where overall effectiveness is inadequate, monitoring visits follow.",
        "Since 2022, when overall effectiveness was judged to be inadequate, much has improved.",
        "Inspectors judged the overall effectiveness to be inadequate at the last inspection.",
        "The last inspection was in 2018. Inspectors judged overall effectiveness as inadequate.",
    ],
)
def test_sentences_about_something_else_contradict_nothing(reads: Reads, sentence: str) -> None:
    for reading in reads.both(replace(ILACS_2023, summary=(sentence,))):
        assert reading.problems == ()


@pytest.mark.parametrize("grade", ["Inadequate", "Outstanding"])
def test_an_overall_grade_outside_of_all_others_is_not_given(reads: Reads, grade: str) -> None:
    rows = ((LEADERS, "Good"), (HELP, RI), (BOTH, "Good"), (OVERALL, grade))
    for reading in reads.both(replace(ILACS_2018, rows=rows)):
        assert codes(reading) == {ProblemCode.GRADE_DISAGREEMENT}
        assert reading.grade(Judgement.OVERALL_EFFECTIVENESS) is None
        assert reading.grade(Judgement.IMPACT_OF_LEADERS) is Grade.GOOD


def test_a_new_label_of_the_leaders_row_costs_that_row_alone(reads: Reads) -> None:
    label = "The impact of leaders and of their managers on practice"
    rows = ((label, "Good"), *ILACS_2023.rows[1:])
    report = reads.pdf(replace(ILACS_2023, rows=rows))
    assert {ProblemCode.LABEL_UNKNOWN, ProblemCode.FRAMEWORK_UNKNOWN} <= codes(report)
    assert report.kind is Kind.INSPECTION
    assert report.inspection_start == date(2023, 12, 11)
    assert report.grade(Judgement.HELP_AND_PROTECTION) is RI_GRADE
    assert report.grade(Judgement.IMPACT_OF_LEADERS) is None


def test_grades_that_nothing_bears_out_are_not_given(reads: Reads) -> None:
    for reading in reads.both(replace(ILACS_2023, headings=("Another heading",))):
        assert {j.grade for j in reading.judgements} == {None}
        assert ProblemCode.GRADE_UNCONFIRMED in codes(reading)


def test_an_unknown_grade_is_a_problem_and_no_default(reads: Reads) -> None:
    for reading in reads.both(ILACS_2023.with_row(IN_CARE, "Goood")):
        assert reading.grade(Judgement.IN_CARE) is None
        assert codes(reading) & {ProblemCode.GRADE_UNKNOWN, ProblemCode.TABLE_UNCLEAR}


def test_an_unknown_row_is_a_problem_and_the_framework_unknown(reads: Reads) -> None:
    rows = (*ILACS_2023.rows[:2], ("The weather in the area", "Good"), *ILACS_2023.rows[2:4])
    for reading in reads.both(replace(ILACS_2023, rows=rows)):
        assert ProblemCode.LABEL_UNKNOWN in codes(reading) or reading.framework is (
            Framework.UNKNOWN
        )
        assert reading.problems


def test_rows_that_do_not_fit_the_inspection_dates_are_a_problem(reads: Reads) -> None:
    without_overall = replace(ILACS_2023, rows=ILACS_2023.rows[:4])
    for reading in reads.both(without_overall):
        assert codes(reading) == {ProblemCode.FRAMEWORK_DATES_DISAGREE}


def test_an_inspection_before_april_2026_keeps_its_overall_grade(reads: Reads) -> None:
    report = replace(ILACS_2023, dates="Inspection dates: 26 to 30 January 2026")
    for reading in reads.both(report):
        assert reading.problems == ()
        assert reading.framework is Framework.ILACS_2023
        assert reading.grade(Judgement.OVERALL_EFFECTIVENESS) is Grade.GOOD


@pytest.mark.parametrize(
    "variant",
    [
        "{label} {grade}",
        "{label} is {grade}",
        "{label} are: {grade}",
        "{label}: {grade}.",
        "{bare}: {grade}",
    ],
)
def test_headings_of_the_body_in_their_variants(reads: Reads, variant: str) -> None:
    headings = tuple(
        variant.format(label=label, bare=label.removeprefix("The "), grade=grade.lower())
        for label, grade in ILACS_2023.rows[:4]
    )
    for reading in reads.both(replace(ILACS_2023, headings=headings)):
        assert reading.problems == ()


@pytest.mark.parametrize("form", ["experiences", "experience and progress"])
def test_headings_with_fewer_words(reads: Reads, form: str) -> None:
    headings = tuple(
        heading.replace("experiences and progress", form)
        for heading in ILACS_2018.graded_headings()
    )
    for reading in reads.both(replace(ILACS_2018, headings=headings)):
        assert reading.problems == ()


@pytest.mark.parametrize(
    "heading",
    ["What needs to improve", "What Needs to Improve", "What needs to improve:",
     "WHAT NEEDS TO IMPROVE?", "What needs to improve.", "What needs to improve ?¹",
     "What needs to improve?*"],
)  # fmt: skip
def test_headings_of_the_list_in_their_variants(reads: Reads, heading: str) -> None:
    for reading in reads.both(replace(ILACS_2023, areas_heading=heading)):
        assert reading.problems == ()
        assert len(reading.improvement_areas) == 2


def test_the_mark_of_a_footnote_is_not_part_of_the_heading(reads: Reads) -> None:
    for reading in reads.both(replace(ILACS_2026, areas_heading="What needs to improve?1")):
        assert {area.heading for area in reading.improvement_areas} == {"What needs to improve?"}


def test_areas_for_priority_action_are_flagged(reads: Reads) -> None:
    report = replace(ILACS_2023, areas_heading="Areas for priority action")
    for reading in reads.both(report):
        assert [area.priority_action for area in reading.improvement_areas] == [True, True]


def test_words_about_priority_action_in_the_body_flag_nothing(reads: Reads) -> None:
    body = "At the focused visit there were two areas for priority action."
    for reading in reads.both(replace(ILACS_2023, body=body)):
        assert reading.problems == ()
        assert not any(area.priority_action for area in reading.improvement_areas)


def test_a_section_of_prose_is_kept_paragraph_by_paragraph(register: Register) -> None:
    text = as_text(replace(ILACS_2023, areas=("Some variability remains.",)))
    text = text.replace(b"- Some variability", b"Some variability")
    reading = read_bytes(text, name="x.txt", register=register)
    assert reading.problems == ()
    assert [area.text for area in reading.improvement_areas] == ["Some variability remains."]


def test_a_sentence_that_there_are_none_is_not_an_area(reads: Reads) -> None:
    report = replace(ILACS_2023, areas=("There are no areas for improvement.",))
    for reading in reads.both(report):
        assert reading.problems == ()
        assert reading.improvement_areas == ()


def test_a_heading_with_nothing_under_it_is_a_problem(reads: Reads) -> None:
    for reading in reads.both(replace(ILACS_2023, areas=())):
        assert codes(reading) == {ProblemCode.AREAS_EMPTY}


def test_no_section_is_right_only_where_all_is_outstanding(reads: Reads) -> None:
    outstanding = tuple((label, "Outstanding") for label, _ in ILACS_2023.rows)
    for reading in reads.both(replace(ILACS_2023, rows=outstanding, areas_heading=None)):
        assert reading.problems == ()
    for reading in reads.both(replace(ILACS_2023, areas_heading=None)):
        assert codes(reading) == {ProblemCode.AREAS_MISSING}


def test_a_list_under_an_unknown_heading_is_a_problem(reads: Reads) -> None:
    report = replace(ILACS_2023, areas_heading="Things to do better")
    reading = reads.pdf(report)
    assert ProblemCode.AREAS_UNCLEAR in codes(reading)
    assert reading.improvement_areas == ()


def test_a_section_without_a_known_end_does_not_swallow_the_body(reads: Reads) -> None:
    headings = ("How children fare: good", *ILACS_2023.graded_headings()[1:])
    for reading in reads.both(replace(ILACS_2023, headings=headings)):
        texts = [area.text for area in reading.improvement_areas]
        assert texts == list(ILACS_2023.areas) or reading.problems


def test_missing_paragraphs_are_noticed(reads: Reads) -> None:
    numbered = tuple(f"{number}. Text." for number in (5, 6, 7))
    reading = reads.text(replace(ILACS_2023, extra=numbered, headings=None))
    assert reading.problems


def test_footers_with_other_dates_are_never_read(reads: Reads) -> None:
    report = replace(
        ILACS_2023,
        body="Much is good here. " * 90,
        footer="Inspection of Newham children’s services",
    )
    reading = reads.pdf(report)
    assert reading.pages > 2
    assert reading.problems == ()
    assert reading.authority is not None
    assert reading.authority.name == "Havering"
    assert reading.inspection_start == date(2023, 12, 11)


def test_a_list_that_goes_on_over_a_page_is_whole(reads: Reads) -> None:
    areas = tuple(f"Area {number}, " + "which is long enough to wrap, " * 6 for number in range(9))
    areas = tuple(area.strip().rstrip(",") + "." for area in areas)
    reading = reads.pdf(replace(ILACS_2023, areas=areas))
    assert reading.problems == ()
    assert [area.text for area in reading.improvement_areas] == list(areas)
    assert {area.page for area in reading.improvement_areas} == {1, 2}


def test_dates_that_cannot_be_read_are_empty_and_a_problem(reads: Reads) -> None:
    for reading in reads.both(replace(ILACS_2023, dates="Inspection dates: 40 to 50 December")):
        assert reading.inspection_start is None
        assert ProblemCode.DATES_UNCLEAR in codes(reading)


def test_a_report_without_a_lead_inspector_has_no_problem(reads: Reads) -> None:
    for reading in reads.both(replace(ILACS_2023, lead=None)):
        assert reading.problems == ()
        assert reading.lead_inspector is None


def test_an_inspector_under_unknown_words_is_a_problem(reads: Reads) -> None:
    lead = "Inspector in charge: Ann Example, HMI"
    report = reads.text(replace(ILACS_2023, lead=lead))
    assert report.lead_inspector is None
    assert codes(report) == {ProblemCode.LEAD_UNCLEAR}


def test_several_periods_are_kept(reads: Reads) -> None:
    dates = "Inspection dates: 5 to 9 December 2022 and 14 to 15 February 2023"
    for reading in reads.both(replace(ILACS_2023, dates=dates)):
        assert len(reading.inspection_periods) == 2
        assert reading.inspection_start == date(2022, 12, 5)
        assert reading.inspection_end == date(2023, 2, 15)


def test_an_unknown_authority_is_a_problem_with_the_nearest_names(reads: Reads) -> None:
    title = ("Inspection of Haverling local authority children’s services",)
    for reading in reads.both(replace(ILACS_2023, title=title)):
        assert reading.authority is None
        assert reading.authority_as_printed == "Haverling"
        assert codes(reading) == {ProblemCode.AUTHORITY_UNKNOWN}
        assert reading.problems[0].message.startswith(
            "Unknown authority: “Haverling”; did you mean Havering"
        )


def test_a_title_that_names_a_trust_means_its_council(reads: Reads) -> None:
    title = ("Inspection of Bradford Children and Families Trust",)
    for reading in reads.both(replace(ILACS_2026, title=title)):
        assert reading.problems == ()
        assert reading.authority is not None
        assert reading.authority.urn == "80449"


def test_both_forms_say_the_same(reads: Reads) -> None:
    text, pdf = reads.both(
        replace(ILACS_2018, rows=((LEADERS, RI), (HELP, RI), (BOTH, RI), (OVERALL, RI)))
    )
    same = {"judgements", "improvement_areas", "inspection_start", "framework", "authority"}
    assert text.model_dump(include=same) == pdf.model_dump(include=same)


@pytest.mark.parametrize("label", ["Lead HMI:", "Lead inspector(s):", "Lead Ofsted inspector:"])
def test_the_lead_inspector_under_other_words(reads: Reads, label: str) -> None:
    for report in reads.both(replace(ILACS_2023, lead=f"{label} Ann Example, HMI")):
        assert report.lead_inspector == "Ann Example"


@pytest.mark.parametrize(
    "mark", ["►", "➢", "✓", "\u25cb", "➤", "→", "⬛", "\uf09f", "\uf0a2", "\uf06c"]
)
def test_bullets_of_other_fonts(mark: str, register: Register) -> None:
    text = as_text(ILACS_2023).decode().replace("\n- ", f"\n{mark} ")
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert report.problems == ()
    assert [area.text for area in report.improvement_areas] == list(ILACS_2023.areas)


@pytest.mark.parametrize("mark", ["a)", "(i)", "n", "1)", "⦿"])
def test_a_mark_that_is_not_known_is_a_problem(mark: str, register: Register) -> None:
    text = as_text(ILACS_2023).decode().replace("\n- ", f"\n\n{mark} ")
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert codes(report) == {"areas_unclear"}


def test_a_list_whose_marks_are_lost_is_a_problem(register: Register) -> None:
    for areas in (("the quality of plans", "Supervision."), ("The quality of plans.", "Speed.")):
        text = as_text(replace(ILACS_2023, areas=areas)).decode().replace("\n- ", "\n\n")
        report = read_bytes(text.encode(), name="x.txt", register=register)
        assert codes(report) == {"areas_unclear"}


def test_an_area_may_start_with_an_article(reads: Reads) -> None:
    areas = ("A clearer approach to decisions.", "I-THRIVE and its use.", "16- and 17-year-olds.")
    for report in reads.both(replace(ILACS_2023, areas=areas)):
        assert report.problems == ()
        assert [area.text for area in report.improvement_areas] == list(areas)


def test_a_title_that_nearly_heads_a_list_is_a_problem(register: Register) -> None:
    sheet = Sheet().line("Inspection of Havering local authority children’s services", size=26)
    sheet.heading("Inspection dates: 11 to 22 December 2023").gap()
    sheet.line("Judgement").line("Grade", x=360, y=sheet.y)
    sheet.gap().line("The impact of leaders on practice").line("Outstanding", x=360, y=sheet.y)
    sheet.heading("What has to improve next", size=14).paragraph("Very little has to.")
    report = read_bytes(sheet.pdf(), name="x.pdf", register=register)
    assert any("What has to improve next" in problem.message for problem in report.problems)


def test_the_end_of_a_sentence_is_not_a_heading(register: Register) -> None:
    words = "Leaders have acted on both\nareas for priority action.\n\nChildren are helped sooner."
    report = read_bytes(
        as_text(replace(ILACS_2023, summary=(words,))), name="x.txt", register=register
    )
    assert [area.text for area in report.improvement_areas] == list(ILACS_2023.areas)
    assert report.problems == ()


@pytest.mark.parametrize("mark", ["-", "•", "*", "1.", "(a)", "i.", "1.1", "R1"])
def test_a_list_under_no_known_heading_is_a_problem(reads: Reads, mark: str) -> None:
    summary = ("What is urgent", f"{mark} The response to children who go missing.")
    assert codes(reads.text(replace(ILACS_2023, summary=summary))) == {"areas_unclear"}


def test_areas_below_the_findings_are_a_problem(register: Register) -> None:
    paper = "\n\nAreas for improvement\n\n- The council’s own plan.\n\n1. Members noted it.\n"
    report = read_bytes(as_text(ILACS_2023) + paper.encode(), name="x.txt", register=register)
    assert "may belong to another document" in " ".join(
        problem.message for problem in report.problems
    )


def test_the_heading_of_the_areas_may_have_a_number(reads: Reads) -> None:
    report = reads.text(replace(ILACS_2023, areas_heading="3. What needs to improve"))
    assert [area.text for area in report.improvement_areas] == list(ILACS_2023.areas)
    assert report.problems == ()


@pytest.mark.parametrize("marks", [("(a)", "(b)"), ("ii.", "iii."), ("1.1", "1.2")])
def test_letters_and_numbers_with_a_point_mark_areas(
    register: Register, marks: tuple[str, str]
) -> None:
    areas = tuple(f"{mark} {area}" for mark, area in zip(marks, ILACS_2023.areas, strict=True))
    report = replace(ILACS_2023, areas=areas)
    text = as_text(report).replace(b"\n- ", b"\n")
    for data in (as_pdf(report, bullet=""), text):
        reading = read_bytes(data, name="report", register=register)
        if marks[0] == "ii.":
            assert codes(reading) == {"areas_unclear"}
        else:
            assert texts(reading) == list(ILACS_2023.areas)
            assert reading.problems == ()
