"""What a statement is about, in the form in which two statements are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.model import ThemeTag
from reports.themes.candidates import Candidate, find_candidates
from reports.themes.clauses import Clause
from reports.themes.tagging import tag
from reports.themes.taxonomy import Taxonomy, load_taxonomy
from reports.themes.weights import Weights
from reports.themes.words import word_set, words_of

_ABOUT = frozenset(
    ["for", "of", "in", "on", "with", "when", "where", "who", "to", "about", "within", "from"]
)
"""Words by which a subject narrows what is before it: "assessments of disabled children"."""

_LIST_DASH = re.compile(r"\s[−•▪·–-]\s+")
_FEWEST_PARTS = 2

_ACTORS = frozenset({"partnership"})
"""Themes that say whose work is meant: "reviews of plans by partners"."""

_GENERAL = word_set(
    """the a an and or of in for to with on by at from as that this it its is are be been being so
    which who their they them these those all any some more not have has had where when how well
    quality timeliness consistency effectiveness impact improve ensure strengthen develop review
    consistent consistently effective effectively timely good better response support service
    services children child young people families family local authority work practice including
    include need needs make provide provision should outcomes progress order"""
)
"""Words that nearly every statement has: they do not make two statements alike."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A facet that a statement names.

    `primary`: it belongs to the main theme. `coordinate`: it does not narrow the words before it.
    `wide`, `population` and `specific` are those of its `Facet`.
    """

    theme: str
    facet: str | None
    axis: str
    primary: bool
    coordinate: bool
    position: int
    """The number of words before it in the statement."""
    wide: bool = False
    population: bool = False
    specific: bool = False

    @property
    def id(self) -> str:
        """The facet, or the theme where it is named alone."""
        return self.facet or self.theme


@dataclass(frozen=True, slots=True)
class Statement:
    """An area for improvement with its issues and the stems of the words that say something."""

    text: str
    issues: tuple[Issue, ...]
    stems: frozenset[str]
    narrowing: frozenset[str]
    """Subjects to which everything else in the statement is confined."""
    parts: tuple[Statement, ...] = ()
    """The items of a list within it, each a statement of its own."""

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue with this id, or None where the statement does not name it."""
        return next((issue for issue in self.issues if issue.id == issue_id), None)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all its issues."""
        return frozenset(issue.id for issue in self.issues)


@lru_cache(maxsize=4096)
def statement(
    text: str, themes: tuple[ThemeTag, ...], *, weights: Weights | None = None
) -> Statement:
    """Return a statement with the issues of its tags.

    `weights` are used to tag the items of a list within it.
    """
    taxonomy = load_taxonomy()
    facets = find_candidates(text, taxonomy).facets
    found = {(candidate.theme, candidate.facet): candidate for candidate in facets}
    issues = []
    for t in themes:
        candidate = found.get((t.theme, t.facet))
        facet = taxonomy.facet(t.theme, t.facet)
        issues.append(
            Issue(
                theme=t.theme,
                facet=t.facet,
                axis=taxonomy.themes[t.theme].axis,
                primary=t.role == "primary",
                coordinate=candidate is None or candidate.link not in _ABOUT,
                position=candidate.position if candidate else 0,
                wide=facet is not None and facet.wide,
                population=facet is not None and facet.population,
                specific=facet is not None and facet.specific,
            )
        )
    return Statement(
        text=text,
        issues=tuple(issues),
        stems=frozenset(
            word[:6] for word in words_of(text) if len(word) > 2 and word not in _GENERAL
        ),
        narrowing=frozenset(
            candidate.theme for candidate in facets if _confines(candidate, themes, taxonomy)
        ),
        parts=tuple(
            statement(part, tag(part, weights=weights), weights=weights) for part in _parts(text)
        ),
    )


def _confines(candidate: Candidate, themes: tuple[ThemeTag, ...], taxonomy: Taxonomy) -> bool:
    """Return whether a candidate confines the words before it: "planning for disabled children"."""
    facet = taxonomy.facet(candidate.theme, candidate.facet)
    kept = any((t.theme, t.facet) == (candidate.theme, candidate.facet) for t in themes)
    return (
        (taxonomy.themes[candidate.theme].axis == "subject" or candidate.theme in _ACTORS)
        and (
            kept
            or candidate.strength == "named"
            or taxonomy.themes[candidate.theme].repeat_level == "facet"
        )
        and not (facet is not None and facet.population)
        and candidate.clause in (Clause.MAIN, Clause.WHEN)
        and candidate.link in _ABOUT
    )


def _parts(text: str) -> list[str]:
    """Return the items after the dashes of a list; none where there is no list."""
    parts = _LIST_DASH.split(text)
    return [part.strip() for part in parts[1:]] if len(parts) > _FEWEST_PARTS else []


def likeness(one: Statement, other: Statement) -> float:
    """Return the share, 0 to 1, of the words of the shorter statement that the other has too."""
    shorter = min(len(one.stems), len(other.stems))
    return len(one.stems & other.stems) / shorter if shorter else 0.0
