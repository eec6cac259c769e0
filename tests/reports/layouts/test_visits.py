"""Letters of focused visits: the facts, the areas for improvement, and whose they are."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Kind, Target
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.visit_letters import MONITORING, NEEDS, REVIEWED, closed, letter


def in_text(listed: str) -> str:
    """The letter of a focused visit, as text, with this list."""
    text = MONITORING.replace("Monitoring visit", "Focused visit").replace("monitoring", "focused")
    text = text.replace(REVIEWED, "")
    return text.replace("Findings and", f"{NEEDS}\n\n{listed}\n\nFindings and")


def test_the_facts_of_a_focused_visit(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of pathway plans.")
    report = read_pdf(closed(sheet.item("The recording of", "supervision.")))
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.FOCUSED_VISIT, Framework.FOCUSED_VISIT)
    assert report.authority is not None
    assert report.authority.name == "Bury"
    assert (report.inspection_start, report.inspection_end) == (
        date(2025, 5, 12),
        date(2025, 5, 13),
    )
    assert report.published == date(2025, 6, 20)
    assert report.topic == "care leavers aged 18 to 25"
    assert report.lead_inspector is None
    assert report.judgements == ()
    first, second = report.improvement_areas
    assert first.text == "The quality of pathway plans."
    assert second.text == "The recording of supervision."
    assert (first.heading, first.page) == (NEEDS, 1)
    assert first.target is Target.AUTHORITY
    assert not first.priority_action


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


@pytest.mark.parametrize(
    "words",
    [
        "The inspection identified no areas for priority action.",
        "This visit did not identify any areas for priority action.",
        "None were identified.",
        "None identified at this visit.",
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
    "subject",
    [
        "FOCUSED VISIT TO HAVERING CHILDREN’S SERVICES",
        "Re: OFSTED FOCUSED VISIT TO HAVERING",
        "Ofsted focused visit to Havering children’s services",
        "focused visit to Havering children’s services",
    ],
)
def test_a_subject_in_any_case(register: Register, subject: str) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("Focused visit to Havering children's services", subject)
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert report.kind is Kind.FOCUSED_VISIT
    assert report.authority is not None
    assert report.authority.name == "Havering"
    assert report.problems == ()


def test_a_wrapped_sentence_is_not_a_subject(register: Register) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("Focused visit to Havering children's services\n\n", "")
    text = text.replace(
        "the findings of the focused visit to", "the findings of the\nfocused visit to"
    )
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert codes(report) == {"layout_unknown"}


def test_the_first_sentence_may_be_in_the_line_of_the_subject(
    register: Register, read_pdf: ReadPdf
) -> None:
    text = in_text("- The quality of plans.")
    text = text.replace("children's services\n\nThis letter", "children's services This letter")
    report = read_bytes(text.encode(), name="x.txt", register=register)
    assert report.authority is not None
    assert (report.authority.name, report.inspection_start) == ("Havering", date(2025, 3, 26))
    assert (texts(report), report.problems) == (["The quality of plans."], ())

    sheet = letter(
        subject=(),
        first=(
            "Focused visit to Bury children’s services This letter summarises the findings of the",
            "focused visit to Bury on 12 and 13 May 2025.",
        ),
    )
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert report.authority is not None
    assert (report.authority.name, report.inspection_start) == ("Bury", date(2025, 5, 12))
    assert (texts(report), report.problems) == (["The quality of plans."], ())


def test_a_paragraph_may_start_like_the_subject_of_another_letter(read_pdf: ReadPdf) -> None:
    sheet = letter().paragraph("Unannounced inspection of contact, referral and assessment work in")
    sheet.line("2011 found the same.").heading(NEEDS).item("The quality of plans.")
    report = read_pdf(closed(sheet))
    assert report.framework is Framework.FOCUSED_VISIT
    assert (texts(report), report.problems) == (["The quality of plans."], ())


def test_areas_named_at_this_visit_in_addition_to_the_last_are_new(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    sheet.paragraph("In addition to the weaknesses of the December 2019 inspection, these areas")
    sheet.line("were identified at this visit:").item("Supervision.")
    assert read_pdf(closed(sheet)).problems == ()


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


@pytest.mark.parametrize(
    ("listed", "areas"),
    [
        ("- homes; - plans;", ["homes;", "plans;"]),
        ("– homes; and – plans.", ["homes; and", "plans."]),
        (
            "- ‘Staying put’. - “Staying close” and advice. - Homes.",
            ["‘Staying put’.", "“Staying close” and advice.", "Homes."],
        ),
        ("1. ‘Staying put’. 2. “Staying close”.", None),
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


def test_a_heading_without_items_is_a_problem(read_pdf: ReadPdf) -> None:
    assert codes(read_pdf(closed(letter().heading(NEEDS)))) == {"areas_empty"}


def test_an_unknown_heading_about_areas_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("Areas for improvement and further work").item("The quality of plans.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_list_that_nothing_ends_is_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(letter().heading(NEEDS).item("The quality of plans.").pdf())
    assert codes(report) == {"areas_unclear", "incomplete"}


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        ("Inspectors were lead inspector Ann Lee and team inspector Bo Hay.", "Ann Lee"),
        ("Inspectors were Ann Lee, lead inspector, and Bo Hay.", "Ann Lee"),
        ("The lead inspector and the director agreed arrangements.", None),
    ],
)
def test_a_lead_inspector_is_one_who_is_named_so(
    read_pdf: ReadPdf, words: str, lead: str | None
) -> None:
    first = ("The findings of the focused visit to Bury on 12 and 13 May 2025.", words)
    assert read_pdf(closed(letter(first=first))).lead_inspector == lead


@pytest.mark.parametrize(
    ("subject", "authority"),
    [
        (("Focused visit to the London Borough of Barking and Dagenham children’s", "services"),
         "Barking and Dagenham"),
        (("Focused visit to Knowsley Metropolitan Borough Council Children’s services.",),
         "Knowsley"),
        (("Focused visit to Kingston upon Hull City local authority children’s services",),
         "Kingston upon Hull"),
    ],
)  # fmt: skip
def test_authorities_as_subjects_print_them(
    read_pdf: ReadPdf, subject: tuple[str, ...], authority: str
) -> None:
    first = (f"This letter summarises the findings of the focused visit to {authority} on 12",
             "and 13 May 2025.")  # fmt: skip
    report = read_pdf(closed(letter(subject=subject, first=first)))
    assert report.authority is not None
    assert report.authority.name == authority


def test_an_unknown_authority_is_a_problem(read_pdf: ReadPdf) -> None:
    subject = ("Focused visit to Elsewhere children’s services",)
    first = ("The findings of the focused visit to Elsewhere on 12 and 13 May 2025.",)
    report = read_pdf(closed(letter(subject=subject, first=first)))
    assert report.authority is None
    assert codes(report) == {"authority_unknown"}


def test_a_name_of_another_kind_of_council_is_a_problem(read_pdf: ReadPdf) -> None:
    # There is a county of Leicestershire, too.
    name = "Leicester County Council"
    first = (f"The findings of the focused visit to {name} on 12 and 13 May 2025.",)
    report = read_pdf(closed(letter(subject=(f"Focused visit to {name}",), first=first)))
    assert report.authority is None
    assert codes(report) == {"authority_unknown"}


def test_what_the_inspectors_say_was_named_before(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.")
    sheet.item("Supervision. This was also an area for", "improvement at the last inspection.")
    report = read_pdf(closed(sheet))
    assert [(r.area, r.text) for r in report.stated_repeats] == [
        (1, "This was also an area for improvement at the last inspection.")
    ]


def test_a_topic_in_quotation_marks_keeps_both(read_pdf: ReadPdf) -> None:
    # The full stop stands within the marks, as some letters print it.
    looked = ("Inspectors looked at the local authority’s arrangements for the ‘front door.’",)
    sheet = letter(looked=looked).heading(NEEDS).item("The quality of plans.")
    assert read_pdf(closed(sheet)).topic == "the ‘front door’"


@pytest.mark.parametrize(
    "name", ["Milton Keynes", "Westmorland and Furness", "Stockton-on-Tees", "Tower Hamlets"]
)
def test_a_name_that_ends_in_s_keeps_it(read_pdf: ReadPdf, name: str) -> None:
    report = read_pdf(closed(letter(subject=(f"Focused visit to {name} children’s services",),
        first=(f"This letter summarises the findings of the focused visit to {name}",
               "children’s services on 12 and 13 May 2025."))))  # fmt: skip
    assert report.authority_as_printed == name
    assert report.authority is not None
    assert report.authority.name == name


def test_two_authorities_in_one_letter_are_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter(subject=("Focused visit to Salford children’s services",))))
    assert codes(report) == {"authority_unknown"}
    assert report.authority is None


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
