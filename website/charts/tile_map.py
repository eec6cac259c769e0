"""One tile for each council, roughly where it is, with its last grade on a judgement. Pure.

The places of the tiles are data (`data/tile_map.csv`) with dates of validity: councils that merge
or are split change rows, not code. A grade is a letter, a shape and a colour.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from website.charts.palette import mark_of
from website.charts.shapes import Box, Drawing, Tile, Words, grade_shape

FILE = Path(__file__).parent.parent / "data" / "tile_map.csv"

_TILE, _GAP = 31, 1.5
"""At the smallest size on a page a tile is 30 CSS pixels wide: WCAG 2.2 asks for 24."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a council's tile is between two days (both included; None: open).

    `short` is the council in a few letters, which no other tile has.
    """

    authority: str
    short: str
    column: int
    row: int
    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True)
class MapTile:
    """One tile: `short` is the council in a few letters, `label` everything in words."""

    column: int
    row: int
    short: str
    label: str
    grade: str | None
    href: str


@dataclass(frozen=True, kw_only=True)
class TileMap:
    """What the map shows: the grades on one judgement."""

    title: str
    description: str
    tiles: tuple[MapTile, ...]


@cache
def all_places() -> tuple[Place, ...]:
    """Return all rows of the data file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Place(
                authority=row["authority"],
                short=row["label"],
                column=int(row["column"]),
                row=int(row["row"]),
                first=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                last=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def short_names() -> dict[str, str]:
    """Return each council in the few letters that fit on its tile."""
    return {place.authority: place.short for place in all_places()}


def places(authorities: Sequence[str], *, today: date) -> dict[str, tuple[int, int]]:
    """Return the column and row of each council on a day.

    A council that is not in the file gets a place below all others.
    """
    found = {
        place.authority: (place.column, place.row)
        for place in all_places()
        if (place.first is None or place.first <= today)
        and (place.last is None or today <= place.last)
    }
    known = {key: found[key] for key in authorities if key in found}
    columns = max((column for column, _ in known.values()), default=15) + 1
    below = max((row + 2 for _, row in known.values()), default=0)
    for number, key in enumerate(key for key in authorities if key not in known):
        known[key] = (number % columns, below + number // columns)
    return known


def tile_map_drawing(chart: TileMap, *, key: str, to: Callable[[str], str]) -> Drawing:
    """Return the map as shapes; `to` turns a path of the site into a link from the page."""
    step = _TILE + _GAP
    columns = max((tile.column for tile in chart.tiles), default=0) + 1
    rows = max((tile.row for tile in chart.tiles), default=0) + 1
    return Drawing(
        key=key,
        width=columns * step,
        height=rows * step,
        title=chart.title,
        description=chart.description,
        parts=[_tile(tile, step, to(tile.href)) for tile in chart.tiles],
    )


def _tile(tile: MapTile, step: float, href: str) -> Tile:
    x, y = tile.column * step, tile.row * step
    colour, letter = mark_of(tile.grade)
    middle = x + _TILE / 2
    return Tile(
        href=href,
        label=tile.label,
        shapes=(
            Box(x=x, y=y, width=_TILE, height=_TILE, r=3, look=f"tile c-{colour}"),
            grade_shape(colour, x=middle, y=y + 11, r=7),
            Words(x=middle, y=y + 14, text=letter, look="t-b", anchor="middle"),
            Words(x=middle, y=y + 28, text=tile.short, look="t-s", anchor="middle"),
        ),
    )
