"""A misspelt or shortened name leads to the name that is meant."""

from __future__ import annotations

import pytest

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
        ("Nowhere at all", []),
        ("", []),
    ],
)
def test_the_name_that_is_meant_is_suggested(text: str, meant: list[str]) -> None:
    assert nearest(text, KNOWN) == meant
