"""Phrases of the taxonomy and where a text has them.

A phrase is words in lower case: `plan*` means any ending, `meeting*/discussion*` either word,
`~3` up to three words between, and `<name>` any member of that group. A phrase that lies wholly
within a longer one that was found is not counted, so that "return home interviews" are not a
"return home".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import attrgetter, itemgetter
from typing import NamedTuple

from reports.errors import ConfigurationError
from reports.themes.words import STOPS

_FEWEST_LETTERS = 3
"""The fewest letters before a `*`: phrases are looked up by the first letters of words."""

_REMEMBERED = 20_000
"""Words whose phrases are remembered; all reports together have fewer."""


class Element(NamedTuple):
    """One word of a phrase: the exact words or beginnings that fit, after at most `gap` others."""

    exact: frozenset[str]
    beginnings: tuple[str, ...]
    gap: int

    def fits(self, word: str) -> bool:
        """Return whether a word of the text is this word of the phrase."""
        return word in self.exact or (bool(self.beginnings) and word.startswith(self.beginnings))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase and what it points to; `facet` None points to the theme alone.

    `theme` empty: the phrase only stops shorter phrases from counting within it.
    """

    text: str
    theme: str
    facet: str | None
    elements: tuple[Element, ...]
    passing: bool = False
    """Whether it is a mention in passing."""


class PhraseMatch(NamedTuple):
    """A phrase and the positions of its own words in the text (words in gaps are not its own)."""

    phrase: Phrase
    positions: tuple[int, ...]


def parse_phrase(
    text: str, *, theme: str, facet: str | None, passing: bool, groups: Mapping[str, Sequence[str]]
) -> tuple[Phrase, ...]:
    """Return the phrases that one line of the taxonomy means, one for each member of its groups."""
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
        raise ConfigurationError(
            f"“{text.strip()}” is not a phrase: it must begin and end with a word."
        )
    return tuple(elements)


class _Indexed(NamedTuple):
    """A phrase with its rank among all, and the words without which no text can have it."""

    rank: int
    needs: frozenset[str]
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """All phrases, each indexed by its rarest word."""

    by_word: dict[str, list[_Indexed]] = field(default_factory=dict)
    by_beginning: dict[str, list[_Indexed]] = field(default_factory=dict)
    _of_words: dict[str, tuple[_Indexed, ...]] = field(default_factory=dict, compare=False)
    """What `_with_word` found: reports share most of their words."""

    @classmethod
    def of(cls, phrases: Iterable[Phrase]) -> PhraseBook:
        """Index phrases; a beginning such as `plan*` must have at least three letters."""
        book = cls()
        listed = list(phrases)
        common: Counter[str] = Counter()
        for phrase in listed:
            for element in phrase.elements:
                if any(len(start) < _FEWEST_LETTERS for start in element.beginnings):
                    raise ConfigurationError(
                        f"“{phrase.text}” has fewer than {_FEWEST_LETTERS} letters before a `*`."
                    )
                common.update(_keys(element))
        for rank, phrase in enumerate(listed):
            rarest = min(phrase.elements, key=lambda e: sum(common[key] for key in _keys(e)))
            alone = (e.exact for e in phrase.elements if len(e.exact) == 1 and not e.beginnings)
            entry = _Indexed(rank, frozenset().union(*alone), phrase)
            for word in rarest.exact:
                book.by_word.setdefault(word, []).append(entry)
            for beginning in rarest.beginnings:
                book.by_beginning.setdefault(beginning, []).append(entry)
        return book

    def find(self, words: Sequence[str]) -> tuple[PhraseMatch, ...]:
        """Return the phrases in a text, in its order, none of them within a longer one.

        Those without a theme only stop shorter phrases from counting within them.
        """
        places: dict[str, list[int]] = {}
        for position, word in enumerate(words):
            places.setdefault(word, []).append(position)
        found: list[PhraseMatch] = []
        for phrase in self._possible(places):
            for position in _starts(phrase.elements[0], places):
                positions = _rest(phrase.elements, 1, words, position)
                if positions is not None:
                    found.append(PhraseMatch(phrase, (position, *positions)))
        return _longest(found)

    def _possible(self, present: Collection[str]) -> Iterator[Phrase]:
        """Yield the phrases that a text with these words may have, in their order."""
        entries: list[_Indexed] = []
        for word in present:
            known = self._of_words.get(word)
            entries += self._with_word(word) if known is None else known
        there = frozenset(present)
        possible = {entry.rank: entry.phrase for entry in entries if entry.needs <= there}
        for _, phrase in sorted(possible.items(), key=itemgetter(0)):
            yield phrase

    def _with_word(self, word: str) -> tuple[_Indexed, ...]:
        """Return the phrases that are found by a word."""
        entries = [*self.by_word.get(word, ())]
        for length in range(_FEWEST_LETTERS, len(word) + 1):
            entries += self.by_beginning.get(word[:length], ())
        if len(self._of_words) < _REMEMBERED:
            self._of_words[word] = tuple(entries)
        return tuple(entries)


def _starts(element: Element, places: Mapping[str, list[int]]) -> Iterator[int]:
    """Yield the positions of the words that fit an element."""
    for word in element.exact:
        yield from places.get(word, ())
    if element.beginnings:
        for word, positions in places.items():
            if word.startswith(element.beginnings) and word not in element.exact:
                yield from positions


def _keys(element: Element) -> set[str]:
    """Return the words and beginnings (`plan*`) by which an element is looked up."""
    return {*element.exact, *(f"{start}*" for start in element.beginnings)}


def _rest(
    elements: tuple[Element, ...], index: int, words: Sequence[str], last: int
) -> tuple[int, ...] | None:
    """Return the positions, after the word at `last`, of the elements from `index` onwards.

    None where they are not all there. The nearest words are taken.
    """
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


def _longest(found: list[PhraseMatch]) -> tuple[PhraseMatch, ...]:
    """Return the matches that are not within a longer one; those with the same words all stay."""
    kept: list[PhraseMatch] = []
    by_position: dict[int, list[frozenset[int]]] = {}
    found.sort(key=lambda m: (-len(m.positions), m.positions[-1] - m.positions[0], m.positions))
    for match in found:
        own = frozenset(match.positions)
        # A longer match has all these positions: only those with the first need to be compared.
        if any(own < longer for longer in by_position.get(match.positions[0], ())):
            continue
        kept.append(match)
        for position in own:
            by_position.setdefault(position, []).append(own)
    return tuple(sorted(kept, key=attrgetter("positions")))
