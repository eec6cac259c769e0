"""Turn the plain text or Markdown of a report into a `Document`.

Form feeds divide pages. Markup of Markdown (bold, heading hashes, table pipes) is removed; a tab
divides the cells of a table.
"""

from __future__ import annotations

import html
import re
from functools import partial

from reports.errors import ReadingError
from reports.file_limits import MAX_BYTES, MAX_CHARACTERS
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.text.clean import clean_line
from reports.text.document import Document, Line, Word, check_lines
from reports.text.lists import BULLETS, DASHES
from reports.text.repair import UNKNOWN, damage_signs, repaired

_LINE_END = re.compile("\r\n?|[\v\x1c-\x1e\u2028\u2029]")
"""The line ends of all systems. Word writes a vertical tab where a line is broken by hand."""

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
"""Markdown writes a backslash before a sign that is not meant as markup."""

_ENTITY = re.compile(r"&(?:#\d{2,4}|#x[0-9a-f]{2,4}|[a-z]{2,8});", re.IGNORECASE)
_MISREAD = re.compile(r"(?:â[^\x00-\x7f]|[ÂÃ])[^\x00-\x7f]")
"""A character of UTF-8 that was read as one of Windows: "childrenâ€™s"."""

_LOST_LETTER = re.compile(r"(?<=[A-Za-z])[\x01\x03-\x08\x0e-\x1b\x1f](?=[A-Za-z])")
"""A control character inside a word, in the place of an apostrophe or a ligature."""

_WORD = re.compile(r"\S+")
_COLUMNS = re.compile(r"\S {3,}\S")
_PARTED = re.compile(r"\s*+(?:(?:\S{1,4}|\([ivx]{1,5}\))\s++)?+\S.*?\S {3,}\S")
"""Wide space within a line, but not after the mark of an item."""

_IS_MARK = re.compile(rf"[{BULLETS}{DASHES}*+o-]|\(?(?:\d{{1,2}}|[a-z]|[ivx]{{2,4}})[.)]")
_TAB = 4
"""How many letters a tab indents a line."""

_LETTER_WIDTH, _ROW_HEIGHT = 7.0, 12.0
"""The size of a column and a row of plain text, in points."""

_EMPHASIS = re.compile(r"\*\*|__")
_HEADING = re.compile(r"^#{1,6}\s+")
_STYLE = re.compile(r"</?(?:mark|b|i|em|strong)>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_RAISED = re.compile(r"<sup>\s*[\d*†‡,]{1,5}\s*</sup>", re.IGNORECASE)
_UNDERLINED_NUMBER = re.compile(r"<u>(\d{1,3})</u>")
"""What Markdown converters leave of a line break in a cell, a footnote's mark and a page number."""

_CARET = re.compile(r"(?<=[^\W\d_]{3}|..[.,;:!?)’”])(?:\[\^\d{1,2}\]|\^\d{1,2}\^?)(?!\w)")
"""A footnote's mark as Markdown writes it, but not the power of a unit ("km^2")."""

_JOINED = re.compile(
    r"(?<=\S) +(?=(?:Inspection dates?|Dates? of previous inspection|Report published"
    r"|Lead inspectors?)\s*:|Inspection of services for children in need of help)"
)
"""Where Markdown converters join two lines of a title page."""

_TABLE_RULE = re.compile(r"^[\s|:+=-]*-{3,}[\s|:+=-]*$|^\s*={3,}\s*$")
"""A rule of a table, or the line under a heading of Markdown."""


def read_plain(data: bytes, *, name: str, pages: PageRange = WHOLE) -> Document:
    """Decode a text file and split it into pages, at form feeds, and lines.

    Raises ReadingError (`too_large`, `too_long`, `no_text`, `not_text`, `pages_missing`).
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(
            ProblemCode.TOO_LARGE, f"The file is larger than {MAX_BYTES // 10**6} MB."
        )
    text = _mended(_LINE_END.sub("\n", _decode(data)))
    if len(text) > MAX_CHARACTERS:
        raise ReadingError(ProblemCode.TOO_LONG, "The text is longer than any report.")
    texts = text.split("\f")
    if len(texts) > 1 and not texts[-1].strip():
        # Some programs write a form feed after the last page too.
        texts.pop()
    numbers = pages.among(len(texts))
    lines = [line for number in numbers for line in _lines(texts[number - 1], number)]
    check_lines(lines)
    if not lines:
        raise ReadingError(ProblemCode.NO_TEXT, "The file has no text.")
    return Document(
        name=name,
        pages=len(texts),
        lines=tuple(lines),
        positioned=False,
        words=partial(_page_words, texts),
        spaced=any(line.gap for line in lines),
    )


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\x00" in data:
            raise ReadingError(
                ProblemCode.NOT_TEXT, "The file is neither a PDF nor text."
            ) from None
        return data.decode("cp1252", errors="replace")


def _mended(text: str) -> str:
    """Return the text with the damage of editors and converters to its characters undone."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if not text.isascii():
        text = _MISREAD.sub(lambda match: _as_utf8(match.group()), text)
    text = _LOST_LETTER.sub(UNKNOWN, text)
    if signs := damage_signs(text):
        text = "\n".join(repaired(line, signs) for line in text.split("\n"))
    return text


def _as_utf8(misread: str) -> str:
    """Return the character that was misread, or `misread` itself if it was read correctly."""
    data = b"".join(
        char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252", errors="replace")
        for char in misread
    )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return misread


def _page_words(pages: list[str], number: int) -> tuple[Word, ...]:
    """Return the words of a page of text in columns, placed by their row and column.

    Text without columns, or with cells divided by tabs or pipes, gives no words.
    """
    page = pages[number - 1]
    if "\t" in page or "|" in page or _COLUMNS.search(page) is None:
        return ()
    return tuple(
        Word(cleaned, match.start() * _LETTER_WIDTH, -row * _ROW_HEIGHT)
        for row, text in enumerate(page.split("\n"))
        for match in _WORD.finditer(text)
        if (cleaned := clean_line(match.group()))
    )


def _lines(page: str, number: int) -> list[Line]:
    lines: list[Line] = []
    gap = False
    for raw in page.split("\n"):
        text = _line_text(raw)
        if text:
            indent = len(raw[: len(raw) - len(raw.lstrip())].expandtabs(_TAB))
            parted = _PARTED.match(raw) is not None
            for at, part in enumerate(_JOINED.split(text)):
                apart = gap and not at
                lines.append(Line(part, number, x=float(indent), gap=apart, parted=parted))
        gap = not text
    return lines


def _line_text(raw: str) -> str:
    if _TABLE_RULE.match(raw):
        return ""
    raw = _EMPHASIS.sub("", _HEADING.sub("", raw.strip()))
    if "<" in raw:
        raw = _UNDERLINED_NUMBER.sub(
            r"\1", _RAISED.sub("", _LINE_BREAK.sub(" ", _STYLE.sub("", raw)))
        )
    raw = _ESCAPED.sub(r"\1", raw)
    if "^" in raw:
        raw = _CARET.sub("", raw)
    if raw.startswith("|") and raw.endswith("|"):
        raw = raw.strip("|").replace("|", "\t")
    cells = [cell for cell in map(clean_line, raw.split("\t")) if cell]
    # Office programs write a tab after the mark of an item. It does not divide cells.
    if len(cells) > 1 and _IS_MARK.fullmatch(cells[0]):
        cells[:2] = [" ".join(cells[:2])]
    return "\t".join(cells)
