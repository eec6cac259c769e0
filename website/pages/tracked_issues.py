"""Issues that were raised more than once, as pages show them. Pure records.

`website.pages.tracker` finds them in the links between a council's reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.wording import listed_words
from website.charts.tracker import TrackerChart
from website.pages.page import Link
from website.pages.phrases import MOST_WORDS, REFERENCE, phrase_end
from website.pages.words import only_possibly_words, sure_note

MOST_IN_SUMMARY = 3
_FEW = 3
"""A statement with this many words more is shown whole: an ellipsis would save too little."""


Statement = tuple[int, str]
"""The id of a report and the words of one of its areas."""


@dataclass(frozen=True, kw_only=True)
class TrackedIssue:
    """One issue that a council's reports raised more than once.

    Its reports are joined by links: repeats, each with its own strength. Reports are *sure* where
    links that are more than possible join them; all others only possibly raised the issue.
    """

    issue: str
    """Its name; that of the theme, where its reports name several issues."""
    theme: Link
    """The page of its theme."""
    mentions: tuple[Link, ...]
    """The reports that raised it, the earliest first."""
    known_as: tuple[str, ...]
    """What each of the `mentions` calls it; empty where all call it the same."""
    months: tuple[str, ...]
    """When each of the `mentions` raised it, such as "May 2018"."""
    since: str
    """What followed the last mention, in words."""
    began: str
    """When, and as which other issue, it was raised before: "March 2016 as “Audits”"; or empty."""
    no_longer_named: bool
    """Whether the last full inspection was compared with it and has nothing of it."""
    still_raised: bool
    """Whether the latest reports (the last full inspection and the visits since) raise it."""
    raised_as: tuple[str, ...]
    """The names of the issues that the latest reports raise again."""
    surely_raised_as: tuple[str, ...]
    """Those of `raised_as` that are more than possible."""
    strength_words: str
    """How sure it is that the reports of `sure_months` raised the same issue, in words.

    The history is as sure as the weakest link that those reports need. Where the last report is
    joined to no other by a sure link, the words say that it only possibly raised the issue.
    """
    strength: str
    """The strength that `strength_words` say: "stated", "likely" or "possible"."""
    sure: str
    """How often links like the weakest are right: "about 8 in 10"; empty where it is stated."""
    surer: str
    """Which reports are surer: "inspectors say so for June 2018 and December 2023"; or empty."""
    sure_months: tuple[str, ...]
    """When the sure reports raised it, including the last report.

    Where the last one is only possible, these are the months of the earlier reports that are sure;
    where no report is, all `months`.
    """
    common: str
    """How common the issue is, in a sentence; empty where that is not known."""
    last_report_is: str
    """Which of the latest reports raised it last, in words; empty where none of them did."""
    progress: str
    """A sentence that the latest reports also speak of improvement; empty if they do not."""
    latest_words: str
    """The inspectors' latest statement of it."""
    places: tuple[int, ...]
    """The positions of the `mentions` in the council's line of reports."""
    sure_places: tuple[int, ...]
    """The positions of the reports of `sure_months`."""
    statements: tuple[Statement, ...]
    """All areas that raised it."""
    sure_statements: tuple[Statement, ...]
    """The areas that raised it as surely as `strength_words` say."""
    number: int = 0
    """Tells it from other issues of the same name; 0 where there are none."""

    @property
    def name(self) -> str:
        """The name in the chart and the table, such as "Supervision (2)"."""
        return f"{self.issue} ({self.number})" if self.number else self.issue

    @property
    def latest_start(self) -> str:
        """The first words of the inspectors' latest statement, without a reference at its end."""
        text = REFERENCE.sub("", self.latest_words) or self.latest_words
        words = text.split()
        if len(words) <= MOST_WORDS + _FEW:
            return text
        return f"{' '.join(words[: phrase_end(words)]).rstrip('.,;:')}…"

    @property
    def is_possible(self) -> bool:
        """Whether the latest mention is only possibly of the same issue."""
        return self.strength == "possible"

    @property
    def is_possible_throughout(self) -> bool:
        """Whether no two of its mentions are surely of the same issue."""
        return self.is_possible and not self.possible_months

    @property
    def possible_months(self) -> tuple[str, ...]:
        """The months in which it was only possibly raised; empty if no month is sure."""
        return tuple(month for month in self.months if month not in self.sure_months)

    @property
    def last_month(self) -> str:
        """When it was last raised: "May 2024", or "possibly in May 2024" if that is in doubt."""
        return f"{'possibly in ' if self.is_possible else ''}{self.months[-1]}"

    @property
    def before(self) -> tuple[str, ...]:
        """The months before the last one, without those that are less sure than the others."""
        if self.is_possible_throughout:
            return self.months[:-1]
        return self.sure_months if self.is_possible else self.sure_months[:-1]

    @property
    def possibly_before(self) -> tuple[str, ...]:
        """The months before the last one that are less sure than the others."""
        return tuple(month for month in self.months[:-1] if month not in self.before)

    @property
    def before_words(self) -> str:
        """When before: "May 2018 and June 2021, and possibly also in March 2016"."""
        doubt = "possibly in " if self.is_possible_throughout and len(self.before) > 1 else ""
        possibly = listed_words(self.possibly_before)
        more = f", and possibly also in {possibly}" if possibly else ""
        return f"{doubt}{listed_words(self.before)}{more}{self.began_words}"

    @property
    def all_months(self) -> str:
        """When: "May 2024; before: May 2018 and June 2021, and possibly also in March 2016"."""
        return f"{self.last_month}; before: {self.before_words}"

    @property
    def latest_and_before(self) -> str:
        """The same with the kind of the last report: "May 2024 (the last full inspection); …"."""
        return f"{self.last_month}{self._last_is}; before: {self.before_words}"

    @property
    def _last_is(self) -> str:
        return f" ({self.last_report_is})" if self.last_report_is else ""

    @property
    def began_words(self) -> str:
        """Words to add on how it began: "; before that, March 2016 as “Audits”"."""
        return f"; before that, {self.began}" if self.began else ""

    @property
    def doubt_words(self) -> str:
        """Which months are less sure, in words to show next to how sure the rest is.

        "possibly also in May 2021" or, if the latest mention is one of them, "only May 2024 is in
        doubt". Empty where no month is less sure than the others.
        """
        if not self.possible_months:
            return ""
        months = listed_words(self.possible_months)
        if self.is_possible:
            return f"only {months} {'is' if len(self.possible_months) == 1 else 'are'} in doubt"
        return f"possibly also in {months}"

    @property
    def one_line(self) -> str:
        """Its name, when it was raised, how sure that is and how common it is."""
        line = f"{self.name}: {self.latest_and_before}. {self.sure_words}."
        return " ".join(filter(None, (line, self.common, self.progress)))

    @property
    def sure_words(self) -> str:
        """How sure the history is: "Likely the same issue (about 8 in 10)"."""
        return f"{self.strength_words} ({self.sure})" if self.sure else self.strength_words

    @property
    def again_words(self) -> str:
        """When it was raised, the latest report first.

        "Possibly raised again in May 2024 (the last full inspection). Before: May 2018".
        """
        raised = "Possibly raised" if self.is_possible else "Raised"
        last = f"{self.months[-1]}{self._last_is}"
        return f"{raised} again in {last}. Before: {self.before_words}"


