"""A range of pages of a file, such as "12-20" for one document of an agenda pack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.errors import ConfigurationError, ReadingError
from reports.problems import ProblemCode
from reports.safe_text import quoted
from reports.wording import counted

_RANGE = re.compile(r"(?P<first>\d{1,4})(?:(?P<dash>[-–])(?P<last>\d{1,4})?)?")


@dataclass(frozen=True, slots=True)
class PageRange:
    """The pages from `first` to `last`, both included and counted from 1; `last` None: the end."""

    first: int
    last: int | None = None

    @classmethod
    def parse(cls, text: str) -> PageRange:
        """Read "12-20", "12" or "12-". Raises ConfigurationError for anything else."""
        match = _RANGE.fullmatch(text.replace(" ", ""))
        if match is None or int(match["first"]) < 1:
            raise ConfigurationError(f"--pages takes pages such as 12-20, not {quoted(text)}")
        first = int(match["first"])
        last = int(match["last"]) if match["last"] else None if match["dash"] else first
        if last is not None and last < first:
            raise ConfigurationError(f"--pages {text}: the last page comes before the first")
        return cls(first, last)

    def __str__(self) -> str:
        if self.last == self.first:
            return str(self.first)
        return f"{self.first}-{self.last or ''}"

    def among(self, count: int) -> range:
        """Return the page numbers in a file of `count` pages.

        Raises ReadingError (`pages_missing`) where the file does not have all of them.
        """
        last = self.last or count
        if self.first > count or last > count:
            message = f"The file has {counted(count, 'page')}; --pages {self} goes beyond the last."
            raise ReadingError(ProblemCode.PAGES_MISSING, message)
        return range(self.first, last + 1)


WHOLE = PageRange(1)
"""All pages of a file."""
