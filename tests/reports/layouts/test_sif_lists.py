"""The lists of SIF reports: what is an item, what is not, and whose it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.model import Judgement, Reading, Target
from reports.page_range import PageRange
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import codes
from tests.reports.printed import LEFT, Sheet
from tests.reports.sif_pages import HANG, Sif, item, numbered, sif_pdf, texts

Lists = Callable[[Sheet], object]
Read = Callable[..., Reading]


@pytest.fixture(scope="module")
def read(register: Register) -> Read:
    """Reading of a report with these lists."""

    def reads(lists: Lists, board: Lists | None = None) -> Reading:
        data = sif_pdf(Sif(lists=lists, board_lists=board))
        return read_bytes(data, name="sif.pdf", register=register)

    return reads


def _recommendations(sheet: Sheet) -> Sheet:
    return sheet.heading("Recommendations", size=14)


def test_numbers_go_on_counting_and_are_not_part_of_the_text(read: Read) -> None:
    def board(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(151, "Monitor the", "quality."), item(152, "Train."))

    report = read(
        lambda s: numbered(_recommendations(s), item(9, "Improve."), item(10, "Review.")), board
    )
    assert report.problems == ()
    assert texts(report) == ["Improve.", "Review."]
    assert texts(report, Target.LSCB) == ["Monitor the quality.", "Train."]


def test_an_item_may_cross_a_page_whose_margin_is_another(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve."), item(2, "Ensure that plans"))
        sheet.page(number=3)
        sheet.line("are clear.", x=LEFT + 42)
        numbered(sheet, item(3, "Review."), x=LEFT + 14)

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == ["Improve.", "Ensure that plans are clear.", "Review."]


def test_a_page_missing_from_a_list_is_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        sheet.page(number=3)
        sheet.item("Improve.").page(number=5)
        sheet.item("Review.")

    assert codes(read(lambda sheet: lists(_recommendations(sheet)))) == {ProblemCode.INCOMPLETE}


def test_the_rest_of_a_sentence_in_larger_type_ends_no_list(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve supervision and"))
        sheet.line("accountability in all teams", x=LEFT + HANG, size=13.5)
        sheet.line(".", x=LEFT + HANG, size=13.5)
        numbered(sheet, item(2, "Review."))

    assert texts(read(lists)) == ["Improve supervision and accountability in all teams.", "Review."]


def test_space_above_a_line_in_an_item_says_nothing_before_the_next_number(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Work with partners on the", "forum and the"))
        sheet.gap().line("Children in Care Council.", x=LEFT + HANG)
        numbered(sheet, item(2, "Review."))

    report = read(lists)
    assert report.problems == ()
    joined = "Work with partners on the forum and the Children in Care Council."
    assert texts(report) == [joined, "Review."]


def test_theme_lines_belong_to_no_item(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        _recommendations(sheet).paragraph("Help and protection")
        numbered(sheet, item(1, "Ensure that children are seen", "alone."))
        sheet.paragraph("Leadership, management and governance")
        numbered(sheet, item(2, "Improve oversight of", "plans."))
        sheet.paragraph("Care leavers", x=LEFT + 28)
        numbered(sheet, item(3, "Review."))

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == [
        "Ensure that children are seen alone.",
        "Improve oversight of plans.",
        "Review.",
    ]


def test_bold_themes_are_distinguished_from_headings_by_what_follows(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        _recommendations(sheet).heading("Consistency of practice")
        numbered(sheet, item(1, "Ensure that children are seen."))
        sheet.heading("Pathways")
        numbered(sheet, item(2, "Develop plans."))
        sheet.heading("The LSCB’s strengths:")
        numbered(sheet, item(3, "Governance arrangements are clear."))

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == ["Ensure that children are seen.", "Develop plans."]


def test_an_unknown_bold_line_over_findings_ends_the_list_with_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Ensure that children are seen."))
        sheet.heading("How things are")
        numbered(sheet, item(2, "Governance arrangements are clear."))

    report = read(lists)
    assert texts(report) == ["Ensure that children are seen."]
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}


def test_a_title_of_other_words_ends_a_list(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Ensure that children are seen."))
        sheet.heading("How things are", size=14)
        numbered(sheet, item(2, "Governance arrangements are clear."))

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == ["Ensure that children are seen."]


@pytest.mark.parametrize(("x", "bold"), [(LEFT, True), (LEFT, False), (520, True), (10, False)])
def test_a_stamp_in_large_type_ends_a_list_with_a_problem(read: Read, x: float, bold: bool) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Ensure that plans are", "clear."))
        sheet.line("COPY", x=x, size=14, bold=bold)
        numbered(sheet, item(2, "Review all plans."))

    report = read(lists)
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}
    assert "COPY" in report.problems[0].message


def test_a_list_at_the_end_of_the_file_may_go_on(read: Read, register: Register) -> None:
    data = sif_pdf(
        Sif(lists=lambda s: numbered(_recommendations(s), item(1, "Review.")).page(number=3))
    )
    report = read_bytes(data, name="sif.pdf", register=register, pages=PageRange(1, 3))
    assert "no title follows" in " ".join(problem.message for problem in report.problems)


def test_a_stamp_next_to_an_item_is_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Ensure that plans are", "clear."))
        sheet.line("Page 57", x=250, y=sheet.y - 10)
        numbered(sheet, item(2, "Review all plans."))

    assert codes(read(lists)) == {ProblemCode.AREAS_UNCLEAR}


def test_sub_bullets_are_joined_to_their_item(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve plans by ensuring that:"))
        for mark, text in (
            ("•", "they are clear"),
            ("−", "they are multi-"),
            ("•", "all is done."),
        ):
            sheet.line(f"{mark} {text}", x=LEFT + 46, size=14 if mark == "•" else 12)
            if text.endswith("-"):
                sheet.line("agency", x=LEFT + 64)
        numbered(sheet, item(2, "Review."))

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == [
        "Improve plans by ensuring that: they are clear they are multi-agency all is done.",
        "Review.",
    ]


def test_a_dash_or_a_number_at_the_start_of_a_line_is_only_that(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(
            _recommendations(sheet),
            item(1, "Ensure that young people have a plan by the age of", "16. Improve the plans",
                 "– and their quality."),
            item(2, "Review."),
        )  # fmt: skip

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == [
        "Ensure that young people have a plan by the age of 16. Improve the plans "
        "– and their quality.",
        "Review.",
    ]


def test_bullets_in_place_of_numbers(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        _recommendations(sheet).paragraph("The board should:")
        sheet.item("review the dataset of", "the board")
        sheet.item("train its members.")

    report = read(lambda s: numbered(_recommendations(s), item(1, "Improve.")), lists)
    assert report.problems == ()
    assert texts(report, Target.LSCB) == ["review the dataset of the board", "train its members."]


def test_priority_actions_are_flagged(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        sheet.heading("What does the local authority need to improve?", size=14)
        sheet.heading("Priority and immediate action")
        numbered(sheet, item(1, "Act now."))
        sheet.heading("Areas for improvement")
        numbered(sheet, item(2, "Act later."))

    report = read(lists)
    assert report.problems == ()
    flags = [(a.text, a.heading, a.priority_action) for a in report.improvement_areas[:2]]
    assert flags == [
        ("Act now.", "Priority and immediate action", True),
        ("Act later.", "Areas for improvement", False),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "There are no priority actions.",
        "The inspection did not find any areas for priority and immediate action.",
        "Inspectors identified no areas for priority action.",
        "None.",
    ],
)
def test_a_sentence_that_there_are_none_is_not_an_item(read: Read, words: str) -> None:
    def lists(sheet: Sheet, number: int = 26) -> None:
        sheet.heading("Priority and immediate action")
        numbered(sheet, item(number, words))
        sheet.heading("Areas for improvement")
        numbered(sheet, item(number + 1, "Improve."))

    report = read(lists)
    assert report.problems == ()
    assert texts(report) == ["Improve."]
    assert not any(area.priority_action for area in report.improvement_areas)


def test_words_in_small_type_under_a_sentence_that_there_are_none_are_a_problem(
    read: Read,
) -> None:
    def lists(sheet: Sheet) -> None:
        sheet.heading("Priority and immediate action")
        numbered(sheet, item(26, "There are no priority actions.")).gap()
        sheet.line("Stop the use of unsafe homes.", size=8).heading("Areas for improvement")
        numbered(sheet, item(27, "Improve."))

    assert codes(read(lists)) == {ProblemCode.AREAS_UNCLEAR}


@pytest.mark.parametrize(
    ("words", "sound"),
    [
        ("There are no independent reviews of plans for care leavers.", True),
        ("There are no priority actions, but plans are late.", False),
    ],
)
def test_what_a_council_lacks_is_an_item(read: Read, words: str, sound: bool) -> None:
    def lists(sheet: Sheet) -> None:
        sheet.heading("Priority and immediate action")
        numbered(sheet, item(26, words))
        sheet.heading("Areas for improvement")
        numbered(sheet, item(27, "Improve."))

    report = read(lists)
    assert (texts(report), not report.problems) == ([words, "Improve."], sound)


@pytest.mark.parametrize(
    "heading", ["Recommendations for the LSCB", "Areas for improvement for the Bury LSCB"]
)
def test_a_list_whose_heading_names_the_board_is_the_boards(read: Read, heading: str) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve plans."))
        numbered(sheet.heading(heading, size=14), item(2, "Monitor plans."))

    def board(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(3, "Train."))

    report = read(lists, board)
    assert report.problems == ()
    assert texts(report) == ["Improve plans."]
    assert texts(report, Target.LSCB) == ["Monitor plans.", "Train."]


def test_a_list_for_the_council_in_the_part_on_the_board_is_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve plans."))

    def board(sheet: Sheet) -> None:
        heading = "Recommendations for the local authority"
        numbered(sheet.heading(heading, size=14), item(2, "Improve visits."))

    assert codes(read(lists, board)) == {ProblemCode.AREAS_UNCLEAR}


def test_a_large_word_across_the_page_is_not_sure_to_end_a_list(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Improve plans."))
        sheet.line("COPY", x=150, size=60)
        numbered(sheet, item(2, "Improve visits."))

    assert codes(read(lists)) == {ProblemCode.AREAS_UNCLEAR}


def test_an_item_that_calls_itself_a_priority_action_is_a_problem(read: Read) -> None:
    words = "Area for priority action: improve plans."
    report = read(lambda sheet: numbered(_recommendations(sheet), item(1, words)))
    assert (texts(report), codes(report)) == ([words], {ProblemCode.AREAS_UNCLEAR})


def test_items_may_stand_straight_under_the_question(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        sheet.heading("What does the local authority need to improve?", size=14)
        numbered(sheet, item(1, "Improve."))

    assert texts(read(lists)) == ["Improve."]


def test_a_heading_may_be_wrapped_or_follow_its_list_in_the_text(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        top = sheet.y - 30
        sheet.y = top - 10
        numbered(sheet, item(1, "Improve."))
        sheet.line("Recommendations", y=top, bold=True)

    def board(sheet: Sheet) -> None:
        sheet.heading(
            "What does the Local Safeguarding Children Board", "need to improve?", size=14
        )
        numbered(sheet, item(2, "Monitor."))

    report = read(lists, board)
    assert report.problems == ()
    assert texts(report) == ["Improve."]
    assert texts(report, Target.LSCB) == ["Monitor."]


def test_what_may_be_lost_is_a_problem(read: Read) -> None:
    cut_off = read(lambda s: numbered(_recommendations(s), item(1, "Ensure the following:")))
    assert codes(cut_off) == {ProblemCode.AREAS_UNCLEAR}
    left_out = read(
        lambda s: numbered(_recommendations(s), item(1, "Improve plans."), item(3, "Review."))
    )
    assert codes(left_out) == {ProblemCode.AREAS_UNCLEAR}
    prose = read(lambda s: _recommendations(s).paragraph("The council should do better."))
    assert codes(prose) == {ProblemCode.AREAS_UNCLEAR}
    empty = read(_recommendations)
    assert ProblemCode.AREAS_EMPTY in codes(empty)
    missing = read(lambda s: s.heading("Context", size=14))
    assert codes(missing) == {ProblemCode.AREAS_MISSING}


@pytest.mark.parametrize(
    "heading", ["Recommendations.", "Areas for improvement ?", "Priority actions*"]
)
def test_stops_and_footnote_marks_behind_a_heading_say_nothing(read: Read, heading: str) -> None:
    report = read(lambda s: numbered(s.heading(heading, size=14), item(1, "Improve.")))
    assert report.problems == ()
    assert texts(report) == ["Improve."]


def test_items_under_a_title_in_unknown_words_are_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(sheet.heading("Urgent matters", size=14), item(7, "Plan."), item(8, "Act."))
        numbered(_recommendations(sheet), item(9, "Improve."))

    assert codes(read(lists)) == {ProblemCode.AREAS_UNCLEAR}

    def findings(sheet: Sheet) -> None:
        numbered(sheet.heading("Social work", size=14), item(7, "Children are safe."))
        numbered(_recommendations(sheet), item(9, "Improve."))

    assert read(findings).problems == ()


@pytest.mark.parametrize("size", [12, 14])
@pytest.mark.parametrize(
    ("words", "lost"),
    [
        ("Ensure that plans are clear.", True),
        ("The local authority should clarify plans.", True),
        ("Support for care leavers comes from a team.", False),
        ("The board has a plan to improve its work.", False),
    ],
)
def test_one_item_under_a_heading_in_unknown_words_is_a_problem_where_it_asks_for_something(
    read: Read, size: float, words: str, lost: bool
) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(_recommendations(sheet), item(1, "Review all plans."))
        sheet.heading("The local authority’s strengths", size=14)
        numbered(sheet, item(2, "Early help is strong."))
        numbered(sheet.heading("The way forward", size=size), item(3, words))

    assert bool(codes(read(lists))) is lost


def test_a_title_that_nearly_heads_a_list_is_a_problem(read: Read) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(sheet.heading("Priority action – urgent", size=14), item(1, "Act now."))
        numbered(_recommendations(sheet), item(2, "Improve."))

    report = read(lists)
    assert ProblemCode.AREAS_UNCLEAR in codes(report)


FRONT = """\
London Borough of Havering

