"""Lists whose lines the file draws in another order than people read them."""

from __future__ import annotations

from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.printed import LEFT, PITCH, Sheet
from tests.reports.visit_letters import NEEDS, closed, letter

SECOND = "• The timeliness of visits."


def with_room(sheet: Sheet) -> tuple[Sheet, float]:
    """A list with room for one more item, and the height of that room."""
    sheet.heading(NEEDS).item("The quality of plans.").gap()
    sheet.y -= PITCH
    return sheet, sheet.y


def test_a_list_in_the_order_of_the_page_has_no_problem(read_pdf: ReadPdf) -> None:
    sheet, room = with_room(letter())
    report = read_pdf(closed(sheet.line(SECOND, y=room)))
    assert (texts(report), report.problems) == (
        ["The quality of plans.", "The timeliness of visits."],
        (),
    )


def test_an_item_that_the_file_has_after_the_findings_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet, room = with_room(letter())
    sheet.heading("Main findings").paragraph("Most visits are regular.")
    assert codes(read_pdf(closed(sheet.line(SECOND, y=room)))) == {"areas_unclear"}


def test_an_item_that_the_file_has_before_the_heading_is_a_problem(read_pdf: ReadPdf) -> None:
    _, room = with_room(letter())
    sheet, _ = with_room(letter().line(SECOND, y=room))
    assert codes(read_pdf(closed(sheet))) == {"areas_unclear"}


def test_items_that_the_file_has_in_another_order_are_a_problem(read_pdf: ReadPdf) -> None:
    _, room = with_room(letter())
    sheet = letter().heading(NEEDS).line(SECOND, y=room)
    assert codes(read_pdf(closed(sheet.item("The quality of plans.").gap()))) == {"areas_unclear"}


def test_a_mark_that_the_file_has_after_its_words_is_a_problem(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).gap().line("The quality of plans, so that", x=LEFT + 18)
    sheet.line("1", x=295, y=50, size=9).line("•", y=sheet.y).page()
    sheet.line("every child has one.", x=LEFT + 18)
    report = read_pdf(closed(sheet.item("The timeliness of visits.")))
    assert codes(report) == {"areas_unclear"}


def test_a_title_from_above_that_the_file_has_after_a_list_is_a_problem(
    read_pdf: ReadPdf,
) -> None:
    sheet = letter().heading(NEEDS).item("The quality of plans.")
    sheet.line("Overview", y=490, bold=True)
    assert "areas_unclear" in codes(read_pdf(closed(sheet.page().item("Visits."))))


def test_a_heading_that_the_file_has_before_the_letter_is_a_problem(read_pdf: ReadPdf) -> None:
    below = letter().gap()
    sheet = Sheet().line(NEEDS, x=LEFT, y=below.y - PITCH, bold=True)
    whole = letter(sheet=sheet).gap()
    whole.y -= PITCH
    assert codes(read_pdf(closed(whole.item("The quality of plans.")))) == {"areas_unclear"}
