"""The style of the pages: typefaces, paragraph styles, bullets, the judgement table, documents.

The order in which things are drawn is the order of the text in the PDF, and readers depend on
it, so every choice of order below copies what the real documents show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table
from reportlab.platypus.doctemplate import PageBreak

from demo.documents.wording import SAMPLE_MARK

LEFT, RIGHT, TOP, BOTTOM = 56.0, 56.0, 72.0, 74.0
WIDTH = A4[0] - LEFT - RIGHT
FOOTNOTE_ROOM = 44.0
REGULAR, BOLD, GLYPHS = "SampleSans", "SampleSans-Bold", "SampleGlyphs"

Draw = Callable[[Any, int], None]


@cache
def _register_fonts() -> None:
    """Make the typefaces that reportlab ships known under names of our own."""
    for name, file in ((REGULAR, "Vera.ttf"), (BOLD, "VeraBd.ttf"), (GLYPHS, "VeraBI.ttf")):
        pdfmetrics.registerFont(TTFont(name, file))
    # Bullets must come out of the PDF as the square of the real reports, which no free typeface
    # here has: its code point borrows a glyph, drawn invisibly under a painted square.
    face = pdfmetrics.getFont(GLYPHS).face
    for code in (0x25FC, 0x25AA, 0x25A0):
        face.charToGlyph[code] = face.charToGlyph[0x2022]
        face.charWidths[code] = face.charWidths[0x2022]


def _style(name: str, size: float, **settings: Any) -> ParagraphStyle:
    _register_fonts()
    defaults = {
        "fontName": REGULAR,
        "leading": size * 1.32,
        "spaceAfter": size * 0.8,
        # Real lines also break after a hyphen; readers must join them again.
        "embeddedHyphenation": 1,
        "splitLongWords": 0,
    }
    return ParagraphStyle(name, fontSize=size, **(defaults | settings))


class Styles:
    """The paragraph styles of one document; `size` is that of its running text in points."""

    def __init__(self, size: float = 11.0) -> None:
        self.body = _style("body", size)
        self.title = _style("title", 19, leading=25, spaceAfter=14, spaceBefore=28)
        self.heading = _style(
            "heading", size + 1, fontName=BOLD, spaceBefore=6, spaceAfter=9, keepWithNext=1
        )
        self.cell = _style("cell", size - 1, spaceAfter=0)
        self.bold_cell = _style("bold_cell", size - 1, fontName=BOLD, spaceAfter=0)
        self.numbered = _style(
            "numbered", size, leftIndent=26, bulletFontName=REGULAR, bulletFontSize=size
        )
        self.small = _style("small", size - 2, leading=(size - 2) * 1.3, spaceAfter=5)


def text(words: str, style: ParagraphStyle) -> Paragraph:
    """Return a paragraph of plain words (nothing in them is markup)."""
    return Paragraph(escape(words, quote=False), style)


def labelled(label: str, words: str, style: ParagraphStyle) -> Paragraph:
    """Return a line such as "Lead inspector: ..." with the label in bold."""
    bold = f'<font name="{BOLD}">{escape(label, quote=False)}</font>'
    return Paragraph(f"{bold} {escape(words, quote=False)}".rstrip(), style)


class Bullet(Flowable):  # type: ignore[misc]  # reportlab has no types
    """One bullet point: a square and a hanging paragraph, never split between pages."""

    def __init__(self, words: str, style: ParagraphStyle, *, glyph: str) -> None:
        super().__init__()
        self._paragraph = text(words, style)
        self._glyph = glyph
        self._style = style
        self._indent = 18.0
        self.spaceAfter = style.spaceAfter

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Return the size that the bullet needs at this width."""
        _, self.height = self._paragraph.wrap(available_width - self._indent, available_height)
        return available_width, self.height

    def draw(self) -> None:
        """Draw glyph first, then words: that is their order in the text of real reports."""
        size = self._style.fontSize
        baseline = self.height - size
        glyph = self.canv.beginText(2, baseline)
        glyph.setFont(GLYPHS if ord(self._glyph) > 0x2100 else REGULAR, size)
        painted = ord(self._glyph) > 0x2100
        glyph.setTextRenderMode(3 if painted else 0)
        glyph.textOut(self._glyph)
        glyph.setTextRenderMode(0)
        self.canv.drawText(glyph)
        if painted:
            self.canv.rect(2, baseline + size * 0.1, size * 0.52, size * 0.52, stroke=0, fill=1)
        self._paragraph.drawOn(self.canv, self._indent, 0)


