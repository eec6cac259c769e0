"""The cells of printed tables."""

from __future__ import annotations

from reports.layouts.shared.cells import read_rows
from reports.text.document import Document, Line, Rule, Word

ACROSS = (Rule(50, 200, 400, 200.5), Rule(50, 180, 400, 180.5))
DOWN = tuple(Rule(x, 180, x + 0.5, 200) for x in (50, 200, 400))


def test_a_line_that_starts_just_left_of_its_column_is_in_that_column_alone() -> None:
    line = Line("Leaders act", 1, x=199, y=188, size=12)
    words = (Word("Leaders", 199, 188), Word("act", 250, 188))
    document = Document(
        "report.pdf",
        1,
        (line,),
        positioned=True,
        body_size=12,
        words=lambda page: words,
        rules=lambda page: (*ACROSS, *DOWN),
    )
    (row,), outside = read_rows(document, document.lines)
    assert (row.columns, outside) == ({1: [line]}, [])
