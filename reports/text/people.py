"""The lead inspector's name as printed, without titles."""

from __future__ import annotations

import re

LEAD_WORDS = (
    r"(?:lead|reporting) (?:ofsted |social care )?"
    r"(?:inspectors?|hmi|h(?:is|er) majesty[’']s inspectors?)(?:\(s\))?"
    r"(?: \([^)]{1,30}\)| and report author| on[- ]site)?"
)
"""How the line that names the lead inspector starts; for patterns that ignore case."""

_TITLES = re.compile(
    r"\(?\b(?:(?:acting|senior|seconded|regional|additional|national|lead|principal)\s+)*"
    r"(?:(?:h(?:is|er) majesty[’']?s|HM),? inspectors?(?: (?:of|for) (?:social care|education))?"
    r"|s?hmis?|ofsted inspectors?|additional inspectors?|"
    r"(?:social care )?regulatory inspect(?:or|ion manager)s?|inspection managers?|ofsted)\b\)?"
    r"|\bOI\b|\b[COM]BE\b|\(?\bsocial care\b\)?|\((?:on[- ]site|report author|née [^)]*)\)",
    re.IGNORECASE,
)
_DIVIDERS = re.compile(r"\s*(?:,|;|&|/|\band\b|\bwith\b)\s*", re.IGNORECASE)
_PART = r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*\.?"
_NAME = re.compile(rf"{_PART}(?: {_PART}){{1,3}}")
_PARTICLES = re.compile("al|bin|da|de[lnr]?|di|du|el|l[ae]|ter|van|von")
_LONGEST = 60
_PREFIXES = re.compile(r"^(?:mr|mrs|ms|miss|dr)\.? ", re.IGNORECASE)


def read_names(text: str) -> tuple[str, ...]:
    """Return the names in "Lead inspector: ...", in order; empty where a part is not a name."""
    parts = [_PREFIXES.sub("", p.strip(" .,–-")) for p in _DIVIDERS.split(_TITLES.sub(",", text))]
    names = tuple(part for part in parts if part)
    return names if all(_is_name(name) for name in names) else ()


def _is_name(text: str) -> bool:
    """Return whether a text is a name: capitalised words, with particles such as "van" inside."""
    words = text.split(" ")
    capitals = all(word[:1].isupper() or _is_particle(word) for word in words[1:])
    shaped = len(text) <= _LONGEST and _NAME.fullmatch(text) is not None
    return shaped and words[0][:1].isupper() and capitals


def _is_particle(word: str) -> bool:
    first, hyphen, rest = word.partition("-")
    return _PARTICLES.fullmatch(first) is not None and (not hyphen or rest[:1].isupper())