def bullets(items: Sequence[str], styles: Styles, *, glyph: str) -> list[Flowable]:
    """Return a list of bullet points."""
    return [Bullet(item, styles.body, glyph=glyph) for item in items]


def grid(
    rows: Sequence[Sequence[str]],
    styles: Styles,
    *,
    widths: Sequence[float],
    valign: str = "TOP",
    bold_first_row: bool = True,
) -> Table:
    """Return a ruled table of wrapped cells."""
    cells = [
        [text(cell, styles.bold_cell if bold_first_row and not n else styles.cell) for cell in row]
        for n, row in enumerate(rows)
    ]
    table = Table(cells, colWidths=list(widths), spaceAfter=12, spaceBefore=4, hAlign="LEFT")
    table.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.7, "black"),
            ("VALIGN", (0, 0), (-1, -1), valign),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]
    )
    return table


class Footnote(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A footnote, printed below the text of the page on which this flowable falls."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Return no size: the footnote takes no room in the text, `build` keeps it at the foot."""
        return 0, 0

    def draw(self) -> None:
        """Leave the words for the end of the page, where they belong in the order of text."""
        self.canv.sample_footnote = self._words


def _draw_footnote(canvas: Any) -> None:
    words = getattr(canvas, "sample_footnote", None)
    if words is None:
        return
    canvas.sample_footnote = None
    note = Paragraph(f"<super size=5 rise=2>1</super> {escape(words, quote=False)}", Styles().small)
    _, height = note.wrap(WIDTH, FOOTNOTE_ROOM)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, BOTTOM + height + 4, LEFT + 120, BOTTOM + height + 4)
    note.drawOn(canvas, LEFT, BOTTOM - 8)


class SampleMark(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A tiny line at the foot of the last page that says what the document is."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Return no size: the line is in the margin."""
        return 0, 0

    def draw(self) -> None:
        """Draw at a fixed place of the page, wherever the text has ended."""
        x, y = self.canv.absolutePosition(0, 0)
        self.canv.setFont(REGULAR, 5)
        self.canv.setFillGray(0.55)
        self.canv.drawString(LEFT - x, 18 - y, SAMPLE_MARK)
        self.canv.setFillGray(0)


def _draw_aside(canvas: Any, draw: Draw | None) -> None:
    if draw is not None:
        canvas.saveState()
        draw(canvas, canvas.getPageNumber())
        canvas.restoreState()


def build(
    story: list[Flowable],
    *,
    title: str,
    before: Draw | None = None,
    after: Draw | None = None,
    footnotes: bool = False,
) -> bytes:
    """Return the PDF of a story (the content in order, in reportlab's word).

    `before` and `after` draw what is on every page, before and after its text. `footnotes` keeps
    room for footnotes at the foot of every page. The bytes depend on the arguments alone, since
    `invariant` makes reportlab leave out the time and random ids.
    """
    _register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author="Inspection Watch",
        subject=SAMPLE_MARK,
        invariant=1,
        pageCompression=1,
    )
    bottom = BOTTOM + (FOOTNOTE_ROOM if footnotes else 0)
    frame = Frame(LEFT, bottom, WIDTH, A4[1] - TOP - bottom, 0, 0, 0, 0)

    def on_page(canvas: Any, _document: Any) -> None:
        _draw_aside(canvas, before)

    def on_page_end(canvas: Any, _document: Any) -> None:
        _draw_footnote(canvas)
        _draw_aside(canvas, after)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=on_page, onPageEnd=on_page_end))
    document.build([*story, SampleMark()])
    return out.getvalue()


def new_page() -> Flowable:
    """Go on at the top of a new page."""
    return PageBreak()
