"""Page numbers between the lines of the text."""

from __future__ import annotations

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from reports.reader import read_bytes
from reports.register import Register
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import Sheet
from tests.reports.test_whole_documents import letter as letter_in_text
from tests.reports.visit_letters import NEEDS, closed, letter


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
def test_what_is_printed_between_two_pages_of_a_text_is_not_part_of_an_item(
    register: Register, between: str
) -> None:
    text = letter_in_text(area=f"The quality of plans that are{between}  made for children.")
    report = read_bytes(text.encode(), name="letter.txt", register=register)
    assert texts(report) == ["The quality of plans that are made for children."]
    assert report.problems == ()


@pytest.mark.parametrize(
    "running",
    [
        "\n\nBury Council\n12 to 13 May 2025\n\n{}\n",
        "\nBury Council\nPage {} of 4\n\n",
        "\n{}\nBury Council\n12 to 13 May 2025\n",
        "\n\n{} | Reports on children’s services in Bury\n",
        "\n\nReports on children’s services in Bury | {}\n",
    ],
)
def test_lines_repeated_with_each_page_number_are_not_part_of_a_list(
    register: Register, running: str
) -> None:
    within = f"The quality of plans that are{running.format(1)}made for children."
    text = letter_in_text(area=f"{within}{running.format(2)}- The visits of workers.")
    text = text.replace("Yours sincerely", f"{running.format(3)}\nYours sincerely")
    report = read_bytes(f"{text}{running.format(4)}".encode(), name="x.txt", register=register)
    areas = ["The quality of plans that are made for children.", "The visits of workers."]
    assert (texts(report), report.problems) == (areas, ())


def test_the_page_numbers_of_a_printed_web_page_are_not_part_of_an_item(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).line("1", x=295).item("The quality of plans that are")
    sheet.line("2", x=295).line("made for children.", x=89).heading("Main findings").page()
    sheet.paragraph("Most visits are regular.").line("3", x=295).paragraph("Plans are good.").page()
    sheet.paragraph("Children are heard.").line("4", x=295).page().line("5", x=295, y=500)
    sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector").page()
    report = read_pdf(sheet.pdf())
    assert texts(report) == ["The quality of plans that are made for children."]
    assert report.problems == ()


def test_the_numbers_of_a_list_are_not_page_numbers(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS)
    for number in range(1, 6):
        sheet.gap().line(str(number)).line(f"Area {number} for children needs work.", x=89)
    report = read_pdf(sheet.heading("Main findings").paragraph("Yours sincerely").pdf())
    assert texts(report) == [f"Area {number} for children needs work." for number in range(1, 6)]


@pytest.mark.parametrize(("drawn", "problems"), [(1, set()), (3, {"page_without_text"})])
def test_a_page_on_which_nothing_is_printed_is_not_a_problem(
    read_pdf: ReadPdf, drawn: int, problems: set[str]
) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.").heading("Main findings")
    sheet.paragraph("Yours sincerely").paragraph("Ann Lee", "His Majesty’s Inspector").page()
    for at in range(drawn):
        sheet.canvas.rect(0, at, 600, 800)
    assert {problem.code for problem in read_pdf(sheet.pdf()).problems} == problems


@pytest.mark.parametrize(("height", "problems"), [(60, set()), (842, {"page_without_text"})])
def test_a_scanned_page_with_a_number_in_letters_is_a_problem(
    read_pdf: ReadPdf, height: float, problems: set[str]
) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.").page(number=1)
    picture = ImageReader(Image.new("L", (60, 80), 255))
    sheet.canvas.drawImage(picture, 0, 842 - height, 595, height)
    assert codes(read_pdf(closed(sheet.page(number=2)))) == problems


def test_what_a_browser_prints_around_each_page_is_not_part_of_an_item(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans that are")
    for number, words in enumerate(("made for children.", "Most visits are regular.", "Yours"), 1):
        sheet.line(f"29/11/2026, 14:0{number} Focused visit", x=20, y=765, size=8)
        sheet.line(f"https://example.org/letter {number}/4", x=20, y=64, size=8).page()
        if number == 2:
            sheet.heading("Main findings")
        sheet.line(words, x=89 if number == 1 else 71)
    sheet.line("29/11/2026, 14:04 Focused visit", x=20, y=765, size=8).paragraph("Yours sincerely")
    sheet.paragraph("Ann Lee", "His Majesty’s Inspector")
    report = read_pdf(sheet.line("https://example.org/letter 4/4", x=20, y=64, size=8).pdf())
    assert texts(report) == ["The quality of plans that are made for children."]
    assert report.problems == ()


def test_small_type_at_the_head_of_both_of_two_pages_is_not_part_of_an_item(
    read_pdf: ReadPdf,
) -> None:
    sheet = Sheet().line("20 June 2025").line("Dear Ms Roe").heading("Focused visit to Bury")
    sheet.paragraph(
        "This letter summarises the findings of the focused visit to Bury on 12 May 2025."
    )
    sheet.heading(NEEDS).item("The quality of plans that are")
    sheet.line("29/11/2026, 14:01 Focused visit", x=20, y=765, size=8).page()
    sheet.line("29/11/2026, 14:01 Focused visit", x=20, y=765, size=8)
    sheet.line("made for children.", x=89).heading("Main findings").paragraph("Yours sincerely")
    report = read_pdf(sheet.paragraph("Ann Lee", "His Majesty’s Inspector").pdf())
    assert texts(report) == ["The quality of plans that are made for children."]
    assert report.problems == ()
