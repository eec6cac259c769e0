"""England now: grades by judgement, a map, all councils, what is new, what is raised more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.analysis.trends import FEWEST_INSPECTIONS
from reports.wording import counted, judgement_words, share_in_words, uk_date, uk_time
from website import addresses
from website.charts.stacked import StackedChart
from website.charts.tile_map import MapTile, TileMap, places, short_names
from website.pages.cards import Card
from website.pages.councils_cards import coming_line, councils_cards
from website.pages.links import ofsted_link, region_link, theme_link
from website.pages.overview import (
    PRESENT_JUDGEMENTS,
    CouncilRow,
    GradeCounts,
    JudgementColumn,
    all_reports,
    council_rows,
    counted_words,
    counts_chart,
    first_counts_words,
    grade_counts,
    graded_in,
    judgement_columns,
    not_stored_words,
)
from website.pages.page import Link, Page
from website.pages.published import Published, as_of_words, published
from website.snapshot import Snapshot

LAST = 10
GRADES_FILE = "data/latest_grades.csv"


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A theme that is raised more often: the share of inspections now and a year before."""

    theme: Link
    now: str
    before: str


@dataclass(frozen=True, kw_only=True)
class NationalContent:
    """What the national page shows. `checked` is empty where the site was never read."""

    lead: str
    grades_line: str
    next_line: str
    cards: tuple[Card, ...]
    checked: str
    source_unavailable: bool
    counts: tuple[GradeCounts, ...]
    counted: str
    graded_in: str
    chart: StackedChart
    maps: tuple[tuple[str, TileMap], ...]
    judgements: tuple[JudgementColumn, ...]
    rows: tuple[CouncilRow, ...]
    elsewhere: Mapping[str, str]
    """Ofsted's pages on the councils without a stored full inspection, by the pages here."""
    regions: tuple[Link, ...]
    latest: tuple[Published, ...]
    rises: tuple[Rise, ...]
    rises_note: str
    download: str


def national_page(snapshot: Snapshot) -> Page:
    """Return the site's first page."""
    rows = council_rows(snapshot.present, today=snapshot.today)
    counts = grade_counts(rows)
    newest = [pair for pair in all_reports(snapshot) if pair[1].published][:LAST]
    content = NationalContent(
        lead=_lead(rows),
        grades_line=first_counts_words(counts),
        next_line=coming_line(snapshot.present, today=snapshot.today),
        cards=councils_cards(snapshot.present, today=snapshot.today),
        checked=_checked(snapshot),
        source_unavailable=snapshot.source_unavailable,
        counts=counts,
        counted=counted_words(counts),
        graded_in=graded_in(rows),
        chart=counts_chart(counts, where="England"),
        maps=_maps(snapshot, rows),
        judgements=judgement_columns(),
        rows=rows,
        elsewhere={
            addresses.council_page(council.key): ofsted.href
            for council in snapshot.present
            if not council.graded and (ofsted := ofsted_link(snapshot, council))
        },
        regions=tuple(region_link(region) for region in snapshot.regions),
        latest=tuple(published(council, report) for council, report in newest),
        rises=_rises(snapshot),
        rises_note=_rises_note(snapshot),
        download=GRADES_FILE,
    )
    return Page(
        path=addresses.NATIONAL,
        template="national.html.j2",
        script=True,
        finder=True,
        title="Children’s services in England: Ofsted’s grades by council",
        description="Ofsted’s latest grades for children’s services in every English council, "
        "what was raised again, and what is new.",
        content=content,
        subject="Children’s services in England",
        as_of=as_of_words(snapshot, snapshot.councils.values()),
    )


def _lead(rows: tuple[CouncilRow, ...]) -> str:
    """Return what the page shows, and of how many councils it cannot show it yet."""
    known = sum(row.report is not None for row in rows)
    of = f"all {len(rows)}" if known == len(rows) else f"{known} of {len(rows)}"
    missing = (
        f" {not_stored_words(rows)} The table links to Ofsted’s own pages on them."
        if known < len(rows)
        else ""
    )
    return (
        f"Ofsted’s latest grades for {of} councils, what inspectors raised again and what comes "
        f"next.{missing}"
    )


def _checked(snapshot: Snapshot) -> str:
    return uk_time(snapshot.checked_at) if snapshot.checked_at else ""


def _maps(snapshot: Snapshot, rows: tuple[CouncilRow, ...]) -> tuple[tuple[str, TileMap], ...]:
    """Return a map for each judgement of the present framework."""
    where = places([council.key for council in snapshot.present], today=snapshot.today)
    found = []
    for judgement in PRESENT_JUDGEMENTS:
        name = judgement_words(judgement)
        tiles = []
        for council, row in zip(snapshot.present, rows, strict=True):
            cell = row.cell(judgement)
            column, line = where[council.key]
            said = cell.words if cell.grade else f"no grade ({cell.words.lower()})"
            note = f" ({cell.note})" if cell.note else ""
            tiles.append(
                MapTile(
                    column=column,
                    row=line,
                    short=short_names().get(council.key) or short_code(council.name),
                    label=f"{row.council.label}: {said}{note}",
                    grade=cell.grade,
                    href=row.council.href,
                )
            )
        tiles.sort(key=lambda tile: (tile.row, tile.column))
        found.append(
            (
                name,
                TileMap(
                    title=f"{name}: one tile for each council",
                    description="Our own arrangement, roughly by location. The table has the "
                    "same grades.",
                    tiles=tuple(tiles),
                ),
            )
        )
    return tuple(found)


def short_code(name: str) -> str:
    """Return a name in at most four letters, for a council that the map's data file lacks.

    "Haringey" is Hari, "North Tyneside" NTyn.
    """
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    capitalised = [word for word in words if word[:1].isupper()]
    if len(capitalised) >= 2:
        return f"{capitalised[0][0]}{capitalised[1][:3]}"
    return (capitalised or words or ["?"])[0][:4]


def _rises(snapshot: Snapshot) -> tuple[Rise, ...]:
    return tuple(
        Rise(
            theme=theme_link(change.theme),
            now=_share(change.now.named, change.now.of),
            before=_share(change.before.named, change.before.of),
        )
        for change in snapshot.trend.risen
    )


def _share(named: int, of: int) -> str:
    return share_in_words(named, of) if of else "no inspections"


def _rises_note(snapshot: Snapshot) -> str:
    trend = snapshot.trend
    if not trend.enough:
        return (
            f"Too few to tell: {counted(trend.inspections_now, 'full inspection')} began in the "
            f"last 12 months and {trend.inspections_before} in the 12 before. At least "
            f"{FEWEST_INSPECTIONS} are needed in each."
        )
    said = (
        f"This compares {trend.inspections_now} full inspections that began after "
        f"{uk_date(trend.now_begins_after)} with {trend.inspections_before} in the 12 months "
        "before."
    )
    if not trend.risen:
        return f"No theme rose by more than chance would explain. {said}"
    return f"Chance alone is unlikely to explain these rises (95% interval). {said}"
