"""Phrases of the taxonomy and where a text has them.

A phrase is words in lower case: `plan*` stands for any ending, `meeting*/discussion*` for either,
`~3` for up to three words between. A phrase that lies wholly within a longer one that was found is
not counted, so that "return home interviews" are not a "return home".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from reports.errors import ConfigurationError
from reports.themes.words import STOPS

_KEY = 3


class Element(NamedTuple):
    """One word of a phrase: the exact words or beginnings that fit, after at most `gap` others."""

    exact: frozenset[str]
    beginnings: tuple[str, ...]
    gap: int

    def fits(self, word: str) -> bool:
        """Whether a word of the text is this word of the phrase."""
        return word in self.exact or (bool(self.beginnings) and word.startswith(self.beginnings))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase and what it points to; `facet` None points to the theme alone.

    `theme` empty: the phrase only keeps its words from others.
    """

    text: str
    theme: str
    facet: str | None
    elements: tuple[Element, ...]
    passing: bool = False
    """Whether it is a mention in passing."""


class Match(NamedTuple):
    """A phrase and the positions of its own words in the text (words in gaps are not its own)."""

    phrase: Phrase
    positions: tuple[int, ...]


def parse_phrase(
    text: str, *, theme: str, facet: str | None, passing: bool, groups: Mapping[str, Sequence[str]]
) -> tuple[Phrase, ...]:
    """The phrases that one line of the taxonomy stands for, one for each member of its groups."""
    variants = [""]
    for part in text.split():
        if part.startswith("<"):
            names = groups.get(part.strip("<>"))
            if names is None:
                raise ConfigurationError(f"The themes use a group {part} that is not defined.")
            variants = [f"{start} {name}" for start, name in product(variants, names)]
        else:
            variants = [f"{start} {part}" for start in variants]
    return tuple(
        Phrase(
            text=variant.strip(),
            theme=theme,
            facet=facet,
            elements=_elements(variant),
            passing=passing,
        )
        for variant in variants
    )


def _elements(text: str) -> tuple[Element, ...]:
    elements: list[Element] = []
    gap = 0
    for part in text.split():
        if part.startswith("~"):
            gap = int(part[1:])
            continue
        choices = part.split("/")
        elements.append(
            Element(
                exact=frozenset(choice for choice in choices if not choice.endswith("*")),
                beginnings=tuple(choice[:-1] for choice in choices if choice.endswith("*")),
                gap=gap,
            )
        )
        gap = 0
    if not elements or gap or elements[0].gap:
        raise ConfigurationError(f"“{text.strip()}” is no phrase: it must begin and end in a word.")
    return tuple(elements)


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """All phrases, found by their first word."""

    by_word: dict[str, list[Phrase]] = field(default_factory=dict)
    by_beginning: dict[str, list[Phrase]] = field(default_factory=dict)

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> PhraseBook:
        """Index phrases; a beginning such as `plan*` must have at least three letters."""
        book = cls()
        for phrase in phrases:
            first = phrase.elements[0]
            for word in first.exact:
                book.by_word.setdefault(word, []).append(phrase)
            for beginning in {start[:_KEY] for start in first.beginnings}:
                if len(beginning) < _KEY:
                    raise ConfigurationError(f"“{phrase.text}” begins too short for a `*`.")
                book.by_beginning.setdefault(beginning, []).append(phrase)
        return book

    def find(self, words: Sequence[str]) -> tuple[Match, ...]:
        """The phrases in a text, in its order, none of them within a longer one."""
        found: list[Match] = []
        for position, word in enumerate(words):
            candidates = self.by_word.get(word, ()), self.by_beginning.get(word[:_KEY], ())
            for phrase in (*candidates[0], *candidates[1]):
                if phrase.elements[0].fits(word):
                    positions = _rest(phrase.elements, 1, words, position)
                    if positions is not None:
                        found.append(Match(phrase, (position, *positions)))
        return _longest(found)


def _rest(
    elements: tuple[Element, ...], index: int, words: Sequence[str], last: int
) -> tuple[int, ...] | None:
    """Where the elements from `index` on stand after the word at `last`; nearest first."""
    if index == len(elements):
        return ()
    element = elements[index]
    for position in range(last + 1, min(last + 2 + element.gap, len(words))):
        word = words[position]
        if element.fits(word):
            rest = _rest(elements, index + 1, words, position)
            if rest is not None:
                return (position, *rest)
        if word in STOPS:
            break
    return None


def _longest(found: list[Match]) -> tuple[Match, ...]:
    """Those that lie in no longer one; equal claims to the very same words all stand."""
    kept: list[tuple[frozenset[int], Match]] = []
    found.sort(key=lambda m: (-len(m.positions), m.positions[-1] - m.positions[0], m.positions))
    for match in found:
        own = frozenset(match.positions)
        if not any(own < longer for longer, _ in kept):
            kept.append((own, match))
    matches = sorted((match for _, match in kept), key=lambda m: m.positions)
    return tuple(match for match in matches if match.phrase.theme)
