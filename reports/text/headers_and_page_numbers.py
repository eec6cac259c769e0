"""Take out running headers, footers and page numbers before anything is read.

They are between the lines of the text, and in some reports they have other dates or another name
than page 1. They must never be a source of facts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from reports.text.document import Document, Line

FOOT = 62.0
HEAD = 770.0
"""Points from the lower edge of an A4 page; body text is between the two."""

_ALIKE = 4.0
"""Points within which two lines are at the same height."""

_LONGEST = 120
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page )?\d{1,3}(?: (?:of|/) \d{1,3})?|[-–—] ?\d{1,3} ?[-–—]"
    r"|page \| \d{1,3}|\d{1,3} \| page",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{1,3}")
_COUNTED = re.compile(r"(?:page )?(\d{1,3})|(\d{1,3}) .{20,120}(?<!\d)|.{20,120} (\d{1,3})")
"""A page number, alone or with the title that runs through the report."""

_SHORTEST_COUNT = 3
_LONE_NUMBER = re.compile(r"(?:page )?[-–—|]? ?(\d{1,3})(?: (?:of|/) \d{1,3})? ?[-–—]?", re.I)
_MOST_REPEATED = 4
"""Lines of the longest header or footer next to a page number."""

_FEWEST_PAGES_SHARE = 0.7
"""More than this share of page numbers must be on different pages."""

_TITLE = re.compile(
    r"(?:Ofsted )?(?:Focus|Monitoring visit|Inspection of|Joint (?:targeted|local|area)|Area SEND)"
)
"""The start of a title that is repeated at the head of each page."""

_TITLE_LINES = 8
_DATES_ABOVE = re.compile(r"inspection dates?\s*:?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_DATE = re.compile(r"\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} \d{4}", re.IGNORECASE)


def without_running_lines(document: Document) -> Document:
    """Return the document without running headers, footers and page numbers."""
    kept = _positioned(document) if document.positioned else _plain(document.lines)
    return replace(document, lines=tuple(kept))


def _key(text: str) -> str:
    return _DIGITS.sub("#", text)


def _positioned(document: Document) -> list[Line]:
    margin = [line for line in document.lines if not FOOT <= line.y <= HEAD]
    pages: dict[str, set[int]] = defaultdict(set)
    for line in margin:
        pages[_key(line.text)].add(line.page)
    small = document.small
    running = _counted_lines(document) | _edge_lines(document)

    def runs(line: Line) -> bool:
        if FOOT <= line.y <= HEAD:
            return line in running
        return (
            len(pages[_key(line.text)]) > 1
            or _PAGE_NUMBER.fullmatch(line.text) is not None
            or (line.size < small and line.text.startswith("Inspection of "))
        )

    return [line for line in document.lines if not runs(line)]


def _edge_lines(document: Document) -> set[Line]:
    """Return the lines at the same height at the head or foot of pages, whatever the paper size.

    They are on at least half of the pages, and on at least three; two are enough for small type,
    because titles are larger. A browser prints the time and the title over each page, and the
    address and number under it.
    """
    edges: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for _, lines in groupby(document.lines, key=attrgetter("page")):
        on_page = sorted(lines, key=attrgetter("y"))
        for line in {on_page[0], on_page[-1]}:
            edges[_key(line.text), round(line.y / _ALIKE)].append(line)
    half, small = document.pages / 2, document.small
    return {
        line
        for alike in edges.values()
        if len(alike) >= max(2 if alike[0].size < small else _SHORTEST_COUNT, half)
        for line in alike
    }


def _counted_lines(document: Document) -> set[Line]:
    """Return page numbers, and running lines with one, wherever they are on the page.

    On a printed web page, the page numbers of the report may be anywhere. They count up through
    most of the file, whereas the numbers of a list are close together.
    """
    alike: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, line in enumerate(document.lines):
        # Most lines have no figure at either end; the pattern would take long to say so.
        if not (line.text[0].isdecimal() or line.text[-1].isdecimal()):
            continue
        if number := _COUNTED.fullmatch(line.text):
            alike[_key(line.text)].append((int(next(filter(None, number.groups()))), at))
    counted: set[Line] = set()
    for numbered in alike.values():
        run = [document.lines[at] for at in _longest_count(numbered)]
        pages = {line.page for line in run}
        if (
            len(run) > max(_SHORTEST_COUNT, document.pages / 2)
            and len(pages) > len(run) * _FEWEST_PAGES_SHARE
        ):
            counted.update(run)
    return counted


def _longest_count(numbered: Sequence[tuple[int, int]]) -> list[int]:
    """Return the positions of the longest run of numbers that go up by one.

    `numbered` are the numbers with the positions of their lines.
    """
    longest: list[int] = []
    ending: dict[int, list[int]] = {}
    for number, at in numbered:
        row = ending.pop(number - 1, [])
        row.append(at)
        if len(row) >= len(ending.get(number, [])):
            ending[number] = row
        longest = max(longest, row, key=len)
    return longest


def _plain(lines: tuple[Line, ...]) -> list[Line]:
    often = Counter(_key(line.text) for line in lines if len(line.text) <= _LONGEST)

    def runs(line: Line) -> bool:
        key = _key(line.text)
        if _PAGE_NUMBER.fullmatch(line.text):
            return True
        if _DATE.fullmatch(line.text) or line.text.lower().startswith("inspection date"):
            # Two letters, or two inspections, in one file may have the same date.
            return False
        # "11 to 22 May 2026 4" is repeated with another page number.
        return often[key] > 1 and (key.endswith("#") or key.startswith(("Inspection of ", "# | ")))

    kept: list[Line] = []
    number: Line | None = None
    repeated_lines = _next_to_numbers(lines)
    for at, line in enumerate(lines):
        if at in repeated_lines:
            number = None
            continue
        # The title itself, and the days under "Inspection dates", are repeated later.
        titled = at < _TITLE_LINES and _TITLE.match(line.text) is not None
        dated = bool(kept) and _DATES_ABOVE.fullmatch(kept[-1].text) is not None
        if runs(line) and not (titled or dated):
            footnote = _NUMBER.fullmatch(line.text) and not {at - 1, at + 1} & repeated_lines
            number = line if footnote else None
            continue
        # Below an empty line and the number of a footnote, the text of the footnote starts.
        below = number is not None and number.gap and number.page == line.page
        kept.append(line._replace(gap=True) if below else line)
        number = None
    return _without_page_heads(kept)


def _next_to_numbers(lines: Sequence[Line]) -> set[int]:
    """Return the positions of headers and footers: the same lines above or below page numbers.

    They are in the same order next to most of the numbers that count up through the text.
    """
    numbers = _longest_count(
        [
            (int(number.group(1)), at)
            for at, line in enumerate(lines)
            if (number := _LONE_NUMBER.fullmatch(line.text))
        ]
    )
    fewest = max(_SHORTEST_COUNT, len(numbers) // 2 + 1)
    repeated_lines: set[int] = set()
    for step in (-1, 1):
        for distance in range(1, _MOST_REPEATED + 1):
            places = [at + step * distance for at in numbers]
            inside = [at for at in places if _TITLE_LINES <= at < len(lines)]
            texts = Counter(lines[at].text for at in inside)
            text, count = texts.most_common(1)[0] if texts else ("", 0)
            if count < fewest:
                break
            repeated_lines |= {at for at in inside if lines[at].text == text}
    return repeated_lines


def _without_page_heads(lines: list[Line]) -> list[Line]:
    """Return plain text without titles repeated at the head of a page and without the address of a
    website alone at its head or foot."""
    pages = [0, *(line.page for line in lines), 0]
    seen: set[str] = set()
    kept: list[Line] = []
    for line, before, after in zip(lines, pages, pages[2:], strict=False):
        heads = before not in (0, line.page)
        foots = after not in (0, line.page)
        repeated = heads and line.text in seen and _TITLE.match(line.text) is not None
        if not (repeated or ((heads or foots) and _ADDRESS.fullmatch(line.text))):
            kept.append(line)
        seen.add(line.text)
    return kept
