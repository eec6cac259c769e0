"""Leave out the table of contents where sentences are searched: its entries are not sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reports.text.document import Line

CONTENTS = re.compile(r"(?:table of )?contents", re.IGNORECASE)
_ENTRY = re.compile(r".*[^\W\d].*\D\d{1,3}")
_LONGEST_ENTRY = 3
"""The most lines of an entry. Its page number is at the end of the last line."""


def without_contents(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines without those of a table of contents.

    The table begins at its heading and ends with its page or at text without page numbers.
    """
    page = 0
    held: list[Line] = []
    for line in lines:
        if CONTENTS.fullmatch(line.text):
            page = line.page
        if line.page == page and (CONTENTS.fullmatch(line.text) or _ENTRY.fullmatch(line.text)):
            held = []
            continue
        if line.page == page and len(held) + 1 < _LONGEST_ENTRY:
            held.append(line)
            continue
        page = 0
        yield from held
        held = []
        yield line
    yield from held
