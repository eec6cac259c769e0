"""The days of a visit and the date of its letter, among all other dates that a letter names."""

from __future__ import annotations

from datetime import date

import pytest

from reports.layouts.shared.visit_days import visit_days
from reports.model import Reading
from reports.reader import read_bytes
from reports.register import Register
from reports.text.dates import read_periods
from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import LEFT
from tests.reports.visit_letters import NEEDS, closed
from tests.reports.visit_letters import letter as letter_on_a_sheet

FINDINGS = "This letter summarises the findings of the monitoring visit to Bury"


def read(register: Register, text: str) -> Reading:
    return read_bytes(text.encode(), name="letter.txt", register=register)


def letter(*head: str, days: str = "on 8 and 9 March 2022") -> str:
    """A monitoring visit's letter with these lines above its salutation."""
    return "\n".join(
        [
            *head, "", "Dear Mr Roe", "", "Monitoring visit to Bury children’s services", "",
            f"{FINDINGS} children’s services {days}.", "", "Headline findings", "",
            "Leaders make steady progress.", "", "Yours sincerely", "", "Ann Lee",
            "Her Majesty’s Inspector",
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    "rest",
    [
        ". It was judged inadequate on 4 January 2021. The visit took place on 8 and 9 March 2022.",
        ", which was judged inadequate on 4 January 2021, on 8 and 9 March 2022.",
        " on 8 and 9 March 2022, the third since the report published on 4 January 2021.",
        ". As my letter of 1 March 2022 said, inspectors visited between 8 March and 9 March 2022.",
        ". The previous visit took place on 2 December 2021, and this visit on 8 and 9 March 2022.",
        ". Following a meeting on 1 March 2022, inspectors were on site from 08/03/2022 to "
        "09/03/2022.",
        ". The visit was held over two days, Tuesday 8 and Wednesday 9 March 2022.",
        ". The visit was planned for 1 and 2 March 2022 but took place on 8 and 9 March 2022.",
        ", planned for 1 and 2 March 2022, which took place on 8 and 9 March 2022.",
        " on 8 and 9 March 2022, instead of 1 and 2 March 2022 as first planned.",
        ". The visit, scheduled for 1 March 2022, was carried out on 8 and 9 March 2022.",
        ". The visit of 1 and 2 March 2022 was cancelled. We visited on 8 and 9 March 2022.",
        ". The visit was originally to take place on 1 March 2022. It took place on 8 and 9 March "
        "2022.",
        " on 8 March 2022 and on 9 March 2022.",
        " on 8 and 9 March 2O22.",
        " on 8and 9 March2022.",
        " on 8 and9 March 2022.",
    ],
)
def test_the_days_are_those_of_the_visit(rest: str) -> None:
    (words,) = visit_days(FINDINGS + rest)
    (period,) = read_periods(words)
    assert (period.start, period.end) == (date(2022, 3, 8), date(2022, 3, 9))


def test_a_letter_may_start_with_the_days_of_the_visit() -> None:
    sentence = "On 8 and 9 March 2022, Ofsted carried out a monitoring visit to Bury. "
    (words,) = visit_days(f"{sentence}{FINDINGS}.")
    assert read_periods(words) == read_periods("8 and 9 March 2022")
    assert visit_days(f"{FINDINGS}. {sentence}") == ()


@pytest.mark.parametrize(
    ("head", "problems"),
    [
        (["Briefing note", "", "Date: 4 April 2022", "", "The letter is below."],
         {"published_unclear"}),
        (["Members’ briefing", "", "4 April 2022", "", "From: Head of Quality"],
         {"published_unclear"}),
        (["Printed 4 April 2022"], set()),
    ],
)  # fmt: skip
def test_the_date_of_a_covering_note_is_not_the_letters(
    register: Register, head: list[str], problems: set[str]
) -> None:
    reading = read(register, letter(*head))
    assert (reading.published, codes(reading)) == (None, problems)
    assert read(register, letter(*head, "", "6 April 2022")).published == date(2022, 4, 6)


@pytest.mark.parametrize(
    "rest",
    [
        ". It was judged inadequate on 4 January 2021.",
        ". The previous visit took place on 2 December 2021.",
        ". I wrote to you on 2 December 2021.",
        ". It follows the visit of 2 and 3 December 2021.",
        " children’s services after the director took up post on 2 December 2021.",
        ". The visit was planned for 2 December 2021.",
        ". The visit on 2 December 2021 was postponed.",
        ". After the visit on 2 December 2021 inspectors wrote to the council.",
    ],
)
def test_days_of_anything_else_are_not_taken(rest: str) -> None:
    assert visit_days(FINDINGS + rest) == ()


@pytest.mark.parametrize(
    "days",
    [
        "on 8 and 9 March 2022. This visit took place on 15 March 2022",
        "on \u0431 and 9 March 2022",
        "on 1\u0431 and 19 March 2022",
        "in the week beginning 7 March 2022",
        "in the weeks of 7 and 14 March 2022",
        "on 7 through 9 March 2022",
        "over three days from 7 March 2022",
        "on Monday 8 March 2022",
    ],
)
def test_days_of_which_one_may_be_lost_are_a_problem(register: Register, days: str) -> None:
    report = read(register, letter("5 April 2022", days=days))
    assert (report.inspection_start, codes(report)) == (None, {"dates_unclear"})


@pytest.mark.parametrize(
    "printed",
    [
        "5 April 2022",
        "5th of April, 2022",
        "Tuesday 5 April 2022",
        "Tuesday, 5th April 2022",
        "April 5, 2022",
        "Tuesday, April 5, 2022",
        "05/04/2022",
        "5.4.2022",
        "05-04-22",
        "2022-04-05",
        "Date: 5 April 2022",
        "Published: 05.04.2022",
        "Letter published on: Tuesday 5 April 2022",
        "Piccadilly Gate Manchester 5 April 2022",
        "5April 2O22",
        "O5/O4/2022",
    ],
)
def test_a_letter_is_dated_in_many_ways(register: Register, printed: str) -> None:
    report = read(register, letter(printed, "Director of Children’s Services", "Town Hall"))
    assert report.published == date(2022, 4, 5)
    assert report.problems == ()


@pytest.mark.parametrize(("x", "y"), [(LEFT, 704), (430, 704), (LEFT, 770)])
def test_a_pdf_may_have_the_date_after_the_rest_of_the_letter(
    read_pdf: ReadPdf, x: float, y: float
) -> None:
    sheet = letter_on_a_sheet(written="Director of Children’s Services").heading(NEEDS)
    report = read_pdf(closed(sheet.item("Plans.").line("20 June 2025", x=x, y=y)))
    assert (report.published, report.problems) == (date(2025, 6, 20), ())


def test_the_date_of_a_meeting_on_the_cover_page_is_not_the_letters(register: Register) -> None:
    cover = (
        "Bury Council",
        "CHILDREN’S SCRUTINY COMMITTEE",
        "2 May 2022",
        "Report of the Director",
    )
    dated = read(register, letter(*cover, "", "Appendix A", "5 April 2022"))
    assert (dated.published, dated.problems) == (date(2022, 4, 5), ())
    undated = read(register, letter(*cover, "", "Appendix A", "Director of Children’s Services"))
    assert (undated.published, codes(undated)) == (None, {"published_unclear"})
    on_its_own_page = read(register, letter(*cover[:1], "2 May 2022", "\f5 April 2022"))
    assert on_its_own_page.published == date(2022, 4, 5)


@pytest.mark.parametrize(
    "head",
    [
        ("5 April 2022", "6 April 2022"),
        ("1 March 2022",),
        ("5 April 2024",),
        ("31 April 2022",),
        ("April 2022",),
        ("Date: 5 Apirl 2022",),
        ("5 April",),
        ("5 / 04 / 2022",),
        ("5—April—2022",),
        ("5 Aprll 2022",),
        ("S Aqril 2O22",),
        ("5 Aprii",),
        ("5 Ap ril 2022",),
        ("5 April 2Ò22",),
        ("1 5 April 2022",),
        ("S/O4/2022",),
        ("Schools Forum", "5 April 2022"),
        ("SCRUTINY COMMITTEE", "5 April 2022", "Piccadilly Gate"),
        ("5 or 6 April 2022",),
        ("4 April 2022 and 5 April 2022",),
        ("The 5th day of April 2022",),
        ("5", "April", "2022"),
        ("Wednesday 5 April 2022",),
        ("Wednesday, April 5, 2022",),
        ("5 April 2022 (revised)",),
    ],
)
def test_a_date_that_is_not_certain_is_a_problem(register: Register, head: tuple[str, ...]) -> None:
    report = read(register, letter(*head))
    assert (report.published, codes(report)) == (None, {"published_unclear"})


@pytest.mark.parametrize(
    "line", ["Reissued: 6 April 2022", "Amended on 6 April 2022", "Our ref 06/04/2022"]
)
def test_a_date_after_what_was_done_on_it_is_not_the_letters(register: Register, line: str) -> None:
    assert read(register, letter(line)).published is None


def test_a_date_may_follow_the_name_of_a_company(register: Register) -> None:
    line = "Bury Children’s Services Limited 6 April 2022"
    assert read(register, letter(line)).published == date(2022, 4, 6)


def test_days_without_a_year_are_those_before_the_letter(register: Register) -> None:
    report = read(register, letter("Tuesday 05/04/2022", days="on 8 and 9 March"))
    assert report.inspection_start == date(2022, 3, 8)
