"""The themes of one statement.

First the phrases of the taxonomy say what a statement may be about; where one says several
things, weights decide which is the main theme and which of the others a reader would name.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.model import Framework, ImprovementArea, ThemeTag
from reports.themes.candidates import (
    Candidate,
    Candidates,
    facet_signs,
    find_candidates,
    primary_signs,
)
from reports.themes.taxonomy import Taxonomy, load_taxonomy
from reports.themes.weights import Weights, load_weights

_FAMILIES = {
    Framework.JTAI: "jtai",
    Framework.AREA_SEND: "area_send",
    Framework.FOCUSED_VISIT: "focused_visit",
    Framework.MONITORING_VISIT: "focused_visit",
}
_OTHER_FAMILY = "ilacs"

KEEP_FROM = -0.1
"""Log odds from which a facet is kept; a little below even, so that few are missed."""


def tag(
    text: str,
    *,
    family: str = "",
    taxonomy: Taxonomy | None = None,
    weights: Weights | None = None,
) -> tuple[ThemeTag, ...]:
    """The themes and facets of an area for improvement, the main theme first.

    `matched` are the words of the statement that show the facet, as the tagger sees them. Empty
    where no phrase of the taxonomy is found. `family` is the family of reports it is from
    ("area_send", "jtai", "focused_visit", else "ilacs"): each has its own favourite themes.
    """
    found = find_candidates(text, taxonomy or load_taxonomy(), family=family)
    if not found.facets:
        return ()
    weights = weights or load_weights()
    primary = choose_primary(found, weights)
    kept = [
        candidate
        for candidate in found.facets
        if weights.keep_score(facet_signs(found, candidate, primary), candidate.theme, found.stems)
        > KEEP_FROM
    ]
    return _tags(found, kept, primary)


def tag_areas(
    areas: Sequence[ImprovementArea], framework: Framework
) -> tuple[ImprovementArea, ...]:
    """The areas of a report with their themes."""
    family = _FAMILIES.get(framework, _OTHER_FAMILY)
    return tuple(
        area.model_copy(update={"themes": tag(area.text, family=family)}) for area in areas
    )


def choose_primary(found: Candidates, weights: Weights) -> str:
    """The main theme; the earlier one where two are equal."""
    if len(found.themes) == 1:
        return found.themes[0]
    scores = [
        weights.primary_score(primary_signs(found, theme), theme, found.stems)
        for theme in found.themes
    ]
    return found.themes[scores.index(max(scores))]


def _tags(found: Candidates, kept: list[Candidate], primary: str) -> tuple[ThemeTag, ...]:
    """The kept facets as tags. A theme is named alone only where no facet of it is kept."""
    if not any(candidate.theme == primary for candidate in kept):
        first = next(candidate for candidate in found.facets if candidate.theme == primary)
        kept = [first, *kept]
    with_facet = {candidate.theme for candidate in kept if candidate.facet}
    named = [c for c in kept if c.facet or c.theme not in with_facet]
    named.sort(key=lambda candidate: candidate.theme != primary)
    return tuple(
        ThemeTag(
            theme=candidate.theme,
            facet=candidate.facet,
            role="primary" if candidate.theme == primary else "secondary",
            matched=_matched(found, candidate),
        )
        for candidate in named
    )


def _matched(found: Candidates, candidate: Candidate) -> str:
    if not candidate.matches:
        return f"({found.family})"
    positions = candidate.matches[0].positions
    return " ".join(found.words[positions[0] : positions[-1] + 1])
