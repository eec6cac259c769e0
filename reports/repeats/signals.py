"""Named signals for and against two statements being about the same issue.

Each signal can be said in words (`reports.repeats.explanation`). `data/repeat_weights.json` has a
number for each; their sum gives the certainty (`reports.repeats.certainty`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reports.repeats.issues import Statement, statement
from reports.repeats.matching import Match, match_statements
from reports.themes.candidates import find_candidates
from reports.themes.judging import judge
from reports.themes.tagging import tags_of
from reports.themes.taxonomy import load_taxonomy
from reports.themes.weights import Weights, load_weights
from reports.themes.words import without_additions, word_set, words_of

_GENERAL = word_set(
    """the a an and or of in for to with on by at from as that this it its is are be been being so
    which who their they them these those all any some more not have has had where when how well
    children child young people ensure improve social work services service local authority
    including include need needs should make"""
)
"""Words that nearly every statement has."""

_DEMANDS: Mapping[str, tuple[str, ...]] = {
    "timeliness": ("timel", "delay", "prompt", "speed", "quick", "swift", "drift", "regular",
                   "frequen", "waiting"),
    "quality": ("qualit", "robust", "effectiv", "rigou", "thorough", "clear", "clarity"),
    "recording": ("record", "document", "chronolog", "written", "notes"),
    "capacity": ("capaci", "caseload", "workload", "staff", "recruit", "retention", "turnover",
                 "vacanc", "suffici", "number", "range", "availab", "access"),
    "oversight": ("oversight", "supervis", "manage", "scrutin", "challenge", "monitor", "audit",
                  "assurance"),
    "voice": ("voice", "views", "wishes", "participat", "involve", "contribut", "engage",
              "listen"),
    "analysis": ("analys", "assess", "evaluat", "understand", "identif", "recogni"),
    "planning": ("plan", "contingenc", "target", "goal", "smart"),
    "partners": ("partner", "multi", "agenc", "share", "sharing", "joint", "police", "health"),
    "training": ("train", "develop", "skill", "knowledge", "guidance", "workforce"),
    "data": ("data", "perform", "information"),
}  # fmt: skip
"""What may be asked for, and the beginnings of the words that show it."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "care leavers": ("leaver", "experienced", "leaving", "aftercare"),
    "disabled children": ("disab", "send", "special"),
    "homeless young people": ("homeless",),
    "children who are missing or exploited": ("missing", "exploit", "return"),
    "children in care": ("care", "looked", "foster", "adopt", "permanen", "placement"),
    "privately fostered children": ("privately", "private"),
    "unaccompanied children": ("asylum", "unaccomp", "migrant"),
}
"""Whom a statement may be about, and the beginnings of the words that show it.

These are only signs: “care” may also be social care. `reports.repeats.explanation` says less.
"""

_PART = re.compile(r"[,;:]| and | including | as well as |\s[−•▪·–-]\s")
STEM = 6
"""Letters of a word that are compared, so that its forms count as one."""

Rarity = Mapping[str, float]
"""How rare each stem is: ln(all statements / statements that have it), as an IDF."""

UNKNOWN = ""
"""The entry of a `Rarity` for stems that no statement had."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two statements of a comparison, with all that the signals need."""

    text: str
    named: Mapping[str, float]
    """For each theme, the probability that the statement names it."""
    main: Mapping[str, float]
    """For each theme, the probability that it is the main one."""
    facets: Mapping[str, float]
    """For each facet, the probability that the statement names it."""
    theme_of: Mapping[str, str]
    """The theme of each facet."""
    themes: frozenset[str]
    statement: Statement
    stems: frozenset[str]
    parts: tuple[frozenset[str], ...]
    """The stems of each part of a list."""
    words: Mapping[str, str]
    """A word for each stem, as it is written."""
    demands: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class ComparedStatements:
    """Two statements, their signals, and the words and issues that these come from."""

    later: Side
    earlier: Side
    values: Mapping[str, float]
    rule: Match | None
    facet: str | None
    """The issue that both most likely name."""
    theme: str
    """The theme that both are most likely about."""
    shared_words: tuple[tuple[str, str], ...]
    """Words that both have, the rarest first: as the later and as the earlier one writes them.

    Words count as one by their first letters: "involved" and "involvement"."""
    likeness: float
    """How alike the words of the two most similar parts are, 0 to 1; rare words count more."""

    @property
    def issue(self) -> tuple[str, str | None]:
        """The theme and facet by which the repeat is known."""
        if self.rule:
            return self.rule.issue.theme, self.rule.issue.facet
        if self.facet and self.later.theme_of[self.facet] == self.theme:
            return self.theme, self.facet
        return self.theme, None


