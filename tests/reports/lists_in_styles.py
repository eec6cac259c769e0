"""Letters with an invented list, printed in many styles, as text and as PDF."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(TTFont("Styled", "Vera.ttf"))

HEADING = "What needs to improve in this area of social work practice"
BEFORE = (
    "14 June 2023",
    "Dear Director",
    "Focused visit to Salford children’s services",
    "This letter summarises the findings of the focused visit to Salford children’s services on "
    "16 and 17 May 2023.",
    "Inspectors looked at the local authority’s arrangements for children in need.",
    "Headline findings",
    "Leaders know what they have to do, and they have a clear plan that staff and partners share.",
)
AFTER = (
    "Main findings",
    "Thresholds are understood. Social workers know the children well and visit them often.",
    "Ofsted will take the findings from this focused visit into account when planning the next "
    "inspection or visit.",
    "Yours sincerely",
    "Jan Example",
    "His Majesty’s Inspector",
)
TITLES = ("Focused visit to Salford children’s services", "Headline findings", "Main findings")
_SIGNS = {"■": "n", "✓": "3"}
"""Bullets of ZapfDingbats and the letters that they have there."""

LEFT, RIGHT, TOP, BOTTOM = 72.0, 520.0, 770.0, 100.0


@dataclass(frozen=True)
class Style:
    """How a list is set. Lengths are points in a PDF and characters in text.

    `numbered` marks count up in place of the sign in `mark`.
    """

    printed: bool
    mark: str
    indent: float = 0
    """From the margin to the mark."""
    hang: float = 18
    """From the mark to the words of the item."""
    hanging: bool = True
    """Whether further lines are below the words, not below the mark."""
    spaced: bool = True
    """Whether there is more space between items than inside them."""
    font: str = "Styled"
    size: float = 12
    first_unmarked: bool = False
    deeper_after_page: bool = False
    lead_in: str = ""
    bare_end: bool = False
    """Items end without a full stop."""

    def __str__(self) -> str:
        return f"{'pdf' if self.printed else 'text'} {self.mark or 'no mark'}"


@dataclass(frozen=True)
class Letter:
    """A list and what happens to it: a page that ends after some line, a footnote in an item."""

    items: tuple[str, ...]
    page_after: int | None = None
    footnote_in: int | None = None


def styles() -> list[Style]:
    """Some fifty ways to set a list."""
    found = [
        Style(True, mark, indent=indent, hang=18 if hanging else 0, hanging=hanging)
        for mark, indent, hanging in product("•·–", (0, 22), (True, False))
    ]
    found += [Style(True, mark) for mark in ("■", "✓", "*", "o", "-", "1.", "(a)", "e", "»")]
    found += [Style(True, "•", spaced=False), Style(True, "•", spaced=False, hang=0, hanging=False)]
    found += [Style(True, "", indent=30, hang=0, spaced=spaced) for spaced in (True, False)]
    found += [
        Style(True, "•", font=font, size=size)
        for font, size in (("Helvetica", 11), ("Times-Roman", 10))
    ]
    found += [Style(True, "•", first_unmarked=True), Style(True, "•", deeper_after_page=True)]
    found += [Style(True, "•", lead_in="The local authority should act on the following:")]
    found += [
        Style(True, "•", bare_end=True),
        Style(True, "–", indent=9, bare_end=True, spaced=False),
    ]
    text = Style(False, "-", hang=2)
    found += [
        replace(text, mark=mark) for mark in ("-", "*", "•", "o", "–", "1.", "(a)", "e", "\\-", "➢")
    ]
    found += [replace(text, hanging=False), replace(text, spaced=False), replace(text, indent=4)]
    found += [replace(text, hanging=False, spaced=False), replace(text, first_unmarked=True)]
    found += [replace(text, mark="", hang=0), replace(text, mark="", hang=0, spaced=False)]
    found += [replace(text, deeper_after_page=True), replace(text, bare_end=True)]
    found += [replace(text, mark="•", hang=6, indent=3), replace(text, bare_end=True, spaced=False)]
    found += [replace(text, lead_in="The local authority should act on the following:")]
    return found


def marks(style: Style, count: int) -> Iterator[str]:
    """The mark of each item."""
    for at in range(count):
        if style.first_unmarked and at == 0:
            yield ""
        elif style.mark == "1.":
            yield f"{at + 1}."
        elif style.mark == "(a)":
            yield f"({'abcdefgh'[at]})"
        else:
            yield style.mark


def as_text(style: Style, letter: Letter) -> bytes:
    """The letter as text that was wrapped at 70 characters."""
    lines = [line for block in BEFORE for line in (*textwrap.wrap(block, 90), "")]
    lines += [HEADING, ""]
    if style.lead_in:
        lines += [style.lead_in, ""]
    shift = 0
    printed = 0
    for at, (mark, item) in enumerate(
        zip(marks(style, len(letter.items)), letter.items, strict=True)
    ):
        if at and style.spaced:
            lines.append("")
        wrapped = textwrap.wrap(item, 70)
        for number, words in enumerate(wrapped):
            hang = int(style.hang) if style.hanging or number == 0 else 0
            lead = mark.ljust(hang) if number == 0 and mark else " " * (hang if number else 0)
            if number == 0 and mark and not lead.endswith(" "):
                lead += " "
            lines.append(" " * (int(style.indent) + shift) + lead + words)
            printed += 1
            if printed == letter.page_after:
                lines.append("\f")
                shift = 8 if style.deeper_after_page else 0
    lines += ["", *(line for block in AFTER for line in (*textwrap.wrap(block, 90), ""))]
    return "\n".join(lines).replace("\f\n", "\f").encode()


class _Page:
    def __init__(self, style: Style) -> None:
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)
        self.style = style
        self.y = TOP
        self.note = ""

    def line(self, text: str, x: float, *, gap: float = 0, bold: bool = False) -> None:
        """One line below the last one."""
        self.y -= self.style.size * 1.25 + gap
        if self.y < BOTTOM:
            self.end()
        self.draw(text, x, self.y, self.style.size, bold=bold)

    def draw(self, text: str, x: float, y: float, size: float, *, bold: bool = False) -> None:
        self.canvas.setFont(_bold(self.style.font) if bold else self.style.font, size)
        self.canvas.drawString(x, y, text)

    def draw_mark(self, mark: str, x: float) -> None:
        """A bullet, from the font of signs where the style's font has none."""
        font = "ZapfDingbats" if mark in _SIGNS else self.style.font
        self.canvas.setFont(font, self.style.size)
        self.canvas.drawString(x, self.y, _SIGNS.get(mark, mark))

    def end(self) -> None:
        """Finish the page, with its footnote."""
        if self.note:
            self.draw(self.note, LEFT, BOTTOM - 30, self.style.size * 0.7)
            self.note = ""
        self.canvas.showPage()
        self.y = TOP

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        for at, words in enumerate(_wrapped(text, self.style, RIGHT - LEFT)):
            self.line(words, LEFT, gap=self.style.size if at == 0 else 0, bold=bold)


