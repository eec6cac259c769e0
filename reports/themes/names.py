"""The names of themes and issues, as the taxonomy gives them."""

from __future__ import annotations

from reports.themes.taxonomy import load_taxonomy


def issue_name(theme: str, facet: str | None) -> str:
    """Return the name of an issue, or that of the theme where `facet` is None."""
    return facet_name(theme, facet) or theme_name(theme)


def theme_name(theme: str) -> str:
    """Return the name of a theme; its id in words where the taxonomy no longer has it."""
    known = load_taxonomy().themes.get(theme)
    return known.name if known else theme.replace("_", " ").capitalize()


def facet_name(theme: str, facet: str | None) -> str | None:
    """Return the name of an issue within a theme; None where `facet` is None."""
    if facet is None:
        return None
    known = load_taxonomy().themes.get(theme)
    found = known.facet(facet) if known else None
    return found.name if found else facet.replace("_", " ").capitalize()
