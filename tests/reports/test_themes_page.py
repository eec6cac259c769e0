"""The page that explains the themes."""

from __future__ import annotations

from pathlib import Path

from reports.themes.page import page, typical_words
from reports.themes.taxonomy import load_taxonomy

PAGE = Path(__file__).resolve().parents[2] / "docs" / "themes.md"


def test_the_page_is_in_step_with_the_taxonomy() -> None:
    """Make it anew with `python -m reports.themes.page > docs/themes.md`."""
    assert PAGE.read_text(encoding="utf-8") == page(load_taxonomy())


def test_the_page_names_every_theme_and_issue() -> None:
    taxonomy = load_taxonomy()
    text = page(taxonomy)
    assert f"Version {taxonomy.version}:" in text
    for theme in taxonomy.themes.values():
        assert f"## {theme.name}\n" in text
        assert f"“{theme.example}”" in text
        assert all(f"| {facet.name} | `{facet.id}` |" in text for facet in theme.facets)


def test_typical_words_are_written_without_the_signs_of_phrases() -> None:
    for theme in load_taxonomy().themes.values():
        for facet in theme.facets:
            words = typical_words(facet)
            assert words
            assert not set("*~/<>") & set("".join(words))
