"""Page numbers between the lines of the text."""

from __future__ import annotations

import pytest

from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, texts
from tests.reports.test_whole_documents import letter as letter_in_text
from tests.reports.visit_letters import NEEDS, letter


@pytest.mark.parametrize("first", [1, 0, 2])
def test_the_count_of_pages_may_start_anywhere(read_pdf: ReadPdf, first: int) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans that are")
    sheet.page(number=first).line("made for children.", x=89)
    sheet.heading("Main findings").paragraph("Most visits are regular.")
    sheet.page(number=first + 1).paragraph("Yours sincerely").page(number=first + 2)
    assert texts(read_pdf(sheet.pdf())) == ["The quality of plans that are made for children."]


@pytest.mark.parametrize(
    "between",
    [
        "\n- 2 -\n\f",
        "\nPage | 2\n\f",
        "\f- 2 -\n",
        "\nwww.example.org/reports\n\f",
        "\fFocused visit to Bury children’s services\n",
    ],
)
def test_what_is_printed_between_two_pages_of_a_text_is_no_part_of_an_item(
    register: Register, between: str
) -> None:
    text = letter_in_text(area=f"The quality of plans that are{between}  made for children.")
    report = read_bytes(text.encode(), name="letter.txt", register=register)
    assert texts(report) == ["The quality of plans that are made for children."]
    assert report.problems == ()
