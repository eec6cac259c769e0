"""Every way in which the real reports print their dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text.dates import read_date, read_periods, read_whole


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("11 June 2018 to 22 June 2018", (2018, 6, 11), (2018, 6, 22)),
        ("3 to 14 October 2022", (2022, 10, 3), (2022, 10, 14)),
        ("25 October to 5 November 2021", (2021, 10, 25), (2021, 11, 5)),
        ("12 December to 6 January 2020", (2019, 12, 12), (2020, 1, 6)),
        ("19 November–30 November 2018", (2018, 11, 19), (2018, 11, 30)),
        ("20 June 2017 ─ 13 July 2017", (2017, 6, 20), (2017, 7, 13)),
        ("14 January 2014- 5 February 2014", (2014, 1, 14), (2014, 2, 5)),
        ("15-19 July 2013", (2013, 7, 15), (2013, 7, 19)),
        ("12/09/2016 to 06/10/2016", (2016, 9, 12), (2016, 10, 6)),
        ("1/06/2015 – 25/06/2015", (2015, 6, 1), (2015, 6, 25)),
        ("02 March 2020 to 13 March 2020", (2020, 3, 2), (2020, 3, 13)),
        ("18 Feb to 1 Mar 2019", (2019, 2, 18), (2019, 3, 1)),
        ("28 July 2016", (2016, 7, 28), (2016, 7, 28)),
        ("3 and 4 March 2021", (2021, 3, 3), (2021, 3, 4)),
        ("between 3 and 4 March 2021", (2021, 3, 3), (2021, 3, 4)),
        ("the 15 and 16 of May 2019", (2019, 5, 15), (2019, 5, 16)),
        ("15, 16 and 21 July 2025", (2025, 7, 15), (2025, 7, 21)),
        ("29 and 30 September, and 1 October 2020", (2020, 9, 29), (2020, 10, 1)),
        ("14 January 2014 5 February 2014", (2014, 1, 14), (2014, 2, 5)),
        ("between 20, 21 and 22 October 2020", (2020, 10, 20), (2020, 10, 22)),
        ("between 3 March and 4 April 2021", (2021, 3, 3), (2021, 4, 4)),
        ("Monday 3rd to Friday 7th June 2019", (2019, 6, 3), (2019, 6, 7)),
        ("11 June 2018 to 22 June", (2018, 6, 11), (2018, 6, 22)),
        ("11 June 2018 through 22 June 2018", (2018, 6, 11), (2018, 6, 22)),
        ("26 and 27 June 2018 carried out by Ann May, 9 others", (2018, 6, 26), (2018, 6, 27)),
        ("l6 and I7 May 2O23", (2023, 5, 16), (2023, 5, 17)),
        ("16to 17May2023", (2023, 5, 16), (2023, 5, 17)),
        ("16 and17 May 2023", (2023, 5, 16), (2023, 5, 17)),
        ("from16to17May 2023", (2023, 5, 16), (2023, 5, 17)),
        ("16thand 17thMay 2023", (2023, 5, 16), (2023, 5, 17)),
        ("3O/O6/2023", (2023, 6, 30), (2023, 6, 30)),
        ("16 and 17 May 23", (2023, 5, 16), (2023, 5, 17)),
        ("29th of May ’23 to 2nd of June ’23", (2023, 5, 29), (2023, 6, 2)),
        ("29 Dec. 22 to 5 Jan. 23", (2022, 12, 29), (2023, 1, 5)),
        ("16 May 23 June 2023", (2023, 5, 16), (2023, 6, 23)),
        ("16 May 23-25 June 2023", (2023, 5, 16), (2023, 6, 25)),
        ("16 May, 23 June 2023", (2023, 5, 16), (2023, 6, 23)),
    ],
)
def test_one_period(printed: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    (period,) = read_periods(printed)
    assert (period.start, period.end) == (date(*start), date(*end))


def test_two_periods() -> None:
    printed = "8 July 2019 to 12 July 2019 and 7 August 2019 to 8 August 2019"
    first, second = read_periods(printed)
    assert (first.start, first.end) == (date(2019, 7, 8), date(2019, 7, 12))
    assert (second.start, second.end) == (date(2019, 8, 7), date(2019, 8, 8))


def test_a_period_and_single_days() -> None:
    first, second = read_periods("1 to 5 and 9 March 2020")
    assert (first.start, first.end) == (date(2020, 3, 1), date(2020, 3, 5))
    assert second.start == second.end == date(2020, 3, 9)


def test_a_year_that_is_not_printed_is_not_guessed_but_may_be_given() -> None:
    assert read_periods("30 and 31 January") == ()
    (period,) = read_periods("30 and 31 January", year=2018)
    assert period.end == date(2018, 1, 31)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "to be announced",
        "31 June 2018",
        "22 June 2018 to 11 June 2018",
        "11 June 2018 to 22 June 2019",
        "11 June 2018 to 22 June 2017",
        "5 2018",
        "S6 May 2023",
        "Tuesday 3 March 2025",
        "Monday 3 March 2025 to Thursday the 7th of March 2025",
    ],
)
def test_what_is_not_certain_gives_nothing(printed: str) -> None:
    assert read_periods(printed) == ()


def test_a_day_of_the_week_belongs_to_the_day_after_it() -> None:
    (period,) = read_periods("Monday 3 March 2025 (Monday) and 4 March 2025")
    assert (period.start, period.end) == (date(2025, 3, 3), date(2025, 3, 4))


def test_one_date() -> None:
    assert read_date("Published: 5 July 2021") == date(2021, 7, 5)
    assert read_date("5 to 6 July 2021") is None


@given(
    start=st.dates(min_value=date(2005, 1, 1), max_value=date(2035, 1, 1)),
    days=st.integers(min_value=0, max_value=60),
    short=st.booleans(),
    joined=st.sampled_from([" to ", "–", " – ", "-", " until "]),
)
def test_whatever_is_printed_comes_back(start: date, days: int, short: bool, joined: str) -> None:
    end = start + timedelta(days=days)
    pattern = "%d %b %Y" if short else "%-d %B %Y"
    (period,) = read_periods(start.strftime(pattern) + joined + end.strftime(pattern))
    assert (period.start, period.end) == (start, end)


@given(st.text(max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    for period in read_periods(text):
        assert period.start <= period.end


def test_days_with_nothing_between_them_are_not_certain() -> None:
    assert read_periods("14 15 January 2014") == ()
    assert read_periods("14 15 and 17 January 2014") == ()


@pytest.mark.parametrize("printed", ["week commencing 5 October 2020", "w/c 5 October 2020"])
def test_a_week_is_not_a_day(printed: str) -> None:
    assert read_periods(printed) == ()


def test_a_date_behind_unknown_words_makes_a_line_of_dates_uncertain() -> None:
    assert read_whole("5 October 2020 then 9 October 2020") == ()
    explained = "9 to 20 January 2023 (on site 16 to 20 January)"
    assert read_whole(explained) == read_periods("9 to 20 January 2023")
    assert read_whole("9 to 20 January 2023, Ann May") == read_periods("9 to 20 January 2023")


@pytest.mark.parametrize(
    "printed", ["12 September 2016 to", "12 September 2016 and", "3 May 2016 –"]
)
def test_a_line_whose_dates_go_on_is_not_certain(printed: str) -> None:
    assert read_whole(printed) == ()


@pytest.mark.parametrize("word", ["0ctober", "Oct0ber", "0ct"])
def test_figures_in_the_name_of_a_month_are_letters(word: str) -> None:
    assert read_date(f"5 {word} 2022") == date(2022, 10, 5)
    assert read_date("5 Ju1y 2022") == date(2022, 7, 5)


@pytest.mark.parametrize(
    "printed",
    [
        "8 to 12 January 2024 (off site); 15 to 26 January 2024 (on site)",
        "8 to 12 January 2024 (off-site) 15 to 26 January 2024 (on-site)",
        "8 to 12 January 2024 (week 1, remote) and 15 to 26 January 2024",
    ],
)
def test_dates_go_on_after_words_that_say_where_inspectors_worked(printed: str) -> None:
    first, second = read_whole(printed)
    assert (first.start, first.end) == (date(2024, 1, 8), date(2024, 1, 12))
    assert (second.start, second.end) == (date(2024, 1, 15), date(2024, 1, 26))


@pytest.mark.parametrize(
    "printed",
    [
        "4 to 15 March 2019 (previous); 15 to 26 January 2024",
        "15 to 26 January 2024 (on site); 8 to 12 January 2024 (off site)",
        "15 to 26 January 2024/25",
        "15 to 26 January 2024/2025",
    ],
)
def test_a_line_whose_days_may_be_others_is_not_read(printed: str) -> None:
    assert read_whole(printed) == ()


def test_days_in_brackets_and_a_year_in_brackets_do_not_end_reading() -> None:
    (period,) = read_whole("15 to 26 January (2024)")
    assert period.end == date(2024, 1, 26)
    (period,) = read_whole("15 (Monday) to 26 (Friday) January 2024")
    assert period.end == date(2024, 1, 26)
