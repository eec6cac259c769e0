"""Letters about visits: which lines are headings of areas for improvement."""

from __future__ import annotations

import pytest

from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.visit_letters import MONITORING, NEEDS, REVIEWED, closed, in_text, letter


def test_a_heading_over_two_lines(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("What needs to improve in this area of social work", "practice?")
    report = read_pdf(closed(sheet.item("The quality of plans.")))
    assert [area.heading for area in report.improvement_areas] == [NEEDS]


def test_a_heading_in_body_type_needs_space_around_it(read_pdf: ReadPdf) -> None:
    sheet = letter().paragraph("What needs to improve in this area of practice")
    report = read_pdf(closed(sheet.item("The quality of plans.")))
    assert texts(report) == ["The quality of plans."]

    sheet = letter().paragraph("Leaders know well that there are many", "areas for improvement")
    sheet.line("and that work remains.")
    assert read_pdf(closed(sheet)).improvement_areas == ()


@pytest.mark.parametrize(
    "heading",
    [
        "1. What needs to improve in this area of social work practice",
        "2) What needs to improve",
        "Key areas for improvement",
        "Main areas for further development",
        "Area(s) for improvement",
        "Recommendations",
        "KEY RECOMMENDATIONS:",
    ],
)
def test_a_heading_in_other_known_words(
    read_pdf: ReadPdf, register: Register, heading: str
) -> None:
    report = read_pdf(closed(letter().heading(heading).item("The quality of plans.")))
    assert (texts(report), report.problems) == (["The quality of plans."], ())
    text = in_text("- The quality of plans.").replace(NEEDS, heading)
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert (texts(report), report.problems) == (["The quality of plans."], ())


@pytest.mark.parametrize("heading", ["Area(s) for priority action", "3. Priority actions"])
def test_a_heading_of_priority_actions_in_other_known_words(
    read_pdf: ReadPdf, heading: str
) -> None:
    report = read_pdf(closed(letter().heading(heading).item("Strategy discussions.")))
    assert [area.priority_action for area in report.improvement_areas] == [True]
    assert report.problems == ()


def test_a_letter_without_a_section_has_no_areas_and_no_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter()))
    assert report.improvement_areas == ()
    assert report.problems == ()


@pytest.mark.parametrize(
    "line",
    [
        "What needs to improve? The quality of plans.",
        "Leaders have begun. What needs to improve in this area",
        "3. What needs to irnprove in this area",
        "Whatneeds to improve in this area",
    ],
)
def test_the_words_of_a_heading_inside_a_sentence_are_a_problem(
    read_pdf: ReadPdf, line: str
) -> None:
    """The list below them was lost in silence."""
    report = read_pdf(closed(letter().paragraph(line, "The timeliness of visits.")))
    assert report.improvement_areas == ()
    assert ProblemCode.AREAS_UNCLEAR in codes(report)


@pytest.mark.parametrize(
    "heading",
    [
        "Wbat needs to improve in this area of social work practice",
        "What needs to lmprove in this area of soclal work practice",
        "W hat needs to improve",
        "What must improve",
        "Areas for irnprovement",
        "Arcas for improvement",
        "Areas lor development",
        "Areas for prioritv action",
        "Areas for improvement - Supervision.",
    ],
)
def test_a_misread_or_glued_heading_is_a_problem_next_to_a_good_one(
    register: Register, heading: str
) -> None:
    text = MONITORING.replace("Monitoring visit", "Focused visit").replace("monitoring", "focused")
    listed = f"{NEEDS}\n\n- Plans.\n\n{heading}\n\n- Supervision.\n\nFindings and evaluation"
    text = text.replace(REVIEWED, "").replace("Findings and evaluation", listed)
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert codes(report) == {"areas_unclear"}


def test_a_heading_without_items_is_a_problem(read_pdf: ReadPdf) -> None:
    assert codes(read_pdf(closed(letter().heading(NEEDS)))) == {"areas_empty"}


def test_an_unknown_heading_about_areas_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("Areas for improvement and further work").item("The quality of plans.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_list_under_other_words_about_improvement_is_a_problem(read_pdf: ReadPdf) -> None:
    for words in (
        "Actions that leaders must take next", "Where practice must improve", "Weaknesses",
        "What could be better", "Shortfalls in practice",
    ):  # fmt: skip
        sheet = letter().heading(words).item("The quality of plans.")
        assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


@pytest.mark.parametrize("words", ["Areas for immediate action", "Priority areas for action"])
def test_prose_under_other_words_about_priority_is_a_problem(read_pdf: ReadPdf, words: str) -> None:
    sheet = letter().heading(words).paragraph("Leaders must act on allegations at once.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_text_without_empty_lines_is_read_with_a_doubt(register: Register) -> None:
    lines = (
        "20 June 2025", "Dear Ms Roe", "Focused visit to Bury children’s services",
        "This letter summarises the findings of the focused visit to Bury children’s services",
        "on 12 and 13 May 2025.", "Headline findings", "Plans are good.", NEEDS,
        "• The quality of plans.", "• The speed", "of visits", "Main findings", "Most is well.",
        "Yours sincerely", "Ann Lee", "His Majesty’s Inspector",
    )  # fmt: skip
    report = read_bytes("\n".join(lines).encode(), name="x.txt", register=register)
    assert codes(report) == {"areas_unclear"}
    assert texts(report) == ["The quality of plans.", "The speed of visits"]


def test_the_end_of_a_sentence_is_not_a_heading(read_pdf: ReadPdf, register: Register) -> None:
    words = ("Leaders have worked hard and have acted on both", "areas for priority action.")
    sheet = letter().paragraph(*words).paragraph("Children are helped sooner.")
    printed = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    text = "\n".join((*words, "", "Children are helped sooner."))
    typed = in_text("- The quality of plans.").replace(NEEDS, f"{text}\n\n{NEEDS}")
    for report in (printed, read_bytes(typed.encode(), name="x.txt", register=register)):
        assert (texts(report), report.problems) == (["The quality of plans."], ())


def test_a_heading_under_a_sentence_about_the_last_inspection_is_one(read_pdf: ReadPdf) -> None:
    sheet = letter().item("Leaders have acted on what was raised at the last inspection")
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert texts(report) == ["The quality of plans."]


def test_a_heading_between_two_sentences_of_a_text_needs_no_space(register: Register) -> None:
    title = "Leaders know what to do.\nAreas for priority action\nThe council must act."
    text = in_text("- Supervision.").replace(NEEDS, f"{title}\n\n{NEEDS}")
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert [(area.text, area.priority_action) for area in report.improvement_areas] == [
        ("The council must act.", True),
        ("Supervision.", False),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Recommendations\n\n1. The quality of plans.",
        "Areas requiring improvement\n\nInspectors named these:\n\n- The quality of plans.",
        "Urgent actions\n\nThe council must improve its plans.",
        "What needs improving?\n\n- The quality of plans.",
        "What does the council need to do next?\n\n- The quality of plans.",
    ],
)
def test_a_list_under_a_title_in_other_words_is_a_problem(register: Register, title: str) -> None:
    text = in_text("- Supervision.").replace(NEEDS, f"{title}\n\n{NEEDS}")
    assert codes(read_bytes(text.encode(), name="x.txt", register=register)) == {"areas_unclear"}
