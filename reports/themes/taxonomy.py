"""The themes of areas for improvement, from `data/themes.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from reports.errors import ConfigurationError
from reports.themes.phrases import Phrase, PhraseBook, parse_phrase

THEMES_FILE = Path(__file__).parent.parent / "data" / "themes.yaml"

Axis = Literal["subject", "aspect", "cross"]
RepeatLevel = Literal["theme", "facet"]


@dataclass(frozen=True, slots=True)
class Facet:
    """An issue within a theme; `name` is for readers.

    `mentions` are phrases that show it weakly, because they name a person or a thing in passing.
    `wide`, `population` and `specific` say how much it takes to call two statements the same
    issue; see the head of `data/themes.yaml`.
    """

    id: str
    name: str
    phrases: tuple[str, ...]
    mentions: tuple[str, ...] = ()
    wide: bool = False
    population: bool = False
    specific: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject that areas for improvement are about, as explained to readers.

    `axis`: "subject" is what an area is about, "aspect" a quality that any subject can have,
    "cross" how work is led and checked. `repeat_level` says what repeats are counted by.
    """

    id: str
    name: str
    axis: Axis
    repeat_level: RepeatLevel
    definition: str
    includes: str
    excludes: str
    example: str
    """An invented area for improvement that is about it."""
    facets: tuple[Facet, ...]
    phrases: tuple[str, ...] = ()

    def facet(self, facet_id: str) -> Facet | None:
        """Return a facet of this theme by its id."""
        return next((facet for facet in self.facets if facet.id == facet_id), None)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All themes with the phrases that show them. `version` is raised with every change."""

    version: int
    themes: dict[str, Theme]
    book: PhraseBook
    families: dict[str, str]
    """By family of reports, the theme that all areas of its reports have."""

    def facet(self, theme: str, facet: str | None) -> Facet | None:
        """Return a facet by its own id and that of its theme; None for a theme alone.

        None, too, for what an older version of the taxonomy had.
        """
        known = self.themes.get(theme)
        return known.facet(facet) if known is not None and facet is not None else None

    def key(self, theme: str, facet: str | None) -> str:
        """Return the key by which repeats and base rates are counted: `theme` or `theme/facet`."""
        found = self.facet(theme, facet)
        if found is None:
            return theme
        by_facet = self.themes[theme].repeat_level == "facet"
        return f"{theme}/{found.id}" if by_facet or found.specific else theme


@cache
def load_taxonomy(path: Path = THEMES_FILE) -> Taxonomy:
    """Read the taxonomy once for each file.

    Raises ConfigurationError where the file is not a taxonomy.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        themes = {entry["id"]: _theme(entry) for entry in raw["themes"]}
        groups = raw.get("groups", {})
        phrases = [
            phrase
            for entry in themes.values()
            for facet, texts, passing in [
                (None, entry.phrases, False),
                *((facet.id, facet.phrases, False) for facet in entry.facets),
                *((facet.id, facet.mentions, True) for facet in entry.facets),
            ]
            for text in texts
            for phrase in parse_phrase(
                text, theme=entry.id, facet=facet, passing=passing, groups=groups
            )
        ]
        phrases += _ignored(raw.get("ignore", []), groups)
        return Taxonomy(
            version=raw["version"],
            themes=themes,
            book=PhraseBook.of(phrases),
            families=dict(raw.get("families", {})),
        )
    except (KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path.name} is not a list of themes: {error!r}.") from error


def _ignored(texts: list[str], groups: Mapping[str, list[str]]) -> list[Phrase]:
    return [
        phrase
        for text in texts
        for phrase in parse_phrase(text, theme="", facet=None, passing=False, groups=groups)
    ]


def _theme(entry: Mapping[str, Any]) -> Theme:
    return Theme(
        id=entry["id"],
        name=_typeset(entry["name"]),
        axis=entry["axis"],
        repeat_level=entry["repeat_level"],
        definition=_typeset(entry["definition"]),
        includes=_typeset(entry["includes"]),
        excludes=_typeset(entry["excludes"]),
        example=_typeset(entry["example"]),
        facets=tuple(
            Facet(
                id=facet["id"],
                name=_typeset(facet["name"]),
                phrases=tuple(map(str, facet["phrases"])),
                mentions=tuple(map(str, facet.get("mentions", ()))),
                wide=facet.get("wide", False),
                population=facet.get("population", False),
                specific=facet.get("specific", False),
            )
            for facet in entry["facets"]
        ),
        phrases=tuple(map(str, entry.get("phrases", ()))),
    )


def _typeset(text: str) -> str:
    """Return words for readers with the apostrophes of all other words for readers."""
    return text.replace("'", "’")
