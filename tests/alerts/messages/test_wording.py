"""The words people use."""

from __future__ import annotations

from datetime import date

import pytest

from reports.model import Direction, Grade, Judgement, Kind
from reports.wording import (
    GRADES,
    JUDGEMENTS,
    KINDS,
    SIGNS,
    direction_words,
    grade_words,
    numbered_pages,
    uk_date,
    uk_period,
    uk_periods,
)


def test_every_word_of_the_vocabularies_has_words_for_people() -> None:
    assert set(GRADES) == set(Grade)
    assert set(JUDGEMENTS) == set(Judgement)
    assert set(KINDS) == set(Kind)
    assert set(SIGNS) == set(Direction)


def test_each_direction_has_a_sign_of_its_own_shape() -> None:
    assert len(set(SIGNS.values())) == len(Direction)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2024, 4, 22), date(2024, 5, 3), "22 April to 3 May 2024"),
        (date(2026, 5, 11), date(2026, 5, 22), "11 to 22 May 2026"),
        (date(2024, 12, 30), date(2025, 1, 10), "30 December 2024 to 10 January 2025"),
        (date(2025, 3, 26), None, "26 March 2025"),
        (date(2025, 3, 26), date(2025, 3, 26), "26 March 2025"),
    ],
)
def test_periods_are_written_as_ofsted_prints_them(
    start: date, end: date | None, words: str
) -> None:
    assert uk_period(start, end) == words


def test_several_stays_are_joined() -> None:
    stays = [
        (date(2024, 6, 3), date(2024, 6, 7)),
        (date(2024, 6, 17), date(2024, 6, 21)),
    ]
    assert uk_periods(stays) == "3 to 7 June 2024 and 17 to 21 June 2024"
    assert uk_periods([]) is None


def test_a_date_has_no_leading_nought() -> None:
    assert uk_date(date(2024, 7, 1)) == "1 July 2024"


def test_requires_improvement_is_written_in_full() -> None:
    assert grade_words("requires_improvement") == "Requires improvement to be good"


@pytest.mark.parametrize(
    ("direction", "earlier", "later", "words"),
    [
        (Direction.WORSE, "good", "inadequate", "down two grades"),
        (Direction.WORSE, "outstanding", "inadequate", "down three grades"),
        (Direction.BETTER, "requires_improvement", "good", "up one grade"),
        (Direction.WORSE, "typically_positive", "inconsistent", "down"),
        (Direction.SAME, "good", "good", "same grade"),
        (Direction.FIRST, None, "good", "first grade"),
        (Direction.NOT_GIVEN_ANY_MORE, "good", None, "no longer given"),
        (Direction.NOT_COMPARABLE, "adequate", "good", "not comparable"),
    ],
)
def test_directions_are_said_in_words(
    direction: Direction, earlier: str | None, later: str | None, words: str
) -> None:
    assert direction_words(direction, earlier, later) == words


def test_pages_are_named_once_and_in_order() -> None:
    assert numbered_pages([]) == ""
    assert numbered_pages([3, 3]) == "page 3"
    assert numbered_pages([4, 3]) == "pages 3 and 4"
    assert numbered_pages([3, 6, 4]) == "pages 3, 4 and 6"
