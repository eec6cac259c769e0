"""The sheet of a briefing: what it says. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reports.wording import uncapitalised
from website.pages.page import Link
from website.pages.peers import PeerRow
from website.pages.report_grades import GradeView
from website.pages.tracked_issues import TrackedIssue

_ISSUES_ARE = (
    "The months are those of the full inspections and visits that raised the issue. Joint "
    "inspections are not counted."
)

_MADE_BY = (
    "Made by Inspection Watch, not by Ofsted. Where it differs from a report, rely on the report."
)


@dataclass(frozen=True, kw_only=True)
class AskedArea:
    """An area for improvement with a neutral question.

    `where` is the report, the number of the area on the report's pages here, and the page of the
    file; `short_where` leaves out the page, and the report if it is the one with the grades.
    `source` is the report on Ofsted's site; `raised` names the issue, if it was raised again.
    """

    text: str
    where: str
    short_where: str
    priority: bool
    raised: str
    question: str
    source: Link | None

    @property
    def only_question(self) -> str:
        """The question without the area's own words, and where these are."""
        priority = "Priority action. " if self.priority else ""
        again = f"; {uncapitalised(self.raised.partition(':')[0])}" if self.raised else ""
        return f"{priority}{self.question} ({self.short_where}{again})"


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a briefing says, as a page, a Word file or a PDF.

    `in_a_line` are its main facts; on paper, there is no room for those that are `not_printed`,
    which the sheet says again further down. `as_of` says how new it is. The first `in_full` of
    `all_areas` are quoted word for word; for the others there is only room for their questions.
    `more_issues` says how many issues do not fit, and a sheet that `is_tight` is printed in smaller
    type. `sure_note` says what the shares of the issues mean, `not_compared` why a grade has no
    earlier one. `since_then` are quotes of what inspectors say of progress and of what improved.
    `sources` are the reports of the grades and the areas on Ofsted's site.
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
    all_areas: tuple[AskedArea, ...]
    in_full: int
    is_tight: bool
    no_areas: str
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
    def made_by(self) -> str:
        """Who made the sheet, and what to rely on."""
        return _MADE_BY

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
    def areas(self) -> tuple[AskedArea, ...]:
        """The areas that are quoted word for word."""
        return self.all_areas[: self.in_full]

    @property
    def only_asked(self) -> tuple[AskedArea, ...]:
        """The areas of which only the question is shown."""
        return self.all_areas[self.in_full :]

    @property
    def shown_first(self) -> str:
        """Which areas come first: "Shown first: what was raised again."."""
        again = sum(bool(area.raised) for area in self.areas)
        first = [
            *(["priority actions"] if any(area.priority for area in self.areas) else []),
            *([self._raised_first(again)] if again else []),
        ]
        return f"Shown first: {', then '.join(first)}." if first else ""

    @property
    def only_asked_note(self) -> str:
        """What comes before the questions on other areas; empty where there are none."""
        if not self.only_asked:
            return ""
        number = len(self.only_asked)
        other = " other" if self.areas else ""
        which = f"the{other} area" if number == 1 else f"each of the{other} {number} areas"
        return f"A question on {which}, which the council’s page has word for word:"

    def _raised_first(self, shown: int) -> str:
        if shown < (all_again := sum(bool(area.raised) for area in self.all_areas)):
            return f"{shown} of the {all_again} areas raised again"
        return "what was raised again"
