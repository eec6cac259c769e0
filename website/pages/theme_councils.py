"""Every council on the page of a theme: where it was raised again, raised, or not found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from storage.problems import areas_are_shown
from website import addresses
from website.pages.kept import kept_with_council
from website.pages.latest import latest_reports, raised_themes
from website.pages.nothing_found import earlier_in_review, latest_in_review
from website.pages.page import Link
from website.pages.quoted import themes_said_raised
from website.pages.tracked_issues import TrackedIssue, possibly_note
from website.pages.tracker import tracker
from website.pages.words import likely_when
from website.snapshot import Council

RAISED_NOT_AGAIN = "Raised, but not matched with an earlier report"
"""What is said where the latest reports raise a theme, but nothing earlier of it was found."""

RAISED_NOT_COMPARED = "Raised, but not compared with all earlier reports, because some need review"

RAISED_AGAIN = "Raised again"
POSSIBLY_AGAIN = "Possibly raised again"
AGAIN_AS_ANOTHER = "Raised again, under another theme"
INSPECTORS_SAY = "Inspectors say that something raised before persists"
NOT_RAISED = "Not found in the latest reports"
IN_REVIEW = "Not known: areas of the latest reports need review"
NO_INSPECTION = "No full inspection stored here"


@dataclass(frozen=True, kw_only=True)
class CouncilWithRepeats:
    """A council where an issue of a theme was raised more than once.

    `raised_again_now`: whether its latest reports (the last full inspection and the visits since)
    raise an issue of the theme again; `raised_in_latest` says in words whether they raise the theme
    at all. `likely_when`: when its next full inspection is likely.
    """

    council_key: str
    council: Link
    issues: tuple[TrackedIssue, ...]
    raised_again_now: bool
    raised_in_latest: str
    likely_when: str

    @property
    def is_only_possible(self) -> bool:
        """Whether the latest reports raise issues again, but all of them only possibly."""
        return self.raised_again_now and all(
            issue.is_possible for issue in self.issues if issue.still_raised
        )

    @property
    def most_raised(self) -> TrackedIssue:
        """The issue that was raised most often; of those raised now, where there are any."""
        return min(
            self.issues, key=lambda issue: (not issue.still_raised, *_likely_and_most_often(issue))
        )


def themes_repeated(
    councils: Iterable[Council], *, today: date
) -> dict[str, list[CouncilWithRepeats]]:
    """Return, by the path of a theme's page, the councils where an issue of it was raised more than
    once.

    Councils whose latest reports raise one again come first. Within both groups, the order is that
    of `_likely_and_most_often`.
    """
    found: dict[str, list[CouncilWithRepeats]] = {}
    for council in councils:
        by_theme: dict[str, list[TrackedIssue]] = {}
        for issue in tracker(council).issues:
            by_theme.setdefault(issue.theme.href, []).append(issue)
        for theme, issues in by_theme.items():
            still_raised = [issue for issue in issues if issue.still_raised]
            found.setdefault(theme, []).append(
                CouncilWithRepeats(
                    council_key=council.key,
                    council=Link(
                        label=council.name, href=f"{addresses.council_page(council.key)}#raised"
                    ),
                    issues=tuple(issues),
                    raised_again_now=bool(still_raised),
                    raised_in_latest=_how_raised(council, theme, still_raised),
                    likely_when=likely_when(council.window, today=today),
                )
            )
    for repeated in found.values():
        repeated.sort(
            key=lambda row: (
                not row.raised_again_now,
                *_likely_and_most_often(row.most_raised),
                row.council.label,
            )
        )
    return found


def _likely_and_most_often(issue: TrackedIssue) -> tuple[bool, int]:
    """Return a key that sorts issues: likely before possible ones, then by how often raised."""
    return issue.is_possible, -len(issue.sure_months)


def _how_raised(council: Council, theme: str, again: Sequence[TrackedIssue]) -> str:
    if again:
        unsure = all(issue.is_possible for issue in again)
        return POSSIBLY_AGAIN if unsure else f"{RAISED_AGAIN} {possibly_note(again)}".rstrip()
    words = _without_repeat(council, theme)
    return "Not found" if words == NOT_RAISED else words


def _without_repeat(council: Council, theme: str) -> str:
    """Return what the latest reports say of a theme of which they raise no issue again."""
    if theme in tracker(council).theme_pages_raised_again:
        return AGAIN_AS_ANOTHER
    if theme in themes_said_raised(council):
        return INSPECTORS_SAY
    if theme in _raised_in_latest(council):
        return _raised_only(council)
    if not _all_areas_are_shown(council):
        return IN_REVIEW
    return NOT_RAISED if council.graded else NO_INSPECTION


def raising_now(councils: Iterable[Council]) -> dict[str, list[Council]]:
    """Return, by the path of a theme's page, the councils whose latest reports raise it."""
    return _by_theme(councils, _raised_in_latest)


