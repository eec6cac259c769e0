"""What a statement may be about: the facets whose phrases it has, and what speaks for each.

The signs of a candidate are short strings ("clause main", "first", "phrase strategy meeting*").
`data/theme_weights.json` has a number for each, and their sum is the score of the candidate. People
can read the signs and the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.themes.clauses import Clause, clauses_of
from reports.themes.phrases import PhraseMatch
from reports.themes.taxonomy import Taxonomy
from reports.themes.words import word_set, words_of

_ORDER = (Clause.MAIN, Clause.DETAIL, Clause.WHEN, Clause.PURPOSE, Clause.LATER)
_JOINING = word_set(
    "and or of in for to with on by through about from within when who where between"
)
_MOST = 4
"""Counts from this on share one sign."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A theme, or one facet of it, with the phrases found and the best clause of any of them."""

    theme: str
    facet: str | None
    matches: tuple[PhraseMatch, ...]
    clause: Clause
    position: int
    before: str
    """The word before the first match."""
    link: str
    """How it follows the match before it: the last joining word between the two ("of"), or "first",
    "next" (no such word) or "family" (no match)."""

    @property
    def strength(self) -> str:
        """How it is shown: "named" by a phrase, only a "mention", or by the "family" of reports."""
        if not self.matches:
            return "family"
        return "mention" if all(m.phrase.passing for m in self.matches) else "named"

    @property
    def phrase(self) -> str:
        """The text of its first phrase in its best clause; empty where no phrase shows it."""
        return self.matches[0].phrase.text if self.matches else ""

    @property
    def length(self) -> int:
        """The number of words of its own that `phrase` has."""
        return len(self.matches[0].positions) if self.matches else 0


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidates of one statement, in the order in which they appear."""

    words: tuple[str, ...]
    clauses: tuple[Clause, ...]
    """The clause of each word."""
    facets: tuple[Candidate, ...]
    themes: tuple[str, ...]
    """The themes in the order of their candidates."""
    subjects: frozenset[str]
    """Those of `themes` whose axis is "subject"."""
    taxonomy: Taxonomy
    family: str
    """The family of reports it is from, as `reports.themes.tagging.family_of` names it."""
    ignored: frozenset[int] = frozenset()
    """Positions of words that say nothing where they are: those of "supervision order"."""


def find_candidates(text: str, taxonomy: Taxonomy, *, family: str = "") -> Candidates:
    """Return the facets and themes whose phrases a statement has, and the theme of its family."""
    words = words_of(text)
    clauses = clauses_of(words)
    grouped: dict[tuple[str, str | None], list[PhraseMatch]] = {}
    found = taxonomy.book.find(words)
    matches = [match for match in found if match.phrase.theme]
    ignored = {at for match in found if not match.phrase.theme for at in match.positions}
    for match in matches:
        grouped.setdefault((match.phrase.theme, match.phrase.facet), []).append(match)
    ends = {match.positions[-1]: match.phrase.theme for match in matches}
    facets = [
        _candidate(theme, facet, group, clauses, words, ends)
        for (theme, facet), group in grouped.items()
    ]
    always = taxonomy.families.get(family)
    if always and not any(candidate.theme == always for candidate in facets):
        facets.append(
            Candidate(always, None, (), Clause.MAIN, len(words), before="", link="family")
        )
    facets.sort(key=lambda c: (_ORDER.index(c.clause), c.position))
    themes = tuple(dict.fromkeys(candidate.theme for candidate in facets))
    return Candidates(
        words=words,
        clauses=tuple(clauses),
        facets=tuple(facets),
        themes=themes,
        subjects=frozenset(t for t in themes if taxonomy.themes[t].axis == "subject"),
        taxonomy=taxonomy,
        family=family,
        ignored=frozenset(ignored),
    )


def _candidate(
    theme: str,
    facet: str | None,
    matches: list[PhraseMatch],
    clauses: Sequence[Clause],
    words: Sequence[str],
    ends: Mapping[int, str],
) -> Candidate:
    def rank(match: PhraseMatch) -> tuple[int, bool, int]:
        start = match.positions[0]
        return _ORDER.index(clauses[start]), match.phrase.passing, start

    matches.sort(key=rank)
    start = matches[0].positions[0]
    return Candidate(
        theme=theme,
        facet=facet,
        matches=tuple(matches),
        clause=clauses[start],
        position=start,
        before=words[start - 1] if start else "",
        link=_link(words, start, ends),
    )


def _link(words: Sequence[str], start: int, ends: Mapping[int, str]) -> str:
    """Return the last joining word between a match and the one before it.

    Returns "next" where there is no such word, and "first" where no match comes before.
    """
    joining = ""
    for position in range(start - 1, -1, -1):
        if position in ends:
            return joining or "next"
        if not joining and words[position] in _JOINING:
            joining = words[position]
    return "first"


def primary_signs(found: Candidates, theme: str) -> Iterator[str]:
    """Yield what speaks for or against a theme as the main one of a statement."""
    facets = [candidate for candidate in found.facets if candidate.theme == theme]
    best = facets[0]
    axis = found.taxonomy.themes[theme].axis
    order = min(found.themes.index(theme), _MOST)
    yield f"theme {theme}"
    yield f"theme {theme} family {found.family}"
    yield f"{axis} clause {best.clause}"
    yield f"clause {best.clause}"
    yield f"order {order}"
    yield f"{axis} order {order}"
    yield f"theme {theme} order {min(order, 1)}"
    yield f"facets {min(len(facets), 3)}"
    strength = _strength(facets)
    yield strength
    yield f"{strength} clause {best.clause}"
    yield f"{axis} {strength}"
    yield f"theme {theme} {strength}"
    yield f"order {order} {strength}"
    yield f"before {best.before}"
    yield f"link {best.link}"
    yield f"{axis} link {best.link}"
    if order:
        previous = found.taxonomy.themes[found.themes[order - 1]].axis
        yield f"{axis} link {best.link} after {previous}"
    yield f"matches {min(sum(len(c.matches) for c in facets), 3)}"
    for candidate in facets:
        yield f"phrase {candidate.phrase}"
        yield f"length {min(candidate.length, _MOST)}"
    if found.subjects - {theme}:
        yield f"{axis} beside a subject"
    for other in found.themes:
        if other != theme:
            yield f"theme {theme} beside {other}"


def _strength(facets: Sequence[Candidate]) -> str:
    strengths = {candidate.strength for candidate in facets}
    return next(s for s in ("named", "mention", "family") if s in strengths)


def facet_signs(found: Candidates, candidate: Candidate, primary: str) -> Iterator[str]:
    """Yield what speaks for or against keeping a facet of a statement with this main theme."""
    theme = candidate.theme
    axis = found.taxonomy.themes[theme].axis
    main = theme == primary
    order = min(found.themes.index(theme), _MOST)
    yield "any"
    yield "of the main theme" if main else "of a further theme"
    yield f"facet {candidate.facet or theme}"
    yield f"theme {theme}"
    yield f"theme {theme} family {found.family}"
    yield f"clause {candidate.clause}"
    yield f"{axis} clause {candidate.clause}"
    yield f"main clause {candidate.clause}" if main else f"further clause {candidate.clause}"
    yield f"facet {candidate.facet or theme} clause {candidate.clause}"
    yield f"order {order}"
    yield candidate.strength
    yield f"{candidate.strength} clause {candidate.clause}"
    yield f"{axis} {candidate.strength}"
    yield f"theme {theme} {candidate.strength}"
    yield f"{'main' if main else 'further'} {candidate.strength}"
    yield f"phrase {candidate.phrase}"
    yield f"length {min(candidate.length, _MOST)}"
    yield f"matches {min(len(candidate.matches), 3)}"
    yield f"before {candidate.before}"
    yield f"link {candidate.link}"
    yield f"{axis} link {candidate.link}"
    yield f"theme {theme} link {candidate.link}"
    yield f"themes {min(len(found.themes), _MOST)}"
    if not main:
        yield f"{theme} beside {primary}"
        yield f"{axis} beside {found.taxonomy.themes[primary].axis}"
        if found.subjects - {theme}:
            yield f"{axis} with a subject"
    else:
        siblings = [c for c in found.facets if c.theme == theme]
        yield f"{'only' if len(siblings) == 1 else 'first' if siblings[0] is candidate else 'next'}"
