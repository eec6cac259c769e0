"""What was raised again and what comes next, in a few lines for the first screen of a page.

The page of a council has this of the council alone. These are the lines of many councils: of
England or a region, of those with the same theme, of a council and its neighbours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.model import Grade
from reports.wording import counted, listed_words, month_words, short_grade_words
from storage.repeats import start_of
from website import addresses
from website.pages.kept import kept_with_council
from website.pages.latest import latest_reports, raised_themes
from website.pages.nothing_found import none_found, none_found_line
from website.pages.page import Link
from website.pages.quoted import says_raised, themes_said_raised
from website.pages.report_view import report_view
from website.pages.tracked_issues import TrackedIssue, only_possibly
from website.pages.tracker import tracker
from website.pages.words import NOW, likely_when, likely_years, window_words
from website.snapshot import Council

RAISED_NOT_AGAIN = "Raised, but no earlier issue found again"
"""What is said where the latest reports raise a theme, but nothing earlier of it was found."""

MOST_POINTS = 3
MOST_ISSUES = 4
MOST_COMING = 5
MOST_NAMES = 6
_NEXT = "What comes next"
_AGAIN = "Raised again"
_COMMON = (
    "Some issues are raised almost everywhere: reports on two different councils have one in "
    "common about as often as two reports on one council. So this says what was raised before, not "
    "that a council did nothing."
)
_LONGEST = " Longest since the last:"

_BEST_FIRST = (
    Grade.NOT_JUDGED,
    Grade.OUTSTANDING,
    Grade.GOOD,
    Grade.REQUIRES_IMPROVEMENT,
    Grade.ADEQUATE,
    Grade.LIMITED,
    Grade.INADEQUATE,
)
"""What was not judged is named last, like the best grade."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A name that is a link, and a few words on it."""

    link: Link
    said: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """A heading, a sentence that ends with the most important names, and another sentence.

    `more` is the number of names that are left out, where the sentence does not say of how many.
    `more_at` is where a page names them all.
    """

    heading: str
    lead: str
    points: tuple[Point, ...] = ()
    more: int = 0
    more_at: str = ""
    tail: str = ""


@dataclass(frozen=True, kw_only=True)
class ThemeRepeated:
    """A council where a theme was raised more than once.

    `now`: whether its latest reports (the last full inspection and the visits since) raise an issue
    of the theme again; `raised_in_latest` says in words whether they raise the theme at all.
    `likely_when`: when its next full inspection is likely.
    """

    council_key: str
    council: Link
    issues: tuple[TrackedIssue, ...]
    now: bool
    raised_in_latest: str
    likely_when: str

    @property
    def longest(self) -> TrackedIssue:
        """The issue that was raised most often; of those raised now, where there are any."""
        return min(self.issues, key=lambda issue: (not issue.still_raised, *_most_often(issue)))


def councils_cards(
    councils: Iterable[Council], *, today: date, list_at: str = "#councils"
) -> tuple[Card, ...]:
    """Return the cards of England or a region; none where no full inspection is stored.

    `list_at` is the anchor of the list of councils on their page.
    """
    all_of = list(councils)
    known = [council for council in all_of if council.graded]
    if not known:
        return ()
    return _raised_again(known), _coming(all_of, today=today, list_at=list_at)


def _raised_again(known: Sequence[Council]) -> Card:
    all_of = Counter(issue for council in known for issue in _raised_now(council))
    sure_of = Counter(issue for council in known for issue in _raised_now(council, surely=True))
    most = sorted(all_of, key=lambda issue: (-sure_of[issue], -all_of[issue], issue))
    number, possibly = _raising_again(tracker(council).issues for council in known)
    return Card(
        heading=_AGAIN,
        lead=(
            f"At {number} of {counted(len(known), 'council')} with reports stored here, the latest "
            f"reports raise an issue that earlier reports raised too{possibly}."
            f"{' Most often:' if most else ''}"
        ),
        points=tuple(
            Point(
                link=Link(label=issue[0], href=issue[1]),
                said=_at(sure_of[issue], all_of[issue] - sure_of[issue]),
            )
            for issue in most[:MOST_POINTS]
        ),
        tail=f"{_said_elsewhere(sum(_only_said(council) for council in known))} {_COMMON}".lstrip(),
    )


