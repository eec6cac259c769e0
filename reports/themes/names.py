"""Themes and issues in the words of the taxonomy, for readers."""

from __future__ import annotations

from reports.themes.taxonomy import load_taxonomy


def issue_name(theme: str, facet: str | None) -> str:
    """An issue in the taxonomy's words: its own, or its theme's where it is named alone."""
    return facet_name(theme, facet) or theme_name(theme)


def theme_name(theme: str) -> str:
    """A theme in the taxonomy's words; one that the taxonomy no longer has by its own."""
    known = load_taxonomy().themes.get(theme)
    return known.name if known else theme.replace("_", " ").capitalize()


def facet_name(theme: str, facet: str | None) -> str | None:
    """The same for the issue within a theme; None where there is none."""
    if facet is None:
        return None
    known = load_taxonomy().themes.get(theme)
    found = known.facet(facet) if known else None
    return found.name if found else facet.replace("_", " ").capitalize()
