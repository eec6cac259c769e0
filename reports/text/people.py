"""The lead inspector's name as printed, without titles."""

from __future__ import annotations

import re

_TITLES = re.compile(
    r"\(?\b(?:(?:senior|seconded|regional|additional)\s+)?"
    r"(?:h(?:is|er) majesty[’']?s,? inspectors?|s?hmis?|ofsted inspectors?|"
    r"(?:social care )?regulatory inspectors?)\b\)?",
    re.IGNORECASE,
)
_DIVIDERS = re.compile(r"\s*(?:,|;|&|/|\band\b|\bwith\b)\s*", re.IGNORECASE)
_PART = r"[A-Z\u00c0-\u00de][^\W\d_]*(?:[’'\-][^\W\d_]+)*\.?"
_PARTICLE = r"(?:al|bin|da|de|del|den|der|di|du|el|la|le|ter|van|von)"
_NAME = re.compile(rf"{_PART}(?: (?:{_PARTICLE}|{_PART})){{1,3}}")
_LONGEST = 60
_PREFIXES = re.compile(r"^(?:mr|mrs|ms|miss|dr)\.? ", re.IGNORECASE)


def read_names(text: str) -> tuple[str, ...]:
    """The names in "Lead inspector: ...", in order; empty where something is no name."""
    parts = [_PREFIXES.sub("", p.strip(" .,–-")) for p in _DIVIDERS.split(_TITLES.sub(",", text))]
    names = tuple(part for part in parts if part)
    return names if all(_is_name(name) for name in names) else ()


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and len(text) <= _LONGEST
