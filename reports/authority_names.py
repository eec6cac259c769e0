"""Names of authorities for comparing: without what is only form."""

from __future__ import annotations

import re
import unicodedata

_TITLE = re.compile(
    r"^inspection of (.+?) (?:local authority |local authoritys )?"
    r"childrens (?:social care )?services(?: department)?$"
)
_KIND = (
    r"local authority|city and county council|metropolitan borough council|"
    r"metropolitan district council|county borough council|london borough council|"
    r"metropolitan borough|london borough|"
    r"county council|borough council|city council|"
    r"district council|unitary authority|unitary council|metropolitan council|mbc|council|"
    r"borough|city|county|city of|county of"
)
_KIND_AFTER = re.compile(rf" (?:{_KIND})$")
_BEFORE = re.compile(
    r"^(?:the )?(?:london borough of|lb of|lb|royal borough of|metropolitan borough of|borough of|"
    r"city and county of|council of the|council of)? ?(?:the )?"
)
_CITY_OR_COUNTY = re.compile(r"^(?:the )?(?:city|county) of ")
_SERVICES = re.compile(r" (?:childrens|children and young peoples) services$")
_DIVIDERS = re.compile(r"[\s\-\u2010-\u2015/,]+")
_DROPPED = re.compile(r"[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s?(?=\s*$| (?:children|local authority))")
_SAINT = re.compile(r"\bst[. ]+(?=\w)")


def match_keys(name: str) -> tuple[str, ...]:
    """The forms under which a name is compared, the fullest first."""
    text = _flat(name)
    forms = [text]
    if title := _TITLE.match(text):
        forms.append(title.group(1))
    for form in tuple(forms):
        short = _SERVICES.sub("", form)
        while (shorter := _KIND_AFTER.sub("", short)) != short:
            short = shorter
        forms.append(_BEFORE.sub("", short))
        forms.append(_BEFORE.sub("", form))
    # Last, because "City of London" is a name of its own.
    forms.extend([_CITY_OR_COUNTY.sub("", form) for form in forms])
    return tuple(dict.fromkeys(form for form in forms if form))


def _flat(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    text = _SAINT.sub("saint ", _POSSESSIVE.sub("", text))
    return " ".join(_DROPPED.sub("", _DIVIDERS.sub(" ", text)).split())
