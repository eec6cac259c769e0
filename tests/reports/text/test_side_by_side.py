"""Two pages on one sheet, as printers set them to save paper."""

from __future__ import annotations

from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import LEFT, TOP, Sheet
from tests.reports.visit_letters import NEEDS, letter

SECOND_PAGE = LEFT + 595
WORDS = "Social workers visit most children regularly and know them well."


def with_a_second_page(x: float, *, lines: int) -> bytes:
    """A letter that goes on at the top right of its first sheet."""
    sheet: Sheet = letter()
    sheet.canvas.setPageSize((1190, 842))
    sheet.y = TOP
    sheet.heading(NEEDS, x=x).paragraph("• The quality of plans.", x=x)
    sheet.heading("Main findings", x=x)
    for _ in range(lines):
        sheet.paragraph(WORDS, x=x)
    return sheet.paragraph("Yours sincerely", x=x).paragraph("Ann Lee", "HMI", x=x).pdf()


def test_two_pages_on_one_sheet_are_a_problem(read_pdf: ReadPdf) -> None:
    report = read_pdf(with_a_second_page(SECOND_PAGE, lines=6))
    assert "incomplete" in codes(report)
    assert any("side by side" in problem.message for problem in report.problems)


def test_an_address_at_the_right_does_not_count_as_a_page(read_pdf: ReadPdf) -> None:
    sheet = letter().heading("Main findings").paragraph(WORDS)
    for at in range(6):
        sheet.line("Bury Council, Town Hall", x=LEFT + 300, y=720 - at * 12)
    sheet.line("A long line of small type with the telephone", x=LEFT + 300, y=600, size=7)
    report = read_pdf(sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "HMI").pdf())
    assert not any("side by side" in problem.message for problem in report.problems)
