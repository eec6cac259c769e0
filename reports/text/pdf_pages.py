"""The open pages of a PDF: their text, words and drawings. Opening a page costs most."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import pypdfium2 as pdfium

from reports.text.clean import LINE_END_HYPHENS, clean_line
from reports.text.document import Line, Rule, Word
from reports.text.drawn import PATH, THICKEST_LINE, box_of, drawn_on
from reports.text.pdfium_calls import char_index, origin_of
from reports.text.unseen import clipped_words, unseen_words

_KEPT_PAGES = 2
"""The number of first pages that stay open: layouts need the words of their tables. Later pages
stay open when they are opened again."""

_SMALLEST_SHAPE, _LARGEST_SHAPE = 1.5, 10.0
"""Points."""

_MAX_PATHS = 5000

_WORD = re.compile(rf"[^\s{LINE_END_HYPHENS}]+")


class PdfPages:
    """The pages of a PDF by their numbers from 1. Those that are kept open close with the PDF."""

    def __init__(self, pdf: pdfium.PdfDocument) -> None:
        self._pdf = pdf
        self._kept: dict[int, pdfium.PdfTextPage] = {}
        self._closed: set[int] = set()

    @contextmanager
    def text(self, number: int) -> Iterator[pdfium.PdfTextPage]:
        """Open the text of a page for a block."""
        if number in self._kept:
            yield self._kept[number]
            return
        page = self._pdf[number - 1]
        textpage = page.get_textpage()
        if number <= _KEPT_PAGES or number in self._closed:
            self._kept[number] = textpage
        try:
            yield textpage
        finally:
            if number not in self._kept:
                textpage.close()
                page.close()
                self._closed.add(number)

    def words(self, number: int) -> tuple[Word, ...]:
        """Return the words of a page."""
        with self.text(number) as textpage:
            handle = textpage.raw
            x, y = ctypes.c_double(), ctypes.c_double()
            to_x, to_y = ctypes.byref(x), ctypes.byref(y)
            text = textpage.get_text_range()
            same = textpage.count_chars() == len(text)
            words = []
            for match in _WORD.finditer(text):
                at = match.start() if same else char_index(handle, match.start())
                origin_of(handle, at, to_x, to_y)
                cleaned = clean_line(match.group())
                if cleaned:
                    words.append(Word(cleaned, x.value, y.value))
            return tuple(words)

    def unseen(self, lines: Sequence[Line], number: int) -> str:
        """Return the first words of a page that are not to be read, and why.

        `lines` are those of the document.
        """
        with self.text(number) as textpage:
            on_page = [line for line in lines if line.page == number]
            return unseen_words(textpage.page.raw, textpage.raw, on_page)

    def clipped(self, number: int) -> tuple[str, ...]:
        """Return the first words of each text of a page that is cut off."""
        with self.text(number) as textpage:
            return clipped_words(textpage.page.raw, textpage.raw)

    def rules(self, number: int) -> tuple[Rule, ...]:
        """Return the thin paths, such as the borders of cells."""
        return tuple(
            rule
            for rule in self._paths(number)
            if min(rule.right - rule.left, rule.top - rule.bottom) <= THICKEST_LINE
            and max(rule.right - rule.left, rule.top - rule.bottom) > 2 * THICKEST_LINE
        )

    def shapes(self, number: int) -> tuple[Rule, ...]:
        """Return the paths as wide as high, in the size of the bullets that browsers draw."""
        return tuple(
            path
            for path in self._paths(number)
            if _SMALLEST_SHAPE <= path.right - path.left <= _LARGEST_SHAPE
            and abs((path.right - path.left) - (path.top - path.bottom)) <= 1
        )

    def _paths(self, number: int) -> list[Rule]:
        with self.text(number) as textpage:
            paths = (drawn for drawn in drawn_on(textpage.page.raw) if drawn.kind == PATH)
            return [box_of(path) for path in islice(paths, _MAX_PATHS)]