def said_raised(councils: Iterable[Council]) -> dict[str, list[Council]]:
    """Return, by the path of a theme's page, the councils where inspectors say in the latest
    reports that something of it was raised before and persists.
    """
    return _by_theme(councils, themes_said_raised)


def _by_theme(
    councils: Iterable[Council], themes_of: Callable[[Council], Iterable[str]]
) -> dict[str, list[Council]]:
    found: dict[str, list[Council]] = {}
    for council in councils:
        for theme in themes_of(council):
            found.setdefault(theme, []).append(council)
    return found


@kept_with_council
def _raised_in_latest(council: Council) -> frozenset[str]:
    """Return the paths of the themes that the latest reports raise."""
    return raised_themes(latest_reports(council))


def _raised_only(council: Council) -> str:
    """Return what is said where the latest reports raise a theme, but nothing earlier was found."""
    not_compared = latest_in_review(council) or earlier_in_review(council)
    return RAISED_NOT_COMPARED if not_compared else RAISED_NOT_AGAIN


def _all_areas_are_shown(council: Council) -> bool:
    """Return whether the areas of all the latest reports may be shown."""
    return all(map(areas_are_shown, latest_reports(council)))


@dataclass(frozen=True, kw_only=True)
class CouncilsInCase:
    """The councils where the same is true of a theme, by name; `words` say what is true.

    Next to each is when its next full inspection is likely (empty without an estimate), and its
    anchor on the page.
    """

    words: str
    councils: tuple[tuple[Link, str, str], ...]


def councils_by_case(
    theme: str,
    councils: Iterable[Council],
    *,
    repeated: Iterable[CouncilWithRepeats],
    today: date,
) -> tuple[CouncilsInCase, ...]:
    """Return every council once, grouped by what its latest reports say about a theme.

    `theme` is the path of its page; `repeated` is what `themes_repeated` returns for it. Cases
    without a council are left out.
    """
    again = {row.council_key: row for row in repeated if row.raised_again_now}
    found: dict[str, list[tuple[Link, str, str]]] = {
        words: []
        for words in (
            RAISED_AGAIN,
            POSSIBLY_AGAIN,
            AGAIN_AS_ANOTHER,
            INSPECTORS_SAY,
            RAISED_NOT_AGAIN,
            RAISED_NOT_COMPARED,
            NOT_RAISED,
            IN_REVIEW,
            NO_INSPECTION,
        )
    }
    for council in sorted(councils, key=lambda council: council.name):
        if council.key in again:
            words = POSSIBLY_AGAIN if again[council.key].is_only_possible else RAISED_AGAIN
        else:
            words = _without_repeat(council, theme)
        page = addresses.council_page(council.key)
        anchor = "#raised" if council.graded else ""
        when = likely_when(council.window, today=today) if council.window else ""
        link = Link(label=council.name, href=f"{page}{anchor}")
        found[words].append((link, when, addresses.on_theme_page(council.key)))
    return tuple(
        CouncilsInCase(words=words, councils=tuple(links))
        for words, links in found.items()
        if links
    )
