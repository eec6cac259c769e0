"""Monitoring visits: what was reviewed, the progress, and the number of the visit."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Framework, Kind, Monitoring
from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import LEFT, Sheet
from tests.reports.visit_letters import MONITORING, REVIEWED


def test_a_list_before_the_findings_of_a_monitoring_visit_is_not_surely_new(
    read_pdf: ReadPdf,
) -> None:
    words = "What needs to improve?\n\n- The recording of visits.\n\n"
    old = f"Areas covered by the visit\n\n{REVIEWED}"
    report = read_pdf(MONITORING.replace(old, words).encode())
    assert codes(report) == {"areas_unclear"}


def test_a_monitoring_visit_reports_progress_and_names_no_areas(read_pdf: ReadPdf) -> None:
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
def test_what_was_reviewed_is_read_from_a_list_in_any_form(read_pdf: ReadPdf, words: str) -> None:
    report = read_pdf(MONITORING.replace(REVIEWED, f"{words}\n").encode())
    assert report.problems == ()
    assert report.improvement_areas == ()
    assert report.monitoring is not None
    assert report.monitoring.areas_reviewed == (
        "the recording of visits",
        "the quality of supervision",
    )


@pytest.mark.parametrize("second_list", [False, True])
def test_one_list_of_what_was_reviewed_may_have_shapes_as_bullets_and_two_are_a_problem(
    read_pdf: ReadPdf, second_list: bool
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
    if second_list:
        sheet.paragraph("They also considered:").paragraph("The use of data.", x=LEFT + 30)
    sheet.heading("Findings and evaluation of progress").paragraph("There is some progress.")
    sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector")
    report = read_pdf(sheet.pdf())
    assert codes(report) == ({"visit_unclear"} if second_list else set())
    assert report.monitoring is not None
    both = ("The recording of visits", "The quality of supervision")
    assert report.monitoring.areas_reviewed == (() if second_list else both)


@pytest.mark.parametrize(
    "listed",
    [
        "The recording of visits.\n- The quality of supervision.",
        "- The recording of visits.\nThe quality of supervision.",
        "The recording of visits.\n\nThe quality of supervision.",
        "e The recording of visits.\ne The quality of supervision.",
        "- The recording of visits.\ne The quality of supervision.",
        "- the recording of visits;\n  the quality of supervision\n- the use of data",
        "the recording of visits, and the quality of supervision",
        "• The recording of visits.\n– The quality of supervision.",
        "• the recording of visits\n– the quality of supervision",
    ],
)
@pytest.mark.parametrize("lead_in", [LEAD, f"{LEAD.rstrip()}\n"])
def test_what_was_reviewed_is_never_lost_in_silence(
    read_pdf: ReadPdf, listed: str, lead_in: str
) -> None:
    report = read_pdf(MONITORING.replace(REVIEWED, f"{lead_in}{listed}\n").encode())
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


def test_new_areas_above_the_findings_are_not_only_reviewed(read_pdf: ReadPdf) -> None:
    words = (
        "Inspectors reviewed the progress made in supervision since the last inspection.\n\n"
        "What needs to improve in this area of social work practice\n\n- The quality of plans.\n"
    )
    report = read_pdf(MONITORING.replace(REVIEWED, words).encode())
    assert "areas_unclear" in codes(report)


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
        ("The visit was the second", 2),
        ("This third monitoring visit looked at what has changed", 3),
        ("This was the seventh and last monitoring visit", 7),
        ("The visit on 26 March 2025 is the sixth", 6),
        ("This letter is about a visit on 26 March 2025, the eighth", 8),
        ("It follows the first monitoring visit in May 2024; this is the second. It is", 2),
        ("There was a monitoring visit", None),
        ("Care has improved since the first visit and since the first monitoring visit", None),
    ],
)
def test_the_number_of_a_monitoring_visit_is_read_in_many_wordings(
    read_pdf: ReadPdf, words: str, number: int | None
) -> None:
    report = read_pdf(MONITORING.replace("This was the second monitoring visit", words).encode())
    assert report.monitoring is not None
    assert report.monitoring.visit_number == number
    assert report.problems == ()


def test_a_numbered_visit_that_may_be_this_one_is_a_problem(read_pdf: ReadPdf) -> None:
    words = "Two inspectors carried out the third monitoring visit"
    report = read_pdf(MONITORING.replace("This was the second monitoring visit", words).encode())
    assert report.monitoring is not None
    assert report.monitoring.visit_number is None
    assert codes(report) == {"visit_unclear"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Headline", "This was the third monitoring visit.\n\nHeadline"),
        (
            "second monitoring visit",
            "second visit under new leaders and the third monitoring visit",
        ),
    ],
)
def test_two_numbers_of_one_visit_are_a_problem(read_pdf: ReadPdf, before: str, after: str) -> None:
    twice = MONITORING.replace(before, after)
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
