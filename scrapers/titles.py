"""From the title of a link on an authority's page to the kind of report it announces."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml

from reports.model import Kind


def kind_of_title(title: str) -> tuple[Kind, bool]:
    """Return the kind that a title announces, and whether titles.yaml has that title.

    The kind of an unknown title is a guess from its words, or Kind.UNKNOWN.
    """
    known, hints = _titles()
    kind = known.get(_plain(title))
    if kind is not None:
        return kind, True
    return next((kind for pattern, kind in hints if pattern.search(title)), Kind.UNKNOWN), False


@cache
def _titles() -> tuple[dict[str, Kind], tuple[tuple[re.Pattern[str], Kind], ...]]:
    data = yaml.safe_load((files("scrapers") / "titles.yaml").read_text(encoding="utf-8"))
    known = {_plain(title): Kind(kind) for title, kind in data["known"].items()}
    hints = tuple((re.compile(words, re.IGNORECASE), Kind(kind)) for words, kind in data["hints"])
    return known, hints


def _plain(title: str) -> str:
    return " ".join(title.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().split())