def _only_said(council: Council) -> bool:
    """Return whether only the inspectors' words say that something raised before persists."""
    return not tracker(council).raised_now and says_raised(council)


def _said_elsewhere(number: int) -> str:
    """Return at how many further councils only the inspectors say so; empty where at none."""
    if not number:
        return ""
    at = f"{number} other{'s' if number > 1 else ''}"
    return f"At {at}, inspectors say themselves that something raised before persists."


def _raising_again(of_councils: Iterable[Iterable[TrackedIssue]]) -> tuple[str, str]:
    """Return at how many councils an issue is raised again, and at how many only possibly.

    The first is a number or "none", the second the end of a sentence; empty where it is none.
    """
    raised = [[i for i in issues if i.still_raised] for issues in of_councils]
    possibly = sum(all(i.is_possible for i in issues) for issues in raised if issues)
    sure = sum(map(bool, raised)) - possibly
    more = " more" if sure else ""
    end = f"; at {possibly}{more}, possibly" if possibly else ""
    return str(sure or "none"), end


def _at(sure: int, possibly: int) -> str:
    """Return at how many councils: "11 councils, possibly 5 more"."""
    if not sure:
        return f"possibly {counted(possibly, 'council')}"
    return counted(sure, "council") + (f", possibly {possibly} more" if possibly else "")


