"""Labelled statements: those of the corpus, and a second reading of other statements in it.

The corpus has labels for some of the statements in its reports. `themes_second_reading.txt` has
labels for more, by another reader who knew the definitions of the taxonomy; it names them by a
digest and holds no text. Phrases were written while reading the statements of the corpus's first
round and those of the second reading that are marked "fit". All others are `unread`: what is
measured on them, by weights that have not seen their authority, is what new reports will find.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.themes.taxonomy import load_taxonomy

SECOND_READING = Path(__file__).with_name("themes_second_reading.txt")
KINDS = {"send": "area_send", "jtai": "jtai", "focused": "focused_visit"}
FAMILIES = {"area_send": "area_send", "jtai": "jtai", "focused": "focused_visit"}
SECOND_ROUND = 2
"""The number of readers of each statement in the corpus's second round."""

_DIGEST_SIGNS = 16


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement and what readers say of it; `any_*`: some reader, `both_*`: every reader."""

    text: str
    urn: str
    family: str
    primary: frozenset[str]
    any_themes: frozenset[str]
    both_themes: frozenset[str]
    any_facets: frozenset[str]
    both_facets: frozenset[str]
    listed: bool = True
    """Whether it is an area of a report; others stood near one, and only help to fit."""
    second: bool = False
    """Whether the labels are of the second reading, which names more themes in a statement."""
    unread: bool = False
    """Whether no phrase was written while reading it."""


def corpus_statements(corpus: Path) -> list[Labelled]:
    """The statements that the corpus has labels for."""
    known = {flat(text) for _, _, text in statements_of_reports(corpus)}
    read = {flat(one.text) for one in second_reading(corpus) if not one.unread}
    return [
        Labelled(
            text=row["text"],
            urn=row["urn"],
            family=KINDS.get(row["kind"], "ilacs"),
            primary=frozenset(row["primary"]),
            any_themes=frozenset(row["also_any"]),
            both_themes=frozenset(row["also_both"]),
            any_facets=frozenset(row["facets_any"]),
            both_facets=frozenset(row["facets_both"]),
            listed=flat(row["text"]) in known,
            unread=row.get("readers") == SECOND_ROUND and flat(row["text"]) not in read,
        )
        for row in read_lines(corpus / "themes.jsonl")
    ]


def second_reading(corpus: Path) -> list[Labelled]:
    """The statements of the second reading that the corpus has."""
    lines = SECOND_READING.read_text(encoding="utf-8").splitlines()
    labels = {line.split()[0]: line.split()[1:] for line in lines if not line.startswith("#")}
    found = {}
    for urn, family, text in statements_of_reports(corpus):
        digest = hashlib.sha1(flat(text).encode(), usedforsecurity=False).hexdigest()
        said = labels.get(digest[:_DIGEST_SIGNS])
        if said is not None and digest not in found:
            found[digest] = _labelled(text, urn, family, said)
    return list(found.values())


def _labelled(text: str, urn: str, family: str, said: list[str]) -> Labelled:
    themes_of = {f.id: t.id for t in load_taxonomy().themes.values() for f in t.facets}
    primary: set[str] = set()
    themes: dict[bool, set[str]] = {True: set(), False: set()}
    facets: dict[bool, set[str]] = {True: set(), False: set()}
    for place, label in enumerate(said[1:]):
        choices = label.lstrip("?").split("/")
        sure = len(choices) == 1 and not label.startswith("?")
        for choice in choices:
            theme = choice[1:] if choice.startswith("@") else themes_of[choice]
            if place == 0:
                primary.add(theme)
            if theme != "none":
                themes[sure].add(theme)
            if not choice.startswith("@"):
                facets[sure].add(choice)
    return Labelled(
        text=text,
        urn=urn,
        family=family,
        primary=frozenset(primary),
        any_themes=frozenset(themes[True] | themes[False]),
        both_themes=frozenset(themes[True]),
        any_facets=frozenset(facets[True] | facets[False]),
        both_facets=frozenset(facets[True]),
        second=True,
        unread=said[0] == "held",
    )


def statements_of_reports(corpus: Path) -> Iterator[tuple[str, str, str]]:
    """The authority, family of reports and text of each area of each report."""
    for report in read_lines(corpus / "gold.jsonl"):
        family = report["framework"]
        family = family if family in FAMILIES else family.split("_")[0]
        for section in report["improvement_sections"]:
            for text in section["items"]:
                yield report["urn"], FAMILIES.get(family, "ilacs"), text


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file that has one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def flat(text: str) -> str:
    """Letters and digits only, as statements are compared."""
    return "".join(char for char in text.casefold() if char.isalnum())
