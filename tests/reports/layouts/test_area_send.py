"""Area SEND reports: invented look-alikes with the traps of real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from reports.model import Framework, Grade, Judgement, Kind, Target
from reports.problems import ProblemCode
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import TOP, Sheet

POSITIVE = (
    "The local area partnership’s arrangements typically lead to positive experiences and",
    "outcomes for children and young people with SEND.",
)
INCONSISTENT = (
    "The local area partnership’s arrangements lead to inconsistent experiences and",
    "outcomes for children and young people with SEND.",
)
FAILINGS = (
    "There are widespread and/or systemic failings leading to significant concerns about",
    "the experiences and outcomes of children and young people with SEND.",
)
FIVE = ("The next full area SEND inspection will be within approximately 5 years.",)
THREE = ("The next full area SEND inspection will be within approximately three years.",)
MONITORED = (
    "A monitoring inspection will be carried out within approximately 18 months. The next",
    "full reinspection will be within approximately 3 years.",
)
HEADER = (("Responsible body",), ("Areas for priority action",))


def front(
    said: tuple[str, ...] = INCONSISTENT,
    follows: tuple[str, ...] = THREE,
    *,
    title: tuple[str, ...] = ("Area SEND inspection of Bury Local Area", "Partnership"),
    dates: str = "Inspection dates: 12 to 16 February 2024",
) -> Sheet:
    """Page 1, and the start of page 2."""
    sheet = Sheet().line("Local area partnership report", y=801, size=10)
    sheet.heading(*title, size=16).paragraph(dates, "Date of previous inspection: 20 June 2016")
    sheet.heading("Inspection outcome", size=14).paragraph(*said).paragraph(*follows)
    sheet.heading("Information about the local area partnership", size=14)
    return sheet.paragraph("Bury Council and an ICB are responsible.").page()


def back(sheet: Sheet) -> bytes:
    """The last page."""
    sheet.page().heading("Local area partnership details", size=14)
    sheet.heading("Inspection team", size=14).line("Ofsted Care Quality Commission", bold=True)
    sheet.line("Ann Lee, Ofsted HMI Lead").line("inspector")
    return sheet.line("Bo Hay, CQC Lead inspector", x=298).pdf()


def areas(sheet: Sheet) -> Sheet:
    """The heading of the areas for improvement and that of their table."""
    sheet.heading("Areas for improvement", size=14).gap()
    return sheet.row(("Areas for improvement",))


@pytest.mark.parametrize(
    ("said", "follows", "grade"),
    [
        (POSITIVE, FIVE, Grade.TYPICALLY_POSITIVE),
        (INCONSISTENT, THREE, Grade.INCONSISTENT),
        (FAILINGS, MONITORED, Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS),
    ],
)
def test_the_three_outcomes(
    read_pdf: ReadPdf, said: tuple[str, ...], follows: tuple[str, ...], grade: Grade
) -> None:
    sheet = front(said, follows)
    if grade is Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS:
        sheet.heading("Areas for priority action", size=14).gap().row(*HEADER)
        sheet.row(("Bury Council",), ("Leaders should act.",)).gap()
    report = read_pdf(back(areas(sheet).row(("Leaders should listen.",))))
    assert report.problems == ()
    (judgement,) = report.judgements
    assert (judgement.judgement, judgement.grade) == (Judgement.AREA_SEND_OUTCOME, grade)
    assert (judgement.label, judgement.page) == ("Inspection outcome", 1)
    assert judgement.as_printed == " ".join(said)


def test_the_other_facts(read_pdf: ReadPdf) -> None:
    report = read_pdf(back(areas(front()).row(("Leaders should listen.",))))
    assert (report.kind, report.framework) == (Kind.AREA_SEND, Framework.AREA_SEND)
    assert report.authority is not None
    assert report.authority.name == "Bury"
    assert (report.inspection_start, report.inspection_end) == (
        date(2024, 2, 12),
        date(2024, 2, 16),
    )
    assert report.published is None
    assert report.lead_inspector == "Ann Lee"
    (area,) = report.improvement_areas
    assert (area.heading, area.page, area.target) == (
        "Areas for improvement", 2, Target.PARTNERSHIP,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "follows", "code"),
    [
        (POSITIVE, THREE, "grade_disagreement"),
        (INCONSISTENT, MONITORED, "grade_disagreement"),
        (INCONSISTENT, ("More will be said later.",), "grade_unconfirmed"),
        (("The arrangements are rather good.",), THREE, "grade_unknown"),
        ((*POSITIVE, *INCONSISTENT), FIVE, "grade_unknown"),
    ],
)
def test_an_outcome_that_is_not_certain_is_none(
    read_pdf: ReadPdf, said: tuple[str, ...], follows: tuple[str, ...], code: str
) -> None:
    report = read_pdf(back(areas(front(said, follows)).row(("Leaders should listen.",))))
    assert [j.grade for j in report.judgements] == [None]
    assert code in codes(report)


def test_rows_without_space_between_them_are_separated_by_the_rules(read_pdf: ReadPdf) -> None:
    sheet = areas(front())
    sheet.row(("Leaders should improve", "assessment.")).row(("Leaders should plan.",))
    report = read_pdf(back(sheet.row(("Health leaders should cut waits,", "and say so."))))
    assert texts(report) == [
        "Leaders should improve assessment.",
        "Leaders should plan.",
        "Health leaders should cut waits, and say so.",
    ]
    assert report.problems == ()


def test_the_rules_of_a_table_that_the_page_shows_at_another_height_separate_its_rows(
    read_pdf: ReadPdf,
) -> None:
    """Some programs draw a table once, as a form, and place it on the page."""
    sheet = areas(front())
    sheet.canvas.beginForm("table")
    sheet.canvas.translate(0, -300)
    sheet.row(("Leaders should improve", "assessment.")).row(("Leaders should plan.",))
    sheet.canvas.endForm()
    sheet.canvas.saveState()
    sheet.canvas.translate(0, 300)
    sheet.canvas.doForm("table")
    sheet.canvas.restoreState()
    report = read_pdf(back(sheet))
    assert texts(report) == ["Leaders should improve assessment.", "Leaders should plan."]
    assert report.problems == ()


def test_priority_actions_are_next_to_the_responsible_body(read_pdf: ReadPdf) -> None:
    sheet = front(FAILINGS, MONITORED).heading("Areas for priority action", size=14).gap()
    sheet.row(*HEADER).row(
        ("Bury Council and", "NHS ICB"),
        ("Leaders should act:", "• on plans", "• on waits.", "At once."),
    )
    sheet.row(("NHS ICB",), ("Health leaders should act.",)).gap()
    report = read_pdf(back(areas(sheet).row(("Leaders should listen.",))))
    assert report.problems == ()
    assert [(a.text, a.responsible_body, a.priority_action) for a in report.improvement_areas] == [
        ("Leaders should act: on plans on waits. At once.", "Bury Council and NHS ICB", True),
        ("Health leaders should act.", "NHS ICB", True),
        ("Leaders should listen.", None, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (HEADER[::-1], ("Leaders should act.", "Bury Council")),
        ((("No",), HEADER[1]), ("1", "Leaders should act.")),
    ],
)
def test_a_table_with_other_columns_is_a_problem(
    read_pdf: ReadPdf, header: tuple[tuple[str, ...], ...], cells: tuple[str, ...]
) -> None:
    sheet = front(FAILINGS, MONITORED).heading("Areas for priority action", size=14).gap()
    sheet.row(*header).row(*((cell,) for cell in cells)).gap()
    report = read_pdf(back(areas(sheet).row(("Leaders should listen.",))))
    assert codes(report) == {"areas_unclear"}


@pytest.mark.parametrize("marks", ["••", "––", ("1.", "2."), ("(a)", "(b)")])
def test_a_list_in_place_of_a_table(read_pdf: ReadPdf, marks: Sequence[str]) -> None:
    sheet = front(FAILINGS, MONITORED).heading("Areas for priority action", size=14)
    sheet.paragraph("Leaders across the partnership should:")
    sheet.item("improve plans for", "children who wait.", mark=marks[0])
    sheet.item("act.", mark=marks[1]).heading("Areas for improvement", size=14)
    sheet.paragraph(f"{marks[0]} Leaders should", "listen.", f"{marks[1]} Leaders should plan.")
    report = read_pdf(back(sheet))
    assert [(area.text, area.priority_action) for area in report.improvement_areas] == [
        ("improve plans for children who wait.", True),
        ("act.", True),
        ("Leaders should listen.", False),
        ("Leaders should plan.", False),
    ]
    assert report.problems == ()


@pytest.mark.parametrize("marks", [("", ""), ("1.", "3.")])
def test_words_without_a_table_or_certain_marks_are_a_problem(
    read_pdf: ReadPdf, marks: tuple[str, str]
) -> None:
    sheet = front().heading("Areas for improvement", size=14)
    sheet.paragraph(f"{marks[0]} Leaders should listen.".strip())
    report = read_pdf(back(sheet.paragraph(f"{marks[1]} Leaders should plan.".strip())))
    assert "areas_unclear" in codes(report)


@pytest.mark.parametrize("words", ["Areas for improvement", "Area for improvement"])
def test_the_heading_of_a_column_begins_no_section(read_pdf: ReadPdf, words: str) -> None:
    sheet = front().heading("Areas for improvement", size=14).gap().row((words,))
    report = read_pdf(back(sheet.row(("Leaders should listen.",))))
    assert [(area.heading, area.text) for area in report.improvement_areas] == [
        ("Areas for improvement", "Leaders should listen.")
    ]
    assert report.problems == ()


def test_a_row_goes_on_over_the_page(read_pdf: ReadPdf) -> None:
    sheet = front(FAILINGS, MONITORED).heading("Areas for priority action", size=14).gap()
    sheet.row(*HEADER).row(("Bury Council and",), ("Leaders should plan",)).page()
    sheet.row(("NHS ICB",), ("without delay.",)).row(("NHS ICB",), ("Cut waits. This means:",))
    sheet.page().row((), ("• for speech therapy.",)).page()
    # Only the name of the body is left for this page.
    sheet.y = TOP
    sheet.row(("Bury Council and NHS",), ("Meet needs.",)).page().row(("ICB",), ()).gap()
    report = read_pdf(back(areas(sheet).row(("Leaders should listen.",))))
    assert [(a.text, a.responsible_body, a.page) for a in report.improvement_areas][:3] == [
        ("Leaders should plan without delay.", "Bury Council and NHS ICB", 2),
        ("Cut waits. This means: for speech therapy.", "NHS ICB", 3),
        ("Meet needs.", "Bury Council and NHS ICB", 5),
    ]


def test_the_header_repeated_on_the_next_page_is_not_an_item(read_pdf: ReadPdf) -> None:
    sheet = areas(front()).row(("Leaders should listen.",)).page()
    sheet.row(("Areas for improvement",)).row(("Leaders should plan.",))
    assert texts(read_pdf(back(sheet))) == ["Leaders should listen.", "Leaders should plan."]


def test_a_full_last_line_leaves_open_whether_a_row_goes_on(read_pdf: ReadPdf) -> None:
    full = "Leaders must ensure that all of the settings understand, and use, the guidance."
    sheet = areas(front()).row((full,)).page().row(("They should also listen.",))
    assert "areas_unclear" in codes(read_pdf(back(sheet)))


def test_a_sentence_without_its_body_on_the_next_page_may_be_another_row(read_pdf: ReadPdf) -> None:
    sheet = front(FAILINGS, MONITORED).heading("Areas for priority action", size=14).gap()
    sheet.row(*HEADER).row(("Bury Council",), ("Leaders should act.",)).page()
    sheet.row((), ("Leaders should listen.",)).gap()
    report = read_pdf(back(areas(sheet).row(("Leaders should plan.",))))
    assert codes(report) == {"areas_unclear"}


def test_a_numbered_list_in_one_cell_is_a_list(read_pdf: ReadPdf) -> None:
    sheet = areas(front()).row(("1. Leaders should plan", "ahead.", "2. Leaders should listen."))
    sheet.row(("3. Leaders should:", "• act", "• report."))
    assert texts(read_pdf(back(sheet))) == [
        "Leaders should plan ahead.",
        "Leaders should listen.",
        "Leaders should: act report.",
    ]


def test_paragraphs_in_the_only_cell_are_a_problem(read_pdf: ReadPdf) -> None:
    sheet = areas(front()).row(("Leaders should plan.", "", "Leaders should listen."))
    assert codes(read_pdf(back(sheet))) == {"areas_unclear"}


def test_words_outside_the_table_are_a_problem(read_pdf: ReadPdf) -> None:
    sheet = areas(front()).row(("Leaders should plan.",)).paragraph("Leaders should listen.")
    assert codes(read_pdf(back(sheet))) == {"areas_unclear"}


@pytest.mark.parametrize("down", [30, 90])
def test_a_large_word_across_a_table_is_not_one_of_its_cells(
    read_pdf: ReadPdf, down: float
) -> None:
    sheet = areas(front()).row(("Improve plans.",))
    report = read_pdf(back(sheet.line("COPY", x=150, y=sheet.y - down, size=60)))
    assert (len(texts(report)), codes(report)) == (1, {ProblemCode.AREAS_UNCLEAR})


def test_priority_actions_fit_the_outcome(read_pdf: ReadPdf) -> None:
    report = read_pdf(back(areas(front(FAILINGS, MONITORED)).row(("Leaders should listen.",))))
    assert codes(report) == {"areas_unclear"}


def test_dates_come_from_page_one_and_not_from_the_footer(read_pdf: ReadPdf) -> None:
    sheet = areas(front(dates="Inspection dates: 11 to 19 May 2023"))
    sheet.row(("Leaders should listen.",)).line("15 to 19 May 2023 2", y=26, size=9)
    report = read_pdf(back(sheet))
    assert report.inspection_start == date(2023, 5, 11)


def test_a_monitoring_inspection_is_of_its_own_kind(read_pdf: ReadPdf) -> None:
    title = ("Area SEND monitoring inspection of Bury Local Area", "Partnership")
    report = read_pdf(back(areas(front(title=title)).row(("Leaders should listen.",))))
    assert (report.kind, report.judgements) == (Kind.AREA_SEND_MONITORING, ())
    assert codes(report) == {"visit_unclear"}
    assert texts(report) == ["Leaders should listen."]


PLAIN = """\
Area SEND inspection of Bury Local Area Partnership