@dataclass(frozen=True, kw_only=True)
class Tracker:
    """All issues that were raised more than once.

    Those that are still raised come first. Within both groups, the likely ones come first, and then
    those raised most often. `theme_pages_raised_again` are the paths of the pages of all themes
    that an area raises again in the latest reports: also those for which there is no issue here.
    """

    issues: tuple[TrackedIssue, ...]
    chart: TrackerChart | None
    theme_pages_raised_again: tuple[str, ...] = ()

    @property
    def raised_now(self) -> tuple[TrackedIssue, ...]:
        """The issues of the latest reports that earlier reports raised too."""
        return tuple(issue for issue in self.issues if issue.still_raised)

    @property
    def first_now(self) -> tuple[TrackedIssue, ...]:
        """The first of `raised_now`, for a summary."""
        return self.raised_now[:MOST_IN_SUMMARY]

    @property
    def has_rows_of_themes(self) -> bool:
        """Whether a row has the name of its theme, because its reports name several issues."""
        return any(issue.known_as for issue in self.issues)

    @property
    def number_now(self) -> str:
        """How many of `raised_now` are more than possible; empty where none is.

        It is shown in large letters, so it counts nothing that is in doubt.
        """
        return str(self._sure_now or "")

    @property
    def number_now_is(self) -> str:
        """What follows that number: "issues in the latest reports had been raised before".

        Without the number: "Possibly, 2 issues in the latest reports had been raised before".
        """
        number = self._sure_now or len(self.raised_now)
        issues = "issue" if number == 1 else "issues"
        start = issues if self._sure_now else f"Possibly, {number} {issues}"
        more = len(self.raised_now) - number
        possibly = f", and possibly {more} more" if more else ""
        return f"{start} in the latest reports had been raised before{possibly}"

    @property
    def _sure_now(self) -> int:
        return sum(not issue.is_possible for issue in self.raised_now)

    @property
    def sure_note(self) -> str:
        """What the shares of all issues mean, in a sentence."""
        return sure_note_of(self.issues)

    @property
    def now_words(self) -> tuple[str, str]:
        """The first of `raised_now`, and the number of the others and how sure all are in words.

        "Supervision" and "and 3 more (2 of them possibly)" or "and possibly 3 more"; both are
        empty where there is none.
        """
        now = self.raised_now
        more = len(now) - 1
        if more > 0 and self._sure_now == 1:
            return now[0].issue, f"and possibly {more} more"
        others = f"and {more} more" if more > 0 else ""
        return (now[0].issue if now else ""), f"{others} {possibly_note(now)}".strip()


def sure_note_of(issues: Iterable[TrackedIssue]) -> str:
    """Return what the shares of these issues mean; empty where none has one."""
    shown = [issue for issue in issues if issue.sure]
    return sure_note(
        (issue.sure for issue in shown),
        more_than_twice=any(len(issue.sure_months) > 2 for issue in shown),
    )


def possibly_note(issues: Sequence[TrackedIssue]) -> str:
    """Return how many issues are only possibly raised again: "(2 of them possibly)".

    Wherever issues are counted, these words come after the number. Empty where there is none.
    """
    return only_possibly_words(sum(issue.is_possible for issue in issues), of=len(issues))
