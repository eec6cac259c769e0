"""The map of tiles: each council has one, with a few letters of its own."""

from __future__ import annotations

from datetime import date

import pytest

from tests.website.built import Built, snapshot_of
from website.charts.tile_map import all_places, places
from website.pages.national import short_code


def test_every_council_has_one_tile(site: Built) -> None:
    present = [one.key for one in snapshot_of(site.database).present]
    found = places(present, today=date(2026, 6, 30))
    assert len(set(found.values())) == len(present) == 153
    assert set(found) == set(present)
    for chart in site.page("index.html").xpath("//div[contains(@class, 'map ')]/svg"):
        assert len(chart.xpath(".//a")) == 153


def test_no_two_tiles_have_the_same_letters(site: Built) -> None:
    """Leicester and Leicestershire are next to each other, and so are others."""
    for chart in site.page("index.html").xpath("//div[contains(@class, 'map ')]/svg"):
        short = [tile.xpath(".//text")[-1].text_content() for tile in chart.xpath(".//a")]
        assert len(set(short)) == len(short) == 153
        assert max(map(len, short)) <= 6
        assert {"Leic", "Leics", "Notts", "Nottm", "Soton", "Swark"} <= set(short)
    by_short: dict[str, set[str]] = {}
    for one in all_places():
        by_short.setdefault(one.short, set()).add(one.authority)
    assert all(len(councils) == 1 for councils in by_short.values())


def test_the_map_follows_dates_of_validity() -> None:
    before = places(["cumberland"], today=date(2023, 3, 31))
    after = places(["cumberland"], today=date(2023, 4, 1))
    assert before != after  # before it began it has no place of its own
    assert {one.authority for one in all_places()} >= {"cumberland", "dorset"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Haringey", "Hari"),
        ("North Tyneside", "NTyn"),
        ("Stoke-on-Trent", "STre"),
        ("York", "York"),
        ("Kingston upon Hull", "KHul"),
    ],
)
def test_a_tile_of_a_council_without_a_place_has_a_few_letters_too(name: str, code: str) -> None:
    assert short_code(name) == code
