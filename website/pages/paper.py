"""How much of a briefing fits on one page of A4. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from website.pages.sheet import AskedArea, Briefing
from website.pages.tracked_issues import TrackedIssue

_LINES = 62.2
_CHARACTERS = 100
_CHARACTERS_BOLD = 86
_CHARACTERS_SMALL = 110
_CHARACTERS_OF_COUNTS = 85
_CHARACTERS_OF_JUDGEMENT = 22
_CHARACTERS_OF_CHANGE = 50
_CHARACTERS_OF_CAUTION = 54
_CHARACTERS_OF_COLUMN = 52
"""On a sheet of A4 in type of 10 points: the lines; the characters in a line of ordinary, bold and
small type, in a line of a table's columns (a caution is in small type), and in a line of small type
in half the width. Measured with a wide font; narrower ones leave room."""

_TITLE = 2.2
_HEADING = 1.7
_AROUND_GRADE = 0.45
_AROUND_COUNT = 0.2
_AROUND_ENTRY = 0.12
_SMALL = 0.92
"""In lines: the title and a heading with what is around them (which are as small as the type), what
is around a row of each table and an entry of a list, and a line of small type."""

_IN_TIGHT_TYPE = 10 / 9
"""How many times as much fits in a line, and on the page, in type of 9 points."""


def areas_that_fit(sheet: Briefing, quotes: Sequence[str]) -> int:
    """Return how many of the areas of a sheet fit word for word next to quotes.

    There is room for the question on every other area too. -1: not even the questions fit.
    """
    paper = _Paper(scale=_IN_TIGHT_TYPE if sheet.is_tight else 1)
    room = paper.lines_left(replace(sheet, since_then=tuple(quotes)))
    for shown in range(len(sheet.all_areas), -1, -1):
        if paper.lines_of_areas(replace(sheet, in_full=shown)) <= room:
            return shown
    return -1


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """A page in one size of type. `scale`: how many times as much as in type of 10 points fits.

    All methods count in lines of this type.
    """

    scale: float

    def lines_left(self, sheet: Briefing) -> float:
        """Return the number of lines that everything else leaves for the areas."""
        sources = ", ".join(source.label for source in sheet.sources)
        meta = (
            f"{sheet.heading}, inspected {sheet.inspected}. {sheet.as_of}. Source: {sources}, "
            f"Ofsted. {sheet.made_by}"
        )
        small = [meta, *sheet.sentences]
        peers = [row for row in sheet.peers if row.neighbours]
        if peers:
            small.append(sheet.neighbours_note)
        if sheet.issues:
            small.append(f"{sheet.issues_are} {sheet.sure_note}")
        headings = _TITLE + _HEADING * (4 + bool(peers))
        dates = ceil(
            (
                len(f"Next full inspection: {sheet.next_words}.") / _CHARACTERS
                + len(f"{sheet.next_reason} {sheet.next_visits}") / _CHARACTERS_SMALL
            )
            / self.scale
        ) + self._lines(sheet.next_area_send, _CHARACTERS)
        quotes = sum(self._quote(said) for said in (*sheet.in_short, *sheet.since_then))
        raised = (
            sum(self._issue(issue) for issue in sheet.issues) + bool(sheet.more_issues)
            if sheet.issues
            else self._lines(sheet.none_again, _CHARACTERS)
        )
        counts = sum(
            _AROUND_COUNT * self.scale
            + _SMALL
            * max(
                self._lines(row.neighbours.words, _CHARACTERS_OF_COUNTS),
                self._lines(row.judgement, _CHARACTERS_OF_JUDGEMENT),
            )
            for row in peers
            if row.neighbours
        )
        facts = self._grades(sheet) + dates + raised + quotes + counts
        return _LINES * self.scale - (headings + self._small(small) + facts)

    def lines_of_areas(self, sheet: Briefing) -> float:
        """Return the number of lines of the areas and of the questions on the others."""
        notes = [note for note in (sheet.shown_first, sheet.only_asked_note) if note]
        columns = sum(self._only_asked(area) for area in sheet.only_asked) / 2
        # A line more: the two columns are seldom of the same height.
        asked = columns + 1 if sheet.only_asked else 0
        return self._small(notes) + sum(self._area(area) for area in sheet.areas) + asked

    def _grades(self, sheet: Briefing) -> float:
        note = sheet.grades_note or ("" if sheet.is_compared else sheet.not_compared)
        rows = sum(
            _AROUND_GRADE * self.scale
            + max(
                self._lines(grade.judgement, _CHARACTERS_OF_JUDGEMENT),
                1 + bool(grade.by_a_person),
                ceil(
                    (
                        len(f"{grade.sign} {grade.moved}") / _CHARACTERS_OF_CHANGE
                        + len(f" ({grade.caution}{grade.further_back}) {grade.until}")
                        / _CHARACTERS_OF_CAUTION
                    )
                    / self.scale
                ),
            )
            for grade in sheet.grades
        )
        return rows + self._small([note])

    def _issue(self, issue: TrackedIssue) -> float:
        small = f"{issue.sure_words}. {issue.common} {issue.progress}"
        return self._entry(bold=issue.name, plain=issue.latest_and_before, small=small)

    def _quote(self, said: str) -> float:
        label, _, quote = said.partition(": ")
        return self._entry(bold=label, plain=quote)

    def _area(self, area: AskedArea) -> float:
        flag = "Priority action " if area.priority else ""
        small = f" {area.where}. {area.raised}."
        words = self._entry(bold=flag, plain=f"“{area.text}”", small=small)
        return words + self._lines(area.question, _CHARACTERS_BOLD)

    def _only_asked(self, area: AskedArea) -> float:
        lines = self._lines(area.only_question, _CHARACTERS_OF_COLUMN)
        return _AROUND_ENTRY * self.scale + _SMALL * lines

    def _small(self, texts: Iterable[str]) -> float:
        """Return the lines of paragraphs in small type."""
        return _SMALL * sum(self._lines(text, _CHARACTERS_SMALL) for text in texts)

    def _entry(self, *, bold: str, plain: str, small: str = "") -> float:
        """Return the lines of an entry of a list that has bold, ordinary and small type."""
        parts = ((bold, _CHARACTERS_BOLD), (plain, _CHARACTERS), (small, _CHARACTERS_SMALL))
        whole = sum(len(text) / characters for text, characters in parts)
        return _AROUND_ENTRY * self.scale + ceil(whole / self.scale)

    def _lines(self, text: str, characters: int) -> int:
        return ceil(len(text) / (characters * self.scale))
