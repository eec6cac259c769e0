"""Cards: what was raised again and what comes next, in a few lines for the first screen of a page.

The page of a council has its own cards. Those here are for pages about many councils. What they say
is decided in `councils_cards`, `theme_cards` and `comparison_cards`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.wording import counted, listed_words, month_words, uncapitalised
from storage.repeats import start_of
from website.pages.page import Link
from website.pages.quoted import says_raised
from website.pages.tracked_issues import TrackedIssue
from website.pages.tracker import tracker
from website.snapshot import Council

MOST_COMING = 3
AGAIN = "Raised again"
NEXT = "What comes next"
LONGEST = "Longest since the last:"


@dataclass(frozen=True, kw_only=True)
class Point:
    """A name that is a link, and a few words on it."""

    link: Link
    said: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """A heading, a sentence, the most important names, and another sentence.

    `rows` are facts, each with what it is about. `names_are` says how the names were chosen, where
    the first sentence does not.

    `folded` are further names, which are shown when the reader opens their list. `more` is the
    number of names that are left out, where the card says so, `more_at` where the page has all.
    """

    heading: str
    lead: str
    names_are: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = ()
    folded: tuple[Point, ...] = ()
    more: int = 0
    more_at: str = ""
    tail: str = ""

    @property
    def is_our_reading(self) -> bool:
        """Whether it says what we found in the reports, and not what Ofsted says."""
        return self.heading == AGAIN


def cards_lines(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return what the cards say, in a line each: "Raised again: at 43 of 76 councils …"."""
    return tuple(f"{card.heading}: {uncapitalised(_in_a_line(card))}" for card in cards)


def _in_a_line(card: Card) -> str:
    """Return the first sentence of a card, with the names that it announces."""
    announces = f"{card.lead} {card.names_are}".rstrip()
    if not (card.points and announces.endswith(":")):
        return f"{card.lead.rstrip(':.')}."
    names = ", ".join(f"{point.link.label} ({point.said})" for point in card.points)
    number = card.more + len(card.folded)
    more = f" and {number} more" if number else ""
    return f"{announces} {names}{more}."


def said_elsewhere(number: int, *, of_theme: bool = False) -> str:
    """Return at how many further councils only inspectors say that something persists.

    Empty where at none. `of_theme`: whether only issues of one theme were looked for.
    """
    if not number:
        return ""
    of = "of this theme " if of_theme else ""
    return (
        f"At {counted(number, 'council')} we found no issue {of}raised again, but inspectors say "
        "that something raised before persists."
    )


def only_said(council: Council) -> bool:
    """Return whether only the inspectors' words say that something raised before persists."""
    return not tracker(council).raised_now and says_raised(council)


def raising_again(of_councils: Iterable[Iterable[TrackedIssue]]) -> tuple[str, str]:
    """Return at how many councils an issue is raised again, and at how many only possibly.

    The first is a number or "none". The second is the end of a sentence; empty where at none.
    """
    raised = [[i for i in issues if i.still_raised] for issues in of_councils]
    possibly = sum(all(i.is_possible for i in issues) for issues in raised if issues)
    sure = sum(map(bool, raised)) - possibly
    more = " more" if sure else ""
    end = f"; at {possibly}{more}, possibly" if possibly else ""
    return str(sure or "none"), end


def issues_raised_now(council: Council, *, surely: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the names of the issues raised again now, each once, with the path of its theme.

    `surely`: without those that are only possibly raised again.
    """
    return tuple(
        sorted(
            {
                (name, issue.theme.href)
                for issue in tracker(council).raised_now
                for name in (issue.surely_raised_as if surely else issue.raised_as)
            }
        )
    )


def last_inspected(council: Council) -> str:
    return month_words(start_of(council.graded[-1][0])) if council.graded else ""


def times_words(issue: TrackedIssue) -> str:
    """Return when an issue was raised, the last time first, for a list of several issues.

    "June 2021; before: May 2018", or "possibly in June 2026, and 3 times before, since May 2018".
    """
    before = issue.before
    if len(before) == 1:
        return issue.all_months
    times = "twice" if len(before) == 2 else f"{len(before)} times"
    doubt = "possibly " if issue.is_possible_throughout else ""
    said = f"{issue.last_month}, and {doubt}{times} before, since {before[0]}"
    if issue.possibly_before:
        # Months that lie before "since" would contradict it.
        earlier = issue.months.index(before[0]) >= len(issue.possibly_before)
        also = "possibly even earlier, in" if earlier else "possibly also in"
        said += f"; {also} {listed_words(issue.possibly_before)}"
    return f"{said}{issue.began_words}"
