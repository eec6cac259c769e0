"""Themes of areas for improvement: the taxonomy, and tagging statements with it."""

from reports.themes.tagging import tag, tag_areas
from reports.themes.taxonomy import Facet, Taxonomy, Theme, load_taxonomy

__all__ = ["Facet", "Taxonomy", "Theme", "load_taxonomy", "tag", "tag_areas"]