def _bold(font: str) -> str:
    return {"Styled": "Helvetica-Bold", "Helvetica": "Helvetica-Bold"}.get(font, "Times-Bold")


def _wrapped(text: str, style: Style, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, style.font, style.size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def as_pdf(style: Style, letter: Letter) -> bytes:
    """The letter as PDF."""
    page = _Page(style)
    for block in BEFORE:
        page.paragraph(block, bold=block in TITLES)
    page.paragraph(HEADING, bold=True)
    if style.lead_in:
        page.paragraph(style.lead_in)
    _draw_list(page, style, letter)
    for block in AFTER:
        page.paragraph(block, bold=block in TITLES)
    page.end()
    page.canvas.save()
    return page.buffer.getvalue()


def _draw_list(page: _Page, style: Style, letter: Letter) -> None:
    shift, printed = 0.0, 0
    for at, (mark, item) in enumerate(
        zip(marks(style, len(letter.items)), letter.items, strict=True)
    ):
        left = LEFT + style.indent + shift
        lines = _wrapped(
            item if style.hang else f"{mark} {item}".strip(), style, RIGHT - left - style.hang
        )
        for number, words in enumerate(lines):
            first_gap = (
                style.size * (0.9 if style.spaced or at == 0 else 0.0) if number == 0 else 0.0
            )
            x = left + style.hang if style.hanging or number == 0 else left
            page.line(words, x, gap=first_gap)
            if number == 0 and style.hang and mark:
                page.draw_mark(mark, left)
            if number == 0 and letter.footnote_in == at:
                end = x + stringWidth(words, style.font, style.size)
                page.draw("7", end + 0.5, page.y + style.size * 0.35, style.size * 0.6)
                page.note = "7 This is a note that explains the words above."
            printed += 1
            if printed == letter.page_after:
                page.end()
                shift = 30 if style.deeper_after_page else 0
                left = LEFT + style.indent + shift


def printed(style: Style, letter: Letter) -> bytes:
    """The file of a letter in a style."""
    return as_pdf(style, letter) if style.printed else as_text(style, letter)
