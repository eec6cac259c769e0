"""The table of grades, by position and in the order of the text."""

from __future__ import annotations

import pytest

from reports.frameworks import load_frameworks
from reports.layouts.shared.grade_table import GradeRow, read_by_position, read_by_stream
from reports.layouts.shared.graded_statements import Vocabulary
from reports.model import Grade, Judgement
from reports.text.document import Line, Word

LEADERS = "The impact of leaders on social work practice with children and families"
CARE = "The experiences and progress of children in care"
RI = Grade.REQUIRES_IMPROVEMENT


@pytest.fixture(scope="module")
def ilacs() -> Vocabulary:
    """The labels and grades of ILACS."""
    frameworks = load_frameworks()
    return Vocabulary.of(frameworks.ilacs_labels, frameworks.grade_words)


def words(*rows: tuple[str, str]) -> list[Word]:
    """Words of two columns, 14 points a row; the header is centred over the second."""
    table = [("", "")] + list(rows)
    placed = [Word("Judgement", 200, 700), Word("Grade", 380, 700)]
    for at, row in enumerate(table):
        for text, x in zip(row, (72.0, 360.0), strict=True):
            for word in text.split():
                placed.append(Word(word, x, 700.0 - 14 * at))
                x += 6.0 * (len(word) + 1)
    return placed


def read(rows: list[GradeRow]) -> list[tuple[Judgement | None, Grade | None]]:
    """Judgement and grade of each row."""
    return [(row.judgement, row.grade) for row in rows]


def test_a_table_ends_where_its_columns_end(ilacs: Vocabulary) -> None:
    rows = read_by_position(
        words(
            (CARE, "Good"),
            ("Overall effectiveness", "Requires improvement"),
            ("", "to be good"),
            (f"{CARE} and of young people in Salford are good across the service", ""),
        ),
        vocabulary=ilacs,
    )
    assert read(rows) == [
        (Judgement.IN_CARE, Grade.GOOD),
        (Judgement.OVERALL_EFFECTIVENESS, RI),
    ]


def stream(ilacs: Vocabulary, *lines: str) -> tuple[list[GradeRow], int]:
    """The rows of lines, and how many lines they take."""
    return read_by_stream([Line(text, 1) for text in lines], vocabulary=ilacs, closed=True)


def test_a_sentence_that_starts_like_a_row_is_none(ilacs: Vocabulary) -> None:
    rows, length = stream(
        ilacs, f"{CARE} Good", "Overall effectiveness is no longer graded.", "More text."
    )
    assert read(rows) == [(Judgement.IN_CARE, Grade.GOOD)]
    assert length == 1


def test_a_grade_may_start_above_its_label(ilacs: Vocabulary) -> None:
    rows, _ = stream(
        ilacs, LEADERS, "Good", "Requires improvement", "Overall effectiveness", "to be good"
    )
    assert read(rows) == [
        (Judgement.IMPACT_OF_LEADERS, Grade.GOOD),
        (Judgement.OVERALL_EFFECTIVENESS, RI),
    ]
