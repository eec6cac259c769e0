"""Bounds of what is read, far above any real report (0.9 MB, 58 pages, 150,000 characters)."""

MAX_BYTES = 20_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 2_000_000
MAX_LINE = 20_000
"""Characters. Text without line ends holds a paragraph a line; the longest has a tenth of it."""
MAX_LINES = 50_000
"""The longest report has 3,000."""
