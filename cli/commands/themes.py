"""The command `themes`: the themes of areas for improvement, and how a theme is found."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from cli.arguments import theme_named
from cli.output import out, page_width, print_json, wrapped
from reports.themes.page import AXES, SHARE_COUNTS, repeat_rule, typical_words
from reports.themes.taxonomy import Taxonomy, Theme, load_taxonomy


def themes(
    name: Annotated[str | None, typer.Argument(help="One theme, by its name or id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the themes of areas for improvement, or explain one.

    Example: inspection-watch themes permanence
    """
    taxonomy = load_taxonomy()
    chosen = list(taxonomy.themes.values()) if name is None else [theme_named(name)]
    if as_json:
        listed = [_as_json(theme) for theme in chosen]
        print_json({"version": taxonomy.version, "themes": listed})
    elif name is None:
        _print_all(taxonomy)
    else:
        _print_one(chosen[0])


def _as_json(theme: Theme) -> dict[str, Any]:
    return {
        "theme": theme.id,
        "name": theme.name,
        "definition": theme.definition,
        "includes": theme.includes,
        "excludes": theme.excludes,
        "example": theme.example,
        "axis": theme.axis,
        "repeat_level": theme.repeat_level,
        "issues": [
            {"issue": issue.id, "name": issue.name, "typical_words": typical_words(issue)}
            for issue in theme.facets
        ],
    }


def _print_all(taxonomy: Taxonomy) -> None:
    out.print(f"Themes, version {taxonomy.version}: each with its id and its issues")
    for theme in taxonomy.themes.values():
        out.print(Text(theme.name, style="bold"), f"({theme.id})")
        issues = "; ".join(facet.name for facet in theme.facets)
        for line in wrapped(issues, indent="  ", width=page_width()):
            out.print(line)


def _print_one(theme: Theme) -> None:
    for line in (
        theme.name,
        theme.definition,
        f"Includes: {theme.includes}",
        f"Not included: {theme.excludes}",
        f"For example: “{theme.example}”",
        f"Type: {AXES[theme.axis]}.",
        f"Counted by: {repeat_rule(theme)}. The share shown with a repeat is the share of "
        f"{SHARE_COUNTS[repeat_rule(theme)]}.",
        *(f"  {facet.name}: {', '.join(typical_words(facet))}" for facet in theme.facets),
    ):
        out.print(line)