def _raised_now(council: Council, *, surely: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the names of the issues that are raised again now, each once, and their themes.

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


def coming_line(councils: Iterable[Council], *, today: date) -> str:
    """Return at how many councils a full inspection is likely now, or from when at the first."""
    all_of = list(councils)
    windows = [council.window for council in all_of if council.graded and council.window]
    if not windows:
        return "No estimate of the next inspections: too few are stored here."
    first = min(window.earliest for window in windows)
    if first > today and len(windows) < len(all_of):
        known = f"{len(windows)} of {counted(len(all_of), 'council')}"
        return (
            f"For {known} we can estimate the next full inspection: unlikely before "
            f"{month_words(first)}. For {len(all_of) - len(windows)} there are too few inspections "
            "to say."
        )
    if first > today:
        return f"No full inspection is likely before {month_words(first)} (our estimate)."
    now = sum(window.earliest <= today for window in windows)
    return f"A full inspection is likely at any time at {counted(now, 'council')} (our estimate)."


def _coming(councils: Sequence[Council], *, today: date, list_at: str) -> Card:
    known = [council for council in councils if council.graded]
    windows = [(council, council.window) for council in known if council.window]
    now = sorted(
        ((window.last, council.name, council) for council, window in windows
         if window.earliest <= today),
        key=lambda entry: entry[:2],
    )  # fmt: skip
    return Card(
        heading=_NEXT,
        lead=coming_line(councils, today=today) + (_LONGEST if now else ""),
        points=tuple(
            Point(
                link=Link(label=name, href=addresses.council_page(council.key)),
                said=_inspected(council),
            )
            for _, name, council in now[:MOST_POINTS]
        ),
        more=len(now[MOST_POINTS:]),
        more_at=list_at,
    )


def _inspected(council: Council) -> str:
    return month_words(start_of(council.graded[-1][0])) if council.graded else ""


def themes_repeated(councils: Iterable[Council], *, today: date) -> dict[str, list[ThemeRepeated]]:
    """Return, by the path of a theme's page, the councils where it was raised more than once.

    Those whose latest reports raise it again come first, then those where it was raised most often.
    """
    found: dict[str, list[ThemeRepeated]] = {}
    for council in councils:
        by_theme: dict[str, list[TrackedIssue]] = {}
        for issue in tracker(council).issues:
            by_theme.setdefault(issue.theme.href, []).append(issue)
        raised = _raised_in_latest(council)
        for theme, issues in by_theme.items():
            now = [issue for issue in issues if issue.still_raised]
            found.setdefault(theme, []).append(
                ThemeRepeated(
                    council_key=council.key,
                    council=Link(
                        label=council.name, href=f"{addresses.council_page(council.key)}#raised"
                    ),
                    issues=tuple(issues),
                    now=bool(now),
                    raised_in_latest=_how_raised(now, theme in raised),
                    likely_when=likely_when(council.window, today=today),
                )
            )
    for repeated in found.values():
        repeated.sort(key=lambda row: (not row.now, *_most_often(row.longest), row.council.label))
    return found


def _most_often(issue: TrackedIssue) -> tuple[bool, int]:
    """Return a key that sorts issues by how often they were raised; what is likely comes first."""
    return issue.is_possible, -len(issue.sure_months)


def _how_raised(again: Sequence[TrackedIssue], raised: bool) -> str:
    if again:
        return f"Raised again {only_possibly(again)}".rstrip()
    return RAISED_NOT_AGAIN if raised else "Not found"


def raising_now(councils: Iterable[Council]) -> dict[str, list[Council]]:
    """Return, by the path of a theme's page, the councils whose latest reports raise it."""
    found: dict[str, list[Council]] = {}
    for council in councils:
        for theme in _raised_in_latest(council):
            found.setdefault(theme, []).append(council)
    return found


def said_raised(councils: Iterable[Council]) -> dict[str, list[Council]]:
    """Return, by the path of a theme's page, the councils where inspectors say in the latest
    reports that something of it was raised before and persists.
    """
    found: dict[str, list[Council]] = {}
    for council in councils:
        for theme in themes_said_raised(council):
            found.setdefault(theme, []).append(council)
    return found


@kept_with_council
def _raised_in_latest(council: Council) -> frozenset[str]:
    """Return the paths of the themes that the latest reports raise."""
    return raised_themes(latest_reports(council))


def theme_cards(
    repeated: Sequence[ThemeRepeated],
    raising: Sequence[Council],
    *,
    councils: Mapping[str, Council],
    known: int,
    today: date,
    said: Sequence[Council] = (),
) -> tuple[Card, ...]:
    """Return the cards of a theme: where it was raised again, and which inspections come next.

    The latest reports of the councils `raising` raise it; in those of the councils `said`,
    inspectors say that something of it was raised before and persists. `councils` are all, by their
    keys; `known` of them have a stored full inspection.
    """
    again = [councils[found.council_key] for found in repeated if found.now]
    only_said = _said_elsewhere(sum(council not in again for council in said))
    return (
        _theme_raised_again(repeated, now=len(again), known=known, said=only_said),
        _theme_coming(again or raising, again=_how_again(repeated), today=today),
    )


def theme_line(cards: Iterable[Card]) -> str:
    """Return what the cards of a theme say, without the names, for the first lines on a phone."""
    said = (card.lead.removesuffix(_LONGEST).rstrip(":") for card in cards)
    return " ".join(words if words.endswith(".") else f"{words}." for words in said)


def _theme_raised_again(
    repeated: Sequence[ThemeRepeated], *, now: int, known: int, said: str
) -> Card:
    if not repeated:
        lead = "No issue of this theme was found in more than one report of a council."
        return Card(heading=_AGAIN, lead=lead, tail=said)
    of = f"of {counted(max(known, len(repeated)), 'council')} with reports stored here"
    before = len(repeated) - now
    if now:
        number, possibly = _raising_again(found.issues for found in repeated)
        lead = f"At {number} {of}, the latest reports raise one of its issues again{possibly}:"
        others = "other" if before == 1 else "others"
        unsure = sum(
            all(issue.is_possible_throughout for issue in row.issues) for row in repeated[now:]
        )
        sure = f" ({unsure} only possibly)" if unsure else ""
        tail = f"At {before} {others}, it was raised more than once in earlier reports{sure}."
    else:
        lead = (
            f"At none {of} do the latest reports raise one of its issues again. Only their "
            f"earlier reports raised it more than once, at {before}:"
        )
        tail = ""
    shown = repeated[: now or before][:MOST_COMING]
    return Card(
        heading=_AGAIN,
        lead=lead,
        points=tuple(Point(link=found.council, said=_times(found.longest)) for found in shown),
        more=(now or before) - len(shown),
        tail=" ".join(filter(None, (tail if before else "", said))),
    )


def _how_again(repeated: Iterable[ThemeRepeated]) -> str:
    """Return " again, or possibly do" where that holds of some; empty where it is at none."""
    now = [
        [issue for issue in found.issues if issue.still_raised] for found in repeated if found.now
    ]
    if not now:
        return ""
    unsure = any(all(issue.is_possible for issue in issues) for issues in now)
    return f" again{', or possibly do' if unsure else ''}"


def _theme_coming(councils: Sequence[Council], *, again: str, today: date) -> Card:
    raise_it = f"the latest reports raise it{again}"
    if not councils:
        return Card(heading=_NEXT, lead=f"At no council with reports stored here do {raise_it}.")
    coming = sorted(
        ((council.window, council) for council in councils if council.window),
        key=lambda pair: (pair[0].earliest, pair[0].last, pair[1].name),
    )
    now = sorted(
        ((window, council) for window, council in coming if window.earliest <= today),
        key=lambda pair: (pair[0].last, pair[1].name),
    )
    where = f"the {counted(len(councils), 'council')} where {raise_it}"
    shown = now or coming
    if now:
        lead = (
            f"At {len(now)} of {where}, the next full inspection is likely at any time (our "
            f"estimate).{_LONGEST}"
        )
    elif coming:
        years = likely_years(coming[0][0], today=today)
        which = f"first full inspection at {where}"
        if len(councils) == 1:
            which = f"next full inspection at a council where {raise_it}"
        lead = f"The {which} is likely {years} (our estimate):"
    else:
        lead = f"No estimate of the next full inspection at {where}: too few are stored here."
    return Card(
        heading=_NEXT,
        lead=lead,
        points=tuple(
            Point(
                link=Link(label=council.name, href=addresses.council_page(council.key)),
                said=_inspected(council) if now else likely_years(window, today=today),
            )
            for window, council in shown[:MOST_COMING]
        ),
        more=len(shown[MOST_COMING:]),
    )


def comparison_cards(
    council: Council, others: Sequence[Council], *, who: str, today: date
) -> tuple[Card, ...]:
    """Return the cards of a council next to others; `who` are the others, such as "neighbours"."""
    known = [other for other in others if other.graded]
    return (
        _both_raised(council, known, who=who),
        _both_coming(council, known, who=who, today=today),
    )


def _both_raised(council: Council, known: Sequence[Council], *, who: str) -> Card:
    issues = tracker(council).raised_now
    elsewhere = {
        other.name: (_raised_now(other), _raised_now(other, surely=True)) for other in known
    }
    points = []
    for issue in issues[:MOST_ISSUES]:
        too = [
            name if _same_issue(issue, surely) else f"{name} (only possibly)"
            for name, (theirs, surely) in elsewhere.items()
            if _same_issue(issue, theirs)
        ]
        at = f"; also at {_names(too)}" if too else ""
        points.append(
            Point(
                link=Link(label=issue.issue, href=issue.theme.href),
                said=f"{_times(issue)}{at}",
            )
        )
    sure = f" {only_possibly(issues)}" if only_possibly(issues) else ""
    own = (
        f"{council.name}: the latest reports raise {counted(len(issues), 'issue')} again{sure}:"
        if issues
        else f"{council.name}: {_lower(none_found(council))}"
    )
    number, possibly = _raising_again(tracker(other).issues for other in known)
    said = _said_elsewhere(sum(map(_only_said, known)))
    return Card(
        heading=_AGAIN,
        lead=own,
        points=tuple(points),
        more=len(issues[MOST_ISSUES:]),
        tail=(
            f"At {number} of {len(known)} {who} with reports stored here, the latest reports raise "
            f"an earlier issue again{possibly}. It need not be the same one. {said}".rstrip()
            if known
            else ""
        ),
    )


def _same_issue(issue: TrackedIssue, theirs: Iterable[tuple[str, str]]) -> bool:
    """Return whether another council's latest reports raise an issue of the same name again.

    A row with the name of its theme may be of several issues: any of the theme is the same then.
    """
    if issue.known_as:
        return any(theme == issue.theme.href for _, theme in theirs)
    return any((name, theme) == (issue.issue, issue.theme.href) for name, theme in theirs)


def _both_coming(council: Council, known: Sequence[Council], *, who: str, today: date) -> Card:
    if council.window is None:
        own = f"{council.name}: no estimate of the next full inspection."
    else:
        said = _lower(window_words(council.window, today=today))
        own = f"{council.name}: next full inspection {said}."
    now = [other.name for other in known if likely_when(other.window, today=today) == NOW]
    others = (
        f" Of its {who}, a full inspection is likely at any time at {_names(now)}." if now else ""
    )
    return Card(heading=_NEXT, lead=f"{own}{others}")


def _times(issue: TrackedIssue) -> str:
    """Return "twice, May 2018 and June 2021", or "possibly 4 times since May 2018"."""
    possibly = "possibly " if issue.is_possible_throughout else ""
    months = issue.sure_months
    if len(months) == 2:
        return f"{possibly}twice, {issue.all_months}"
    return (
        f"{possibly}{len(months)} times since {months[0]}{issue.possibly_words}{issue.began_words}"
    )


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return f"{', '.join(names[:MOST_NAMES])} and {more} more" if more > 0 else listed_words(names)


def _lower(said: str) -> str:
    return f"{said[:1].lower()}{said[1:]}"


def next_line(council: Council, *, today: date) -> str:
    """Return when the next full inspection is likely, in a line; empty without an estimate."""
    if council.window is None:
        return ""
    likely = likely_years(council.window, today=today)
    return f"Next full inspection: likely {likely} (our estimate)."


def raised_line(council: Council) -> str:
    """Return what was raised again: "Raised again: Supervision of staff and 3 more."."""
    now = tracker(council).raised_now
    if not now:
        return none_found_line(council)
    if all(issue.is_possible for issue in now):
        more = f" and {len(now) - 1} more" if len(now) > 1 else ""
        return f"Possibly raised again: {now[0].issue}{more}."
    return f"Raised again: {' '.join(tracker(council).now_words).rstrip()}."


@kept_with_council
def grades_line(council: Council) -> str:
    """Return the grades of the last full inspection in a line; empty where there is none.

    "Help and protection: inadequate; care leavers: requires improvement; the other 3 judgements:
    good (April 2024)". The worst come first, and only the best are counted instead of named. No
    grade is without its judgement, as if it were an overall grade.
    """
    if not council.graded:
        return ""
    last = council.graded[-1][0]
    view = report_view(council, last)
    by_grade = {
        grade: names
        for grade in reversed(_BEST_FIRST)
        if (names := [_lower(row.judgement) for row in view.grades if row.grade == grade])
    }
    when = f"({month_words(start_of(last))})"
    if view.grades_note or not by_grade:
        return f"Grades need review {when}"
    said: list[str] = []
    for grade, names in by_grade.items():
        words = (short_grade_words(grade) or "").lower()
        if grade == list(by_grade)[-1] and len(names) > 1:
            which = "the other" if said else "all"
            said.append(f"{which} {len(names)} judgements: {words}")
        else:
            said.append(f"{listed_words(names)}: {words}")
    line = "; ".join(said)
    return f"{line[:1].upper()}{line[1:]} {when}"