# Enough for one council, whose statements are compared with one another.
@lru_cache(maxsize=2048)
def side(text: str, *, family: str = "", weights: Weights | None = None) -> Side:
    """Prepare a statement for comparison. `family`: see `reports.themes.tagging.tag`."""
    weights = weights or load_weights()
    taxonomy = load_taxonomy()
    found = find_candidates(text, taxonomy, family=family)
    judged = judge(found, weights)
    tags = tags_of(found, judged, weights)
    facets: dict[str, float] = {}
    theme_of: dict[str, str] = {}
    for candidate, score in judged.facets:
        if candidate.facet:
            chance = 1 / (1 + math.exp(-score))
            facets[candidate.facet] = max(chance, facets.get(candidate.facet, 0.0))
            theme_of[candidate.facet] = candidate.theme
    words = [word for word in words_of(text) if _says_something(word)]
    parts = (stems_of(words_of(part)) for part in _PART.split(without_additions(text)))
    return Side(
        text=text,
        named=judged.named,
        main=judged.main,
        facets=facets,
        theme_of=theme_of,
        themes=frozenset(found.theme for found in tags),
        statement=statement(text, tags, weights=weights),
        stems=stems_of(words),
        parts=tuple(part for part in parts if part) or (frozenset(),),
        words={word[:STEM]: word for word in reversed(words)},
        demands=demands_of(words),
        groups=_shown(words, GROUPS),
    )


def compare_sides(later: Side, earlier: Side, rarity: Rarity) -> ComparedStatements:
    """Compare two statements: return their signals and what these rest on."""
    themes = load_taxonomy().themes
    products = {theme: later.named[theme] * earlier.named[theme] for theme in themes}
    in_common = sum(products.values())
    facets = {
        facet: chance * earlier.facets[facet]
        for facet, chance in later.facets.items()
        if facet in earlier.facets
    }
    facet = max(facets, key=facets.__getitem__, default=None)
    issue = facets[facet] if facet else 0.0
    words = max(
        (_likeness(now, then, rarity) for now in later.parts for then in earlier.parts),
        default=0.0,
    )
    whole = _likeness(later.stems, earlier.stems, rarity)
    shared = sorted(later.stems & earlier.stems, key=lambda stem: (-_rarity(stem, rarity), stem))
    rule = match_statements(later.statement, earlier.statement)
    demands = later.demands | earlier.demands
    values = {
        "themes in common": math.sqrt(in_common),
        "themes alike": in_common / (_length(later.named) * _length(earlier.named)),
        "issue in common": issue,
        "issue and words": issue * words,
        "service in common": issue
        if facet and _is_one_service(later.theme_of[facet], facet)
        else 0.0,
        "rule and words": whole if rule else 0.0,
        "rarest word in common": _rarity(shared[0], rarity) if shared else 0.0,
        "demands in common": len(later.demands & earlier.demands) / len(demands)
        if demands
        else 0.0,
        "timeliness in one": float("timeliness" in later.demands ^ earlier.demands),
        "other groups": float(len(later.groups ^ earlier.groups)),
        "confined": float(bool(later.statement.narrowing ^ earlier.statement.narrowing)),
        "points of the earlier": math.log(len(earlier.parts)),
    }
    return ComparedStatements(
        later=later,
        earlier=earlier,
        values=values,
        rule=rule,
        facet=facet,
        theme=max(products, key=products.__getitem__),
        shared_words=tuple(
            (later.words[stem], earlier.words[stem])
            for stem in shared
            if stem in later.words and stem in earlier.words
        ),
        likeness=words,
    )


def _is_one_service(theme: str, facet: str) -> bool:
    """Return whether a facet is a single service or process: then no word needs to be in both."""
    taxonomy = load_taxonomy()
    known = taxonomy.facet(theme, facet)
    wide = known is None or known.wide or known.population
    return taxonomy.themes[theme].axis == "subject" and not wide


def _says_something(word: str) -> bool:
    return len(word) > 2 and word not in _GENERAL


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of the words that say something."""
    return frozenset(word[:STEM] for word in words if _says_something(word))


def demands_of(words: Iterable[str]) -> frozenset[str]:
    """Return what a statement with these words asks for: "timeliness", "quality"."""
    return _shown(words, _DEMANDS)


def _shown(words: Iterable[str], kinds: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    listed = tuple(words)
    return frozenset(
        kind for kind, starts in kinds.items() if any(word.startswith(starts) for word in listed)
    )


def _rarity(stem: str, rarity: Rarity) -> float:
    """Return the rarity of a stem; an unknown one is as rare as the rarest."""
    return rarity.get(stem, rarity[UNKNOWN])


def _likeness(one: frozenset[str], other: frozenset[str], rarity: Rarity) -> float:
    """Return the cosine similarity, 0 to 1, of two sets of stems weighted by their rarity."""
    both = sum(_rarity(stem, rarity) ** 2 for stem in one & other)
    if not both:
        return 0.0
    lengths = (sum(_rarity(stem, rarity) ** 2 for stem in stems) for stems in (one, other))
    return both / math.sqrt(math.prod(lengths))


def _length(chances: Mapping[str, float]) -> float:
    return math.sqrt(sum(chance * chance for chance in chances.values())) or 1.0
