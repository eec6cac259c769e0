"""The cards of a council next to its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from reports.analysis.peers import comparable_grade
from reports.frameworks import load_frameworks
from reports.wording import (
    counted,
    judgement_words,
    listed_words,
    short_grade_words,
    uncapitalised,
)
from storage.grade_history import are_grades_certain
from website.pages.area_send import area_send_line
from website.pages.cards import (
    AGAIN,
    NEXT,
    Card,
    Point,
    issues_raised_now,
    only_said,
    raising_again,
    said_elsewhere,
    times_words,
)
from website.pages.nothing_found import none_found
from website.pages.page import Link
from website.pages.peers import NOT_COMPARED
from website.pages.tracked_issues import TrackedIssue, possibly_note
from website.pages.tracker import tracker
from website.pages.words import MAYBE_SOONER, NOW, likely_when, window_words
from website.snapshot import Council

GRADED = "Grades"
MOST_ISSUES = 4
MOST_NAMES = 6


def comparison_cards(
    council: Council, others: Sequence[Council], *, who: str, today: date
) -> tuple[Card, ...]:
    """Return the cards of a council next to others.

    `who` says who the others are: "statistical neighbours" or "others in the region".
    """
    known = [other for other in others if other.graded]
    return (
        *filter(None, [_graded(council, others, who=who)]),
        _both_raised(council, known, who=who),
        _both_coming(council, known, who=who, today=today),
    )


def _graded(council: Council, others: Sequence[Council], *, who: str) -> Card | None:
    """Return the card that says how many of the others are graded better, the same or worse.

    Only councils with a grade on the same judgement count. None where nothing can be compared.
    """
    latest = council.latest
    known = [other.latest for other in others if other.latest is not None]
    if latest is None or latest.framework not in load_frameworks().rules:
        return None
    if not known or not are_grades_certain(council.graded[-1][0]):
        return None
    scale = list(load_frameworks().rules[latest.framework].scale)
    rows = []
    compared = 0
    for judgement, grade in latest.grades.items():
        if judgement in NOT_COMPARED or grade not in scale:
            continue
        found = [comparable_grade(judgement, latest.framework, other) for other in known]
        places = [scale.index(other) - scale.index(grade) for other in found if other in scale]
        compared += len(places)
        own = (short_grade_words(grade) or "").lower()
        of = "" if len(places) == len(known) else f" (of {len(places)} with this judgement)"
        said = (
            f"{_better_or_worse(places)}{of}"
            if places
            else "no other council here has this judgement"
        )
        rows.append((f"{judgement_words(judgement)}: {own}", said))
    if not compared:
        return None
    of = f" with reports stored here (of {len(others)})" if len(known) < len(others) else ""
    lead = (
        f"How many of the {len(known)} {who}{of} are graded better than {council.name}, the same "
        "or worse:"
    )
    return Card(heading=GRADED, lead=lead, rows=tuple(rows))


def _better_or_worse(places: Sequence[int]) -> str:
    """Return "3 better, 2 the same", given how far below the council's own each grade is."""
    ways = (
        ("better", sum(place < 0 for place in places)),
        ("the same", places.count(0)),
        ("worse", sum(place > 0 for place in places)),
    )
    return ", ".join(
        f"{'all ' if number == len(places) > 1 else ''}{number} {way}"
        for way, number in ways
        if number
    )


def _both_raised(council: Council, known: Sequence[Council], *, who: str) -> Card:
    issues = tracker(council).raised_now
    elsewhere = {
        other.name: (issues_raised_now(other), issues_raised_now(other, surely=True))
        for other in known
    }
    points = []
    for issue in issues[:MOST_ISSUES]:
        surely_at = [name for name, (_, surely) in elsewhere.items() if _same_issue(issue, surely)]
        possibly_at = [
            name
            for name, (theirs, _) in elsewhere.items()
            if name not in surely_at and _same_issue(issue, theirs)
        ]
        at = f"; also at {_names(surely_at)}" if surely_at else ""
        if possibly_at:
            at += f"; possibly{'' if surely_at else ' also'} at {_names(possibly_at)}"
        points.append(
            Point(
                link=Link(label=issue.issue, href=issue.theme.href),
                said=f"{times_words(issue)}{at}",
            )
        )
    sure = f" {possibly_note(issues)}" if possibly_note(issues) else ""
    own = (
        f"{council.name}: the latest reports raise {counted(len(issues), 'issue')} again{sure}:"
        if issues
        else f"{council.name}: {uncapitalised(none_found(council))}"
    )
    number, possibly = raising_again(tracker(other).issues for other in known)
    said = said_elsewhere(sum(map(only_said, known)))
    return Card(
        heading=AGAIN,
        lead=own,
        points=tuple(points),
        more=len(issues[MOST_ISSUES:]),
        tail=(
            f"At {number} of {len(known)} {who} with reports stored here, the latest reports raise "
            f"an earlier issue (the same or another) again{possibly}. {said}".rstrip()
            if known
            else ""
        ),
    )


def _same_issue(issue: TrackedIssue, theirs: Iterable[tuple[str, str]]) -> bool:
    """Return whether another council's latest reports raise an issue of the same name again.

    A row that has the name of its theme may be about several issues. Then any issue of the theme
    counts as the same.
    """
    if issue.known_as:
        return any(theme == issue.theme.href for _, theme in theirs)
    return any((name, theme) == (issue.issue, issue.theme.href) for name, theme in theirs)


def _both_coming(council: Council, known: Sequence[Council], *, who: str, today: date) -> Card:
    if council.window is None:
        own = f"{council.name}: no estimate of the next full inspection."
    else:
        said = uncapitalised(window_words(council.window, today=today))
        sooner = f" {MAYBE_SOONER}" if council.window.maybe_sooner else ""
        own = f"{council.name}: next full inspection {said}.{sooner}"
    now = [other.name for other in known if likely_when(other.window, today=today) == NOW]
    others = (
        f" Of its {who}, a full inspection is likely at any time at {_names(now)}." if now else ""
    )
    return Card(heading=NEXT, lead=f"{own}{others}", tail=area_send_line(council, today=today))


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return f"{', '.join(names[:MOST_NAMES])} and {more} more" if more > 0 else listed_words(names)
