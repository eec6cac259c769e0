"""Dates as the site writes them, and nothing that only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.dates import parse_date


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    assert parse_date(f"{day:%d %B %Y}") == day


@pytest.mark.parametrize("text", ["3 July 2009", " 03  July\n2009", "03\u00a0july 2009"])
def test_spaces_and_case_do_not_matter(text: str) -> None:
    assert parse_date(text) == date(2009, 7, 3)


@pytest.mark.parametrize(
    "text",
    ["", "July 2009", "31 September 2026", "8 Sept 2026", "03/07/2009", "3 July 09"]
    + ["3 July 1899", "3 Juillet 2009", "3 July 2009 (amended)", "\u0663 July 2009"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date as the site writes it|day .*month"):
        parse_date(text)
