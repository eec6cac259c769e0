"""The cards of England or a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from reports.wording import counted, month_words
from website import addresses
from website.pages.cards import (
    AGAIN,
    LONGEST,
    NEXT,
    Card,
    Point,
    issues_raised_now,
    last_inspected,
    only_said,
    raising_again,
    said_elsewhere,
)
from website.pages.page import Link
from website.pages.tracker import tracker
from website.snapshot import Council

MOST_POINTS = 3
MOST_COMING_NAMED = 10
"""So few councils are all named. Of more, only the first are, and the others are folded."""

_COMMON = (
    "Some issues are raised at almost every council, and may be raised twice by chance. "
    "“Raised again” says what was raised before, not that a council did nothing."
)


def councils_cards(councils: Iterable[Council], *, today: date) -> tuple[Card, ...]:
    """Return the cards of England or a region; none where no full inspection is stored."""
    all_of = list(councils)
    known = [council for council in all_of if council.graded]
    if not known:
        return ()
    return _raised_again(known), _coming(all_of, today=today)


def _raised_again(known: Sequence[Council]) -> Card:
    all_of = Counter(issue for council in known for issue in issues_raised_now(council))
    sure_of = Counter(
        issue for council in known for issue in issues_raised_now(council, surely=True)
    )
    most = sorted(all_of, key=lambda issue: (-sure_of[issue], -all_of[issue], issue))
    number, possibly = raising_again(tracker(council).issues for council in known)
    return Card(
        heading=AGAIN,
        lead=(
            f"At {number} of {counted(len(known), 'council')} with reports stored here, the latest "
            f"reports raise an issue that earlier reports raised too{possibly}."
        ),
        names_are="Most often:" if most else "",
        points=tuple(
            Point(
                link=Link(label=issue[0], href=issue[1]),
                said=_at(sure_of[issue], all_of[issue] - sure_of[issue]),
            )
            for issue in most[:MOST_POINTS]
        ),
        tail=f"{said_elsewhere(sum(only_said(council) for council in known))} {_COMMON}".lstrip(),
    )


def _at(sure: int, possibly: int) -> str:
    """Return at how many councils: "11 councils, possibly 5 more"."""
    if not sure:
        return f"possibly {counted(possibly, 'council')}"
    return counted(sure, "council") + (f", possibly {possibly} more" if possibly else "")


def coming_line(councils: Iterable[Council], *, today: date) -> str:
    """Return at how many councils a full inspection is likely now, or from when if at none."""
    all_of = list(councils)
    windows = [council.window for council in all_of if council.graded and council.window]
    if not windows:
        return "We cannot estimate the next inspections from those stored here."
    first = min(window.earliest for window in windows)
    if first > today and len(windows) < len(all_of):
        known = f"{len(windows)} of {counted(len(all_of), 'council')}"
        return (
            f"For {known} we can estimate the next full inspection: unlikely before "
            f"{month_words(first)}. For the other {len(all_of) - len(windows)}, the inspections "
            "stored here do not allow an estimate."
        )
    if first > today:
        return f"No full inspection is likely before {month_words(first)} (our estimate)."
    now = sum(window.earliest <= today for window in windows)
    known = (
        f", which we can make for {len(windows)} of {len(all_of)}"
        if len(windows) < len(all_of)
        else ""
    )
    return (
        f"A full inspection is likely at any time at {counted(now, 'council')} (our "
        f"estimate{known})."
    )


def _coming(councils: Sequence[Council], *, today: date) -> Card:
    known = [council for council in councils if council.graded]
    windows = [(council, council.window) for council in known if council.window]
    now = sorted(
        ((window.last, council.name, council) for council, window in windows
         if window.earliest <= today),
        key=lambda entry: entry[:2],
    )  # fmt: skip
    points = tuple(
        Point(
            link=Link(label=name, href=addresses.council_page(council.key)),
            said=last_inspected(council),
        )
        for _, name, council in now
    )
    named = len(now) if len(now) <= MOST_COMING_NAMED else MOST_POINTS
    return Card(
        heading=NEXT,
        lead=coming_line(councils, today=today),
        names_are=LONGEST if len(now) > 1 else "",
        points=points[:named],
        folded=points[named:],
    )
