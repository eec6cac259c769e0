"""Dates as the website writes them."""

from __future__ import annotations

import re
from datetime import date

from reports.safe_text import quoted

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
"""Spelled out here because %B follows the machine's language."""

_DATE = re.compile(r"(\d{1,2}) ([a-z]+) (20\d\d)", re.IGNORECASE | re.ASCII)


def parse_date(text: str) -> date:
    """Read a date such as "24 February 2026", with spaces of any kind.

    Raises ValueError for any other form, and for a day that does not exist.
    """
    match = _DATE.fullmatch(" ".join(text.split()))
    if match is None or match[2].lower() not in _MONTHS:
        raise ValueError(f"not a date as the site writes it: {quoted(text)}")
    return date(int(match[3]), _MONTHS.index(match[2].lower()) + 1, int(match[1]))
