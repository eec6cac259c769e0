"""Limits on the files that are read, far above the largest report: 0.9 MB, 58 pages, 150,000
characters."""

MAX_BYTES = 20_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 2_000_000
MAX_LINE = 20_000
"""Characters. Some text files have each paragraph on one line; the longest is a tenth of this."""
MAX_LINES = 50_000
"""The longest report has 3,000 lines."""
