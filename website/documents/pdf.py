"""A briefing as a PDF of A4 pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, SimpleDocTemplate, Table, TableStyle
from reportlab.platypus import Paragraph as Text

from website.charts.palette import LIGHT
from website.documents.outline import Outline, Paragraph, Rows

_PLAIN, _BOLD = "Vera", "VeraBd"

_SIZES = (9.0, 8.4, 7.8, 7.2, 6.6)
"""Points, tried in order until all is on one page; smaller letters could not be read."""

_MARGIN = 14 * mm

_PADDING = 12
"""What ReportLab leaves free at both sides of a page's text."""

_SIGNS = str.maketrans({"▲": "+", "▼": "−", "★": "*", "→": "to", "\u2010": "-", "\u2011": "-"})
"""Signs that the font lacks (the last two are hyphens), and what replaces them. The words next to a
replaced sign say the same."""


def pdf_file(outline: Outline) -> bytes:
    """Return the file, on one page if its letters stay readable.

    The same facts give the same bytes.
    """
    _register_fonts()
    data = b""
    for size in _SIZES:
        data, pages = _built(outline, size)
        if pages == 1:
            break
    return data


def _built(outline: Outline, size: float) -> tuple[bytes, int]:
    """Return the file with letters of a size in points, and the number of its pages."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=outline.title,
        author="Inspection Watch",
        lang="en-GB",
        invariant=1,
    )
    document.build(list(_flow(outline, _styles(size))))
    return file.getvalue(), document.page


def _flow(outline: Outline, styles: Mapping[str, ParagraphStyle]) -> Iterator[Flowable]:
    yield Text(_safe(outline.title), styles["title"])
    for sentence in outline.in_short:
        yield Text(_safe(sentence), styles["plain"])
    for sentence in outline.about:
        yield Text(_safe(sentence), styles["quiet"])
    for section in outline.sections:
        yield Text(_safe(section.heading), styles["heading"])
        for part in section.parts:
            yield _part(part, styles)


def _part(part: Paragraph | Rows, styles: Mapping[str, ParagraphStyle]) -> Flowable:
    if isinstance(part, Paragraph):
        bullet = "•" if part.look == "point" else None
        return Text(_safe(part.text), styles[part.look], bulletText=bullet)
    rows = [[Text(_safe(text), styles["plain"]) for text in row] for row in part.rows]
    width = A4[0] - 2 * _MARGIN - _PADDING
    widths = [width * 0.34, *[width * 0.66 / (len(rows[0]) - 1)] * (len(rows[0]) - 1)]
    table = Table(rows, colWidths=widths, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LIGHT["line"])),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _safe(text: str) -> str:
    """Return a text for ReportLab: markup is escaped, signs that the font lacks are replaced."""
    return escape(text.translate(_SIGNS))


def _styles(size: float) -> Mapping[str, ParagraphStyle]:
    """Return the styles of paragraphs by their looks, from the size of plain letters in points."""
    ink, quiet, accent = (HexColor(LIGHT[name]) for name in ("ink", "quiet", "accent"))
    plain = ParagraphStyle("plain", fontName=_PLAIN, fontSize=size, leading=size * 1.3)
    plain.textColor, plain.splitLongWords = ink, True
    small, large = size * 0.88, size * 1.15
    indent = {"leftIndent": 3.5 * mm}
    bold = {"fontName": _BOLD}
    return {
        "plain": plain,
        "quiet": ParagraphStyle(
            "quiet", plain, fontSize=small, leading=small * 1.3, textColor=quiet
        ),
        "strong": ParagraphStyle("strong", plain, spaceAfter=size * 0.4, **bold, **indent),
        "point": ParagraphStyle("point", plain, bulletFontName=_PLAIN, **indent),
        "heading": ParagraphStyle(
            "heading",
            plain,
            fontSize=large,
            leading=large * 1.35,
            spaceBefore=size * 0.6,
            textColor=accent,
            **bold,
        ),
        "title": ParagraphStyle("title", plain, fontSize=15, leading=19, spaceAfter=3, **bold),
    }


@cache
def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
