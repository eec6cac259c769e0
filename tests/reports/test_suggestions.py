"""A misspelt or shortened name leads to the name that is meant."""

from __future__ import annotations

import pytest

from reports.register import Register
from reports.suggestions import nearest

KNOWN = (
    "Bournemouth, Christchurch and Poole",
    "Portsmouth",
    "North Yorkshire",
    "East Riding of Yorkshire",
    "Havering",
    "Haringey",
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Bournmouth", ["Bournemouth, Christchurch and Poole"]),
        ("Yorkshire", ["North Yorkshire", "East Riding of Yorkshire"]),
        ("Havring", ["Havering"]),
        ("port", ["Portsmouth"]),
        ("Yorks", ["North Yorkshire", "East Riding of Yorkshire"]),
        ("N. Yorks", ["North Yorkshire"]),
        ("Nowhere at all", []),
        ("", []),
    ],
)
def test_the_name_that_is_meant_is_suggested(text: str, meant: list[str]) -> None:
    assert nearest(text, KNOWN) == meant


def test_the_name_that_is_most_alike_comes_first() -> None:
    """It was cut off where three others are about as similar and come before it."""
    assert Register.default().nearest_names("Sogrset")[0] == "Somerset"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Northants", {"North Northamptonshire", "West Northamptonshire"}),
        ("Northants County Council", {"North Northamptonshire", "West Northamptonshire"}),
        ("Herts", {"Hertfordshire"}),
        ("Lancs", {"Lancashire"}),
        ("Notts", {"Nottinghamshire"}),
        ("Bucks", {"Buckinghamshire"}),
        ("Cambs", {"Cambridgeshire"}),
        ("Beds", {"Central Bedfordshire"}),
        ("Berks", {"West Berkshire"}),
        ("Glos", {"Gloucestershire", "South Gloucestershire"}),
        ("S Glos", {"South Gloucestershire"}),
        ("Hants", {"Hampshire"}),
        ("Leics", {"Leicestershire"}),
        ("Lincs", {"Lincolnshire", "North Lincolnshire", "North East Lincolnshire"}),
        ("NE Lincs", {"North East Lincolnshire"}),
        ("Oxon", {"Oxfordshire"}),
        ("Salop", {"Shropshire"}),
        ("Staffs", {"Staffordshire"}),
        ("Wilts", {"Wiltshire"}),
        ("Worcs", {"Worcestershire"}),
        ("Yorks", {"North Yorkshire", "East Riding of Yorkshire"}),
        ("Warks", {"Warwickshire"}),
        ("Derbys", {"Derbyshire"}),
        ("Ches", {"Cheshire East", "Cheshire West and Chester"}),
    ],
)
def test_a_countys_abbreviation_leads_to_its_councils(text: str, meant: set[str]) -> None:
    names = Register.default().nearest_names(text)
    assert set(names) == meant


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("W Ches", "Cheshire West and Chester"),
        ("Ches West", "Cheshire West and Chester"),
        ("NW Ches", "Cheshire West and Chester"),
        ("E Ches", "Cheshire East"),
        ("E Yorks", "East Riding of Yorkshire"),
        ("Lincs NE", "North East Lincolnshire"),
    ],
)
def test_the_council_in_the_direction_that_is_meant_comes_first(text: str, first: str) -> None:
    assert Register.default().nearest_names(text)[0] == first


@pytest.mark.parametrize("short", ["NW", "SE", "SW"])
def test_a_direction_between_two_may_be_shortened(short: str) -> None:
    whole = {"N": "North", "S": "South", "E": "East", "W": "West"}
    meant = f"{whole[short[0]]} {whole[short[1]]} Wiltshire"
    assert nearest(f"{short} Wilts", ["Wiltshire", meant]) == [meant]
