"""The search parameters as the real site takes them: PHP-style lists, and everything optional."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from urllib.parse import parse_qsl

from demo.site.content import SearchQuery

_LIST_INDEX = re.compile(r"\[\d*\]$")

_SOCIAL_CARE = "3"
_LOCAL_AUTHORITIES = "12"
_ANY = {"", "0"}
_DEFAULT_ROWS = 10


def parse_query(text: str) -> SearchQuery:
    """Read a query string. Lists may be written name[]=, name[0]= or name=; junk is ignored."""
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in parse_qsl(text, keep_blank_values=True):
        values[_LIST_INDEX.sub("", name)].append(value.strip())

    def last(name: str) -> str:
        return values[name][-1] if values[name] else ""

    sub_categories = set(values["level_2_types"]) - _ANY
    return SearchQuery(
        only_authorities=last("level_1_types") in _ANY | {_SOCIAL_CARE}
        and (not sub_categories or _LOCAL_AUTHORITIES in sub_categories),
        text=last("q"),
        la_codes=frozenset(values["local_authority"]) - _ANY,
        published_from=_date(last("latest_report_date_start")),
        published_to=_date(last("latest_report_date_end")),
        sort=last("sort"),
        descending=last("order") == "desc",
        start=_number(last("start"), default=0),
        rows=_number(last("rows"), default=_DEFAULT_ROWS),
    )


def _number(text: str, *, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() else default


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d-%m-%Y").date()
    except ValueError:
        return None