Inspection dates: 12 to 16 February 2024

Inspection outcome

The local area partnership’s arrangements lead to inconsistent experiences and outcomes.

The next full area SEND inspection will be within approximately three years.

Areas for improvement

{table}

Local area partnership details
"""


def test_a_report_in_plain_text_with_marked_areas(read_pdf: ReadPdf) -> None:
    table = "- Leaders should plan.\n- Leaders should listen."
    report = read_pdf(PLAIN.format(table=table).encode())
    assert report.problems == ()
    assert texts(report) == ["Leaders should plan.", "Leaders should listen."]


def test_a_table_in_markdown_keeps_its_columns(read_pdf: ReadPdf) -> None:
    table = "| Responsible body | Areas for priority action |\n|---|---|\n| ICB | Act. |"
    plain = PLAIN.replace("Areas for improvement\n", "Areas for priority action\n")
    plain = plain.replace("{table}", table + "\n\nAreas for improvement\n\n- Leaders should plan.")
    report = read_pdf(plain.encode())
    assert [(a.text, a.responsible_body, a.priority_action) for a in report.improvement_areas] == [
        ("Act.", "ICB", True),
        ("Leaders should plan.", None, False),
    ]


def test_a_tab_behind_a_bullet_divides_no_cells(read_pdf: ReadPdf) -> None:
    table = "•\tLeaders should reduce waiting times for\nassessments.\n•\tLeaders should plan."
    report = read_pdf(PLAIN.format(table=table).encode())
    assert report.problems == ()
    assert [(a.text, a.responsible_body) for a in report.improvement_areas] == [
        ("Leaders should reduce waiting times for assessments.", None),
        ("Leaders should plan.", None),
    ]


def test_a_line_without_a_tab_goes_on_in_a_row(read_pdf: ReadPdf) -> None:
    table = "ICB\tLeaders should cut the\nwaiting times.\nCouncil\tLeaders should plan."
    report = read_pdf(PLAIN.format(table=table).encode())
    assert texts(report) == ["Leaders should cut the waiting times.", "Leaders should plan."]
    strange = read_pdf(PLAIN.format(table=f"{table}\nLeaders should listen.").encode())
    assert codes(strange) == {"areas_unclear"}


@pytest.mark.parametrize(
    "dates", ["12 February 2024 to\n16 February 2024", "12 February 2024\nto 16 February 2024"]
)
def test_dates_may_go_over_two_lines(read_pdf: ReadPdf, dates: str) -> None:
    plain = PLAIN.replace("12 to 16 February 2024", dates).format(table="- Leaders should plan.")
    report = read_pdf(plain.encode())
    assert (report.inspection_start, report.inspection_end) == (
        date(2024, 2, 12),
        date(2024, 2, 16),
    )


def test_dates_before_the_framework_are_a_problem(read_pdf: ReadPdf) -> None:
    plain = PLAIN.replace("February 2024", "February 2014").format(table="- Leaders should plan.")
    assert codes(read_pdf(plain.encode())) == {"framework_dates_disagree"}


def test_plain_text_that_hides_the_cells_is_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(PLAIN.format(table="Leaders should plan.\nLeaders should listen.").encode())
    assert codes(report) == {"areas_unclear"}


def team(*lines: str) -> bytes:
    """A report with these lines under its team."""
    sheet = areas(front(dates="Inspection dates 12 to 16 February 2024"))
    sheet.row(("Leaders should listen.",)).page()
    sheet.heading("Local area partnership details", size=14)
    sheet.heading("Inspection team", size=14)
    for line in lines:
        sheet.line(line)
    return sheet.pdf()


@pytest.mark.parametrize(
    "printed",
    ["Ann Lee, lead inspector, Ofsted", "Lead inspector: Ann Lee, Ofsted lead HMI",
     "Ann Lee, HMI, Ofsted Lead inspector Bo Hay, CQC lead inspector"],
)  # fmt: skip
def test_ofsteds_lead_inspector_is_chosen_among_several(read_pdf: ReadPdf, printed: str) -> None:
    report = read_pdf(team("Bo Hay, CQC lead inspector", printed, "Cy Poe, Ofsted inspector"))
    assert report.problems == ()
    assert report.lead_inspector == "Ann Lee"
    assert report.inspection_start == date(2024, 2, 12)


def test_a_team_without_ofsteds_lead_is_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(team("Bo Hay, CQC lead inspector", "Cy Poe, lead inspector, CQC", "Others"))
    assert report.lead_inspector is None
    assert codes(report) == {ProblemCode.LEAD_UNCLEAR}


@pytest.mark.parametrize(
    ("words", "x", "size"), [("COPY", 510, 12), ("Page 57", 250, 12), ("COPY", 70, 60)]
)
def test_a_stamp_in_a_table_is_a_problem(
    read_pdf: ReadPdf, words: str, x: float, size: float
) -> None:
    sheet = areas(front()).row(("Leaders should listen", "to families."))
    sheet.line(words, x=x, y=sheet.y + 13, size=size).row(("Leaders should act.",))
    report = read_pdf(back(sheet))
    assert ProblemCode.AREAS_UNCLEAR in codes(report)
    assert words in report.problems[0].message


def test_an_area_that_breaks_off_at_the_foot_of_a_page_is_a_problem(read_pdf: ReadPdf) -> None:
    area = ("Leaders should act to ensure",)
    assert read_pdf(back(areas(front()).row(area))).problems == ()  # the full stop is forgotten
    sheet = front()
    sheet.y = 180
    report = read_pdf(back(areas(sheet).row(area)))
    assert codes(report) == {ProblemCode.AREAS_UNCLEAR}
    assert "breaks off" in report.problems[0].message


@pytest.mark.parametrize(
    "lines",
    [
        ("Leaders should prepare young people up to the age of", "25. They should listen too."),
        ("Leaders should support children with SEND", "– also those at home – much sooner."),
    ],
)
def test_a_line_that_starts_with_a_figure_or_dash_of_its_sentence_keeps_it(
    read_pdf: ReadPdf, lines: tuple[str, str]
) -> None:
    report = read_pdf(back(areas(front()).row(lines)))
    assert (texts(report), report.problems) == ([" ".join(lines)], ())
