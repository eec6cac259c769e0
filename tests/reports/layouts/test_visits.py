"""Letters of focused and monitoring visits: invented look-alikes with the traps of real ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.model import Framework, Kind, Monitoring, Target
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import LEFT, Sheet

NEEDS = "What needs to improve in this area of social work practice?"


def letter(
    *,
    written: str = "20 June 2025",
    subject: tuple[str, ...] = ("Focused visit to Bury children’s services",),
    first: tuple[str, ...] = (
        "This letter summarises the findings of the focused visit to Bury children’s",
        "services on 12 and 13 May 2025. His Majesty’s Inspectors for this visit were Ann",
        "Lee and Bo Hay.",
    ),
    looked: tuple[str, ...] = (
        "Inspectors looked at the local authority’s arrangements for care leavers aged 18",
        "to 25, focusing specifically on:",
    ),
) -> Sheet:
    """A letter up to its headline findings; the letterhead comes late in the text."""
    sheet = Sheet().line(written, y=704).line("Dear Ms Roe", y=640)
    sheet.y = 630
    sheet.heading(*subject).paragraph(*first).paragraph(*looked)
    sheet.item("Support into adulthood.").heading("Headline findings")
    sheet.paragraph("Care leavers are well supported by their personal advisers.")
    sheet.line("Piccadilly Gate", y=797, size=9).line("www.gov.uk/ofsted", y=754, x=169, size=11)
    return sheet


def closed(sheet: Sheet) -> bytes:
    """The letter with its last words."""
    sheet.heading("Main findings").paragraph("Most visits are regular.")
    sheet.item("A strength that is no area for improvement.")
    return sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector").pdf()


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
def test_none_stated_is_no_priority_action(read_pdf: ReadPdf, words: str) -> None:
    sheet = letter().heading("Areas for priority action").item(words)
    report = read_pdf(closed(sheet.heading(NEEDS).item("The quality of plans.")))
    assert [(a.text, a.priority_action) for a in report.improvement_areas] == [
        ("The quality of plans.", False)
    ]
    assert report.problems == ()


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


def test_areas_named_at_this_visit_in_addition_to_the_last_are_new(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    sheet.paragraph("In addition to the weaknesses of the December 2019 inspection, these areas")
    sheet.line("were identified at this visit:").item("Supervision.")
    assert read_pdf(closed(sheet)).problems == ()


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
    ],
)
def test_a_mark_inside_an_item_is_a_problem(read_pdf: ReadPdf, words: str) -> None:
    assert codes(read_pdf(closed(letter().heading(NEEDS).item(words)))) == {"areas_unclear"}


def test_paragraphs_of_one_sentence_each_may_be_a_list(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).paragraph("The quality of plans.").paragraph("The visits.")
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_a_list_before_the_findings_of_a_monitoring_visit_is_not_surely_new(
    read_pdf: ReadPdf,
) -> None:
    words = "What needs to improve?\n\n- The recording of visits.\n\n"
    old = f"Areas covered by the visit\n\n{REVIEWED}"
    report = read_pdf(MONITORING.replace(old, words).encode())
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
def test_words_of_the_heading_that_are_no_heading_are_a_problem(
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
        ("– homes; and – plans.", ["homes;", "plans."]),
        ("* Homes; * Plans.", ["Homes;", "Plans."]),
        ("- homes, - plans", None),
        ("- homes - plans", None),
        ("- homes; -plans", None),
        ("- Homes.\n- Plans. Main findings", None),
    ],
)
def test_a_list_in_one_line(register: Register, listed: str, areas: list[str] | None) -> None:
    text = MONITORING.replace("Monitoring visit", "Focused visit").replace("monitoring", "focused")
    text = text.replace(REVIEWED, "")
    text = text.replace("Findings and", f"{NEEDS}\n\n{listed}\n\nFindings and")
    report = read_bytes(text.encode(), name="x.txt", register=register)
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
    ("printed", "start", "end"),
    [
        ("on 24 October 2018", date(2018, 10, 24), date(2018, 10, 24)),
        ("between 3 and 4 March 2019", date(2019, 3, 3), date(2019, 3, 4)),
        ("on 30 June and 1 July 2021", date(2021, 6, 30), date(2021, 7, 1)),
        ("on 30 to 31 July 2025", date(2025, 7, 30), date(2025, 7, 31)),
        ("on the 15 and 16 of May 2019", date(2019, 5, 15), date(2019, 5, 16)),
        ("on Tuesday 7 and Wednesday 8 May 2019", date(2019, 5, 7), date(2019, 5, 8)),
        ("on 29 and 30 September, and 1 October 2020", date(2020, 9, 29), date(2020, 10, 1)),
    ],
)
def test_dates_as_letters_print_them(
    read_pdf: ReadPdf, printed: str, start: date, end: date
) -> None:
    first = (
        "This letter summarises the findings of a focused visit to Bury children’s services",
        f"{printed}. The inspectors were Ann Lee HMI and Bo Hay HMI.",
    )
    written = end + timedelta(days=40)
    report = read_pdf(closed(letter(first=first, written=f"{written:%d %B %Y}")))
    assert (report.inspection_start, report.inspection_end) == (start, end)
    assert report.problems == ()


def test_days_without_a_year_are_those_before_the_letter(read_pdf: ReadPdf) -> None:
    first = (
        "This letter summarises the findings of a focused visit to Bury",
        "on 5 and 6 November.",
    )
    report = read_pdf(closed(letter(first=first, written="14 January 2019")))
    assert report.inspection_start == date(2018, 11, 5)


def test_days_that_are_none_are_a_problem(read_pdf: ReadPdf) -> None:
    first = ("The findings of a focused visit to Bury on 31 June 2025 are these.",)
    report = read_pdf(closed(letter(first=first)))
    assert report.inspection_start is None
    assert "dates_unclear" in codes(report)


@pytest.mark.parametrize("written", ["6 November 20205", "20 June 2024"])
def test_a_misprinted_letter_date_is_not_kept(read_pdf: ReadPdf, written: str) -> None:
    report = read_pdf(closed(letter(written=written)))
    assert report.published is None
    assert codes(report) == {"published_unclear"}


def test_an_undated_letter_has_no_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(closed(letter(written="Bury Council")))
    assert report.published is None
    assert report.problems == ()


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


MONITORING = """\
29 April 2025

