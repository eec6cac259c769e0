"""What came before and after an issue, in other rows of the table or by weaker links. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from reports.model import Kind, Repeat
from reports.repeats.stated import says_all
from reports.themes.names import issue_name
from reports.wording import month_words
from storage.models import Report
from storage.repeats import ReportRepeats, start_of
from website import addresses
from website.pages.latest import (
    issues_persisting,
    issues_raised,
    latest_reports,
    raised_themes,
)
from website.pages.tracked_issues import Statement
from website.pages.words import EVEN
from website.snapshot import Council

RepeatLink = tuple[Report, Report, Repeat]
"""A report, the earlier report whose statement it raises again, and the repeat."""


def is_likely_enough(repeat: Repeat) -> bool:
    """Return whether a repeat is at least as likely right as wrong, so that it is counted."""
    stated = repeat.confirmed or repeat.strength == "stated"
    return stated or repeat.certainty is None or repeat.certainty >= EVEN


def is_sure(repeat: Repeat) -> bool:
    """Return whether a repeat is more than possible."""
    return repeat.confirmed or repeat.strength != "possible"


def nodes(link: RepeatLink) -> tuple[Statement, Statement]:
    """Return the later and the earlier statement of a link."""
    later, earlier, repeat = link
    return (later.id, repeat.later), (earlier.id, repeat.earlier)


def name_of(link: RepeatLink) -> str:
    """Return the name of the issue of a link."""
    return issue_name(link[2].theme, link[2].facet)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What is known of a council's issues.

    `places` are the positions in `line` of the reports, by their ids. `links` are in the order of
    their later reports.
    """

    council: Council
    line: list[Report]
    places: Mapping[int, int]
    links: list[RepeatLink]

    @cached_property
    def last_full(self) -> int:
        """The position of the last full inspection; -1 where there is none."""
        full = (at for at, report in enumerate(self.line) if report.kind == Kind.INSPECTION)
        return max(full, default=-1)

    def themes_raised_again(self) -> frozenset[str]:
        """Return the themes that areas of the latest reports share with areas they raise again.

        An area may raise several themes, and the link between two areas has only one of them.
        """
        return frozenset(
            theme
            for link, (later, earlier) in self.joined
            if is_likely_enough(link[2]) and self.places[link[0].id] >= self.last_full
            for theme in self._themes[later] & self._themes[earlier]
        )

    @cached_property
    def joined(self) -> list[tuple[RepeatLink, tuple[Statement, Statement]]]:
        """The links, each with the later and the earlier statement that it joins."""
        return [(link, nodes(link)) for link in self.links]

    def concerns(self, statement: Statement, theme: str) -> bool:
        """Return whether an area raises a theme. Its links may be of another of its themes."""
        return theme in self._themes[statement]

    @cached_property
    def _themes(self) -> Mapping[Statement, Set[str]]:
        """The themes of each area; none for a statement that is not an area."""
        themes: defaultdict[Statement, set[str]] = defaultdict(set)
        for report in self.line:
            for area in report.areas:
                themes[report.id, area.text].update(tagged["theme"] for tagged in area.themes)
        return themes

    def goes_on(
        self, statements: Collection[Statement], *, by: Callable[[RepeatLink], bool]
    ) -> RepeatLink | None:
        """Return the link by which the last full inspection raises one of `statements` again.

        None where there is none. The link may be of another theme, or so weak that it is not in the
        row. Only links for which `by` is true are followed.
        """
        known = set(statements)
        last = self.line[self.last_full].id
        for link, (later, earlier) in self.joined:
            if earlier in known and later not in known and by(link):
                known.add(later)
                if later[0] == last:
                    return link
        return None


def began_words(
    followed: Followed, first: int, statements: Collection[Statement], theme: str
) -> str:
    """Return when an area of the row's first report had itself been raised before, and as what.

    The earlier area raises this theme too, but the link to it is of another theme, so that it is in
    another row. Empty where there is no such area.
    """
    for link, (later, earlier) in followed.joined:
        begins = later in statements and followed.places[link[0].id] == first
        of_other = link[2].theme != theme and is_sure(link[2])
        if begins and of_other and followed.concerns(earlier, theme):
            return f"{month_words(start_of(link[1]))} as “{name_of(link)}”"
    return ""


def since_words(
    followed: Followed,
    last: int,
    statements: Collection[Statement],
    issues: Collection[tuple[str, str]],
    theme: str,
) -> tuple[str, bool]:
    """Return what followed the last mention, in words, and whether the issue was not found again.

    Even then, the latest reports may raise its theme. So the words say where they do.
    """
    line = followed.line
    if last >= followed.last_full:
        if line[last].kind == Kind.INSPECTION:
            return "Raised at the last full inspection", False
        if followed.last_full < 0:
            return "Raised at a visit. No full inspection is stored here", False
        return "Raised at a visit since the last full inspection", False
    full = line[followed.last_full]
    which = f"the full inspection of {month_words(start_of(full))}"
    if full.id not in followed.council.repeats:
        return f"Not compared with {which}, which needs review", False

    def surely(link: RepeatLink) -> bool:
        return is_sure(link[2]) and followed.concerns(nodes(link)[0], theme)

    def possibly(link: RepeatLink) -> bool:
        return is_likely_enough(link[2]) and followed.concerns(nodes(link)[0], theme)

    for raised, by in (("Raised", surely), ("Possibly raised", possibly)):
        if again := followed.goes_on(statements, by=by):
            return f"{raised} again in {which} as “{name_of(again)}”", False
    if other := followed.goes_on(statements, by=lambda link: is_likely_enough(link[2])):
        point = f"raises another point of that area again: “{name_of(other)}”"
        return f"Not found again in {which}, which {point}", True
    if followed.goes_on(statements, by=lambda _: True) or _may_be_meant(
        followed.council.repeats[full.id], statements
    ):
        return f"Only a weak match was found in {which}", False
    if any(map(says_all, followed.council.repeats[full.id].stated)):
        return f"Not matched in {which}, but inspectors say there that all areas remain", False
    if issues_raised(full) & set(issues):
        return f"Not matched in {which}, but an area there is about the same subject", False
    if issues_persisting(followed.council.repeats[full.id]) & set(issues):
        return f"Not among the areas of {which}, but inspectors speak of the subject there", False
    sentence = f"Not found again in {which}"
    if theme in followed.themes_raised_again():
        sentence += ". Another issue of its theme was raised again"
    elif addresses.theme_page(theme) in raised_themes(latest_reports(followed.council)):
        sentence += ". The latest reports raise its theme, but no earlier issue of it again"
    return sentence, True


def _may_be_meant(found: ReportRepeats, statements: Iterable[Statement]) -> bool:
    """Return whether areas of a report may mean a statement of the full inspection before it.

    The areas are too unlike it for a repeat, but the statement is not among those that were not
    found again.
    """
    before = [report.id for report in found.compared_with if report.kind == Kind.INSPECTION]
    return any(
        said_in in before and text not in found.no_longer_named for said_in, text in statements
    )
