"""Marks of footnotes, which no word and no number may keep, and figures that are none."""

from __future__ import annotations

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.text.clean import clean_line, join_lines
from reports.text.pdf import open_pdf
from tests.reports.conftest import ReadPdf, codes
from tests.reports.printed import LEFT, Sheet
from tests.reports.visit_letters import NEEDS, closed, letter


def printed(before: str, mark: str, after: str, *, size: float = 7, rise: float = 4.5) -> str:
    """What is read, without spaces, of a line in 12 points with a figure of its own size."""
    sheet = Sheet().line("The first line of the page.").line(before)
    x = LEFT + stringWidth(before, "Printed", 12)
    sheet.line(mark, x=x, y=sheet.y + rise, size=size)
    x += stringWidth(mark, "Printed", size)
    sheet.line(after, x=x, y=sheet.y)
    with open_pdf(sheet.pdf(), name="x.pdf") as document:
        return join_lines([line.text for line in document.lines[1:]]).replace(" ", "")


@pytest.mark.parametrize(
    ("before", "mark", "after"),
    [
        ("under section 17", "2", " of the Act"),
        ("the Children Act 1989", "12", " and others"),
        ("the Children Act 1989,", "3", " and others"),
        ("in 2022/23", "4", ", as agreed"),
        ("for those aged 16-17", "*", " who leave"),
        ("only 45%", "5", " of plans"),
        ("under (section 17", "2", ") of the Act"),
        ("under section 17", "2,3", " of the Act"),
        ("under section 17", "[2]", " of the Act"),
        ("the Encompass", "1", " scheme"),
        ("those aged under 18", "1", ". Plans"),
        ("the Encompass", "1", "’s use"),
        ("the ‘Encompass", "1", "’ scheme"),
        ("the “Encompass", "1", "” scheme"),
        ("the Encompass", "1", "/school scheme"),
        ("the Encompass", "i", " scheme"),
        ("the Encompass", "iv", ". Plans"),
        ("the Encompass", "a", " scheme"),
        ("the Encompass.", "ii", " Plans"),
    ],
)
def test_a_small_raised_mark_is_not_part_of_a_number(before: str, mark: str, after: str) -> None:
    assert printed(before, mark, after) == (before + after).replace(" ", "")


@pytest.mark.parametrize(
    ("before", "mark", "after", "size", "rise"),
    [
        ("under section 17", "2", " of the Act", 12.0, 0.0),
        ("under section 17", "2", " of the Act", 7.0, 0.0),
        ("under form 17", "2", " of the Act", 7.0, -3.0),
        ("after the 18", "th", " birthday", 7.0, 4.5),
        ("under section 17", "i", " of the Act", 7.0, 4.5),
        ("the Encompass", "i", " scheme", 7.0, 0.0),
        ("a share of 1", "1", "/2", 7.0, 4.5),
        ("rooms of 10 m", "2", " each", 7.0, 4.5),
        ("the 16 to 18s", "1", " of all", 12.0, 1.5),
    ],
)
def test_other_figures_stay(before: str, mark: str, after: str, size: float, rise: float) -> None:
    whole = (before + mark + after).replace(" ", "")
    assert printed(before, mark, after, size=size, rise=rise) == whole


def test_a_browser_prints_marks_before_full_stops_too() -> None:
    for producer, mark in (("Skia/PDF m126", ""), ("Microsoft Word", "1")):
        sheet = Sheet()
        sheet.canvas.setProducer(producer)
        sheet.line("The first line of the page.").line("the Encompass")
        x = LEFT + stringWidth("the Encompass", "Printed", 12)
        sheet.line("1", x=x, y=sheet.y + 5, size=8).line(". Plans", x=x + 6, y=sheet.y)
        with open_pdf(sheet.pdf(), name="x.pdf") as document:
            words = join_lines([line.text for line in document.lines[1:]])
        assert words.replace(" ", "") == f"theEncompass{mark}.Plans"


@pytest.mark.parametrize("after", ["’s use", "’ now", "” now", ". Plans", "; plans"])
def test_what_closes_a_word_is_not_parted_from_it_by_a_mark(after: str) -> None:
    assert join_lines(["the ‘Encompass", after]) == f"the ‘Encompass{after}"


def test_an_opening_quote_is_parted_from_the_word_before_it() -> None:
    assert join_lines(["the", "‘Encompass’", "’til now"]) == "the ‘Encompass’ ’til now"


@pytest.mark.parametrize("after", [" scheme", ""])
def test_a_mark_as_large_as_its_word_is_known_by_its_height(after: str) -> None:
    assert printed("the Encompass", "1", after, size=12, rise=4) == f"theEncompass{after}".replace(
        " ", ""
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("under section 17² of the Act", "under section 17 of the Act"),
        ("the Encompass¹ scheme,³ and (others)¹²", "the Encompass scheme, and (others)"),
        ("the Encompass ¹ scheme. ²", "the Encompass scheme."),
        ("rooms of 10 m² and 20km² each", "rooms of 10 m² and 20km² each"),
        ("² A note", "² A note"),
        ("3¹⁄₂ days", "3¹⁄₂ days"),
    ],
)
def test_raised_figures_of_unicode(text: str, clean: str) -> None:
    assert clean_line(text) == clean


@pytest.mark.parametrize("size", [7, 12])
@pytest.mark.parametrize(("note", "marked"), [("1 A police scheme.", True), ("2 Pages.", False)])
def test_a_figure_that_is_not_raised_is_a_problem_where_its_page_has_the_footnote(
    read_pdf: ReadPdf, size: float, note: str, marked: bool
) -> None:
    sheet = letter().heading(NEEDS).item("The use of Encompass")
    end = LEFT + stringWidth("• The use of Encompass", "Printed", 12)
    sheet.line("1", x=end, y=sheet.y, size=size).line("by schools.", x=LEFT + 18)
    sheet.line(note, y=90, size=8)
    assert codes(read_pdf(closed(sheet))) == ({"text_damaged"} if marked else set())