Tara Roe
Director of Children's Services

Dear Ms Roe

Monitoring visit to Havering children's services

This letter summarises the findings of the monitoring visit to Havering children's services on
26 and 27 March 2025. This was the second monitoring visit since the local authority was judged
inadequate in February 2024. His Majesty's Inspectors for this visit were Ann Lee and Bo Hay.

Areas covered by the visit

Inspectors reviewed the progress made in the following areas of concern identified at the last
inspection:

- the quality of assessments
- management oversight and supervision.

Headline findings

Leaders have made some progress.

Findings and evaluation of progress

- Assessments are timelier than they were.

Yours sincerely

Ann Lee
His Majesty's Inspector
"""


def test_a_topic_in_quotation_marks_keeps_both(read_pdf: ReadPdf) -> None:
    # The full stop stands within the marks, as some letters print it.
    looked = ("Inspectors looked at the local authority’s arrangements for the ‘front door.’",)
    sheet = letter(looked=looked).heading(NEEDS).item("The quality of plans.")
    assert read_pdf(closed(sheet)).topic == "the ‘front door’"


def test_a_monitoring_visit_tells_of_progress_and_names_no_areas(read_pdf: ReadPdf) -> None:
    report = read_pdf(MONITORING.encode())
    assert report.problems == ()
    assert (report.kind, report.framework) == (Kind.MONITORING_VISIT, Framework.MONITORING_VISIT)
    assert report.authority is not None
    assert report.authority.urn == "80500"
    assert (report.inspection_start, report.inspection_end) == (
        date(2025, 3, 26),
        date(2025, 3, 27),
    )
    assert report.published == date(2025, 4, 29)
    assert report.topic == "the quality of assessments; management oversight and supervision"
    assert report.judgements == ()
    assert report.improvement_areas == ()
    assert report.monitoring == Monitoring(
        visit_number=2,
        progress="Leaders have made some progress.",
        areas_reviewed=("the quality of assessments", "management oversight and supervision"),
    )


REVIEWED = """\
Inspectors reviewed the progress made in the following areas of concern identified at the last
inspection:

