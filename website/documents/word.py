"""A briefing as a Word file: real headings and tables, so that it can be edited and read aloud."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from website.documents.outline import Outline, Paragraph, Rows

_QUIET = RGBColor(0x5A, 0x55, 0x68)
_ACCENT = RGBColor(0x6B, 0x23, 0x58)

_NO_TIME = datetime(2009, 1, 1)
"""A fixed date instead of the time of writing, so that the same facts give the same file."""


def word_file(outline: Outline) -> bytes:
    """Return the bytes of the Word file."""
    document = Document()
    _set_up(document, outline)
    document.add_heading(outline.title, level=1)
    for sentence in outline.in_short:
        _paragraph(document, Paragraph(text=sentence))
    for sentence in outline.about:
        _paragraph(document, Paragraph(text=sentence, look="quiet"))
    for section in outline.sections:
        document.add_heading(section.heading, level=2)
        for part in section.parts:
            if isinstance(part, Rows):
                _table(document, part)
            else:
                _paragraph(document, part)
    file = io.BytesIO()
    document.save(file)
    return _without_times(file)


def _without_times(file: io.BytesIO) -> bytes:
    """Return the file without the times at which its parts were written."""
    dated = io.BytesIO()
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(dated, "w") as copy:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename)
            copy.writestr(entry, parts.read(part), compress_type=zipfile.ZIP_DEFLATED)
    return dated.getvalue()


def _set_up(document: Any, outline: Outline) -> None:
    """Set A4 with narrow margins, small type, the language and the title of the file."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin = page.bottom_margin = Mm(14)
    normal = document.styles["Normal"]
    normal.font.size = Pt(9 if outline.is_tight else 10)
    normal.paragraph_format.space_after = Pt(2)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    for name, size in (("Heading 1", 16), ("Heading 2", 11)):
        style = document.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = _ACCENT
        style.paragraph_format.space_before = Pt(6)
        style.paragraph_format.space_after = Pt(2)
    properties = document.core_properties
    properties.title = outline.title
    properties.author = "Inspection Watch"
    properties.language = "en-GB"
    properties.created = properties.modified = _NO_TIME


def _paragraph(document: Any, part: Paragraph) -> None:
    style = "List Bullet" if part.look == "point" else None
    run = document.add_paragraph(style=style).add_run(part.text)
    if part.look == "quiet":
        run.font.size = document.styles["Normal"].font.size - Pt(1)
        run.font.color.rgb = _QUIET
    run.bold = part.look == "strong"


def _table(document: Any, part: Rows) -> None:
    table = document.add_table(rows=0, cols=len(part.rows[0]))
    table.style = "Light List"
    # The style would otherwise show the first row as a head, in white on black.
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.set(qn("w:firstRow"), "0")
    look.set(qn("w:val"), "0480")
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
