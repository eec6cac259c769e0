"""Letters about visits: the items of areas for improvement and priority actions."""

from __future__ import annotations

import pytest

from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import LEFT
from tests.reports.visit_letters import NEEDS, closed, in_text, letter


def test_priority_actions_are_the_items_under_their_own_heading(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("Areas for priority action")
    sheet.paragraph("The local authority needs to take swift and decisive action to address:")
    sheet.item("the timeliness of strategy discussions.")
    sheet.heading(NEEDS).item("The quality of plans.")
    report = read_pdf(closed(sheet))
    assert [(a.text, a.priority_action) for a in report.improvement_areas] == [
        ("the timeliness of strategy discussions.", True),
        ("The quality of plans.", False),
    ]


@pytest.mark.parametrize(
    "words",
    ["There are no areas for priority action.", "There were none at this visit.", "None."],
)
def test_none_stated_does_not_count_as_a_priority_action(read_pdf: ReadPdf, words: str) -> None:
    sheet = letter().heading("Areas for priority action").item(words)
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert [(a.text, a.priority_action) for a in report.improvement_areas] == [
        ("The quality of plans.", False)
    ]
    assert report.problems == ()


def test_a_list_in_small_type_under_a_sentence_that_there_is_none_is_a_problem(
    read_pdf: ReadPdf,
) -> None:
    sheet = letter().heading("Areas for priority action")
    sheet.paragraph("There are no areas for priority action.").gap()
    sheet.line("The allocation of work to staff without training.", size=8)
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert codes(report) == {"areas_unclear"}


@pytest.mark.parametrize("items", [0, 1])
def test_a_list_that_does_not_follow_its_introduction_is_a_problem(
    read_pdf: ReadPdf, items: int
) -> None:
    sheet = letter().heading(NEEDS)
    for _ in range(items):
        sheet.item("The quality of plans.")
    report = read_pdf(closed(sheet.paragraph("Leaders should improve:")))
    assert codes(report) == {"areas_unclear"}


def test_items_below_a_sentence_in_bold_are_never_lost_in_silence(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.")
    sheet.heading("Visits are reviewed late.").item("The timeliness of visits.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_mark_without_words_of_its_own_before_a_part(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("").line("– The timeliness of visits.", x=LEFT + 18)
    assert texts(read_pdf(closed(sheet))) == ["The timeliness of visits."]


@pytest.mark.parametrize(
    "words",
    [
        "The inspection identified no areas for priority action.",
        "This visit did not identify any areas for priority action.",
        "None were identified.",
        "None identified at this visit.",
        "At this visit, inspectors identified no areas for priority action.",
        "Not applicable.",
    ],
)
def test_nothing_named_is_said_in_many_words(read_pdf: ReadPdf, words: str) -> None:
    sheet = letter().heading("Areas for priority action").paragraph(words)
    report = read_pdf(closed(sheet.heading(NEEDS).item("None of the plans is clear.")))
    assert (texts(report), report.problems) == (["None of the plans is clear."], ())


def test_an_item_may_start_with_no(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).item("No consistent oversight of drift.")))
    assert texts(report) == ["No consistent oversight of drift."]


LACKS = [
    "There are no clear timescales in most plans.",
    "No actions from supervision are recorded or followed up.",
    "No immediate action is taken when children go missing from care.",
    "There were no management decisions on most records.",
    "Inspectors found no evidence of supervision.",
    "No clear plans.",
]
"""Items that say what a council lacks."""


@pytest.mark.parametrize("words", LACKS)
def test_what_a_council_lacks_is_an_item(read_pdf: ReadPdf, words: str) -> None:
    sheet = letter().heading("Areas for priority action").item(words)
    report = read_pdf(closed(sheet.heading(NEEDS).item("Visits.").item(words)))
    assert texts(report) == [words, "Visits.", words]
    assert report.problems == ()


@pytest.mark.parametrize(
    "words",
    [
        "There are no areas for priority action, but leaders should improve plans.",
        "No areas for improvement were identified other than the quality of plans.",
        "The letter does not name any.",
        "There are none to report.",
        "There are no significant concerns.",
        "Inspectors see no areas for priority action.",
    ],
)
def test_words_that_may_say_that_there_is_nothing_are_kept_with_a_problem(
    read_pdf: ReadPdf, words: str
) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).item(words)))
    assert (texts(report), codes(report)) == ([words], {"areas_unclear"})


