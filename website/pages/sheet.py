"""The sheet of a briefing: what it says, and how many of its areas fit on one page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from reports.wording import counted
from website.pages.page import Link
from website.pages.peers import PeerRow
from website.pages.report_grades import GradeView
from website.pages.tracked_issues import TrackedIssue

_ISSUES_ARE = (
    "The months are those of the full inspections and visits that raised the issue. Joint "
    "inspections are not counted."
)

_LINES = 62.2
_CHARACTERS = 100
_CHARACTERS_BOLD = 86
_CHARACTERS_SMALL = 110
_CHARACTERS_OF_COUNTS = 85
_CHARACTERS_OF_JUDGEMENT = 22
_CHARACTERS_OF_CHANGE = 50
"""On a sheet of A4 in type of 10 points: the lines; the characters in a line of ordinary, bold and
small type, and in a line of the columns. Measured with a wide font; narrower ones leave room."""

_TITLE = 2.2
_HEADING = 1.7
_AROUND_GRADE = 0.45
_AROUND_COUNT = 0.2
_AROUND_ENTRY = 0.12
_SMALL = 0.92
"""In lines: the title and a heading with what is around them, what is around a row of each table
and an entry of a list, and a line of small type."""


@dataclass(frozen=True, kw_only=True)
class AskedArea:
    """An area for improvement with a neutral question.

    `where` is the report, the number of the area on the report's pages here, and the page of the
    file; `source` is the report on Ofsted's site; `raised` names the issue, if it was raised again.
    """

    text: str
    where: str
    priority: bool
    raised: str
    question: str
    source: Link | None


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a briefing says, as a page, a Word file or a PDF.

    `in_a_line` are its main facts; on paper, there is no room for those that are `not_printed`,
    which the sheet says again further down. `as_of` says how new it is. `left_out` is the number of
    areas that do not fit, `raised_again` the number of all areas that earlier reports raised too,
    and `more_issues` says how many issues do not fit. `sure_note` says what the shares of the
    issues mean, `not_compared` why a grade has no earlier one. `since_then` are quotes of what
    inspectors say of progress and of what improved. `sources` are the reports of the grades and the
    areas on Ofsted's site.
    """

    name: str
    in_a_line: tuple[str, ...]
    not_printed: tuple[str, ...]
    heading: str
    inspected: str
    as_of: str
    grades: tuple[GradeView, ...]
    changed_since: str
    not_compared: str
    is_compared: bool
    grades_note: str
    areas: tuple[AskedArea, ...]
    no_areas: str
    left_out: int
    raised_again: int
    issues: tuple[TrackedIssue, ...]
    more_issues: str
    none_again: str
    since_then: tuple[str, ...]
    sure_note: str
    peers: tuple[PeerRow, ...]
    neighbours_are: str
    neighbours_missing: str
    next_words: str
    next_reason: str
    next_visits: str
    next_area_send: str
    sources: tuple[Link, ...]
    sentences: tuple[str, ...]

    @property
    def in_short(self) -> tuple[str, ...]:
        """The main facts that there is room for on paper."""
        return tuple(said for said in self.in_a_line if said not in self.not_printed)

    @property
    def issues_are(self) -> str:
        """What the issues are, in a sentence."""
        return _ISSUES_ARE

    @property
    def neighbours_note(self) -> str:
        """Which neighbours these are, and what is counted of them."""
        edition = f"{self.neighbours_are}. " if self.neighbours_are else ""
        same = "Only grades on the same judgement are counted."
        return f"{edition}{same} {self.neighbours_missing}".rstrip()

    @property
    def raised_heading(self) -> str:
        """The heading of the issues: "Possibly raised again" where every one is only possible."""
        possibly = self.issues and all(issue.is_possible for issue in self.issues)
        return "Possibly raised again" if possibly else "Raised again"

    @property
    def shown_first(self) -> str:
        """Which areas come first where not all fit: "Shown first: what was raised again."."""
        again = sum(bool(area.raised) for area in self.areas)
        first = [
            *(["priority actions"] if any(area.priority for area in self.areas) else []),
            *([self._raised_first(again)] if again else []),
        ]
        return f"Shown first: {', then '.join(first)}." if first else ""

    @property
    def areas_note(self) -> str:
        """What comes before the list: its order and what is left out; empty where neither."""
        if not self.left_out:
            return self.shown_first
        more = counted(self.left_out, "more area")
        return f"{self.shown_first} The council’s page has {more}.".strip()

    def _raised_first(self, shown: int) -> str:
        if shown < self.raised_again:
            return f"{shown} of the {self.raised_again} areas raised again"
        return "what was raised again"


