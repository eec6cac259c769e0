"""Lines that are printed over one another."""

from __future__ import annotations

from tests.reports.conftest import ReadPdf, codes
from tests.reports.visit_letters import NEEDS, closed, letter


def test_an_area_whose_line_is_printed_over_another_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The")
    for at, word in enumerate(("quality", "help", "of", "for", "plans", "carers")):
        sheet.line(word, x=120 + 52 * at, y=sheet.y + 2 * (at % 2))
    assert "text_damaged" in codes(read_pdf(closed(sheet)))
    marked = letter().heading(NEEDS).item("The quality of plans")
    marked.line("1", x=230, y=marked.y + 4, size=7).line("and of visits", x=240, y=marked.y)
    assert "text_damaged" not in codes(read_pdf(closed(marked)))
