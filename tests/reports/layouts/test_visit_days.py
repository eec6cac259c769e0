"""The days of a visit and the date of its letter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.reports.conftest import ReadPdf, codes
from tests.reports.visit_letters import closed, letter


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
        ("on 16 and 17 May 23", date(2023, 5, 16), date(2023, 5, 17)),
        ("from 29 to 30 May ’23", date(2023, 5, 29), date(2023, 5, 30)),
        ("on 3 and 4 March 2021 and virtually on 9 March 2021", date(2021, 3, 3), date(2021, 3, 9)),
        ("on 3 and 4 March and, remotely, on 9 March 2021", date(2021, 3, 3), date(2021, 3, 9)),
        ("on 3 March 2021 (on site) and 9 March 2021 (remote)", date(2021, 3, 3), date(2021, 3, 9)),
        (
            "on 3 March 2021 in person and online on 9 March 2021",
            date(2021, 3, 3),
            date(2021, 3, 9),
        ),
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


@pytest.mark.parametrize(
    "more",
    [
        ", with a further day on 9 March 2021.",
        ". Inspectors returned on 9 March 2021.",
        ", followed by a virtual visit on 9 March 2021.",
        "; inspectors also visited on 9 March 2021.",
    ],
)
def test_days_that_may_be_more_days_of_the_visit_are_a_problem(
    read_pdf: ReadPdf, more: str
) -> None:
    first = (
        "This letter summarises the findings of a focused visit to Bury",
        f"on 3 March 2021{more}",
    )
    report = read_pdf(closed(letter(first=first, written="14 April 2021")))
    assert report.inspection_end is None
    assert codes(report) == {"dates_unclear"}


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


def test_the_days_of_another_visit_are_not_taken_for_unreadable_ones(read_pdf: ReadPdf) -> None:
    first = (
        "This letter summarises the findings of a focused visit to Bury on 11 and 12 Octobcr 2024.",
        "This was the second visit. The first visit took place on 3 and 4 May 2024.",
    )
    report = read_pdf(closed(letter(first=first, written="7 November 2024")))
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
