"""The cards of a theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reports.wording import counted
from website.pages.cards import (
    AGAIN,
    LONGEST,
    MOST_COMING,
    NEXT,
    Card,
    Point,
    raising_again,
    said_elsewhere,
    times_words,
)
from website.pages.links import council_link
from website.pages.theme_councils import CouncilWithRepeats
from website.pages.words import likely_years, only_possibly_words
from website.snapshot import Council


def theme_cards(
    repeated: Sequence[CouncilWithRepeats],
    raising: Sequence[Council],
    *,
    councils: Mapping[str, Council],
    known: int,
    today: date,
    said: Sequence[Council] = (),
) -> tuple[Card, ...]:
    """Return the cards of a theme: where it was raised again, and which inspections come next.

    `raising` are the councils whose latest reports raise the theme, `said` those where inspectors
    say in the latest reports that something of it was raised before and persists. `councils` are
    all councils by their keys; `known` of them have a stored full inspection.
    """
    again = [councils[found.council_key] for found in repeated if found.raised_again_now]
    only_said = said_elsewhere(sum(council not in again for council in said), of_theme=True)
    return (
        _theme_raised_again(repeated, raised_now=len(again), known=known, said=only_said),
        _theme_coming(again or raising, again=_how_again(repeated), today=today),
    )


def _theme_raised_again(
    repeated: Sequence[CouncilWithRepeats], *, raised_now: int, known: int, said: str
) -> Card:
    if not repeated:
        lead = "No issue of this theme was found in more than one report of a council."
        return Card(heading=AGAIN, lead=lead, tail=said)
    of = f"of {counted(max(known, len(repeated)), 'council')} with reports stored here"
    before = len(repeated) - raised_now
    if raised_now:
        number, possibly = raising_again(found.issues for found in repeated)
        lead = f"At {number} {of}, the latest reports raise an issue of this theme again{possibly}:"
        unsure = sum(
            all(issue.is_possible_throughout for issue in row.issues)
            for row in repeated[raised_now:]
        )
        sure = f" {only_possibly_words(unsure, of=before)}" if unsure else ""
        at = counted(before, "other council")
        tail = f"At {at}, earlier reports raised an issue of this theme more than once{sure}."
    else:
        lead = (
            f"At none {of} do the latest reports raise an issue of this theme again. At {before}, "
            "earlier reports raised one more than once:"
        )
        tail = ""
    shown = repeated[: raised_now or before][:MOST_COMING]
    return Card(
        heading=AGAIN,
        lead=lead,
        points=tuple(
            Point(link=found.council, said=times_words(found.most_raised)) for found in shown
        ),
        more=(raised_now or before) - len(shown),
        more_at="#again",
        tail=" ".join(filter(None, (tail if before else "", said))),
    )


def _how_again(repeated: Iterable[CouncilWithRepeats]) -> str:
    """Return how the reports raise it: " again", " again, or possibly do", or "" if not again."""
    raised_now = [found for found in repeated if found.raised_again_now]
    if not raised_now:
        return ""
    unsure = any(found.is_only_possible for found in raised_now)
    return f" again{', or possibly do' if unsure else ''}"


def _theme_coming(councils: Sequence[Council], *, again: str, today: date) -> Card:
    raise_it = f"the latest reports raise it{again}"
    if not councils:
        return Card(heading=NEXT, lead=f"At no council with reports stored here do {raise_it}.")
    where = f"the {counted(len(councils), 'council')} where {raise_it}"
    coming = sorted(
        ((council.window, council) for council in councils if council.window),
        key=lambda pair: (pair[0].last, pair[1].name),
    )
    if not coming:
        lead = (
            "From the inspections stored here, we cannot estimate the next full inspection at "
            f"{where}."
        )
        return Card(heading=NEXT, lead=lead)
    shown = coming[:MOST_COMING]
    if len(councils) == 1:
        where = f"the council where {raise_it}"
    inspections = "inspections" if len(coming) > 1 else "inspection"
    lead = f"Next full {inspections} (our estimate) at {where}"
    return Card(
        heading=NEXT,
        lead=f"{lead}." if len(coming) > 1 else f"{lead}:",
        names_are=LONGEST if len(coming) > 1 else "",
        points=tuple(
            Point(
                link=council_link(council),
                said=likely_years(window, today=today),
            )
            for window, council in shown
        ),
        more=len(coming) - len(shown),
        more_at="#again" if again else "#councils",
    )