def test_that_there_is_nothing_contradicts_the_other_items_of_its_list(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).item("Visits.").item("None identified.")))
    assert (len(texts(report)), codes(report)) == (2, {"areas_unclear"})


def test_items_over_a_page_keep_page_number_and_letterhead_out(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The timeliness of assessments, so that children")
    sheet.page(number=1).line("do not wait for help.", x=89).item("The second.")
    report = read_pdf(closed(sheet))
    assert texts(report) == [
        "The timeliness of assessments, so that children do not wait for help.",
        "The second.",
    ]
    assert [area.page for area in report.improvement_areas] == [1, 2]


def test_bullets_from_a_smaller_font_are_items(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    for text in ("The first.", "The second."):
        sheet.gap().line("•", size=9).line(text, x=89, y=sheet.y)
    assert texts(read_pdf(closed(sheet))) == ["The first.", "The second."]


def test_a_dash_at_the_words_of_an_item_starts_a_part_where_its_line_had_room(
    read_pdf: ReadPdf,
) -> None:
    long = "The quality of plans for children in need of help and protection in Bury"
    sheet = letter().heading(NEEDS).item("Plans", "– in court", "– after a review")
    sheet.item(long, "– and of their reviews – by managers.")
    assert texts(read_pdf(closed(sheet))) == [
        "Plans in court after a review",
        f"{long} – and of their reviews – by managers.",
    ]


@pytest.mark.parametrize(("below", "doubtful"), [("the visits to homes", True), ("homes", False)])
def test_a_line_in_lower_case_that_starts_like_the_items_may_be_one(
    read_pdf: ReadPdf, below: str, doubtful: bool
) -> None:
    sheet = letter().heading(NEEDS).item("the quality of plans in", below).item("the help")
    assert codes(read_pdf(closed(sheet))) == ({"areas_unclear"} if doubtful else set())


def test_areas_named_at_this_visit_in_addition_to_the_last_are_new(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    sheet.paragraph("In addition to the weaknesses of the December 2019 inspection, these areas")
    sheet.line("were identified at this visit:").item("Supervision.")
    assert read_pdf(closed(sheet)).problems == ()


def test_numbers_from_one_on_are_the_marks_of_items(read_pdf: ReadPdf, register: Register) -> None:
    sheet = letter().heading(NEEDS).paragraph("1. The quality of plans for children", "in need.")
    sheet.line("2. The visits of workers.").line("3. Supervision.")
    plans = "The quality of plans for children in need."
    report = read_pdf(closed(sheet))
    assert texts(report) == [plans, "The visits of workers.", "Supervision."]
    assert report.problems == ()
    listed = "1. The quality of plans for children\nin need.\n2. The visits of workers."
    report = read_bytes(in_text(listed).encode(), name="x.txt", register=register)
    assert (texts(report), report.problems) == ([plans, "The visits of workers."], ())


def test_numbers_with_a_gap_are_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).paragraph("1. Plans.", "3. Visits.", "4. Supervision.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_section_in_prose_is_one_area(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    sheet.paragraph("Some plans are not clear", "enough to help.").paragraph("Caseloads are high.")
    assert texts(read_pdf(closed(sheet))) == [
        "Some plans are not clear enough to help. Caseloads are high."
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Plans are late. e The visits of workers.",
        "Plans are late. ¢ The visits of workers.",
        "Plans are late. B. The visits of workers.",
        "Plans are late.•The visits of workers.",
        "Plans are late. e ‘Staying put’ arrangements.",
        "The quality of plans a The visits of workers",
        "The quality of plans ee The visits of workers",
        "The quality of plans eThe visits of workers",
        "The quality of plans e timeliness of visits",
        "Plans(1) are late.",
    ],
)
def test_a_mark_inside_an_item_is_a_problem(read_pdf: ReadPdf, words: str) -> None:
    assert codes(read_pdf(closed(letter().heading(NEEDS).item(words)))) == {"areas_unclear"}


def test_paragraphs_of_one_sentence_each_may_be_a_list(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).paragraph("The quality of plans.").paragraph("The visits.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


@pytest.mark.parametrize("mark", ["A{}.", "Area {}.", "Recommendation {}"])
def test_numbered_names_in_front_of_paragraphs_may_be_marks(read_pdf: ReadPdf, mark: str) -> None:
    sheet = letter().heading(NEEDS)
    for at in (1, 2):
        sheet.paragraph(f"{mark.format(at)} Plans are late. They are not reviewed.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_lines_of_a_sentence_each_may_be_a_list(read_pdf: ReadPdf) -> None:
    sheet = (
        letter()
        .heading(NEEDS)
        .paragraph(
            "The quality of plans for children in need, and of those for children in care too.",
            "The timeliness of assessments, so that plans are made without delay for each one.",
            "The oversight of workers.",
        )
    )
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_ratio_at_the_start_of_an_item_is_not_its_mark(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).item("1:1 support.").item("Visits.")))
    assert (texts(report), report.problems) == (["1:1 support.", "Visits."], ())


def test_items_after_a_box_are_a_problem(read_pdf: ReadPdf, register: Register) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.").heading("Case study")
    sheet.paragraph("A worker listened to a child.").item("The visits of workers.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}
    listed = "- Plans.\n\nCase study\n\nA worker listened.\n\n- Visits."
    report = read_bytes(in_text(listed).encode(), name="x.txt", register=register)
    assert codes(report) == {"areas_unclear"}


@pytest.mark.parametrize(
    ("listed", "areas"),
    [
        ("- homes; - plans;", ["homes;", "plans;"]),
        ("– homes; and – plans.", ["homes; and", "plans."]),
        (
            "- ‘Staying put’. - “Staying close” and advice. - Homes.",
            ["‘Staying put’.", "“Staying close” and advice.", "Homes."],
        ),
        ("1. ‘Staying put’. 2. “Staying close”.", ["‘Staying put’.", "“Staying close”."]),
        ("1 the plans; 2 the homes", None),
        ("* Homes; * Plans.", ["Homes;", "Plans."]),
        ("- homes, - plans", None),
        ("- homes - plans", None),
        ("- homes; -plans", None),
        ("- Homes.\n- Plans. Main findings", None),
    ],
)
def test_a_list_in_one_line(register: Register, listed: str, areas: list[str] | None) -> None:
    report = read_bytes(in_text(listed).encode(), name="x.txt", register=register)
    assert codes(report) == (set() if areas else {"areas_unclear"})
    assert areas is None or texts(report) == areas


def test_a_list_that_nothing_ends_is_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(letter().heading(NEEDS).item("The quality of plans.").pdf())
    assert codes(report) == {"areas_unclear", "incomplete"}


@pytest.mark.parametrize(
    "words",
    ["Inspectors identified nothing that needs to improve.", "We did not find any areas."],
)
def test_a_sentence_that_there_is_nothing_gives_no_area(read_pdf: ReadPdf, words: str) -> None:
    report = read_pdf(closed(letter().heading(NEEDS).paragraph(words)))
    assert (report.improvement_areas, report.problems) == ((), ())


@pytest.mark.parametrize(
    "listed",
    [
        "- The quality of plans - Supervision of staff\n- Visits",
        "- The quality of plans.          - Visits to children.\n- Supervision.",
        "• The quality of plans for     Visits to children\n  children in need.          at home.",
        "• The quality of plans* for children.\n• Visits.\n\n* Those of children in need.",
        "• The quality of plans « Supervision.\n• Visits.",
        "• The sharing of Encompass1 notices.\n• Visits.",
        "• The quality of plans.<br>- Visits.",
        "- the quality of plans - the supervision of staff\n- visits",
        "- ‘Staying put’ advice - ‘Staying close’ homes\n- Visits",
    ],
)
def test_a_list_of_which_an_item_may_hide_in_another_is_a_problem(
    register: Register, listed: str
) -> None:
    report = read_bytes(in_text(listed).encode(), name="x.txt", register=register)
    assert codes(report) & {"areas_unclear", "text_damaged"}


def test_a_list_that_swallows_the_findings_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    for at in range(16):
        sheet.line(f"• Area {at}.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}
