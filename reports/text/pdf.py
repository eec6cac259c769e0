"""Turn PDF bytes into a `Document` with PDFium.

PDFium is not thread-safe and aborts the process under memory pressure, so files from outside are
read in the child process of `reports.sandbox.process`, one at a time. The text of a page is taken
once. Position, size and weight are asked for only at line starts, which adds 5% to bare extraction.
"""

from __future__ import annotations

import ctypes
import math
import re
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from reports.errors import ReadingError
from reports.file_limits import MAX_BYTES, MAX_CHARACTERS, MAX_PAGES
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.text.annotations import annotation
from reports.text.clean import UNIT, clean_line
from reports.text.document import Document, Line, check_lines
from reports.text.drawn import PICTURE, box_of, drawn_on
from reports.text.pdf_pages import PdfPages
from reports.text.pdfium_calls import char_index, font_size, font_weight, matrix_of, origin_of
from reports.text.repair import damage_signs, repaired
from reports.text.streams import damaged_streams, has_hidden_layers

_MARK_WINDOW = 1024
_GOES_ON = re.compile(rb"\s*[\dx%]|.*\b(?:obj|xref|startxref|trailer|stream)\b", re.DOTALL)
"""What follows an end mark where the file was updated: an object, a table, a remark."""
_NO_TEXT = re.compile(r"[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1f]")
"""None of these is in any real report; a damaged font gives them in place of letters."""

_REGULAR, _BOLD = 400, 700
"""Font weights."""

_STANDARD = (_REGULAR, _BOLD)

_BOLD_NAME = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_FAMILY_NAME = re.compile(rb"(?:[A-Z]{6}\+)?(?!CIDFont)[A-Za-z]{4,}")
"""A font name that tells its family, unlike "ABCDEF+F2"."""

_FONT_NAME = 100
"""The bytes of a font's name that are read."""

_BLANK_TEXTS, _BLANK_SEGMENTS = 1, 10
"""The most that a browser puts on a blank page: a space, and the background in white."""

_FEW, _SCANNED = 6, 0.25
"""The most lines, such as a footer and a stamp, on a page that is a scan, and the least share of
such a page that its picture fills."""

_MARK_SIZE = 0.85
_MARK_RISE, _LARGE_MARK_RISE = 0.1, 0.25
"""Shares of the size of the letter next to the mark of a footnote: the largest size of a small
mark, the least height of a small mark, and the least height of a mark as large as its word."""

_MAY_BE_RAISED = re.compile(
    r"(?<=[^\W_]|[%.,;:!?)\]’”'\"]) ?"
    r"(?P<mark>\[\d{1,2}\]|\d+(?:,\d{1,2})*|[*†‡]+)(?!\w|\.\d)"
    r"|(?<=[^\W\d_]{2}|.[.,;:!?)\]’”'\"])(?P<letter>[ivx]{1,4}|a)(?!\w)"
)
_FIRST_MAY_BE_RAISED = re.compile(r"^\s*(?P<first>\d{1,2}|[*†‡])\s?[^\W\d_]")
_LONGEST_MARK = 5
_GLUED_MARK = re.compile(
    r"[0-9*†‡\]aivx](?![A-Za-z])"
    r"(?:(?<=[A-Za-z.,;:!?)’”]{2}[aivx])|(?<=[A-Za-z0-9.,;:!?)\]’”'\"% ][^a-z])[0-9]?)"
    r"(?!\w|\.\d)"
)
_BROWSER = "Skia/PDF"
"""The producer that Chromium, and browsers built on it, write into the PDFs that they print."""

_FRACTION = re.compile(r"[/\u2044](?![^\W\d_])")
"""What follows the upper figure of a fraction, unlike the mark in "Encompass¹/school"."""

_FIRST_MARK = re.compile(r"\n *[0-9*†‡]{1,2} ?[^\W\d_]")
"""With `_GLUED_MARK`, a quick check whether a line may have a mark: most have none."""

