"""Words that are in a PDF but not to be read on its pages, and what lies on its pages."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import partial

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image
from reportlab.lib.colors import Color, black, darkblue, white, yellow
from reportlab.lib.utils import ImageReader

from reports.text.streams import has_hidden_layers
from tests.reports.conftest import ReadPdf, codes, texts
from tests.reports.documents import ILACS_2023, as_pdf
from tests.reports.printed import LEFT, PITCH, Sheet
from tests.reports.visit_letters import NEEDS, closed, letter

AREA = "The quality of plans for children in care."
WIDTH = 300

Draw = Callable[[Sheet], object]


def an_area_in(colour: Color) -> Draw:
    """Draw an area in type of this colour."""
    return lambda sheet: (sheet.canvas.setFillColor(colour), sheet.item(AREA))


def box(sheet: Sheet, colour: Color, *, low: float = -3, height: float = PITCH) -> None:
    """Fill a rectangle over the line where the sheet is."""
    sheet.canvas.setFillColor(colour)
    sheet.canvas.rect(LEFT, sheet.y + low, WIDTH, height, stroke=0, fill=1)


def behind(colour: Color, type_colour: Color) -> Draw:
    """Draw an area on a rectangle."""

    def draw(sheet: Sheet) -> None:
        sheet.gap().y -= PITCH
        box(sheet, colour)
        sheet.canvas.setFillColor(type_colour)
        sheet.line(f"• {AREA}", y=sheet.y)

    return draw


def over(colour: Color, *, low: float = -3, height: float = PITCH) -> Draw:
    """Draw an area, and a rectangle over it."""
    return lambda sheet: box(sheet.item(AREA), colour, low=low, height=height)


def outlined(fill: Color, outline: Color, *, mode: int = 2) -> Draw:
    """Draw an area in letters with an outline; in mode 1, they have nothing else."""

    def draw(sheet: Sheet) -> None:
        sheet.canvas.setFillColor(fill)
        sheet.canvas.setStrokeColor(outline)
        sheet.canvas._code.append(f"{mode} Tr")
        sheet.item(AREA)

    return draw


def near_a_shape(sheet: Sheet) -> None:
    """Draw an area, and a rectangle under it that is drawn in the margin only."""
    sheet.gap().y -= PITCH
    sheet.canvas.saveState()
    margin = sheet.canvas.beginPath()
    margin.rect(0, 0, LEFT - 5, 800)
    sheet.canvas.clipPath(margin, stroke=0, fill=0)
    sheet.canvas.rect(0, sheet.y - 3, LEFT + WIDTH, PITCH, stroke=0, fill=1)
    sheet.canvas.restoreState()
    sheet.line(f"• {AREA}", y=sheet.y)


def on_a_label(sheet: Sheet) -> None:
    """Draw an area on a white label with round corners, on a black ground."""
    sheet.gap().y -= PITCH
    box(sheet, black)
    sheet.canvas.setFillColor(white)
    sheet.canvas.roundRect(LEFT, sheet.y - 3, WIDTH, PITCH, 3, stroke=0, fill=1)
    sheet.canvas.setFillColor(black)
    sheet.line(f"• {AREA}", y=sheet.y)


def invisible(sheet: Sheet) -> None:
    """Add words that leave no mark, as programs do that recognise the letters of a scan."""
    sheet.item(AREA).canvas.drawString(LEFT + 18, sheet.y - PITCH, "And others.", mode=3)


def in_place_of(words: str, draw: Draw = lambda sheet: sheet.item(AREA)) -> Draw:
    """Draw an area, or something else, for which the file gives other words."""

    def drawn(sheet: Sheet) -> None:
        sheet.canvas._code.append(f"/Span <</ActualText ({words})>> BDC")
        draw(sheet)
        sheet.canvas._code.append("EMC")

    return drawn


def clipped(low: float, height: float, draw: Draw = lambda sheet: sheet.item(AREA)) -> Draw:
    """Draw an area, or something else, where only a part of the page is drawn."""

    def clip(sheet: Sheet) -> None:
        part = sheet.canvas.beginPath()
        part.rect(LEFT, sheet.y + low, WIDTH, height)
        sheet.canvas.clipPath(part, stroke=0, fill=0)
        draw(sheet)

    return clip


def in_a_form(sheet: Sheet, *, draw: Draw = lambda sheet: sheet.item(AREA), depth: int = 1) -> None:
    """Draw an area as a drawing of its own that the page shows, or with a greater `depth` as a
    drawing inside others.
    """
    for level in range(depth):
        sheet.canvas.beginForm(f"form{level}")
        if level:
            sheet.canvas.doForm(f"form{level - 1}")
        else:
            draw(sheet)
        sheet.canvas.endForm()
    sheet.canvas.doForm(f"form{depth - 1}")


def printed_over(step: float) -> Draw:
    """Draw an area, and another sentence over it."""
    other = "Another sentence that is there too."
    return lambda sheet: sheet.item(AREA).line(other, x=LEFT + 30, y=sheet.y + step)


def across(degrees: float) -> Draw:
    """Draw an area, and a stamp that crosses its line."""

    def draw(sheet: Sheet) -> None:
        sheet.item(AREA).canvas.translate(LEFT + WIDTH, sheet.y)
        sheet.canvas.rotate(degrees)
        sheet.line("For information", x=0, y=0, size=40)

    return draw


def with_area(draw: Draw) -> bytes:
    """A letter with two areas, of which one is drawn so."""
    sheet = letter().heading(NEEDS)
    sheet.canvas.saveState()
    draw(sheet)
    sheet.canvas.restoreState()
    return closed(sheet.item("The oversight of managers."))


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (invisible, "“And others.” cannot be seen: the text is invisible"),
        (an_area_in(white), "cannot be seen: the text is white"),
        (an_area_in(Color(0, 0, 0, alpha=0)), "cannot be seen: the text is transparent"),
        (behind(white, white), "cannot be seen: the text is white"),
        (outlined(white, white), "cannot be seen: the text is white"),
        (outlined(black, white, mode=1), "cannot be seen: the text is white"),
        (outlined(black, white, mode=5), "cannot be seen: the text is white"),
        (behind(black, black), "is in the colour of what is behind it"),
        (behind(darkblue, Color(0, 0, 0.6)), "is in the colour of what is behind it"),
        (over(black), "is covered by a drawing"),
        (over(white), "is covered by a drawing"),
        (over(black, low=3, height=0.7), "is struck through"),
        (lambda sheet: sheet.item(AREA).line("And others.", x=700), "is outside of the page"),
        (lambda sheet: sheet.item(AREA).line("And others.", size=1), "is too small to be read"),
        (in_place_of("* The timeliness of visits."), "“* The timeliness of visits.” is not what"),
        (in_place_of("not"), "“not” is not what the page shows"),
        (clipped(0, 20), f"“{AREA}” is cut off"),
        (clipped(-90, 20), f"“{AREA}” is cut off"),
        (clipped(0, 20, draw=in_a_form), f"“{AREA}” is cut off"),
        (across(45), "“For information” is turned"),
        (across(-90), "“For information” is turned"),
        (printed_over(2), "Lines are printed over one another"),
        (printed_over(5), "Lines are printed over one another"),
    ],
)
def test_an_area_that_is_not_to_be_read_is_a_problem(
    read_pdf: ReadPdf, draw: Draw, said: str
) -> None:
    report = read_pdf(with_area(draw))
    assert any(said in problem.message for problem in report.problems), report.problems
    assert "text_damaged" in codes(report)


@pytest.mark.parametrize(
    "draw",
    [
        an_area_in(darkblue),
        behind(darkblue, white),
        behind(yellow, black),
        behind(black, yellow),
        outlined(white, black),
        outlined(black, white),
        outlined(white, black, mode=1),
        near_a_shape,
        on_a_label,
        over(black, low=-2, height=0.7),
        over(Color(1, 1, 0, alpha=0.3)),
        lambda sheet: sheet.item(AREA).canvas.rect(LEFT, sheet.y - 3, WIDTH, PITCH),
        clipped(-100, 100),
        clipped(-100, 100, draw=clipped(-50, 50)),
        clipped(-100, 100, draw=in_a_form),
    ],
)
def test_an_area_on_a_colour_underlined_or_in_a_box_is_sound(read_pdf: ReadPdf, draw: Draw) -> None:
    report = read_pdf(with_area(draw))
    assert report.problems == ()
    assert texts(report)[0] == AREA


@pytest.mark.parametrize(
    ("start", "given"), [("The training of sta", "ff"), ("The cri", "ti"), ("The staff", " ")]
)
def test_letters_or_a_space_that_the_file_gives_for_one_sign_are_sound(
    read_pdf: ReadPdf, start: str, given: str
) -> None:
    sheet = letter().heading(NEEDS).item(start)
    end = LEFT + sheet.canvas.stringWidth(f"• {start}", "Printed", 12)
    in_place_of(given, draw=lambda sheet: sheet.line("+", x=end, y=sheet.y))(sheet)
    report = read_pdf(closed(sheet))
    assert (report.problems, texts(report)) == ((), [f"{start}{given}".strip()])


def test_an_address_that_its_box_cuts_off_is_sound(read_pdf: ReadPdf) -> None:
    """Letters of Ofsted have such addresses."""
    sheet = letter()
    sheet.canvas.saveState()
    clipped(80, 20, draw=lambda sheet: sheet.line("Director of Services", y=660))(sheet)
    sheet.canvas.restoreState()
    assert read_pdf(closed(sheet.heading(NEEDS).item(AREA))).problems == ()


def test_a_grade_that_is_cut_off_is_a_problem(read_pdf: ReadPdf) -> None:
    pdf, only_labels = pdfium.PdfDocument(as_pdf(ILACS_2023, columns=(72, 300))), io.BytesIO()
    page = pdf[0]
    pdfium_c.FPDFPage_InsertClipPath(page.raw, pdfium_c.FPDF_CreateClipPath(0, 0, 290, 842))
    pdf.save(only_labels)
    pdf.close()
    assert any("” is cut off" in p.message for p in read_pdf(only_labels.getvalue()).problems)


@pytest.mark.parametrize("depth", [1, 4, 30])
def test_an_area_that_cannot_be_seen_is_found_in_drawings_inside_drawings(
    read_pdf: ReadPdf, depth: int
) -> None:
    white_area = partial(in_a_form, draw=an_area_in(white), depth=depth)
    report = read_pdf(with_area(white_area))
    assert any("the text is white" in problem.message for problem in report.problems)


def test_words_under_a_drawing_inside_a_form_are_covered_too(read_pdf: ReadPdf) -> None:
    sheet = letter().heading(NEEDS).item(AREA)
    sheet.canvas.beginForm("over")
    sheet.canvas.rect(0, 0, WIDTH, PITCH, stroke=0, fill=1)
    sheet.canvas.endForm()
    sheet.canvas.saveState()
    sheet.canvas.translate(LEFT, sheet.y - 3)
    sheet.canvas.doForm("over")
    sheet.canvas.restoreState()
    report = read_pdf(closed(sheet))
    assert any("is covered by a drawing" in problem.message for problem in report.problems)


@pytest.mark.parametrize(
    ("annotate", "what"),
    [
        (lambda canvas, at: canvas.textAnnotation("Wrong", at), "a comment"),
        (lambda canvas, at: canvas.freeTextAnnotation("Wrong", "/F1 12 Tf", at), "text that was"),
        (lambda canvas, at: canvas.highlightAnnotation("Wrong", at), "highlighting"),
        (lambda canvas, at: canvas.acroForm.textfield(x=72, y=90, value="Good"), "a field"),
    ],
)
def test_what_lies_on_a_page_besides_links_is_a_problem(
    read_pdf: ReadPdf, annotate: Callable[..., object], what: str
) -> None:
    sheet = letter().heading(NEEDS).item(AREA)
    sheet.canvas.linkURL("https://www.gov.uk", (72, 90, 200, 110))
    assert read_pdf(closed(sheet)).problems == ()
    sheet = letter().heading(NEEDS).item(AREA)
    annotate(sheet.canvas, [72, 90, 200, 110])
    report = read_pdf(closed(sheet))
    assert [p.message for p in report.problems if f"Page 1 has {what}" in p.message]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_a_problem(read_pdf: ReadPdf, degrees: int) -> None:
    sheet = letter().heading(NEEDS).item(AREA)
    sheet.canvas.setPageRotation(degrees)
    assert read_pdf(closed(sheet)).problems


def test_layers_that_are_not_shown_are_a_problem(read_pdf: ReadPdf) -> None:
    off = b"<</OCProperties<</D<</OFF[9 0 R]>>/OCGs[9 0 R]>>>>"
    packed = zlib.compress(b"7 0 " + off)
    assert has_hidden_layers(b"7 0 obj" + off + b"endobj")
    assert has_hidden_layers(b"1 0 obj<</Type/ObjStm>>stream\r\n" + packed + b"\nendstream")
    assert not has_hidden_layers(b"1 0 obj" + off.replace(b"9 0 R", b"") + b"endobj /ObjStm")
    data = closed(letter().heading(NEEDS).item(AREA))
    layered = data.replace(
        b"/Type /Catalog", b"/Type /Catalog /OCProperties <</D <</OFF [9 0 R]>>>>"
    )
    report = read_pdf(layered)
    assert any("layers that are not shown" in problem.message for problem in report.problems)


def test_marks_of_direction_are_not_words(read_pdf: ReadPdf) -> None:
    marked = AREA.replace(" ", " \u200f").replace("care", "\u202ecare\u202c")
    assert texts(read_pdf(closed(letter().heading(NEEDS).item(marked)))) == [AREA]


@pytest.mark.parametrize(
    ("up", "wide", "doubted"), [(0, 300, True), (0, 30, False), (600, 300, False)]
)
def test_a_picture_among_the_lines_of_a_list_is_a_problem(
    read_pdf: ReadPdf, up: float, wide: float, doubted: bool
) -> None:
    sheet = letter().heading(NEEDS).item(AREA).gap()
    sheet.y -= 40
    picture = ImageReader(Image.new("RGB", (60, 8), "navy"))
    sheet.canvas.drawImage(picture, LEFT, min(sheet.y + up, 720), width=wide, height=30)
    report = read_pdf(closed(sheet))
    assert texts(report) == [AREA]
    assert codes(report) == ({"text_damaged"} if doubted else set())
