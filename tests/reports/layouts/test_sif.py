"""SIF reports: every rule on an invented report."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pypdfium2 as pdfium
import pytest

from reports.model import Framework, Grade, Judgement, Kind, Reading, Target
from reports.page_range import PageRange
from reports.problems import ProblemCode
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import codes
from tests.reports.printed import LEFT, Sheet
from tests.reports.sif_pages import (
    ADOPTION,
    HELP,
    LEADERS,
    LEAVERS,
    LOOKED_AFTER,
    RI,
    Sif,
    item,
    numbered,
    sif_pdf,
    texts,
)

Read = Callable[[Sif], Reading]
PLAIN = Sif()
RI_GRADE = Grade.REQUIRES_IMPROVEMENT


@pytest.fixture(scope="module")
def read(register: Register) -> Read:
    """Reading of an invented report."""
    return lambda report: read_bytes(sif_pdf(report), name="sif.pdf", register=register)


def test_everything_of_a_plain_report_is_read(read: Read) -> None:
    report = read(PLAIN)
    assert report.problems == ()
    assert report.kind is Kind.INSPECTION
    assert report.framework is Framework.SIF
    assert report.authority is not None
    assert report.authority.urn == "80500"
    assert (report.inspection_start, report.inspection_end) == (date(2015, 3, 3), date(2015, 3, 25))
    assert report.published == date(2015, 5, 13)
    assert report.lead_inspector == "Ann Example"
    assert {j.judgement: j.grade for j in report.judgements} == {
        Judgement.OVERALL_EFFECTIVENESS: RI_GRADE,
        Judgement.HELP_AND_PROTECTION: RI_GRADE,
        Judgement.LOOKED_AFTER_AND_PERMANENCE: Grade.GOOD,
        Judgement.ADOPTION: Grade.OUTSTANDING,
        Judgement.CARE_LEAVERS: RI_GRADE,
        Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: RI_GRADE,
        Judgement.LSCB: RI_GRADE,
    }


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        (("The overall judgement is requires improvement.",), RI_GRADE),
        (("The overall judgement is that children’s services require", "improvement"), RI_GRADE),
        (("The overall judgement is that children’s service", "requires improvement"), RI_GRADE),
        (("Children’s services require improvement to be good",), RI_GRADE),
        (("Children’s services in Havering requires improvement",), RI_GRADE),
        (("Children’s services in Havering are judged to require", "improvement"), RI_GRADE),
        (("Children’s social care in Havering requires improvement to", "be good"), RI_GRADE),
        (("Services in Havering require improvement to be good",), RI_GRADE),
        (("The overall effectiveness of services for children is requires improvement",), RI_GRADE),
    ],
)
def test_the_overall_grade_is_a_sentence(read: Read, words: tuple[str, ...], grade: Grade) -> None:
    report = read(replace(PLAIN, overall=words))
    assert report.problems == ()
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is grade


def test_an_overall_grade_that_cannot_follow_from_the_others_is_none(read: Read) -> None:
    report = read(replace(PLAIN, overall=("Children’s services in Havering are inadequate",)))
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is None
    assert codes(report) == {ProblemCode.GRADE_DISAGREEMENT}


def test_a_heading_that_says_otherwise_makes_the_grade_none(read: Read) -> None:
    words = ("The graded judgement for adoption performance is that it is good",)
    report = read(replace(PLAIN, body={ADOPTION: words}))
    assert report.grade(Judgement.ADOPTION) is None
    assert codes(report) == {ProblemCode.GRADE_DISAGREEMENT}


def test_grades_of_the_previous_inspection_are_not_taken(read: Read) -> None:
    previous = (
        "Children who need help and protection: inadequate",
        "Adoption performance: inadequate",
        "Leadership, management and governance: inadequate.",
    )
    report = read(replace(PLAIN, previous=previous, review=False))
    assert report.problems == ()
    assert report.grade(Judgement.ADOPTION) is Grade.OUTSTANDING
    assert report.grade(Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE) is RI_GRADE


def test_a_re_inspection_has_no_grade_of_the_board(read: Read) -> None:
    title = ("Re-inspection of services for children in need of help and", "protection")
    report = read(replace(PLAIN, title=title, review=False))
    assert report.problems == ()
    assert len(report.judgements) == 6
    assert texts(report, Target.LSCB) == []


def test_a_footnote_may_push_rows_to_the_second_page(read: Read) -> None:
    report = read(replace(PLAIN, rows_on_second_page=2))
    assert report.problems == ()
    assert report.grade(Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE) is RI_GRADE


def test_numbers_of_rows_may_be_wrong_or_missing(read: Read) -> None:
    rows = {
        "Children who need help and protection": RI,
        LOOKED_AFTER: "Good",
        ADOPTION: "Not judged",
        "2.2 Experience and progress of Care Leavers": "Requires improvement to be good",
        "1. Leadership, management and governance": RI,
    }
    body = {
        next(iter(rows)): (
            "The experiences and progress of children",
            "who need help and protection",
            RI,
        ),
        ADOPTION: ("The graded judgement for adoption performance is", "not judged"),
        "2.2 Experience and progress of Care Leavers": (
            "The graded judgment for the experiences and progress of care leavers is",
            "that they require improvement to be good",
        ),
        "1. Leadership, management and governance": (
            "Leadership, management and governance require improvement",
        ),
    }
    report = read(replace(PLAIN, rows=rows, body=body))
    assert report.problems == ()
    assert report.grade(Judgement.ADOPTION) is Grade.NOT_JUDGED
    assert report.grade(Judgement.CARE_LEAVERS) is RI_GRADE
    assert report.grade(Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE) is RI_GRADE


def test_the_sentence_names_the_authority_where_the_title_does_not(read: Read) -> None:
    report = read(replace(PLAIN, name="Children’s inspections"))
    assert report.authority is not None
    assert report.authority.name == "Havering"


def test_what_was_not_judged_does_not_count_for_the_overall_grade(read: Read) -> None:
    rows = PLAIN.rows | {LEADERS: "Not judged"}
    report = read(replace(PLAIN, rows=rows))
    assert report.grade(Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE) is Grade.NOT_JUDGED
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is RI_GRADE


def test_a_row_that_is_missing_is_a_problem(read: Read) -> None:
    rows = {label: grade for label, grade in PLAIN.rows.items() if label != LEADERS}
    report = read(replace(PLAIN, rows=rows))
    assert ProblemCode.TABLE_UNCLEAR in codes(report)
    assert report.grade(Judgement.OVERALL_EFFECTIVENESS) is None


@pytest.mark.parametrize(
    "words",
    [
        ("The Local Safeguarding Children Board is inadequate",),
        ("The effectiveness of the LSCB is inadequate",),
        ("The Havering Safeguarding Children Board (HSCB) is", "inadequate."),
        ("The Local Safeguarding Children is inadequate",),
        ("The LSCB is inadequate because:",),
        ("Local Safeguarding Children Board: inadequate",),
    ],
)
def test_the_grade_of_the_board_is_at_the_head_of_its_part(
    read: Read, words: tuple[str, ...]
) -> None:
    report = read(replace(PLAIN, board=words))
    assert report.problems == ()
    assert report.grade(Judgement.LSCB) is Grade.INADEQUATE


def test_the_board_is_not_named_after_the_rest_of_the_grade_above_it(read: Read) -> None:
    # The grade in the last row of the table wraps: "Requires" / "improvement".
    front = ("improvement", "The effectiveness of the Local Safeguarding Children Board is good")
    report = read(replace(PLAIN, front_board=front, board=("The LSCB is good",)))
    (board,) = [j for j in report.judgements if j.judgement is Judgement.LSCB]
    assert board.label == "the Local Safeguarding Children Board is"


def test_the_first_page_and_the_head_of_the_part_must_agree_on_the_board(read: Read) -> None:
    front = ("The effectiveness of the Local Safeguarding Children Board (LSCB) is", "inadequate")
    report = read(replace(PLAIN, front_board=front))
    assert report.grade(Judgement.LSCB) is None
    assert codes(report) == {ProblemCode.GRADE_DISAGREEMENT}


def test_a_review_without_a_grade_is_a_problem(read: Read) -> None:
    report = read(replace(PLAIN, board=("Executive summary",)))
    assert report.grade(Judgement.LSCB) is None
    assert ProblemCode.GRADE_UNKNOWN in codes(report)


def test_a_board_inspected_as_a_part_with_its_own_title(read: Read) -> None:
    def part(sheet: Sheet) -> None:
        sheet.heading("What does the LSCB need to improve?", size=16)
        sheet.heading("Areas for improvement")
        sheet.item("Ensure that pathways for agencies", "are clear.")

    report = read(replace(PLAIN, board_lists=part))
    assert report.problems == ()
    assert texts(report) == ["Ensure that plans are clear."]
    assert texts(report, Target.LSCB) == ["Ensure that pathways for agencies are clear."]


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("Inspection date: 6 to 30 July 2015", date(2015, 7, 6), date(2015, 7, 30)),
        ("Inspection date: 1/06/2015 – 25/06/2015", date(2015, 6, 1), date(2015, 6, 25)),
        ("Inspection dates: 20 June 2017 ─ 13 July 2017", date(2017, 6, 20), date(2017, 7, 13)),
        ("Inspection date: 28 July 2016", date(2016, 7, 28), date(2016, 7, 28)),
        (
            "Inspection date: 14 January 2014- 5 February 2014",
            date(2014, 1, 14),
            date(2014, 2, 5),
        ),
    ],
)
def test_dates_are_printed_in_many_ways(read: Read, printed: str, first: date, last: date) -> None:
    report = read(replace(PLAIN, dates=printed))
    assert (report.inspection_start, report.inspection_end) == (first, last)


def test_the_first_reports_print_no_date_of_publication(read: Read) -> None:
    report = read(replace(PLAIN, published=None))
    assert report.published is None
    assert report.problems == ()


@pytest.mark.parametrize(
    "words",
    ["Report publication date:", "Date of publication:", "First published:", "Report re-published"],
)
def test_a_date_of_publication_has_several_names(read: Read, words: str) -> None:
    report = read(replace(PLAIN, published=f"{words} 13 May 2015"))
    assert (report.published, report.problems) == (date(2015, 5, 13), ())


def test_an_unreadable_date_of_publication_is_a_problem(read: Read) -> None:
    report = read(replace(PLAIN, published="Report published: soon"))
    assert report.published is None
    assert codes(report) == {ProblemCode.PUBLISHED_UNCLEAR}


def test_a_report_that_was_published_before_its_inspection_is_a_problem(read: Read) -> None:
    report = read(replace(PLAIN, published="Report published: 13 May 2014"))
    assert report.published is None
    (problem,) = report.problems
    assert problem.code == ProblemCode.PUBLISHED_UNCLEAR
    assert problem.message == (
        "It was read as published on 13 May 2014, but the inspection ended on 25 March 2015."
    )


@pytest.mark.parametrize(
    ("dates", "after"),
    [
        ("Inspection date: 12 September 2016", "to 6 October 2016"),
        ("Inspection date: 12 September 2016 to", "6 October 2016"),
    ],
)
def test_dates_may_go_over_two_lines(read: Read, dates: str, after: str) -> None:
    report = read(replace(PLAIN, dates=dates, published=after))
    assert (report.inspection_start, report.inspection_end) == (
        date(2016, 9, 12),
        date(2016, 10, 6),
    )


def test_dates_outside_the_framework_are_a_problem(read: Read) -> None:
    dates, published = "Inspection date: 6 to 30 July 2023", "Report published: 13 October 2023"
    report = read(replace(PLAIN, dates=dates, published=published))
    assert codes(report) == {ProblemCode.FRAMEWORK_DATES_DISAGREE}


@pytest.mark.parametrize(
    "printed",
    [
        "Lead inspector on site: Ann Example",
        "Lead inspectors: Ann Example and Bob Sample",
        "Lead Inspector – Ann Example, Her Majesty’s Inspector",
    ],
)
def test_the_lead_inspector_is_listed_with_the_team(read: Read, printed: str) -> None:
    assert read(replace(PLAIN, lead=printed)).lead_inspector == "Ann Example"


def test_the_deputy_is_not_the_lead(read: Read) -> None:
    report = read(replace(PLAIN, lead="Inspectors:"))
    assert report.lead_inspector is None
    assert codes(report) == {ProblemCode.LEAD_UNCLEAR}


def test_another_label_is_never_guessed(read: Read) -> None:
    rows = {HELP.replace("help and protection", "early help"): RI} | {
        label: PLAIN.rows[label] for label in (LOOKED_AFTER, ADOPTION, LEAVERS, LEADERS)
    }
    body = {next(iter(rows)): ("Early help", RI)}
    report = read(replace(PLAIN, rows=rows, body=body))
    assert report.grade(Judgement.HELP_AND_PROTECTION) is None
    assert ProblemCode.TABLE_UNCLEAR in codes(report)


def test_the_review_of_a_board_alone_is_left_to_a_person(register: Register) -> None:
    sheet = Sheet()
    sheet.line("Havering Safeguarding Children Board", size=26)
    sheet.heading(
        "Review of the effectiveness of the local safeguarding", "children board", size=14
    )
    sheet.heading("Inspection date: 3 March 2015 – 25 March 2015", size=14)
    sheet.heading("The Local Safeguarding Children Board is good", size=14)
    sheet.page()
    sheet.heading("Recommendations", size=14)
    numbered(
        sheet,
        item(1, "Ensure that audits lead to", "change."),
        item(2, "Hold partners to account."),
    )
    sheet.heading("Inspection findings", size=14)
    numbered(sheet, item(3, "The board works well and its members", "know their duties."))
    sheet.paragraph("Lead inspector: Ann Example", x=LEFT)
    report = read_bytes(sheet.pdf(), name="board.pdf", register=register)
    assert report.authority is not None
    assert report.authority.name == "Havering"
    assert {j.judgement: j.grade for j in report.judgements} == {Judgement.LSCB: Grade.GOOD}
    assert texts(report, Target.LSCB) == [
        "Ensure that audits lead to change.",
        "Hold partners to account.",
    ]
    assert codes(report) == {ProblemCode.FRAMEWORK_UNKNOWN}


def test_a_board_that_fills_pages_without_a_grade_is_a_problem(read: Read) -> None:
    words = tuple(f"The Local Safeguarding Children Board acts ({at})." for at in range(9))
    report = read(replace(PLAIN, review=False, previous=words))
    assert ProblemCode.GRADE_UNKNOWN in codes(report)
    assert read(replace(PLAIN, review=False, previous=words[:3])).problems == ()


@pytest.mark.parametrize(
    ("report", "problems"),
    [
        (PLAIN, set()),
        (replace(PLAIN, overall=()), {"grade_unknown"}),
        (replace(PLAIN, overall=("Children’s services in Havering are good",)), set()),
        (
            replace(PLAIN, overall=("Children’s services in Havering are inadequate",)),
            {"grade_disagreement"},
        ),
        (
            replace(PLAIN, rows={k: v for k, v in PLAIN.rows.items() if k != LEADERS}),
            {"table_unclear", "grade_unconfirmed"},
        ),
        (replace(PLAIN, dates="In March"), {"dates_missing"}),
    ],
)
def test_the_first_page_of_a_report_in_a_pack_is_not_page_1(
    register: Register, report: Sif, problems: set[str]
) -> None:
    start = 7
    pack = _joined(sif_pdf(PLAIN), sif_pdf(report))
    reading = read_bytes(pack, name="pack.pdf", register=register, pages=PageRange(start))
    assert codes(reading) == problems
    assert {problem.page for problem in reading.problems} <= {start}
    overall = reading.judgements[0]
    assert (overall.judgement, overall.page) == (Judgement.OVERALL_EFFECTIVENESS, start)
    assert "page 1" not in " ".join(problem.message for problem in reading.problems)


def test_two_reports_with_the_same_dates_are_two_documents(register: Register) -> None:
    names = ("London Borough of Havering", "London Borough of Sutton")
    data = _joined(*(sif_pdf(replace(PLAIN, name=name)) for name in names))
    report = read_bytes(data, name="both.pdf", register=register)
    assert "several_documents" in codes(report)
    assert len(report.improvement_areas) == len(
        read_bytes(sif_pdf(PLAIN), name="one.pdf", register=register).improvement_areas
    )


def _joined(*files: bytes) -> bytes:
    both = pdfium.PdfDocument.new()
    for file in files:
        both.import_pages(pdfium.PdfDocument(file))
    data = io.BytesIO()
    both.save(data)
    return data.getvalue()


def test_a_row_of_the_table_has_the_page_on_which_it_is(register: Register) -> None:
    report = read_bytes(sif_pdf(Sif(rows_on_second_page=2)), name="sif.pdf", register=register)
    pages = {judgement.judgement: judgement.page for judgement in report.judgements}
    assert pages[Judgement.ADOPTION] == 1
    assert pages[Judgement.CARE_LEAVERS] == pages[Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE] == 2
