"""Check whether a printed name is that of another kind of council than the one it matches.

"Leicester County Council" may mean Leicester or Leicestershire. It names neither for certain.
"""

from __future__ import annotations

import re

from reports.name_forms import match_keys
from reports.register_file import RegisteredAuthority

_KINDS = frozenset(
    {"london", "metropolitan", "county", "city", "borough", "district", "royal", "unitary"}
)
_OF_COUNTIES = frozenset({"london", "metropolitan", "city", "borough", "district", "royal"})
_OTHERS = {
    "London Borough": frozenset({"county", "metropolitan", "unitary"}),
    "Metropolitan District": frozenset({"london", "county", "royal", "unitary"}),
    "County": _OF_COUNTIES | {"unitary"},
}
"""By type of council, the words that no such council has in its name."""

_COUNTY = re.compile(
    r"shire\b|^(?:Cornwall|Cumbria|Dorset|Durham|Isle of Wight|Northumberland|Rutland|Somerset)$"
)
"""The unitary authorities that are counties. The others are cities or boroughs."""

_PART = re.compile(r"\b(?:North|South|East|West|Central)\b")
"""The unitary authorities that are a part of a county and never were counties themselves."""


def is_of_another_kind(printed: str, authority: RegisteredAuthority) -> bool:
    """Return whether a printed name calls the authority it matches another kind of council."""
    own = " ".join((*match_keys(authority.name)[:1], *match_keys(authority.short)[:1]))
    words = set(" ".join(match_keys(printed)[:1]).split()) & _KINDS
    if {"city", "county"} <= words:
        # "City and County of" is the old style of some cities.
        words -= {"county"}
    return bool((words - set(own.split())) & _others(authority))


def _others(authority: RegisteredAuthority) -> frozenset[str]:
    if authority.la_type == "County" and authority.valid_from:
        # One of the councils that replaced a county. The statistics count it as a county.
        return _OF_COUNTIES | {"county"}
    if authority.la_type != "Unitary Authority":
        return _OTHERS.get(authority.la_type, frozenset())
    if _PART.search(authority.short):
        return frozenset({"london", "metropolitan", "city", "county"})
    whole = _COUNTY.search(authority.short) is not None
    return frozenset({"london", "metropolitan", "city" if whole else "county"})
