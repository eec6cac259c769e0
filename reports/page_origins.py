"""Check that the pages after the first are about the council that the first page names.

Pages of two reports can be in one file, and then the areas of one council would be reported as
those of another. A running footer with another name is not enough, because some real ones are
misprinted, and a report also names neighbours, partners and predecessors. Several signs must agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import attrgetter

from reports.layouts import ReadingBuilder
from reports.name_forms import flat_name
from reports.problems import ProblemCode
from reports.register import Register
from reports.register_file import RegisteredAuthority
from reports.text.document import Document
from reports.text.running_titles import page_with_other_title

_CAPITALISED = re.compile(r"(?<!\w)[A-Z][^\W_]*")
_DIGITS = re.compile(r"\d+")
_POSSESSIVE = re.compile(r"['’]s?(?= )")
_OTHER_BODY = re.compile(
    r" (?:police|constabulary|force|fire|nhs|integrated care|clinical|university|hospitals?|"
    r"healthcare|probation|[a-z]{1,2}\d\w? \d[a-z]{2})\b",
)
"""What follows the name of a place that is not named as a council, such as in an address."""

_AHEAD = 100
"""Characters within which even the longest name and the word after it end."""

_FEWEST = 2
"""The fewest mentions of another council that show that the pages are about it."""


def check_later_pages(
    document: Document,
    pages: range,
    reading: ReadingBuilder,
    authority: RegisteredAuthority,
    register: Register,
) -> RegisteredAuthority | None:
    """Return the authority; None, with a problem, where the pages after the first name another.

    A page of areas that seems to be from another report is a problem of the areas alone.
    `document` is the file with its running lines; `pages` are those of the report.
    """
    by_page = {
        page: [line.text for line in lines]
        for page, lines in groupby(document.lines, key=attrgetter("page"))
        if page in pages
    }
    first = by_page.pop(pages.start, [])
    on = reading.periods[0].start if reading.periods else None
    subject = _Subject(authority, register, on)
    later = list(chain.from_iterable(by_page.values()))
    if other := subject.other_council_in(later, first):
        message = (
            f"The first page names {authority.short}, but the other pages name {other}; "
            "they may be from another report."
        )
        reading.problem(ProblemCode.AUTHORITY_UNKNOWN, message, page=min(by_page))
        return None
    listed = {area.page for area in reading.improvement_areas if area.page is not None}
    _check_areas(subject, by_page, sorted(listed & by_page.keys()), reading)
    if differs := page_with_other_title(document, by_page.keys(), listed & by_page.keys()):
        page, title = differs
        _note_areas(reading, f"Page {page} differs from the others in the line “{title}”", page)
    return authority


def _check_areas(
    subject: _Subject, by_page: Mapping[int, list[str]], listed: list[int], reading: ReadingBuilder
) -> None:
    for page in listed:
        if other := subject.other_council_in(by_page[page]):
            _note_areas(reading, f"Page {page} names {other}, not {subject.authority.short}", page)


def _note_areas(reading: ReadingBuilder, message: str, page: int) -> None:
    message += "; its areas for improvement may be from another report."
    reading.problem(ProblemCode.AREAS_UNCLEAR, message, page=page)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The council of the first page, and the day for which the register is asked."""

    authority: RegisteredAuthority
    register: Register
    on: date | None

    def other_council_in(self, lines: Sequence[str], first: Sequence[str] = ()) -> str | None:
        """Return the name of the other council that lines are about; None where there is none.

        They name it several times and the council itself not at all. The lines of the `first` page,
        which name the council in any case, count for another council that the others name too.
        """
        if self._is_named(" ".join(lines)):
            return None
        named = self._mentions(lines)
        if not named or self.register.family(self.authority.key) & named.keys():
            return None
        before = self._mentions(first)
        counts = {key: count + before[key] for key, count in named.items()}
        key = max(counts, key=counts.__getitem__)
        other = self.register.get(key)
        return other.short if other and counts[key] >= _FEWEST else None

    def _is_named(self, text: str) -> bool:
        """Return whether the short name alone shows what a text is about: a quick look.

        It does not where another council's name contains it, as “North Somerset” does “Somerset”.
        """
        short = self.authority.short
        own = re.compile(rf"\b{re.escape(short)}\b")
        if not own.search(text):
            return False
        return not any(own.search(a.short) for a in self.register.authorities if a.short != short)

    def _mentions(self, lines: Sequence[str]) -> Counter[str]:
        """Return how often lines name each authority, by key; a running line counts once."""
        found: Counter[str] = Counter()
        text = " ".join({_DIGITS.sub("", line): line for line in lines}.values())
        end = 0
        for word in _CAPITALISED.finditer(text):
            start = word.start()
            if start < end or not self.register.may_start_name(word.group()):
                continue
            ahead = flat_name(_POSSESSIVE.sub("", text[start : start + _AHEAD]))
            if (name := self.register.name_at_start(ahead)) is None:
                continue
            end = start + len(name)
            authority = self.register.find(name, on=self.on)
            if authority is not None and not _OTHER_BODY.match(ahead, len(name)):
                found[authority.key] += 1
        return found
