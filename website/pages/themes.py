"""A theme: what it is, how often it is raised, and where most recently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reports.analysis.theme_shares import ThemeShare
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily
from reports.safe_text import plain_line
from reports.themes.taxonomy import Theme, load_taxonomy
from reports.wording import (
    FEWEST_FOR_PERCENT,
    listed_words,
    share_in_words,
    short_grade_words,
    uk_date,
)
from storage.models import Area, Report
from storage.problems import areas_are_shown
from website import addresses
from website.charts.bars import Bar, BarsChart
from website.pages.cards import Card, cards_lines
from website.pages.links import council_link, report_link, theme_link
from website.pages.overview import all_reports
from website.pages.page import ENGLAND, Link, Page
from website.pages.published import as_of_words
from website.pages.report_view import addressee
from website.pages.theme_cards import theme_cards
from website.pages.theme_councils import (
    CouncilsInCase,
    CouncilWithRepeats,
    councils_by_case,
    raising_now,
    said_raised,
    themes_repeated,
)
from website.pages.words import only_possibly_words
from website.snapshot import Council, Snapshot

MOST_RECENT = 30
MOST_REPEATED = 50
"""With more, the page of a theme that is raised everywhere would be larger than 100 kB."""

_FAMILIES = {
    ReportFamily.COUNCIL: "full inspections of councils",
    ReportFamily.JOINT: "joint inspections",
    ReportFamily.SEND: "area SEND inspections",
}
_EARLIER_YEARS = (
    f"Reports before {COMPARABLE_SINCE.year} list more areas, so don’t compare them with later "
    "ones. They are not in the figure at the top of the page."
)


@dataclass(frozen=True, kw_only=True)
class QuotedArea:
    """One area for improvement that raises the theme, word for word, with its report.

    `addressee` says whom it is for; empty where that is the inspected body itself.
    """

    council: Link
    report: Link
    published: str
    text: str
    priority: bool
    addressee: str


@dataclass(frozen=True, kw_only=True)
class ThemeContent:
    """What a theme's page shows.

    `headline` says in a sentence how often it is raised, `in_short` what was raised again and what
    comes next. `family` names the inspections of the shares, `not_counted` the other ones and those
    that need review. Of the `total` areas that raise the theme, `issues` has the number that raise
    each issue, `of_several` is the number that raise more than one, and `of_none` the number that
    raise none in particular.
    """

    name: str
    headline: str
    definition: str
    includes: str
    excludes: str
    in_short: tuple[str, ...]
    cards: tuple[Card, ...]
    themes_repeated: tuple[CouncilWithRepeats, ...]
    themes_repeated_are: str
    councils: tuple[CouncilsInCase, ...]
    issues: tuple[tuple[str, int], ...]
    of_several: int
    of_none: int
    family: str
    not_counted: str
    charts: tuple[BarsChart, ...]
    recent: tuple[QuotedArea, ...]
    total: int
    since: int


@dataclass(frozen=True, kw_only=True)
class ThemesContent:
    """All themes, each with its definition and how often it is raised, in words."""

    rows: tuple[tuple[Link, str, str], ...]
    since: int


def theme_pages(snapshot: Snapshot) -> Iterable[Page]:
    """Yield a page for each theme, and the page that lists them."""
    themes = load_taxonomy().themes
    shares = _shares(snapshot)
    raising = _areas_by_theme(snapshot)
    until = as_of_words(snapshot, snapshot.councils.values())
    known = sum(bool(council.graded) for council in snapshot.present)
    again = themes_repeated(snapshot.present, today=snapshot.today)
    now = raising_now(snapshot.present)
    said = said_raised(snapshot.present)
    for theme in themes.values():
        path = addresses.theme_page(theme.id)
        repeated = again.get(path, [])
        page = _page(
            theme,
            shares[theme.id],
            raising[theme.id],
            in_review=snapshot.counted.left_out,
            repeated=repeated,
            councils=councils_by_case(
                path, snapshot.present, repeated=repeated, today=snapshot.today
            ),
            cards=theme_cards(
                repeated,
                now.get(path, []),
                councils=snapshot.councils,
                known=known,
                today=snapshot.today,
                said=said.get(path, []),
            ),
        )
        yield replace(page, as_of=until)
    yield _list(themes, shares)


def _shares(snapshot: Snapshot) -> Mapping[str, list[ThemeShare]]:
    """Return the shares of each theme."""
    found: defaultdict[str, list[ThemeShare]] = defaultdict(list)
    for row in snapshot.counted.shares:
        found[row.theme].append(row)
    return found


def _areas_by_theme(snapshot: Snapshot) -> Mapping[str, list[tuple[Council, Report, Area]]]:
    """Return the areas that raise each theme, the newest publication first."""
    found: defaultdict[str, list[tuple[Council, Report, Area]]] = defaultdict(list)
    for council, report in all_reports(snapshot):
        if report.id in council.superseded or report.withdrawn_at is not None:
            continue
        if not areas_are_shown(report):
            continue
        for area in report.areas:
            for theme in dict.fromkeys(tag["theme"] for tag in area.themes):
                found[theme].append((council, report, area))
    return found


def _page(
    theme: Theme,
    rows: list[ThemeShare],
    raising: list[tuple[Council, Report, Area]],
    *,
    in_review: Mapping[ReportFamily, int],
    repeated: list[CouncilWithRepeats],
    councils: tuple[CouncilsInCase, ...],
    cards: tuple[Card, ...],
) -> Page:
    family = _family(rows)
    mine = [row for row in rows if row.family is family]
    found = [
        {tag["facet"] for tag in area.themes if tag["theme"] == theme.id and tag["facet"]}
        for _, _, area in raising
    ]
    issues = [(facet.name, sum(facet.id in facets for facets in found)) for facet in theme.facets]
    return Page(
        path=addresses.theme_page(theme.id),
        template="theme.html.j2",
        finder=bool(councils),
        title=f"{theme.name}: how often Ofsted raises it",
        subject=theme.name,
        description=f"{theme.definition} How often inspectors raise it, and in whose words.",
        crumbs=(ENGLAND, Link(label="Themes", href=addresses.THEMES)),
        content=ThemeContent(
            name=theme.name,
            headline=_headline(mine, family),
            definition=theme.definition,
            includes=theme.includes,
            excludes=theme.excludes,
            in_short=cards_lines(cards),
            cards=cards,
            themes_repeated=tuple(repeated[:MOST_REPEATED]),
            themes_repeated_are=_repeated_are(repeated),
            councils=councils,
            issues=tuple(sorted(issues, key=lambda pair: -pair[1])),
            of_several=sum(len(facets) > 1 for facets in found),
            of_none=sum(not facets for facets in found),
            family=_FAMILIES[family],
            not_counted=listed_words(
                [
                    *(words for other, words in _FAMILIES.items() if other is not family),
                    *_in_review(in_review.get(family, 0)),
                ]
            ),
            charts=tuple(_charts(theme, mine)),
            recent=tuple(
                QuotedArea(
                    council=council_link(council),
                    report=report_link(report),
                    published=uk_date(report.published) if report.published else "",
                    text=plain_line(area.text),
                    priority=area.priority_action,
                    addressee=addressee(report, area),
                )
                for council, report, area in raising[:MOST_RECENT]
            ),
            total=len(raising),
            since=COMPARABLE_SINCE.year,
        ),
    )


def _repeated_are(repeated: list[CouncilWithRepeats]) -> str:
    """Return at how many councils issues were raised more than once, and which the table has.

    "This counts councils: 28 where the latest reports raise an issue of the theme again (7 of
    them possibly), then 18 where only earlier reports did."
    """
    again = sum(row.raised_again_now for row in repeated)
    possibly = only_possibly_words(sum(row.is_only_possible for row in repeated), of=again)
    parts = (
        (again, f"where the latest reports raise an issue of the theme again {possibly}".rstrip()),
        (len(repeated) - again, "where only earlier reports did"),
    )
    counted = f"This counts councils: {', then '.join(f'{n} {said}' for n, said in parts if n)}."
    if len(repeated) > MOST_REPEATED:
        counted += f" The table has the first {MOST_REPEATED}; “Every council” leads to the others."
    return counted


def _in_review(number: int) -> Iterable[str]:
    if number:
        yield f"inspections that need review ({number})"


def _family(rows: list[ThemeShare]) -> ReportFamily:
    """Return the family whose shares are shown: area SEND where it raises the theme far more."""
    whole = {row.family: row.share.named for row in rows if row.dimension == "all"}
    if whole.get(ReportFamily.COUNCIL, 0) * 5 < whole.get(ReportFamily.SEND, 0):
        return ReportFamily.SEND
    return ReportFamily.COUNCIL


def _headline(rows: Iterable[ThemeShare], family: ReportFamily) -> str:
    """Return how often a theme is raised, in a sentence.

    "An area for improvement in 29 of 76 full inspections of councils since 2018
    (38%); in 2026, in 4 of 15."
    """
    shares = {(row.dimension, row.group): row.share for row in rows}
    whole = next((share for (dimension, _), share in shares.items() if dimension == "all"), None)
    if whole is None or not whole.of:
        return ""
    sentence = (
        f"An area for improvement in {whole.named} of {whole.of} "
        f"{_FAMILIES[family]} since {COMPARABLE_SINCE.year}"
    )
    if whole.of >= FEWEST_FOR_PERCENT:
        sentence += f" ({whole.named / whole.of:.0%})"
    last = max((group for dimension, group in shares if dimension == "year"), default="")
    if last:
        latest = shares["year", last]
        sentence += f"; in {last}, in {latest.named} of {latest.of}"
    return f"{sentence}."


def _charts(theme: Theme, rows: list[ThemeShare]) -> Iterable[BarsChart]:
    names = {"year": "by year", "region": "by region", "grade": "by grade"}
    for dimension, dimension_words in names.items():
        mine = [row for row in rows if row.dimension == dimension]
        if mine:
            yield BarsChart(
                title=f"{theme.name} {dimension_words}",
                description="Share of inspections that raise it. The table has the numbers.",
                bars=tuple(
                    Bar(label=_group(row), number=row.share.named, of=row.share.of) for row in mine
                ),
                caution=_EARLIER_YEARS if dimension == "year" else "",
            )


def _group(row: ThemeShare) -> str:
    return (short_grade_words(row.group) or "") if row.dimension == "grade" else row.group


def _list(themes: Mapping[str, Theme], shares: Mapping[str, list[ThemeShare]]) -> Page:
    rows = []
    for theme in themes.values():
        family = _family(shares[theme.id])
        whole = next(
            (r for r in shares[theme.id] if r.dimension == "all" and r.family is family), None
        )
        share = whole.share if whole else None
        sentence = (
            f"{share_in_words(share.named, share.of)} {_FAMILIES[family]}"
            if share and share.of
            else "–"
        )
        rows.append(
            (
                share.share or 0.0 if share else 0.0,
                (
                    theme_link(theme.id),
                    theme.definition,
                    sentence,
                ),
            )
        )
    rows.sort(key=lambda row: -row[0])
    return Page(
        path=addresses.THEMES,
        template="themes.html.j2",
        script=True,
        title="Themes: what Ofsted asks councils to improve",
        description="What areas for improvement are about, and how often each theme is raised.",
        crumbs=(ENGLAND,),
        content=ThemesContent(rows=tuple(row for _, row in rows), since=COMPARABLE_SINCE.year),
    )
