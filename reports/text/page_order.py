"""Find missing, misplaced and repeated pages by their printed numbers and their words."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby, pairwise
from operator import attrgetter

from reports.text.clean import join_lines
from reports.text.document import Document, Line

_NUMBER = re.compile(
    r"(?:page\s+)?[-–]?\s*(?P<number>\d{1,3})\s*[-–]?(?:\s*(?:of|/)\s*(?P<of>\d{1,3}))?",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d{1,3}")
_LABEL = re.compile(r"page\s+(?P<number>\d{1,3})(?:\s*(?:of|/)\s*(?P<of>\d{1,3}))?", re.IGNORECASE)
_EDGE = 2
"""The number of lines at the head and at the foot of a page where its number may be."""

_FEWEST_RUNNING = 3
"""Pages that must repeat the words of a line before the figure at its end is a page number."""

_SHORTEST_PAGE = 100
"""Characters from which a page is more than a title or a note that it is blank."""


def wrong_page(document: Document, pages: range) -> tuple[int, str] | None:
    """Return the first of `pages` whose printed number is out of order, and the fault in words.

    Returns None where nothing is wrong. If the first page has no number, it is page 1 or a cover.
    Other pages without a number, or with several lines that could be the number, are ignored. "Page
    4 of 6" on the last page of a file means that two pages are missing.
    """
    if not document.positioned and document.pages == 1:
        return _wrong_label(document)
    edges = _edges(document)
    printed: list[tuple[int, int]] = []
    total = 0
    for page in pages:
        matches = (_NUMBER.fullmatch(line.text) for line in edges.get(page, ()))
        found = {(int(m["number"]), int(m["of"] or 0)) for m in matches if m}
        if len(found) == 1:
            number, of = next(iter(found))
            printed.append((page, number))
            total = max(total, of)
    printed = printed or _in_running_lines(edges, pages)
    if printed and printed[0][0] > pages.start and not _has_figures(document, pages.start):
        page, number = printed[0]
        if number > page - pages.start + 1:
            return page, f"The pages before page {number} are not all there."
    for (page, number), (after, following) in pairwise(printed):
        if following - number != after - page:
            return after, f"Page {following} comes after page {number}."
    if total and printed and printed[-1][1] + document.pages - printed[-1][0] < total:
        return printed[-1][0], f"The pages after page {printed[-1][1]} of {total} are missing."
    return None


def _has_figures(document: Document, page: int) -> bool:
    """Return whether any line of a page could be its number, even far from its edges."""
    return any(_NUMBER.fullmatch(line.text) for line in document.page_lines(page))


def _in_running_lines(edges: dict[int, list[Line]], pages: range) -> list[tuple[int, int]]:
    """Return the pages and their numbers, printed after the same words on each page."""
    by_words: dict[str, dict[int, int]] = defaultdict(dict)
    for page in pages:
        for line in edges.get(page, ()):
            words, _, figure = line.text.rpartition(" ")
            if _FIGURE.fullmatch(figure) and any(char.isalpha() for char in words):
                by_words[words][page] = int(figure)
    longest = max(by_words.values(), key=len, default={})
    differ = len(set(longest.values())) == len(longest)
    return list(longest.items()) if differ and len(longest) >= _FEWEST_RUNNING else []


def _wrong_label(document: Document) -> tuple[int, str] | None:
    """Return the same for plain text whose only signs of pages are lines such as "Page 2 of 5"."""
    matches = [match for line in document.lines if (match := _LABEL.fullmatch(line.text))]
    numbers = [int(match["number"]) for match in matches]
    for number, following in pairwise(numbers):
        if following not in (number, number + 1):
            return 1, f"Page {following} comes after page {number}."
    total = max((int(match["of"] or 0) for match in matches), default=0)
    if numbers and numbers[-1] < total:
        return 1, f"The pages after page {numbers[-1]} of {total} are missing."
    return None


def _edges(document: Document) -> dict[int, list[Line]]:
    """Return the lines at the head and foot of each page."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in document.lines:
        by_page[line.page].append(line)
    for lines in by_page.values():
        if document.positioned:
            lines.sort(key=lambda line: -line.y)
        del lines[_EDGE:-_EDGE]
    return by_page


def repeated_page(document: Document) -> tuple[int, int] | None:
    """Return the first two pages with the same words, or None; titles and notes don't count."""
    seen: dict[str, int] = {}
    for page, lines in groupby(document.lines, key=attrgetter("page")):
        words = join_lines([line.text for line in lines])
        if len(words) < _SHORTEST_PAGE:
            continue
        if words in seen:
            return seen[words], page
        seen[words] = page
    return None
