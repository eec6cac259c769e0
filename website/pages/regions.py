"""A region's councils side by side, and the themes that are raised most there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.analysis.theme_shares import share_of
from reports.repeats.base_rates import COMPARABLE_SINCE, ReportFamily
from reports.themes.names import theme_name
from reports.themes.taxonomy import load_taxonomy
from reports.wording import region_words, share_in_words
from website import addresses
from website.charts.bars import Bar, BarsChart
from website.charts.stacked import StackedChart
from website.pages.cards import Card
from website.pages.councils_cards import councils_cards
from website.pages.links import council_link, region_link, theme_link
from website.pages.overview import (
    CouncilRow,
    GradeCounts,
    JudgementColumn,
    all_reports,
    council_rows,
    counted_words,
    counts_chart,
    grade_counts,
    graded_in,
    judgement_columns,
)
from website.pages.page import ENGLAND, Link, Page
from website.pages.published import Published, as_of_words, published
from website.snapshot import Snapshot

MOST_THEMES = 10
YEARS = 3


@dataclass(frozen=True, kw_only=True)
class RegionTheme:
    """How often a theme is raised in full inspections, here and in England."""

    theme: Link
    here: str
    england: str


@dataclass(frozen=True, kw_only=True)
class RegionContent:
    """What a region's page shows."""

    name: str
    councils: int
    cards: tuple[Card, ...]
    counts: tuple[GradeCounts, ...]
    counted: str
    graded_in: str
    chart: StackedChart
    judgements: tuple[JudgementColumn, ...]
    rows: tuple[CouncilRow, ...]
    themes: tuple[RegionTheme, ...]
    themes_chart: BarsChart | None
    themes_since: int
    latest: tuple[Published, ...]


@dataclass(frozen=True, kw_only=True)
class RegionsContent:
    """The list of regions, each with its councils and whether a full inspection of it is stored."""

    regions: tuple[tuple[Link, tuple[tuple[Link, bool], ...]], ...]


def region_pages(snapshot: Snapshot) -> Iterable[Page]:
    """Yield a page for each region, and the page that lists them."""
    for region in snapshot.regions:
        yield _page(snapshot, region)
    yield Page(
        path=addresses.REGIONS,
        template="regions.html.j2",
        title="Regions and councils",
        description="The regions of England with their councils.",
        crumbs=(ENGLAND,),
        content=RegionsContent(
            regions=tuple(
                (
                    region_link(region),
                    tuple(
                        (
                            council_link(council),
                            bool(council.graded),
                        )
                        for council in snapshot.of_region(region)
                    ),
                )
                for region in snapshot.regions
            )
        ),
    )


def _page(snapshot: Snapshot, region: str) -> Page:
    rows = council_rows(snapshot.of_region(region), today=snapshot.today)
    counts = grade_counts(rows)
    since = date(snapshot.today.year - YEARS, 1, 1)
    themes, bars = _themes(snapshot, region, since)
    here = [
        pair for pair in all_reports(snapshot) if pair[0].region == region and pair[1].published
    ]
    return Page(
        path=addresses.region_page(region),
        template="region.html.j2",
        script=True,
        title=f"{region}: children’s services",
        subject=region,
        as_of=as_of_words(snapshot, snapshot.of_region(region)),
        description=(
            f"Ofsted’s latest grades for every council in {region_words(region)}, side by side."
        ),
        crumbs=(ENGLAND, Link(label="Councils", href=addresses.REGIONS)),
        content=RegionContent(
            name=region,
            councils=len(rows),
            cards=councils_cards(snapshot.of_region(region), today=snapshot.today),
            counts=counts,
            counted=counted_words(counts),
            graded_in=graded_in(rows),
            chart=counts_chart(counts, where=region),
            judgements=judgement_columns(),
            rows=rows,
            themes=themes,
            themes_chart=bars,
            themes_since=since.year,
            latest=tuple(published(council, report) for council, report in here[:5]),
        ),
    )


def _themes(
    snapshot: Snapshot, region: str, since: date
) -> tuple[tuple[RegionTheme, ...], BarsChart | None]:
    """Return the themes that full inspections in a region raise most, as rows and as a chart."""
    since = max(since, COMPARABLE_SINCE)
    counted = snapshot.counted.of(ReportFamily.COUNCIL)
    england = [inspection for inspection in counted if inspection.start >= since]
    here = [inspection for inspection in england if inspection.region == region]
    shares = [(theme, share_of(here, theme)) for theme in load_taxonomy().themes]
    most = sorted((s for s in shares if s[1].named), key=lambda s: (-s[1].named, s[0]))
    most = most[:MOST_THEMES]
    if not most:
        return (), None
    rows = []
    for theme, share in most:
        whole = share_of(england, theme)
        rows.append(
            RegionTheme(
                theme=theme_link(theme),
                here=share_in_words(share.named, share.of),
                england=share_in_words(whole.named, whole.of),
            )
        )
    chart = BarsChart(
        title=f"Themes raised most in {region_words(region)}",
        description="The table below has the same numbers.",
        bars=tuple(
            Bar(label=theme_name(theme), number=share.named, of=share.of) for theme, share in most
        ),
    )
    return tuple(rows), chart