- the quality of assessments
- management oversight and supervision.
"""


@pytest.mark.parametrize(
    ("words", "areas"),
    [
        (
            "Inspectors reviewed the progress made against the\nareas for improvement:\n"
            "- The recording of visits.\n- Supervision.\n",
            ("The recording of visits", "Supervision"),
        ),
        (
            "Areas for improvement\n\n- The recording of visits.\n- Supervision.\n",
            ("The recording of visits", "Supervision"),
        ),
        (
            "Inspectors evaluated the following recommendations of the last inspection:\n\n"
            "- The recording of visits.\n",
            ("The recording of visits",),
        ),
        (
            "Inspectors reviewed the progress made in the area of children in care, with a focus "
            "on permanence.\n",
            ("children in care, with a focus on permanence",),
        ),
    ],
)
def test_the_areas_that_a_visit_reviewed_are_not_new_ones(
    read_pdf: ReadPdf, words: str, areas: tuple[str, ...]
) -> None:
    report = read_pdf(MONITORING.replace(REVIEWED, words).encode())
    assert report.improvement_areas == ()
    assert report.problems == ()
    assert report.monitoring is not None
    assert report.monitoring.areas_reviewed == areas
    assert report.topic == "; ".join(areas)


LEAD = "Inspectors reviewed the progress made in the following areas:\n\n"


@pytest.mark.parametrize(
    "words",
    [
        f"{LEAD}- the recording of visits\n* the quality of supervision",
        f"{LEAD}1. the recording of visits\n2. the quality of supervision",
        f"{LEAD}a) the recording of visits\nb) the quality of supervision",
        f"{LEAD}(i) the recording of visits\n(ii) the quality of supervision",
        f"{LEAD}R1 the recording of visits\nR2 the quality of supervision",
        f"{LEAD}the recording of visits; and the quality of supervision.",
        "Inspectors reviewed the progress made in: the recording of visits; the quality of "
        "supervision.",
        "Inspectors reviewed progress made in (a) the recording of visits; (b) the quality of "
        "supervision.",
        f"{LEAD}- the recording of visits\n\nThey also considered:\n\n- the quality of supervision",
        f"{LEAD}- the recording of visits\n- the quality of supervision\n\nA range of evidence was "
        "considered, including:\n\n- case records\n- interviews",
        f"This visit was carried out in line with the framework.\n\n{LEAD}"
        "- the recording of visits\n- the quality of supervision\n\n"
        "A range of evidence was considered during the visit.",
        "At the last inspection these were the areas for improvement:\n\n"
        "- the recording of visits\n- the quality of supervision",
    ],
)
def test_a_list_of_what_was_reviewed_in_any_form(read_pdf: ReadPdf, words: str) -> None:
    report = read_pdf(MONITORING.replace(REVIEWED, f"{words}\n").encode())
    assert report.problems == ()
    assert report.improvement_areas == ()
    assert report.monitoring is not None
    assert report.monitoring.areas_reviewed == (
        "the recording of visits",
        "the quality of supervision",
    )


@pytest.mark.parametrize("also", [False, True])
def test_a_list_of_what_was_reviewed_whose_bullets_are_shapes(
    read_pdf: ReadPdf, also: bool
) -> None:
    """Browsers print them so."""
    sheet = Sheet().line("29 April 2025").paragraph("Dear Ms Roe")
    sheet.heading("Monitoring visit to Bury children’s services")
    sheet.paragraph(
        "This letter summarises the findings of the monitoring visit to Bury children’s"
    )
    sheet.line("services on 26 and 27 March 2025.").heading("Areas covered by the visit")
    sheet.paragraph("Inspectors reviewed the progress made in the following areas:")
    for text in ("The recording of visits.", "The quality of supervision."):
        sheet.paragraph(text, x=LEFT + 30)
    if also:
        sheet.paragraph("They also considered:").paragraph("The use of data.", x=LEFT + 30)
    sheet.heading("Findings and evaluation of progress").paragraph("There is some progress.")
    sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector")
    report = read_pdf(sheet.pdf())
    assert codes(report) == ({"visit_unclear"} if also else set())
    assert report.monitoring is not None
    both = ("The recording of visits", "The quality of supervision")
    assert report.monitoring.areas_reviewed == (() if also else both)


@pytest.mark.parametrize(
    "listed",
    [
        "The recording of visits.\n- The quality of supervision.",
        "- The recording of visits.\nThe quality of supervision.",
        "The recording of visits.\n\nThe quality of supervision.",
        "e The recording of visits.\ne The quality of supervision.",
        "- The recording of visits.\ne The quality of supervision.",
        "the recording of visits, and the quality of supervision",
    ],
)
def test_what_was_reviewed_is_never_lost_in_silence(read_pdf: ReadPdf, listed: str) -> None:
    report = read_pdf(MONITORING.replace(REVIEWED, f"{LEAD}{listed}\n").encode())
    assert codes(report) == {"visit_unclear"}
    assert report.improvement_areas == ()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("At the last inspection these were the\nareas for improvement\n\n- Placements.", None),
        ("Areas for improvement\n\nAt the last inspection these were:\n\n- Placements.",
         "areas_unclear"),
    ],
)  # fmt: skip
def test_areas_of_the_last_inspection_under_the_findings_are_not_new(
    read_pdf: ReadPdf, words: str, code: str | None
) -> None:
    old = "- Assessments are timelier than they were."
    report = read_pdf(MONITORING.replace(old, f"{old}\n\n{words}").encode())
    assert report.improvement_areas == ()
    assert codes(report) == ({code} if code else set())


FOUND = "Leaders have made little progress."


@pytest.mark.parametrize(
    "other",
    [
        "At the previous visit, leaders had made good progress.",
        "In March 2024 we reported good progress.",
        "Progress at the first visit was good.",
        "The council says that it has made good progress.",
        "Your self-evaluation describes good progress.",
        "Partners are of the opinion that there has been good progress.",
        "A neighbouring council has made good progress.",
        "Leaders hope to make good progress.",
        "Has progress been made?",
        "The next visit will look at progress in care.",
    ],
)
def test_the_progress_is_what_this_visit_found(read_pdf: ReadPdf, other: str) -> None:
    old = "Leaders have made some progress."
    report = read_pdf(MONITORING.replace(old, f"{other} {FOUND}").encode())
    assert report.problems == ()
    assert report.monitoring is not None
    assert report.monitoring.progress == FOUND
    alone = read_pdf(MONITORING.replace(old, other).encode())
    assert alone.monitoring is not None
    assert (alone.monitoring.progress, codes(alone)) == (None, {"visit_unclear"})


@pytest.mark.parametrize(
    "said",
    [
        "Since the last monitoring visit, progress has been steady.",
        "There has been progress since the inspection in February 2024.",
        "Progress in the areas identified at the last inspection is slow.",
    ],
)
def test_progress_is_measured_from_an_earlier_day(read_pdf: ReadPdf, said: str) -> None:
    report = read_pdf(MONITORING.replace("Leaders have made some progress.", said).encode())
    assert report.problems == ()
    assert report.monitoring is not None
    assert report.monitoring.progress == said


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("This was the council’s fourth monitoring visit", 4),
        ("This is the 11th monitoring visit", 11),
        ("The visit was the first monitoring visit", 1),
        ("There was a monitoring visit", None),
    ],
)
def test_the_number_of_a_monitoring_visit(
    read_pdf: ReadPdf, words: str, number: int | None
) -> None:
    report = read_pdf(MONITORING.replace("This was the second monitoring visit", words).encode())
    assert report.monitoring is not None
    assert report.monitoring.visit_number == number


def test_two_numbers_of_one_visit_are_a_problem(read_pdf: ReadPdf) -> None:
    twice = MONITORING.replace("Headline", "This was the third monitoring visit.\n\nHeadline")
    report = read_pdf(twice.encode())
    assert codes(report) == {"visit_unclear"}
    assert report.monitoring is not None
    assert report.monitoring.visit_number is None


def test_what_children_achieve_is_not_the_progress_of_the_council(read_pdf: ReadPdf) -> None:
    words = MONITORING.replace("Leaders have made some", "Children make good")
    report = read_pdf(words.encode())
    assert report.monitoring is not None
    assert report.monitoring.progress is None


def test_a_monitoring_visit_may_name_a_priority_action(read_pdf: ReadPdf) -> None:
    words = MONITORING.replace(
        "Headline findings\n",
        "Area for priority action\n\n- Unassessed risk.\n\nHeadline findings\n",
    )
    report = read_pdf(words.encode())
    assert [(a.text, a.priority_action) for a in report.improvement_areas] == [
        ("Unassessed risk.", True)
    ]


def test_a_letter_that_only_speaks_of_a_visit_is_of_no_known_layout(read_pdf: ReadPdf) -> None:
    words = MONITORING.replace("Monitoring visit to Havering", "Complaint about Havering")
    assert codes(read_pdf(words.encode())) == {"layout_unknown"}


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
    for words in ("Actions that leaders must take next", "Where practice must improve"):
        sheet = letter().heading(words).item("The quality of plans.")
        assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


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
