"""Find a page whose running title is not that of the other pages.

Dates are part of the title; page numbers are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Set

from reports.text.document import Document
from reports.text.headers_and_page_numbers import FOOT, HEAD

_PAGE_NUMBER = re.compile(r"^\d{1,3} (?=\D)| \d{1,3}$")
_TITLE = re.compile(r"inspection (?:of|report)\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_PAGES = 3
"""The fewest pages that must have a line before another page can lack it."""

_WITHOUT = 1
"""Pages, such as the last, that may lack a running line."""


def page_with_other_title(
    document: Document, pages: Set[int], suspects: Set[int]
) -> tuple[int, str] | None:
    """Return the first of the suspect pages that differs from the others, and the line.

    It lacks a line that runs through `pages`, or has a title that no other page has. Returns None
    where there is no such page, or where there are too few others to compare it with.
    """
    others = pages - suspects
    if not document.positioned or not suspects or len(others) < _FEWEST_PAGES:
        return None
    for words, found in _margin_lines(document, pages).items():
        runs = len(others & found) >= _FEWEST_PAGES and len(others - found) <= _WITHOUT
        alone = len(found) == 1 and found <= suspects and _TITLE.search(words)
        strange = suspects - found if runs else found if alone else frozenset[int]()
        if strange:
            return min(strange), words
    return None


def _margin_lines(document: Document, pages: Set[int]) -> dict[str, set[int]]:
    """Return the lines at the head and foot of the pages, and the pages with each of them."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in document.lines:
        if not FOOT <= line.y <= HEAD and line.page in pages and _LETTER.search(line.text):
            found[_PAGE_NUMBER.sub("", line.text)].add(line.page)
    return found