Inspection of services for children in need of help and
protection, children looked after and care leavers

Inspection date: 3 March 2015 – 25 March 2015

Report published: 13 May 2015

Children’s services in Havering require improvement to be good

{rows}

Lead inspector: Ann Example

Executive summary

Services are getting better.

What does the local authority need to improve?
{areas}
The local authority’s strengths
{number}. Early help is well established.

Key judgement
Judgement grade
The experiences and progress of children who need help and protection
Requires improvement
"""
ROWS = "\n\n".join(f"{label}\n\n{grade}" for label, grade in Sif().rows.items())


def test_the_tables_of_the_body_start_no_document_and_titles_end_a_list(register: Register) -> None:
    areas = "1. Improve the plans.\nCare leavers\n2. Review the service."
    text = FRONT.format(rows=ROWS, areas=areas, number=3)
    report = read_bytes(text.encode(), name="sif.txt", register=register)
    assert texts(report) == ["Improve the plans.", "Review the service."]
    assert "several_documents" not in codes(report)
    assert "no empty lines" in " ".join(problem.message for problem in report.problems)


def test_a_grade_below_two_labels_is_not_given_to_the_second(register: Register) -> None:
    first, second, *_ = Sif().rows
    rows = ROWS.replace(
        f"{first}\n\nRequires improvement\n\n{second}", f"{first}\n{second}\n\nRequires improvement"
    )
    text = FRONT.format(rows=rows, areas="\n1. Improve the plans.\n\n2. Review.\n", number=3)
    report = read_bytes(text.encode(), name="sif.txt", register=register)
    assert report.grade(Judgement.HELP_AND_PROTECTION) is None
    assert report.grade(Judgement.LOOKED_AFTER_AND_PERMANENCE) is None


@pytest.mark.parametrize("first", ["Priority and immediate action", "1. Immediate priority action"])
@pytest.mark.parametrize("second", ["Areas for improvement", "2. Recommendations"])
def test_the_headings_of_lists_may_have_numbers(read: Read, first: str, second: str) -> None:
    def lists(sheet: Sheet) -> None:
        numbered(sheet.heading(first, size=14), item(1, "Ensure that plans are clear."))
        numbered(sheet.heading(second, size=14), item(2, "Review all plans."))

    report = read(lists)
    assert report.problems == ()
    assert [
        (area.text, area.heading, area.priority_action)
        for area in report.improvement_areas
        if area.target is Target.AUTHORITY
    ] == [
        ("Ensure that plans are clear.", first, True),
        ("Review all plans.", second, False),
    ]


@pytest.mark.parametrize("before", ["1 ", "1.1 ", "A. ", "B) ", "The "])
def test_a_heading_of_a_list_with_something_else_before_it_is_a_problem(
    read: Read, before: str
) -> None:
    def lists(sheet: Sheet) -> None:
        heading = sheet.heading(f"{before}Priority and immediate action", size=14)
        numbered(heading, item(1, "Ensure that plans are clear."))
        numbered(_recommendations(sheet), item(2, "Review all plans."))

    assert codes(read(lists)) == {ProblemCode.AREAS_UNCLEAR}
