"""Bounds of what is read, far above any real report (0.9 MB, 58 pages, 150,000 characters)."""

MAX_BYTES = 20_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 2_000_000
