"""The themes of one statement.

The phrases of the taxonomy and the words of a statement say what it may be about, and how likely
each theme is (`reports.themes.judging`). The likeliest is the main theme; further ones are kept
where a reader would probably name them.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.model import Framework, ImprovementArea, ThemeTag
from reports.themes.candidates import Candidate, Candidates, find_candidates
from reports.themes.judging import NO_THEME, Judged, judge
from reports.themes.taxonomy import Taxonomy, load_taxonomy
from reports.themes.weights import Weights, load_weights

_FAMILIES = {
    Framework.JTAI: "jtai",
    Framework.AREA_SEND: "area_send",
    Framework.FOCUSED_VISIT: "focused_visit",
    Framework.MONITORING_VISIT: "focused_visit",
}
_OTHER_FAMILY = "ilacs"

KEEP_FROM = 0.2
"""Log odds from which a facet is kept next to the likeliest one of its theme."""

NAMED_FROM = 0.45
"""Probability from which a further theme is kept; a little below even, so that few are missed."""

WORDS_ALONE_FROM = 0.5
"""A theme that no phrase shows is kept only from this probability on: words alone say less."""

CLOSE_FROM = 0.25
"""From this probability on, a second theme counts as nearly as likely to be the main one."""


def tag(
    text: str,
    *,
    family: str = "",
    taxonomy: Taxonomy | None = None,
    weights: Weights | None = None,
) -> tuple[ThemeTag, ...]:
    """Return the themes and facets of an area for improvement, the main theme first; or none.

    `matched` are the words of the statement that show the facet, as the tagger sees them. `family`
    is the family of reports it is from ("area_send", "jtai", "focused_visit", else "ilacs"): each
    has its own favourite themes.
    """
    taxonomy, weights = taxonomy or load_taxonomy(), weights or load_weights()
    found = find_candidates(text, taxonomy, family=family)
    return tags_of(found, judge(found, weights), weights)


def tags_of(found: Candidates, judged: Judged, weights: Weights) -> tuple[ThemeTag, ...]:
    """Return the tags of a statement whose themes have been judged."""
    main = _main_theme(found, judged)
    if main == NO_THEME:
        return ()
    further = [
        theme
        for theme, chance in judged.named.items()
        if theme != main and chance >= (NAMED_FROM if theme in found.themes else WORDS_ALONE_FROM)
    ]
    further.sort(key=lambda theme: -judged.main[theme])
    rival = max(further, key=judged.main.__getitem__, default=None)
    close = {main, rival} if rival and judged.main[rival] >= CLOSE_FROM else set()
    return tuple(
        ThemeTag(
            theme=theme,
            facet=facet,
            role="primary" if theme == main else "secondary",
            matched=matched,
            certainty=round(judged.main[main] if theme == main else judged.named[theme], 3),
            close=theme in close,
        )
        for theme in (main, *further)
        for facet, matched in _facets(found, judged, theme, weights)
    )


def _main_theme(found: Candidates, judged: Judged) -> str:
    """Return the likeliest theme. Without a phrase, it must be as likely as all others together."""
    main = judged.likeliest
    if main in found.themes or judged.main[main] >= WORDS_ALONE_FROM:
        return main
    return max((NO_THEME, *found.themes), key=judged.main.__getitem__)


def _facets(
    found: Candidates, judged: Judged, theme: str, weights: Weights
) -> list[tuple[str | None, str]]:
    """Return the facets of a kept theme with the words that show them.

    The likeliest one is always kept; the theme stands alone only where no phrase shows a facet.
    """
    own = [pair for pair in judged.facets if pair[0].theme == theme]
    if not own:
        return [(None, weights.words.telling_word(found, theme))]
    best = max(score for _, score in own)
    kept = [candidate for candidate, score in own if score > KEEP_FROM or score == best]
    named = [candidate for candidate in kept if candidate.facet] or kept[:1]
    return [(candidate.facet, _matched(found, candidate)) for candidate in named]


def family_of(framework: Framework) -> str:
    """Return the family of a framework's reports, as `tag` takes it."""
    return _FAMILIES.get(framework, _OTHER_FAMILY)


def tag_areas(
    areas: Sequence[ImprovementArea], framework: Framework
) -> tuple[ImprovementArea, ...]:
    """Return the areas of a report with their themes."""
    family = family_of(framework)
    return tuple(
        area.model_copy(update={"themes": tag(area.text, family=family)}) for area in areas
    )


def _matched(found: Candidates, candidate: Candidate) -> str:
    if not candidate.matches:
        return f"({found.family})"
    positions = candidate.matches[0].positions
    return " ".join(found.words[positions[0] : positions[-1] + 1])