def areas_that_fit(sheet: Briefing, quotes: Sequence[str]) -> int:
    """Return how many areas fit next to quotes; -1 where not even the quotes do."""
    return _fitting(sheet.areas, _lines_left(replace(sheet, since_then=tuple(quotes))))


def _lines_left(sheet: Briefing) -> float:
    """Return the number of lines that everything else leaves for the areas on one page."""
    sources = ", ".join(source.label for source in sheet.sources)
    meta = (
        f"{sheet.heading}, inspected {sheet.inspected}. {sheet.as_of}. Source: {sources}, Ofsted. "
        "Made by Inspection Watch, not by Ofsted."
    )
    small = [meta, *sheet.sentences]
    peers = [row for row in sheet.peers if row.neighbours]
    if peers:
        small.append(sheet.neighbours_note)
    if sheet.issues:
        small.append(f"{_ISSUES_ARE} {sheet.sure_note}")
    if sheet.areas:
        small.append(replace(sheet, left_out=len(sheet.areas)).areas_note)
    in_short = sum(_lines_of_quote(said) for said in sheet.in_short)
    headings = _TITLE + _HEADING * (4 + bool(peers))
    notes = _SMALL * sum(_lines(text, _CHARACTERS_SMALL) for text in small)
    dates = ceil(
        len(f"Next full inspection: {sheet.next_words}.") / _CHARACTERS
        + len(f"{sheet.next_reason} {sheet.next_visits}") / _CHARACTERS_SMALL
    ) + _lines(sheet.next_area_send, _CHARACTERS)
    since_then = sum(_lines_of_quote(said) for said in sheet.since_then)
    raised = (
        sum(_lines_of_issue(issue) for issue in sheet.issues) + bool(sheet.more_issues)
        if sheet.issues
        else _lines(sheet.none_again, _CHARACTERS)
    )
    counts = sum(
        _AROUND_COUNT
        + _SMALL
        * max(
            _lines(row.neighbours.words, _CHARACTERS_OF_COUNTS),
            _lines(row.judgement, _CHARACTERS_OF_JUDGEMENT),
        )
        for row in peers
        if row.neighbours
    )
    facts = _lines_of_grades(sheet) + dates + raised + since_then + counts
    return _LINES - (headings + in_short + notes + facts)


def _lines_of_grades(sheet: Briefing) -> float:
    note = sheet.grades_note or ("" if sheet.is_compared else sheet.not_compared)
    rows = sum(
        _AROUND_GRADE
        + max(
            _lines(grade.judgement, _CHARACTERS_OF_JUDGEMENT),
            1 + bool(grade.by_a_person),
            _lines(
                f"{grade.sign} {grade.moved} {grade.caution}{grade.further_back} {grade.until}",
                _CHARACTERS_OF_CHANGE,
            ),
        )
        for grade in sheet.grades
    )
    return rows + _SMALL * _lines(note, _CHARACTERS_SMALL)


def _lines_of_issue(issue: TrackedIssue) -> float:
    return _AROUND_ENTRY + _together(
        bold=issue.name,
        plain=issue.latest_and_before,
        small=f"{issue.sure_words}. {issue.common} {issue.progress}",
    )


def _lines_of_quote(said: str) -> float:
    label, _, quote = said.partition(": ")
    return _AROUND_ENTRY + _together(bold=label, plain=quote, small="")


def _lines_of_area(area: AskedArea) -> float:
    flag = "Priority action " if area.priority else ""
    text = _together(bold=flag, plain=f"“{area.text}”", small=f" {area.where}. {area.raised}.")
    return _AROUND_ENTRY + text + _lines(area.question, _CHARACTERS_BOLD)


def _fitting(areas: Sequence[AskedArea], room: float) -> int:
    """Return the number of areas that fit in `room` lines; -1 where there is no room at all."""
    if room < 0:
        return -1
    for number, area in enumerate(areas):
        room -= _lines_of_area(area)
        if room < 0:
            return number
    return len(areas)


def _together(*, bold: str, plain: str, small: str) -> int:
    """Return the lines of a paragraph that has bold, ordinary and small type."""
    parts = ((bold, _CHARACTERS_BOLD), (plain, _CHARACTERS), (small, _CHARACTERS_SMALL))
    return ceil(sum(len(text) / characters for text, characters in parts))


def _lines(text: str, characters: int) -> int:
    return ceil(len(text) / characters)
