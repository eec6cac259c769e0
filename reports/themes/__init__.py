"""Themes of areas for improvement: the taxonomy, and tagging statements with it."""
