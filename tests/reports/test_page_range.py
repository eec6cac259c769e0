"""Which pages of a file are meant."""

from __future__ import annotations

import pytest

from reports.errors import ConfigurationError, ReadingError
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("12-20", 12, 20),
        ("12–20", 12, 20),
        (" 12 - 20 ", 12, 20),
        ("12", 12, 12),
        ("12-", 12, None),
        ("1-1", 1, 1),
        ("9999", 9999, 9999),
    ],
)
def test_pages_are_written_as_people_write_them(text: str, first: int, last: int | None) -> None:
    assert PageRange.parse(text) == PageRange(first, last)


@pytest.mark.parametrize(
    "text", ["", "-", "-3", "0", "0-3", "3-2", "1,2", "a-b", "1-2-3", "12345", "1--2"]
)
def test_anything_else_is_quoted_in_the_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"--pages.*" + text):
        PageRange.parse(text)


@pytest.mark.parametrize(
    ("text", "shown"), [("12-20", "12-20"), ("12", "12"), ("12-", "12-"), ("1000-1000", "1000")]
)
def test_pages_are_shown_in_the_shortest_form(text: str, shown: str) -> None:
    assert str(PageRange.parse(text)) == shown


@pytest.mark.parametrize(
    ("pages", "numbers"),
    [
        (WHOLE, [1, 2, 3, 4]),
        (PageRange(2, 3), [2, 3]),
        (PageRange(3), [3, 4]),
        (PageRange(4, 4), [4]),
        (PageRange(4), [4]),
    ],
)
def test_both_ends_belong_to_the_range(pages: PageRange, numbers: list[int]) -> None:
    assert list(pages.among(4)) == numbers


@pytest.mark.parametrize("pages", [PageRange(5), PageRange(5, 5), PageRange(2, 5)])
def test_pages_that_the_file_does_not_have_are_a_problem(pages: PageRange) -> None:
    with pytest.raises(
        ReadingError, match=rf"The file has 4 pages; --pages {pages} goes beyond"
    ) as caught:
        pages.among(4)
    assert caught.value.code == ProblemCode.PAGES_MISSING


def test_a_file_of_one_page_has_one_page_in_words() -> None:
    with pytest.raises(ReadingError, match="The file has 1 page; --pages 2 goes beyond"):
        PageRange(2, 2).among(1)
