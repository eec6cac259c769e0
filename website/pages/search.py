"""The words of all areas for improvement from A to Z, with the reports that use them.

It is like the index of a book, in pages of a size that loads anywhere. It needs no script; a script
only leads from a typed word to its place. Very short words are left out, and so are words that only
one area uses, or very many areas use.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reports.safe_text import plain_line
from reports.themes.taxonomy import load_taxonomy
from reports.wording import month_words
from storage.models import Report
from storage.problems import areas_are_shown
from storage.repeats import start_of
from website import addresses
from website.pages.links import council_link
from website.pages.overview import all_reports
from website.pages.page import ENGLAND, Link, Page
from website.snapshot import Council, Snapshot

_WORD = re.compile(r"[a-z][a-z’-]{2,28}[a-z]")

_TOO_COMMON = 0.10
"""A word that more than a tenth of all areas use would lead to too many reports."""

_NEVER_TOO_COMMON = 10
_FEWEST = 2
MOST_LINKS = 20

_ROOM = 62_000
"""Bytes of entries in one page; with its frame a page stays under 100 kB."""


@dataclass(frozen=True, kw_only=True)
class WordEntry:
    """A word, the number of areas that use it, and the newest reports that use it.

    `more` is the number of reports without a link.
    """

    word: str
    anchor: str
    areas: int
    links: tuple[Link, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class SearchPart:
    """One page of the index: its words from `first` to `last`."""

    path: str
    first: str
    last: str
    entries: tuple[WordEntry, ...]


@dataclass(frozen=True, kw_only=True)
class SearchContent:
    """The first page of the search: the parts of the index, and all issues and councils."""

    parts: tuple[SearchPart, ...]
    issues: tuple[tuple[str, tuple[Link, ...]], ...]
    councils: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class PartContent:
    """One page of the index, with links to the pages before and after it."""

    part: SearchPart
    before: Link | None
    after: Link | None


def search_pages(snapshot: Snapshot) -> Iterable[Page]:
    """Yield the first page of the search and the pages of the index."""
    parts = _parts(list(_entries(snapshot)))
    yield Page(
        path=addresses.SEARCH,
        template="search.html.j2",
        script=True,
        title="Search the areas for improvement",
        description="The words of Ofsted’s areas for improvement from A to Z, and every issue.",
        crumbs=(ENGLAND,),
        content=SearchContent(
            parts=parts,
            issues=_issues(),
            councils=tuple(council_link(council) for council in snapshot.present),
        ),
    )
    for place, part in enumerate(parts):
        yield Page(
            path=part.path,
            template="search_part.html.j2",
            title=f"Words from {part.first} to {part.last}",
            description="Which reports use a word in their areas for improvement.",
            crumbs=(ENGLAND, Link(label="Search", href=addresses.SEARCH)),
            content=PartContent(
                part=part,
                before=_link(parts[place - 1]) if place else None,
                after=_link(parts[place + 1]) if place + 1 < len(parts) else None,
            ),
        )


def _link(part: SearchPart) -> Link:
    return Link(label=f"{part.first} to {part.last}", href=part.path)


def _entries(snapshot: Snapshot) -> Iterable[WordEntry]:
    """Yield the words from A to Z, without rare and very common ones."""
    areas: Counter[str] = Counter()
    used: defaultdict[str, dict[int, Link]] = defaultdict(dict)
    total = 0
    for council, report in all_reports(snapshot):
        if report.id in council.superseded or not areas_are_shown(report):
            continue
        link = _report(council, report)
        for area in report.areas:
            total += 1
            for word in _words(area.text):
                areas[word] += 1
                used[word].setdefault(report.id, link)
    for word in sorted(used):
        if _FEWEST <= areas[word] <= max(_NEVER_TOO_COMMON, _TOO_COMMON * total):
            links = list(used[word].values())
            yield WordEntry(
                word=word,
                anchor=f"w-{word}",
                areas=areas[word],
                links=tuple(links[:MOST_LINKS]),
                more=max(0, len(links) - MOST_LINKS),
            )


def _words(text: str) -> set[str]:
    """Return the words of an area, each once, with one kind of apostrophe.

    A mark at the end of a word is not part of it.
    """
    return set(_WORD.findall(plain_line(text).lower().replace("'", "’")))


def _report(council: Council, report: Report) -> Link:
    when = f", published {month_words(report.published)}" if report.published else ""
    if report.inspection:
        when = f", {month_words(start_of(report))}"
    return Link(label=f"{council.name}{when}", href=addresses.report_page(report.file_id))


def _parts(entries: list[WordEntry]) -> tuple[SearchPart, ...]:
    """Divide the entries into pages: a new one begins at each letter and where a page is full."""
    pages: list[list[WordEntry]] = []
    room = 0
    for entry in entries:
        size = 120 + sum(70 + len(link.label) for link in entry.links)
        if not pages or size > room or pages[-1][0].word[0] != entry.word[0]:
            pages.append([])
            room = _ROOM
        pages[-1].append(entry)
        room -= size
    numbers: Counter[str] = Counter()
    parts = []
    for page in pages:
        letter = page[0].word[0]
        numbers[letter] += 1
        name = letter if numbers[letter] == 1 else f"{letter}-{numbers[letter]}"
        parts.append(
            SearchPart(
                path=addresses.search_page(name),
                first=page[0].word,
                last=page[-1].word,
                entries=tuple(page),
            )
        )
    return tuple(parts)


def _issues() -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return every theme and issue of the taxonomy by its first letter."""
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for theme in load_taxonomy().themes.values():
        names = {theme.name, *(facet.name for facet in theme.facets)}
        for name in names:
            found[name[0].upper()].append(Link(label=name, href=addresses.theme_page(theme.id)))
    return tuple(
        (letter, tuple(sorted(found[letter], key=lambda link: (link.label, link.href))))
        for letter in sorted(found)
    )
