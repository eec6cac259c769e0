"""Page numbers between the lines of the text."""

from __future__ import annotations

import pytest

from tests.reports.conftest import ReadPdf, texts
from tests.reports.visit_letters import NEEDS, letter


@pytest.mark.parametrize("first", [1, 0, 2])
def test_the_count_of_pages_may_start_anywhere(read_pdf: ReadPdf, first: int) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans that are")
    sheet.page(number=first).line("made for children.", x=89)
    sheet.heading("Main findings").paragraph("Most visits are regular.")
    sheet.page(number=first + 1).paragraph("Yours sincerely").page(number=first + 2)
    assert texts(read_pdf(sheet.pdf())) == ["The quality of plans that are made for children."]