_BLANK = "\u200b"
"""A character without width, which cleaning takes out."""

_MARK_STARTS = frozenset("0123456789*†‡ ")
_LEADING = string.whitespace + "\u00a0" + _BLANK

_LETTER = re.compile(r"[^\W_]")


@contextmanager
def open_pdf(data: bytes, *, name: str, pages: PageRange = WHOLE) -> Iterator[Document]:
    """Open a PDF and yield the document on these pages.

    Its functions of a page work until the block ends.

    Raises ReadingError (`not_a_pdf`, `truncated`, `encrypted`, `unreadable`, `too_long`,
    `too_large`, `no_text`, `pages_missing`).
    """
    _check_marks(data)
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _open_error(error) from error
    try:
        document = _document(pdf, name=name, pages=pages)
        yield replace(
            document,
            damaged_parts=damaged_streams(data),
            has_hidden_layers=has_hidden_layers(data),
        )
    except pdfium.PdfiumError as error:
        raise ReadingError(
            ProblemCode.UNREADABLE, f"A page of the PDF cannot be read ({error})."
        ) from error
    finally:
        pdf.close()


def _check_marks(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise ReadingError(
            ProblemCode.TOO_LARGE, f"The file is larger than {MAX_BYTES // 10**6} MB."
        )
    if b"%PDF-" not in data[:_MARK_WINDOW]:
        raise ReadingError(
            ProblemCode.NOT_A_PDF, "The file is not a PDF: it does not start like one."
        )
    # Servers pad files, or add a line of their own after the end. A file that was updated has older
    # end marks inside: where it is cut off, parts of a PDF follow the last of them.
    _, mark, after = data.rstrip(b"\0\r\n\t ")[-_MARK_WINDOW:].rpartition(b"%%EOF")
    if not mark or _GOES_ON.match(after):
        raise ReadingError(ProblemCode.TRUNCATED, "The PDF is cut off: its end mark is missing.")


def _open_error(error: pdfium.PdfiumError) -> ReadingError:
    if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
        return ReadingError(ProblemCode.ENCRYPTED, "The PDF is protected by a password.")
    return ReadingError(
        ProblemCode.UNREADABLE, f"The PDF is damaged and cannot be opened ({error})."
    )


def _document(pdf: pdfium.PdfDocument, *, name: str, pages: PageRange) -> Document:
    count = len(pdf)
    numbers = pages.among(count)
    if len(numbers) > MAX_PAGES:
        message = f"The PDF has {count} pages; {MAX_PAGES} are read at most. Choose some: --pages."
        raise ReadingError(ProblemCode.TOO_LONG, message)
    lines: list[Line] = []
    sizes: Counter[float] = Counter()
    empty: list[int] = []
    damaged: list[int] = []
    annotated: list[tuple[int, str]] = []
    turned: list[int] = []
    signs: frozenset[str] = frozenset()
    left = MAX_CHARACTERS
    opened = PdfPages(pdf)
    by_browser = pdf.get_metadata_value("Producer").startswith(_BROWSER)
    for number in numbers:
        with opened.text(number) as textpage:
            left -= textpage.count_chars()
            if left < 0:
                raise ReadingError(
                    ProblemCode.TOO_LONG, "The PDF has more text than any report has."
                )
            before = len(lines)
            text = textpage.get_text_range()
            lines.extend(_page_lines(textpage, text, number=number, by_browser=by_browser))
            signs |= damage_signs(text)
            count_of_lines = len(lines) - before
            if not count_of_lines and not _is_blank(pdf[number - 1]):
                empty.append(number)
            if 0 < count_of_lines <= _FEW and _is_scan(textpage.page):
                empty.append(number)
            if _NO_TEXT.search(text):
                damaged.append(number)
            if found := annotation(textpage.page.raw):
                annotated.append((number, found))
            if textpage.page.get_rotation():
                turned.append(number)
    check_lines(lines)
    if signs:
        lines = [line._replace(text=repaired(line.text, signs)) for line in lines]
    for size, length in _lengths(lines).items():
        sizes[round(size, 1)] += length
    if not lines:
        raise ReadingError(ProblemCode.NO_TEXT, "The PDF has no text; it may be a scan.")
    return Document(
        name=name,
        pages=count,
        lines=tuple(_with_usual_weights(lines)),
        positioned=True,
        body_size=max(sizes, key=lambda size: sizes[size]),
        words=lru_cache(opened.words),
        rules=lru_cache(opened.rules),
        shapes=lru_cache(opened.shapes),
        unseen=partial(opened.unseen, lines),
        clipped=lru_cache(opened.clipped),
        annotated_pages=tuple(annotated),
        turned_pages=tuple(turned),
        empty_pages=tuple(empty),
        damaged_pages=tuple(damaged),
    )


def _is_blank(page: pdfium.PdfPage) -> bool:
    """Return whether a page without text is blank, as the last page of a printed web page may be.

    A picture, or a drawing of some size, may be text that cannot be read.
    """
    text = drawn = 0
    for at in range(pdfium_c.FPDFPage_CountObjects(page.raw)):
        shape = pdfium_c.FPDFPage_GetObject(page.raw, at)
        kind = pdfium_c.FPDFPageObj_GetType(shape)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            text += 1
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            drawn += pdfium_c.FPDFPath_CountSegments(shape)
        else:
            return False
    return text <= _BLANK_TEXTS and drawn <= _BLANK_SEGMENTS


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Return whether a picture fills so much of a page that it may be text that cannot be read."""
    width, height = page.get_size()
    boxes = (box_of(drawn) for drawn in drawn_on(page.raw) if drawn.kind == PICTURE)
    areas = ((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    return any(area >= width * height * _SCANNED for area in areas)


def _lengths(lines: list[Line]) -> dict[float, int]:
    """Return the number of characters in each type size, unrounded."""
    lengths: dict[float, int] = {}
    for line in lines:
        lengths[line.size] = lengths.get(line.size, 0) + len(line.text)
    return lengths


def _page_lines(
    textpage: pdfium.PdfTextPage, text: str, *, number: int, by_browser: bool
) -> Iterator[Line]:
    handle = textpage.raw
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_MATRIX()
    to_x, to_y = ctypes.byref(x), ctypes.byref(y)
    # Where the text has every character of the page, the indexes of text and page are the same.
    same = textpage.count_chars() == len(text)
    offset = 0
    raws = text.split("\r\n")
    first = _FIRST_MARK.search(text)
    figures = _GLUED_MARK.finditer(text)
    figure = _position(next(figures, None))
    for raw, after in zip(raws, [*raws[1:], ""], strict=True):
        while figure < offset:
            figure = _position(next(figures, None))
        marked = figure < offset + len(raw) or (first and raw[:1] in _MARK_STARTS)
        if marked:
            shown = _without_raised_marks(handle, raw, offset, after=after, by_browser=by_browser)
        else:
            shown = raw
        lead = len(shown) - len(shown.lstrip(_LEADING if marked else None))
        cleaned = clean_line(shown)
        if cleaned:
            at = offset + lead if same else char_index(handle, offset + lead)
            origin_of(handle, at, to_x, to_y)
            weight = font_weight(handle, at)
            sized = at
            if not cleaned[0].isalnum() and (letter := _LETTER.search(shown)):
                # Bullets and dashes may be set much smaller than the words next to them.
                sized = char_index(handle, offset + letter.start())
            yield Line(
                cleaned,
                number,
                x.value,
                y.value,
                _printed_size(handle, sized, matrix),
                weight if weight in _STANDARD else _weight_by_name(handle, at, weight),
            )
        offset += len(raw) + 2


def _position(match: re.Match[str] | None) -> float:
    """Return where a match starts; infinity, which is after all text, without a match."""
    return match.start() if match else math.inf


def _weight_by_name(handle: pdfium_c.FPDF_TEXTPAGE, at: int, weight: int) -> int:
    """Return the weight of the type by the name of its font, where the file's weight is unusual.

    Ghostscript and browsers write other weights than the font has.
    """
    name, flags = ctypes.create_string_buffer(_FONT_NAME), ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(handle, at, name, _FONT_NAME, flags)
    if _BOLD_NAME.search(name.value):
        return _BOLD
    return _REGULAR if weight <= 0 or _FAMILY_NAME.match(name.value) else weight


def _with_usual_weights(lines: list[Line]) -> list[Line]:
    """Return the lines with all weights scaled so that body type has the usual 400."""
    weights: Counter[int] = Counter()
    for line in lines:
        weights[line.weight] += len(line.text)
    usual = max(weights, key=lambda weight: weights[weight], default=_REGULAR)
    if usual in _STANDARD:
        return lines
    return [line._replace(weight=round(line.weight * _REGULAR / usual)) for line in lines]


def _without_raised_marks(
    handle: pdfium_c.FPDF_TEXTPAGE, raw: str, offset: int, *, after: str, by_browser: bool
) -> str:
    """Return a line with the marks of its footnotes blanked out.

    A mark is smaller than the letter or figure before it and raised above it, even where it is
    glued to a number: "section 17²". A mark as large as its word is raised further. Other digits
    are text, and so are those of "10 m²" and of fractions. A letter after a word is a mark ("i" is
    the first mark of Word's endnotes); after a figure it may be part of it ("18th").
    """
    matrix, x, y = pdfium_c.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    to_x, to_y = ctypes.byref(x), ctypes.byref(y)

    def base_line(position: int) -> float:
        origin_of(handle, char_index(handle, offset + position), to_x, to_y)
        return y.value

    def size(position: int) -> float:
        return _printed_size(handle, char_index(handle, offset + position), matrix)

    def is_raised(position: int, previous: int) -> bool:
        height = base_line(position) - base_line(previous)
        if height <= 0:
            return False
        usual = size(previous)
        small = size(position) <= usual * _MARK_SIZE
        return usual * (_MARK_RISE if small else _LARGE_MARK_RISE) <= height <= usual

    def without(match: re.Match[str]) -> str:
        (start, end), previous = match.span(match.lastgroup or 0), match.start() - 1
        if not is_raised(end - 1, previous) or UNIT.search(raw, 0, match.start()):
            return match.group()
        while start < end and not is_raised(start, previous):
            start += 1
        glued = raw[start - 1].isalpha() and raw[start].isdigit()
        if glued and not by_browser and (raw[end:] or after).startswith("."):
            # Ofsted’s marks are after a full stop. A browser prints them before it too.
            return match.group()
        before = match.group()[: start - end]
        if "[" in before or end - start > _LONGEST_MARK or _FRACTION.match(raw[end:] or after):
            return match.group()
        kept = match.group()[: start - end]
        return kept + _BLANK * (end - start)

    if (first := _FIRST_MAY_BE_RAISED.match(raw)) and is_raised(
        first.start("first"), first.end() - 1
    ):
        at, to = first.span("first")
        raw = raw[:at] + _BLANK * (to - at) + raw[to:]
    return _MAY_BE_RAISED.sub(without, raw)


def _printed_size(handle: pdfium_c.FPDF_TEXTPAGE, at: int, matrix: pdfium_c.FS_MATRIX) -> float:
    """Return the type size on the page: some producers set type at 1 point and scale it."""
    size: float = font_size(handle, at)
    if not matrix_of(handle, at, ctypes.byref(matrix)):
        return size
    # The square root of the area keeps the size of slanted or turned type.
    return size * (math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0)
