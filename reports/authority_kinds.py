"""Check whether a printed name is of another kind of council than the register's.

"Leicester County Council" may mean Leicester or Leicestershire. It names neither for certain.
"""

from __future__ import annotations

import re

from reports.name_forms import match_keys
from reports.register_file import RegisteredAuthority

_KINDS = frozenset(
    {"london", "metropolitan", "county", "city", "borough", "district", "royal", "unitary"}
)
_OTHERS = {
    "London Borough": {"county", "metropolitan", "unitary"},
    "Metropolitan District": {"london", "county", "royal", "unitary"},
    "County": {"london", "metropolitan", "city", "borough", "district", "royal", "unitary"},
    "Unitary Authority": {"london", "metropolitan"},
}
"""The words that no council of a type has in its name."""

_COUNTY = re.compile(
    r"shire\b|^(?:Cornwall|Cumbria|Dorset|Durham|Isle of Wight|Northumberland|Rutland|Somerset)$"
)
"""The unitary authorities that are counties. The others are cities or boroughs."""


def is_of_another_kind(printed: str, authority: RegisteredAuthority) -> bool:
    """Return whether a printed name has the words of another kind than the authority it matches."""
    own = " ".join((*match_keys(authority.name)[:1], *match_keys(authority.short)[:1]))
    words = set(" ".join(match_keys(printed)[:1]).split()) & _KINDS - set(own.split())
    if words & _OTHERS.get(authority.la_type, set()):
        return True
    if authority.la_type != "Unitary Authority":
        return False
    return ("city" if _COUNTY.search(authority.short) else "county") in words
