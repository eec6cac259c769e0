"""The taxonomy as a page for readers: `python -m reports.themes.page > docs/themes.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from reports.themes.taxonomy import Facet, Taxonomy, Theme, load_taxonomy

AXES = {
    "subject": "a service, a group of children or a step of the work",
    "aspect": (
        "a quality, such as timeliness or assessment. Where an area also names a service, the "
        "service is its main theme"
    ),
    "cross": "how the work is led and checked, wherever it happens",
}
SHARE_COUNTS = {
    "issue": "inspections that raise the same issue",
    "theme": "inspections that raise any issue of the theme",
}
"""What the share shown with a repeat counts, by `repeat_rule`."""
_TYPICAL = 6
_SIGNS = frozenset("~/<")


def page(taxonomy: Taxonomy) -> str:
    """Return the whole page as Markdown."""
    return "\n".join(_lines(taxonomy)) + "\n"


def typical_words(facet: Facet) -> list[str]:
    """Return a few of the expressions that show an issue: those that most others contain."""
    plain = [phrase for phrase in facet.phrases if not _SIGNS.intersection(phrase)]
    words = {phrase: frozenset(phrase.replace("*", "").split()) for phrase in plain}

    def rank(phrase: str) -> tuple[int, int]:
        return -sum(words[phrase] <= other for other in words.values()), len(phrase)

    chosen: list[str] = []
    for phrase in sorted(plain, key=rank):
        if not any(words[phrase] >= words[known] for known in chosen):
            chosen.append(phrase)
    return [phrase.replace("*", "…") for phrase in chosen[:_TYPICAL]]


def repeat_rule(theme: Theme) -> str:
    """Return what is counted to show how common a repeat is: "issue" or "theme"."""
    return "issue" if theme.repeat_level == "facet" else "theme"


def _lines(taxonomy: Taxonomy) -> Iterator[str]:
    issues = sum(len(theme.facets) for theme in taxonomy.themes.values())
    yield "# Themes of areas for improvement"
    yield ""
    yield (
        f"Version {taxonomy.version}: {len(taxonomy.themes)} themes with {issues} issues. A theme "
        "groups one or more issues. An area for improvement has one main theme, and "
        "further themes if it names several things. `inspection-watch read` shows the words that "
        "point to each theme. The lists of typical words are in lower case, without hyphens and "
        "apostrophes; “…” means any ending."
    )
    yield ""
    yield (
        "A repeat is shown with a share that says how common it is. “Counted by” says what the "
        f"share counts. *Issue*: {SHARE_COUNTS['issue']}. *Theme*: {SHARE_COUNTS['theme']}."
    )
    yield ""
    yield "`make docs` writes this page from `reports/data/themes.yaml`."
    for theme in taxonomy.themes.values():
        yield from _theme_lines(theme)


def _theme_lines(theme: Theme) -> Iterator[str]:
    yield ""
    yield f"## {theme.name}"
    yield ""
    yield theme.definition
    yield ""
    yield f"- **Includes:** {theme.includes}"
    yield f"- **Not included:** {theme.excludes}"
    yield f"- **For example:** “{theme.example}”"
    yield f"- **Type:** {AXES[theme.axis]}."
    yield f"- **Counted by:** {repeat_rule(theme)}."
    yield f"- **Theme id:** `{theme.id}`"
    yield ""
    yield "| Issue | Issue id | Typical words |"
    yield "|---|---|---|"
    for facet in theme.facets:
        yield f"| {facet.name} | `{facet.id}` | {', '.join(typical_words(facet))} |"


if __name__ == "__main__":
    sys.stdout.write(page(load_taxonomy()))
